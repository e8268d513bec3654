"""What is deployed is all that the app needs, and nothing that is for developers alone."""

import json
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
        pytest.skip("this is no clone: what belongs to the project cannot be told")
    ignored = GitIgnoreSpec.from_lines((REPOSITORY / ".funcignore").read_text("utf-8").splitlines())
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
    assert {"health", "chat_stream", "cache_refresh", "migrations", "docs"} <= set(found["functions"])
    assert found["migrations"] >= 3


def test_requirements_can_be_installed_from_it(package: Path) -> None:
    # The platform installs them where it builds: what they refer to must be there.
    assert (package / "requirements.txt").is_file()
    assert (package / "constraints.txt").is_file()
    assert (package / "host.json").is_file()


def test_nothing_for_developers_is_in_it(package: Path) -> None:
    names = {path.name for path in package.iterdir()}
    assert names.isdisjoint({"tests", "infra", ".github", ".ci", "Makefile", "README.md", "azure.yaml"})
    assert not any(name.startswith(("local.settings", "requirements-")) for name in names)
    assert sorted(path.name for path in package.rglob("*.env")) == []
