# What can be done with this repository. `make help` lists it.
# Empty: the first working interpreter of python3.13, python3.12, python3.11 and python3.14.
PYTHON ?=
VENV ?= .venv
TESTS ?= tests
BIN := $(VENV)/bin
UV ?= $(BIN)/uv

.DEFAULT_GOAL := help
.PHONY: help start test coverage lint format fuzz bench soak requirements config-table openapi clean

help: ## Lists the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: local-environment dev-environment
local-environment:
	@sh infra/local/environment.sh $(VENV) requirements-local.txt $(PYTHON)

dev-environment:
	@sh infra/local/environment.sh $(VENV) requirements-dev.txt $(PYTHON)

start: local-environment ## Serves the app on http://localhost:7071 (PORT=, PYTHON= can be given)
	@$(BIN)/python -m infra.local $(if $(PORT),--port $(PORT))

test: dev-environment ## Runs the tests (TESTS= names some)
	$(BIN)/python -m pytest $(TESTS)

# Two processes: the tests of reports and figures need as long as all others. The limit is for both together.
LONG_UNIT_TESTS := tests/unit/shared/reports tests/unit/shared/figures
COVERED := $(BIN)/python -m pytest --cov --cov-report= --cov-fail-under=0

coverage: dev-environment ## Runs the unit and integration tests and requires their coverage (pyproject.toml)
	@COVERAGE_FILE=.coverage.long $(COVERED) $(LONG_UNIT_TESTS) & long=$$!; failed=; \
	COVERAGE_FILE=.coverage.others $(COVERED) tests/unit tests/integration $(LONG_UNIT_TESTS:%=--ignore=%) || failed=yes; \
	wait $$long || failed=yes; \
	[ -z "$$failed" ]
	$(BIN)/coverage combine .coverage.long .coverage.others
	$(BIN)/coverage report

lint: dev-environment ## Checks style, import direction and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

format: dev-environment ## Formats the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

fuzz: dev-environment ## Sends 10,000 requests made up from the contract (CASES= for others)
	FUZZ_CASES=$(or $(CASES),10000) $(BIN)/python -m pytest --timeout=0 tests/api/test_fuzz.py

bench: dev-environment ## Prints the benchmarks' ratios
	$(BIN)/python -m tests.benchmarks

soak: dev-environment ## Loads two workers for twelve minutes while faults come and go
	$(BIN)/python -m tests.soak

# Without the environment of development: its own list may be what is out of date. UV= names another uv.
requirements: ## Pins requirements*.txt, with hashes, from requirements*.in
	@for set in requirements requirements-local requirements-dev requirements-smoke; do \
	  $(UV) pip compile --quiet --universal --generate-hashes --no-annotate --python-version 3.11.7 \
	    --custom-compile-command "make requirements" $$set.in --output-file $$set.txt || exit; \
	done

config-table: dev-environment ## Writes the tables of settings and of models' end dates into the documentation
	$(BIN)/python -m tests.support.config_table
	$(BIN)/python -m tests.support.model_end_table

openapi: dev-environment ## Writes the schemas of the models into docs/openapi.yaml
	$(BIN)/python -m tests.support.contract_schemas

clean: ## Removes the environment, the local data and caches
	rm -rf .venv .venv-3.13 .local .hypothesis .mypy_cache .pytest_cache .ruff_cache
