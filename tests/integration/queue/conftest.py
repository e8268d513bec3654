"""Azurite, Microsoft's emulator of Azure Storage."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from azure.storage.queue._shared.parser import DEVSTORE_ACCOUNT_KEY

from tests.support.ports import free_port
from tests.support.requirements import keep_one

AZURITE: Final = Path(__file__).parent / "node_modules/azurite/dist/src/queue/main.js"
NODE: Final = shutil.which("node")
ACCOUNT: Final = "devstoreaccount1"
SECONDS: Final = 60.0


def connection_string(port: int) -> str:
    """Returns the connection string of the emulator's account, whose key is public and in Azure's library."""
    endpoint = f"http://127.0.0.1:{port}/{ACCOUNT}"
    return f"AccountName={ACCOUNT};AccountKey={DEVSTORE_ACCOUNT_KEY};QueueEndpoint={endpoint}"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keeps one of the tests that need the emulator where there is none: it is skipped with the reason."""
    if NODE is None or not AZURITE.exists():
        keep_one(config, items, lambda item: "azurite" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The connection string of a running emulator."""
    if NODE is None or not AZURITE.exists():
        pytest.skip("Azurite is not installed (npm ci --prefix tests/integration/queue)")
    port = free_port()
    command = [
        NODE, str(AZURITE), "--silent", "--disableTelemetry", "--skipApiVersionCheck",
        "--location", str(tmp_path_factory.mktemp("azurite")), "--queueHost", "127.0.0.1",
        "--queuePort", str(port),
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + SECONDS
        while True:
            assert process.poll() is None, "Azurite has ended"
            assert time.monotonic() < deadline, "Azurite does not serve"
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield connection_string(port)
    finally:
        process.kill()
        process.wait()
