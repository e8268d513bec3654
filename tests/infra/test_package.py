"""What is deployed is all that the app needs, and nothing that is for developers alone."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pathspec import GitIgnoreSpec

from tests.support.host import REPOSITORY

PROBE = """
import json, sys
import function_app
names = [function.get_function_name() for function in function_app.app.get_functions()]
from shared.config.loader import ConfigLoader
from shared.data.migration.runner import all_migrations
environment = ConfigLoader().load_config().environment
print(json.dumps({"functions": names, "environment": environment, "migrations": len(all_migrations())}))
"""
ENVIRON = {
    "APP_ENV": "production",
    "CONFIG_ENV_OVERRIDE_MODE": "all",
    "MONGODB_URI": "mongodb://db.example.com",
    "REDIS_HOST": "redis.example.com",
    "PATH": "/usr/bin:/bin",
    "PYTHONDONTWRITEBYTECODE": "1",
}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder as azd and Core Tools pack it: what git knows, without what .funcignore names."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is no clone: the files of the project are unknown")
    ignored = _ignored()
    folder = tmp_path_factory.mktemp("package")
    for name in listed.stdout.splitlines():
        if not ignored.match_file(name) and (REPOSITORY / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, folder / name)
    return folder


def test_app_is_whole_in_it(package: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE], cwd=package, env=ENVIRON, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["environment"] == "production"
    assert {"health", "chat_stream", "cache_refresh", "briefings", "migrations", "docs"} <= set(
        found["functions"]
    )
    assert found["migrations"] >= 3


def test_requirements_can_be_installed_from_it(package: Path) -> None:
    # The platform installs them where it builds: what they refer to must be there.
    assert (package / "requirements.txt").is_file()
    assert (package / "host.json").is_file()


ALLOWED = (
    r"(function_app\.py|host\.json|requirements\.txt|LICENSE)",
    r"config/config(\.(staging|production))?\.yaml",
    r"docs/openapi\.yaml",
    r"functions/\w+\.py",
    r"shared/([\w-]+/)*[\w-]+\.(py|json|html|css|js|csv|txt|typ|toml)",
    r"shared/[\w/]+/(prompts|templates)/\w+\.md",
    r"shared/reports/language/catalogues/\w+\.remarks\.toml",
    r"shared/reports/fonts/([\w-]+\.(ttf|otf)|README\.md|Apache-2\.0\.txt|OFL-1\.1\.txt)",
)
"""Every file that may be deployed: the app imports, reads or serves it, or it is the licence of one."""

OF_ONE_MACHINE = (
    ".env",
    ".env.production",
    "prod.env",
    ".azure/dev/.env",
    ".azure/config.json",
    ".vscode/settings.json",
    ".idea/workspace.xml",
    ".devcontainer/devcontainer.json",
    ".venv/lib/python3.13/site-packages/pip/__init__.py",
    ".venv-3.13/bin/python",
    "venv/bin/python",
    ".local/mongo/data",
    ".python_packages/lib/site-packages/x.py",
    ".coverage",
    ".DS_Store",
    ".git/config",
    "__azurite_db_blob__.json",
    "__blobstorage__/1",
    "build/lib/shared/__init__.py",
    "coverage.xml",
    "debug.log",
    "dist/x.whl",
    "functions/__pycache__/chat.cpython-313.pyc",
    "htmlcov/index.html",
    "local.settings.json",
    "local.settings.backup.json",
    "node_modules/azurite/package.json",
    "package.json",
    "shared/node_modules/x/index.js",
    "stocks.code-workspace",
)
"""Files that no clone has and a developer's folder may have."""


def test_nothing_but_what_the_app_needs_is_in_it(package: Path) -> None:
    names = [path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()]
    assert len(names) > 100
    assert [name for name in names if not any(re.fullmatch(pattern, name) for pattern in ALLOWED)] == []


def test_every_allowed_pattern_is_used(package: Path) -> None:
    names = [path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()]
    assert [pattern for pattern in ALLOWED if not any(re.fullmatch(pattern, name) for name in names)] == []


@pytest.mark.parametrize("name", OF_ONE_MACHINE)
def test_files_of_one_machine_stay_there(name: str) -> None:
    assert _ignored().match_file(name)


def _ignored() -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines((REPOSITORY / ".funcignore").read_text("utf-8").splitlines())
