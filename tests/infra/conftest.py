"""The Bicep compiler, a copy of the deployment's files to change, and an azd that gives a token."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.bicep import BicepCompiler, find_compiler
from tests.support.host import REPOSITORY
from tests.support.predicted import Deployment
from tests.support.requirements import keep_one

PARTS = ("infra", "functions", ".github", "azure.yaml", "host.json", "local.settings.sample.json")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keeps one of the tests that need the compiler where there is none: it is skipped with the reason."""
    if find_compiler()[0] is None:
        keep_one(config, items, lambda item: "bicep" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def bicep() -> Iterator[BicepCompiler]:
    """Returns the compiler, running for all tests; skips where there is none."""
    program, reason = find_compiler()
    if program is None:
        pytest.skip(reason)
    with BicepCompiler(program) as compiler:
        yield compiler


@pytest.fixture(scope="session")
def deployment(bicep: BicepCompiler, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """Returns the deployment as it is in the repository."""
    return Deployment(REPOSITORY, bicep, tmp_path_factory.mktemp("deployment"))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Returns the folder of a copy."""
    for part in PARTS:
        source, target = REPOSITORY / part, tmp_path / "copy" / part
        target.parent.mkdir(exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return tmp_path / "copy"


@pytest.fixture
def azd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Returns an azd that gives a token."""
    program = tmp_path / "azd"
    program.write_text('#!/bin/sh\necho "{\\"token\\": \\"token-1\\"}"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return program
