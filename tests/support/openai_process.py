"""The OpenAI stand-in as a process of its own, for tests that go over HTTP."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

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
        process.communicate(timeout=10)
