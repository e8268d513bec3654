"""Clients generated from the contract pass their type checkers and call the running service.

The generators of TypeScript need ``npm ci`` in this folder (``.ci/run`` and the CI workflow do it).
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.contract import document
from tests.support.host import running_host

FOLDER = Path(__file__).parent
MODULES = FOLDER / "node_modules"
NODE = MODULES / "node/bin/node"
SECONDS = 300


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_host(tmp_path_factory.mktemp("service")) as base_url:
        yield f"{base_url}/api"


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("contract") / "openapi.json"
    path.write_text(json.dumps(document()))
    return path


def run(*command: str | Path, cwd: Path) -> str:
    ended = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


@pytest.mark.skipif(
    find_spec("openapi_python_client") is None, reason="openapi-python-client is not installed"
)
def test_python_client(contract: Path, base_url: str, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    # Its hooks would format the code, which is not read.
    config.write_text("package_name_override: stock_client\npost_hooks: []\n")
    generate = ("-m", "openapi_python_client", "generate", "--meta", "none", "--fail-on-warning")
    target = tmp_path / "stock_client"
    said = run(
        sys.executable,
        *generate,
        "--config",
        config,
        "--path",
        contract,
        "--output-path",
        target,
        cwd=tmp_path,
    )
    assert "Warning" not in said
    use = tmp_path / "use_python_client.py"
    use.write_bytes((FOLDER / "use_python_client.py").read_bytes())
    # The connection handling of the generator's template does not pass its own strictness.
    (tmp_path / "mypy.ini").write_text(
        "[mypy]\nstrict = true\n[mypy-stock_client.client]\nignore_errors = true\n"
    )
    run(sys.executable, "-m", "mypy", "--config-file", "mypy.ini", "stock_client", use.name, cwd=tmp_path)
    run(sys.executable, use, base_url, cwd=tmp_path)


@pytest.mark.skipif(
    not NODE.exists(),
    reason="the generators of TypeScript clients are not installed (npm ci --prefix tests/clients)",
)
def test_typescript_clients(contract: Path, base_url: str, tmp_path: Path) -> None:
    for file in (*(FOLDER / "typescript").iterdir(), FOLDER / "tsconfig.json"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "node_modules").symlink_to(MODULES)
    hey_api = MODULES / "@hey-api/openapi-ts/bin/run.js"
    run(NODE, hey_api, "-i", contract, "-o", "hey_api", "-c", "@hey-api/client-fetch", cwd=tmp_path)
    run(NODE, MODULES / "openapi-typescript/bin/cli.js", contract, "-o", "schema.d.ts", cwd=tmp_path)
    run(NODE, MODULES / "typescript/bin/tsc", "--project", ".", cwd=tmp_path)
    for program in ("hey_api.js", "openapi_fetch.js"):
        run(NODE, tmp_path / "out" / program, base_url, cwd=tmp_path)
