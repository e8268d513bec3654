# What can be done with this repository. `make help` lists it.
PYTHON ?= python3
VENV ?= .venv
TESTS ?= tests
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help start test lint format fuzz bench soak config-table clean

help: ## Lists the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.local-installed: requirements.txt requirements-local.txt constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-local.txt
	@touch $@

$(VENV)/.dev-installed: requirements.txt requirements-local.txt requirements-dev.txt constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/.local-installed

start: $(VENV)/.local-installed ## Serves the app on http://localhost:7071 (PORT=, PYTHON= can be given)
	@$(BIN)/python -m infra.local $(if $(PORT),--port $(PORT))

test: $(VENV)/.dev-installed ## Runs the tests (TESTS= names some)
	$(BIN)/python -m pytest $(TESTS)

lint: $(VENV)/.dev-installed ## Checks style, import direction and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

format: $(VENV)/.dev-installed ## Formats the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

fuzz: $(VENV)/.dev-installed ## Sends 10,000 requests made up from the contract (CASES= for others)
	FUZZ_CASES=$(or $(CASES),10000) $(BIN)/python -m pytest --timeout=0 tests/api/test_fuzz.py

bench: $(VENV)/.dev-installed ## Prints the benchmarks' ratios
	$(BIN)/python -m tests.benchmarks

soak: $(VENV)/.dev-installed ## Loads the service for ten minutes while faults come and go
	$(BIN)/python -m tests.soak

config-table: $(VENV)/.dev-installed ## Writes the tables of settings and of models' end dates into the documentation
	$(BIN)/python -m tests.support.config_table
	$(BIN)/python -m tests.support.model_end_table

clean: ## Removes the environment, the local data and caches
	rm -rf .venv .venv-3.13 .local .hypothesis .mypy_cache .pytest_cache .ruff_cache
