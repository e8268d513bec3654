"""A copy of the deployment's files, to break on purpose, and an azd that gives a token."""

import os
import shutil
from pathlib import Path

import pytest

from tests.support.host import REPOSITORY

PARTS = ("infra", "functions", ".github", "azure.yaml", "host.json", "local.settings.sample.json")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The folder of a copy."""
    for part in PARTS:
        source, target = REPOSITORY / part, tmp_path / part
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return tmp_path


@pytest.fixture
def azd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An azd that gives a token."""
    program = tmp_path / "azd"
    program.write_text('#!/bin/sh\necho "{\\"token\\": \\"token-1\\"}"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return program
