"""A real redis-server for one test: own folder, own port, gone afterwards."""

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from shared.config.store_settings import RedisSettings
from tests.support.ports import free_port
from tests.support.requirements import REDIS, require_program

_START_SECONDS = 60.0
_STOP_SECONDS = 60.0


class RedisServer:
    """A server process that can be stopped, started again on its port, and made to hang."""

    def __init__(self, folder: Path, *arguments: str, tls: bool = False) -> None:
        self.port = free_port()
        self._folder = folder
        self._arguments = arguments
        self._tls = tls
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it, empty, and waits until it takes connections."""
        binary = require_program(REDIS, package=REDIS)
        ports = ["--port", "0", "--tls-port", str(self.port)] if self._tls else ["--port", str(self.port)]
        common = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(self._folder)]
        with (self._folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(
                [binary, *ports, *common, *self._arguments], stdout=log, stderr=log
            )
        self._wait()

    def stop(self) -> None:
        """Ends it; what it held is lost."""
        if self._process is not None:
            # One that hangs must be woken to end.
            self._process.send_signal(signal.SIGCONT)
            self._process.terminate()
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                # A script without an end keeps it from ending.
                self._process.kill()
                self._process.wait()
            self._process = None

    def hang(self) -> None:
        """Connections are taken, nothing is answered."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Goes on after :meth:`hang`."""
        self._signal(signal.SIGCONT)

    def settings(self, *, password: str | None = None, ca_file: str | None = None) -> RedisSettings:
        """The settings that lead to it."""
        host = "localhost" if self._tls else "127.0.0.1"
        return redis_settings(host, self.port, password=password, ca_file=ca_file, ssl=self._tls)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def _wait(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.01)
            else:
                return
        raise RuntimeError((self._folder / "redis.log").read_text())


def redis_settings(
    host: str, port: int, *, password: str | None = None, ca_file: str | None = None, ssl: bool = False
) -> RedisSettings:
    """The settings that lead to a server."""
    return RedisSettings(
        host=host,
        port=port,
        db=0,
        username=None,
        password=SecretStr(password) if password else None,
        ssl=ssl,
        ca_file=ca_file,
        auth="password",
        max_connections=32,
    )


@contextmanager
def redis_server(folder: Path, *arguments: str, tls: bool = False) -> Iterator[RedisServer]:
    """A running server; the test is skipped where there is none to run."""
    server = RedisServer(folder, *arguments, tls=tls)
    server.start()
    try:
        yield server
    finally:
        server.stop()
