"""The stand-in for the Functions host as a process of its own, for tests that go over HTTP."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support.limits import UNREACHED
from tests.support.network import closed_proxies

REPOSITORY: Final = Path(__file__).resolve().parents[2]
SAMPLE_APP: Final = REPOSITORY / "tests/support/sample_app"
PROBED_APP: Final = REPOSITORY / "tests/support/probed_app"
REDIS_SECONDS: Final = "REDIS_SECONDS_OF_A_TEST"
"""Environment variable of ``PROBED_APP``: seconds that Redis may take."""

TIMERS_AT_REST: Final = dict.fromkeys(
    ("CACHE_REFRESH_SCHEDULE", "BRIEFINGS_SCHEDULE", "MIGRATIONS_SCHEDULE"), "0 0 0 29 2 *"
)
"""Settings with which no timer is due while tests run (midnight of a 29 February): a run at a due time
of the clock would change what a test finds. Tests start timers by hand."""

_SLOW_MACHINE: Final = {"MARKET_DATA_DEADLINE": "60"}
"""Settings with which a slow machine is no fault: the first request to a source waits for its libraries."""

_INHERITED: Final = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH")
_ADDRESS: Final = re.compile(r"http://localhost:\d+")
_START_SECONDS: Final = 120.0
_STOP_SECONDS: Final = 60.0


@dataclass(frozen=True)
class Ended:
    """How a process ended.

    Attributes:
        code: Its exit code.
        output: Everything it printed.
    """

    code: int
    output: str


class HostProcess:
    """A running stand-in.

    Args:
        folder: Takes its data and its output.
        environ: Environment variables besides the few that every process needs.
        app: Folder of the app; by default the repository's.
        root: Folder of the repository; another one runs another version.
        arguments: Further arguments.
    """

    def __init__(
        self,
        folder: Path,
        environ: Mapping[str, str] | None = None,
        *,
        app: Path | None = None,
        root: Path = REPOSITORY,
        arguments: tuple[str, ...] = ("--port", "0"),
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._output = folder / "output.txt"
        chosen = ("--app", str(app)) if app else ()
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "infra.local", *arguments, *chosen],
                cwd=root,
                env=environment(folder) | dict(environ or {}),
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def output(self) -> str:
        """What it has printed so far."""
        return self._output.read_text("utf-8")

    def base_url(self) -> str:
        """Waits until it serves; the address.

        Raises:
            AssertionError: It ended, or does not serve in time.
        """
        deadline = time.monotonic() + _START_SECONDS
        while not (found := _ADDRESS.search(self.output())):
            code = self._process.poll()
            assert code is None, f"the host ended with {code}:\n{self.output()}"
            assert time.monotonic() < deadline, f"the host does not serve:\n{self.output()}"
            time.sleep(0.02)
        return found[0].replace("localhost", "127.0.0.1")

    def send_signal(self, number: signal.Signals) -> None:
        """Sends a signal, unless it has ended."""
        if self._process.poll() is None:
            self._process.send_signal(number)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> Ended:
        """Asks it to end, waits until it has, and ends it by force where it does not."""
        self.send_signal(number)
        return self.wait()

    def wait(self) -> Ended:
        """Waits for its end."""
        try:
            code = self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        return Ended(code, self.output())


@contextmanager
def running_host(
    folder: Path,
    environ: Mapping[str, str] | None = None,
    *,
    app: Path | None = None,
    root: Path = REPOSITORY,
) -> Iterator[str]:
    """Serves an app for the block; gives the address. The end must be clean.

    Raises:
        AssertionError: It did not start, or did not end cleanly.
    """
    host = HostProcess(folder, environ, app=app, root=root)
    try:
        yield host.base_url()
    finally:
        ended = host.stop()
    assert ended.code == 0, ended.output


def environment(folder: Path) -> dict[str, str]:
    """Environment variables of a process that serves the app, with its data in a folder."""
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {
        **inherited,
        **closed_proxies(),
        "APP_ENV": "local",
        "LOCAL_DATA_DIR": str(folder / "data"),
        "YAHOO_FINANCE_ENABLED": "false",
        # Not an emulator that happens to run on this machine.
        "WEBHOOK_QUEUE_CONNECTION": "",
        **TIMERS_AT_REST,
        **UNREACHED,
        **_SLOW_MACHINE,
    }
