"""The console's scripts pass the type checker and the linter (``npm ci`` in this folder installs them)."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.host import REPOSITORY
from tests.support.requirements import require_program

FOLDER = Path(__file__).parent
SECONDS = 120


@pytest.mark.parametrize(
    "command",
    [
        ("typescript/bin/tsc", "--project", "tests/browser/tsconfig.json"),
        ("eslint/bin/eslint.js", "--config", "tests/browser/eslint.config.js", "shared/http/console_page"),
    ],
    ids=["tsc", "eslint"],
)
def test_scripts_are_accepted(command: tuple[str, ...]) -> None:
    node = require_program("node", package="nodejs")
    program = FOLDER / "node_modules" / command[0]
    if not program.exists():
        message = f"{command[0]} is not installed (npm ci --prefix tests/browser)"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    ended = subprocess.run(
        [node, program, *command[1:]],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
