"""A copy of the deployment's files, to break on purpose."""

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
