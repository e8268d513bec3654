"""The console's scripts pass the type checker and the linter (``npm ci`` in this folder installs them)."""

import subprocess
from pathlib import Path

from tests.support.host import REPOSITORY
from tests.support.requirements import not_there, require_program

FOLDER = Path(__file__).parent
SECONDS = 120
COMMANDS = (
    ("typescript/bin/tsc", "--project", "tests/browser/tsconfig.json"),
    ("eslint/bin/eslint.js", "--config", "tests/browser/eslint.config.js", "shared/http/console_page"),
)


def test_scripts_are_accepted() -> None:
    node = require_program("node", package="nodejs")
    modules = FOLDER / "node_modules"
    if not modules.exists():
        not_there("TypeScript and ESLint are not installed (npm ci --prefix tests/browser)")
    for program, *options in COMMANDS:
        ended = subprocess.run(
            [node, modules / program, *options],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
