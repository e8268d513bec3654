"""host.json, azure.yaml, the workflows and the compose files follow the rules of their public schemas."""

import ast
import copy
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from infra.local.host_files import read_host_settings
from tests.support.bicep import VERSION
from tests.support.host import REPOSITORY

SCHEMAS = Path(__file__).parent / "schemas"
WORKFLOWS = sorted((REPOSITORY / ".github/workflows").glob("*.yaml"))
ACTIONS = sorted((REPOSITORY / ".github/actions").glob("*/action.yaml"))
COMPOSE = sorted((REPOSITORY / "infra/local").glob("docker-compose*.yaml"))
FILES = [
    ("host", REPOSITORY / "host.json"),
    ("azure", REPOSITORY / "azure.yaml"),
    ("dependabot", REPOSITORY / ".github/dependabot.yml"),
    *(("workflow", path) for path in WORKFLOWS),
    *(("action", path) for path in ACTIONS),
    *(("compose", path) for path in COMPOSE),
]


class YamlOfGitHub(yaml.SafeLoader):
    """YAML in which ``on`` is a word, as GitHub reads it; in YAML 1.1 it is true."""


YamlOfGitHub.yaml_implicit_resolvers = {
    first: [
        (tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or first not in "oO"
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def content(path: Path) -> Any:
    text = path.read_text("utf-8")
    return json.loads(text) if path.suffix == ".json" else yaml.load(text, YamlOfGitHub)


def mistakes(schema: str, document: object) -> list[str]:
    rules = json.loads((SCHEMAS / f"{schema}.json").read_text("utf-8"))
    Draft202012Validator.check_schema(rules)
    return [
        f"{error.json_path}: {error.message}" for error in Draft202012Validator(rules).iter_errors(document)
    ]


def steps(document: Any) -> Iterator[dict[str, Any]]:
    for job in document.get("jobs", {"action": document.get("runs", {})}).values():
        yield from job.get("steps", [])


@pytest.mark.parametrize(("schema", "path"), FILES, ids=lambda value: getattr(value, "name", value))
def test_file_follows_its_schema(schema: str, path: Path) -> None:
    assert mistakes(schema, content(path)) == []


def _misspell(*keys: str | int) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for key in keys[:-1]:
            document = document[key]
        document[f"{keys[-1]}s"] = document.pop(keys[-1])

    return change


@pytest.mark.parametrize(
    ("schema", "path", "change"),
    [
        ("host", "host.json", _misspell("functionTimeout")),
        ("host", "host.json", _misspell("extensions", "http", "maxConcurrentRequests")),
        ("host", "host.json", _misspell("extensions", "queues", "batchSize")),
        ("host", "host.json", lambda document: document.update(functionTimeout="600")),
        ("azure", "azure.yaml", _misspell("services", "api", "host")),
        ("azure", "azure.yaml", _misspell("hooks", "postdeploy")),
        ("azure", "azure.yaml", _misspell("hooks", "postdeploy", "posix", "run")),
        ("workflow", ".github/workflows/ci.yaml", _misspell("jobs", "test", "timeout-minutes")),
        ("workflow", ".github/workflows/ci.yaml", _misspell("jobs", "test", "steps", 0, "uses")),
        ("workflow", ".github/workflows/deploy.yaml", _misspell("permissions")),
        ("action", ".github/actions/azd/action.yaml", _misspell("runs", "steps", 2, "shell")),
        ("dependabot", ".github/dependabot.yml", _misspell("updates", 0, "directory")),
        ("compose", "infra/local/docker-compose.yaml", _misspell("services", "redis", "image")),
        (
            "compose",
            "infra/local/docker-compose.override.yaml",
            lambda document: document["services"]["redis"].update(ports=["6379:6379"]),
        ),
    ],
)
def test_mistake_is_noticed(schema: str, path: str, change: Callable[[Any], None]) -> None:
    document = copy.deepcopy(content(REPOSITORY / path))
    change(document)
    assert mistakes(schema, document)


@pytest.mark.parametrize("path", [*WORKFLOWS, *ACTIONS], ids=lambda path: path.name)
def test_actions_and_workflows_of_ours_are_there(path: Path) -> None:
    used = re.findall(r"uses: (\./.+)", path.read_text("utf-8"))
    assert [name for name in used if not (REPOSITORY / name).exists()] == []


@pytest.mark.parametrize("path", [*WORKFLOWS, *ACTIONS], ids=lambda path: path.name)
def test_text_from_outside_is_not_run(path: Path) -> None:
    # What a pull request brings (titles, names of branches) and inputs reach a shell by variables alone.
    for step in steps(content(path)):
        assert "${{" not in step.get("run", "")


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize("path", [*WORKFLOWS, *ACTIONS], ids=lambda path: path.name)
def test_scripts_can_be_parsed(path: Path) -> None:
    for step in steps(content(path)):
        if "run" in step:
            done = subprocess.run(
                ["bash", "-n"], input=step["run"], capture_output=True, text=True, timeout=30
            )
            assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_may_do_no_more_than_it_must(path: Path) -> None:
    document = content(path)
    assert document["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in document["on"]
    for name, job in document["jobs"].items():
        signs_in = any("actions/azd" in step.get("uses", "") for step in job.get("steps", []))
        granted = job.get("permissions", {})
        if "uses" not in job:
            assert (granted.get("id-token") == "write") == signs_in, name
        assert granted.get("contents", "read") == "read", name


def ungranted(caller: Any, called: Any) -> Iterator[str]:
    """Yields the permissions that a called workflow asks for and its caller does not grant.

    GitHub refuses the whole run then, also for a job whose condition is false.
    """
    order = ("none", "read", "write")
    for name, job in caller["jobs"].items():
        if "uses" not in job:
            continue
        granted = job.get("permissions", caller.get("permissions", {}))
        for asked in [
            called.get("permissions", {}),
            *(one.get("permissions", {}) for one in called["jobs"].values()),
        ]:
            for scope, level in asked.items():
                if order.index(granted.get(scope, "none")) < order.index(level):
                    yield f"{name}: {scope}: {level}"


def test_called_workflow_gets_what_it_asks_for() -> None:
    deploy, ci = (content(REPOSITORY / f".github/workflows/{name}.yaml") for name in ("deploy", "ci"))
    assert deploy["jobs"]["checks"]["uses"] == "./.github/workflows/ci.yaml"
    assert list(ungranted(deploy, ci)) == []
    changed = copy.deepcopy(deploy)
    del changed["jobs"]["checks"]["permissions"]
    assert list(ungranted(changed, ci)) == ["checks: id-token: write"]
    changed["jobs"]["checks"]["permissions"] = {"contents": "read", "id-token": "read"}
    assert list(ungranted(changed, ci)) == ["checks: id-token: write"]


def test_checks_of_a_deployment_are_not_cancelled_by_another_run() -> None:
    ci = content(REPOSITORY / ".github/workflows/ci.yaml")["concurrency"]
    # Inside a called workflow github.workflow and github.ref are the caller's: the same for every deployment.
    assert ci["group"] == "ci-${{ github.event_name == 'pull_request' && github.ref || github.run_id }}"
    deploy = content(REPOSITORY / ".github/workflows/deploy.yaml")
    assert "concurrency" not in deploy
    assert deploy["jobs"]["deploy"]["concurrency"]["cancel-in-progress"] is False


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_jobs_wait_for_jobs_that_are_there_and_end(path: Path) -> None:
    jobs = content(path)["jobs"]
    for name, job in jobs.items():
        needs = job.get("needs", [])
        assert set([needs] if isinstance(needs, str) else needs) <= jobs.keys(), name
        assert "uses" in job or job["timeout-minutes"] <= 60, name


@pytest.mark.parametrize("path", [*WORKFLOWS, *ACTIONS], ids=lambda path: path.name)
def test_actions_are_pinned_by_commit(path: Path) -> None:
    used = re.findall(r"uses: (?!\./)(.+)", path.read_text("utf-8"))
    assert used
    pinned = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+")
    assert [action for action in used if not pinned.fullmatch(action)] == []


def test_compiler_in_ci_is_the_one_of_the_snapshots() -> None:
    text = (REPOSITORY / ".github/workflows/ci.yaml").read_text("utf-8")
    assert set(re.findall(r"az bicep install(.*)", text)) == {f" --version v{VERSION}"}


@pytest.mark.skipif(shutil.which("actionlint") is None, reason="actionlint is not installed; GitHub runs it")
def test_actionlint_finds_nothing() -> None:
    done = subprocess.run(["actionlint", *map(str, WORKFLOWS)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


def test_every_python_is_tested_on_what_the_targets_of_make_do() -> None:
    jobs = content(REPOSITORY / ".github/workflows/ci.yaml")["jobs"]
    assert jobs["test"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == ">=3.11,<3.15"
    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text("utf-8"), re.MULTILINE))
    called = {word for job in jobs.values() for step in job["steps"] for word in _make(step)}
    assert {"lint", "test"} <= called <= targets


def _make(step: dict[str, Any]) -> list[str]:
    return re.findall(r"\bmake ([a-z-]+)", step.get("run", ""))


def test_deployment_waits_for_the_checks_and_is_tried_afterwards() -> None:
    jobs = content(REPOSITORY / ".github/workflows/deploy.yaml")["jobs"]
    assert jobs["checks"]["uses"] == "./.github/workflows/ci.yaml"
    assert jobs["deploy"]["needs"] == "checks"
    runs = [step["run"] for step in jobs["deploy"]["steps"] if "run" in step]
    order = [
        next(position for position, run in enumerate(runs) if text in run)
        for text in ("azd provision", "azd deploy", "infra/smoke.py")
    ]
    assert order == sorted(order)


def test_preview_has_the_parameters_of_the_deployment_and_no_keys() -> None:
    deploy, ci = (content(REPOSITORY / f".github/workflows/{name}.yaml") for name in ("deploy", "ci"))
    deployed, previewed = (
        next(step["env"] for step in steps if "azd provision" in step.get("run", ""))
        for steps in (deploy["jobs"]["deploy"]["steps"], ci["jobs"]["what-if"]["steps"])
    )
    assert previewed.keys() == deployed.keys()
    for name, value in previewed.items():
        of_a_key = deployed[name] == f"${{{{ secrets.{name} }}}}"
        assert value == (f"${{{{ secrets.{name} && 'given' }}}}" if of_a_key else deployed[name])


def test_scripts_that_are_called_are_there() -> None:
    texts = [path.read_text("utf-8") for path in (*WORKFLOWS, *ACTIONS, REPOSITORY / "azure.yaml")]
    called = {name for text in texts for name in re.findall(r"\binfra/[\w/]+\.(?:py|bicep)\b", text)}
    modules = {name for text in texts for name in re.findall(r"-m (infra\.\w+)", text)}
    assert called == {"infra/main.bicep", "infra/smoke.py"}
    assert modules == {"infra.preprovision", "infra.postdeploy"}
    for name in called | {f"{module.replace('.', '/')}.py" for module in modules}:
        assert (REPOSITORY / name).is_file(), name


HOOKS = ("preprovision", "postdeploy")


def import_hooks(python: str) -> subprocess.CompletedProcess[str]:
    """Runs the imports of the hooks in a Python without packages."""
    code = f"import sys; sys.path.insert(0, '.'); import {', '.join(f'infra.{name}' for name in HOOKS)}"
    return subprocess.run(
        [python, "-S", "-E", "-s", "-c", code], cwd=REPOSITORY, capture_output=True, text=True, timeout=60
    )


def test_hooks_need_nothing_that_is_not_in_python() -> None:
    # They run with the Python of the machine that deploys, in which nothing is installed.
    done = import_hooks(sys.executable)
    assert done.returncode == 0, done.stderr


def find_python(version: str) -> str | None:
    """Returns a Python of a minor version; None where there is none."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found = sorted((pyenv / "versions").glob(f"{version}.*/bin/python"))
    program = str(found[-1]) if found else shutil.which(f"python{version}")
    if program is None or subprocess.run([program, "-c", ""], check=False, timeout=60).returncode:
        return None
    return program


def test_hooks_run_on_python_3_9_and_say_so_on_older_ones() -> None:
    pythons = {version: find_python(version) for version in ("3.6", "3.7", "3.8", "3.9")}
    installed = {version: python for version, python in pythons.items() if python is not None}
    for version, python in installed.items():
        done = import_hooks(python)
        if version == "3.9":
            assert done.returncode == 0, done.stderr
        else:
            assert done.returncode == 1
            line = rf"the deployment hooks need Python 3\.9 or later, this is {version}\.\d+\n"
            assert re.fullmatch(line, done.stderr)
    if not installed:
        pytest.skip(f"of Python {', '.join(pythons)} none is installed")


def test_hooks_are_compiled_for_python_3_9() -> None:
    # Without a Python 3.9 on this machine: the grammar at least.
    for path in [*(REPOSITORY / "infra").glob("*.py"), REPOSITORY / "shared/llm/model_end_dates.py"]:
        if path.name != "smoke.py":
            ast.parse(path.read_text("utf-8"), feature_version=(3, 9))


def test_parameters_of_both_environments_are_there_for_the_workflows() -> None:
    options = content(REPOSITORY / ".github/workflows/deploy.yaml")["on"]["workflow_dispatch"]["inputs"]
    for name in options["environment"]["options"]:
        assert (REPOSITORY / f"infra/environments/{name}.env").is_file()


def test_compose_publishes_what_the_app_looks_for() -> None:
    base, override = (
        content(REPOSITORY / f"infra/local/{name}.yaml")
        for name in ("docker-compose", "docker-compose.override")
    )
    assert base["services"].keys() == override["services"].keys() == {"mongodb", "redis", "azurite"}
    for name, service in override["services"].items():
        inside = [port.rpartition(":")[2] for port in service["ports"]]
        assert inside == base["services"][name]["expose"]
    # Windows reserves ranges of ports that often hold 27017.
    assert override["services"]["mongodb"]["ports"] == ["127.0.0.1:27034:27017"]
    assert {
        mount.partition(":")[0] for one in base["services"].values() for mount in one.get("volumes", [])
    } == set(base["volumes"])


def test_sample_of_local_settings_is_read() -> None:
    values = read_host_settings(REPOSITORY).values
    assert values["APP_ENV"] == "local"
