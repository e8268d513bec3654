"""What an open stream gets when Azure's worker process gets SIGTERM."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.host import REPOSITORY, environment

pytest.importorskip("azure_functions_runtime", reason="Azure's worker code needs Python 3.13 or later")

SECONDS = 60.0


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.shutdown_worker"],
        cwd=REPOSITORY,
        env={**environment(tmp_path), "EMBEDDED_STORES_MODULE": "infra.local.embedded_stores"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def test_open_stream_ends_by_itself_and_the_process_after_it(worker: subprocess.Popen[str]) -> None:
    assert worker.stdout is not None
    assert worker.stdin is not None
    line = worker.stdout.readline()
    assert line, worker.communicate()[1]
    started = json.loads(line)
    url = f"{started['address']}/api/chat/stream"
    headers = {"x-ms-invocation-id": started["invocation_id"]}
    said = []
    with httpx.stream("POST", url, headers=headers, json={"message": "Hi"}, timeout=SECONDS) as response:
        for text in response.iter_lines():
            said += [word for word in ("one", "two", "[DONE]") if f'"{word}"' in text or text.endswith(word)]
            if said == ["one"]:
                worker.send_signal(signal.SIGTERM)
                wait_until_refused(started["address"])
                assert worker.poll() is None, "the process ended with its stream open"
                worker.stdin.write("go on\n")
                worker.stdin.flush()
    assert said == ["one", "two", "[DONE]"]
    # The web server stops taking connections, waits for its streams without a limit of its own, and then lets
    # the signal end the process: 143 for a shell.
    assert worker.wait(SECONDS) == -signal.SIGTERM


def wait_until_refused(address: str) -> None:
    """Returns when nothing listens any more."""
    place = urlsplit(address)
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection((place.hostname, place.port), timeout=1).close()
        except OSError:
            return
        time.sleep(0.02)
    raise AssertionError("the worker still takes connections")
