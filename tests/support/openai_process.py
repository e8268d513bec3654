"""The OpenAI stand-in as a process of its own, for tests that go over HTTP."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.support.host import REPOSITORY


@contextmanager
def openai_process() -> Iterator[str]:
    """Runs it for the block; gives its base URL."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.openai_stub"], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate(timeout=60)


def model_calls(base_url: str) -> int:
    """Returns the number of requests that it has received."""
    calls: dict[str, list[Any]] = httpx.get(f"{base_url.removesuffix('/v1')}/calls", timeout=60).json()
    return len(calls["calls"])
