"""Runs the local host with uvicorn, and ends it in order."""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from infra.local.protocol import BoundedHttpProtocol
from shared.errors import ConfigurationError
from shared.runtime.shutdown import shutdown

ADDRESS: Final = "127.0.0.1"
GRACE_SECONDS: Final = 2
"""Seconds that requests, and then timers, get to finish after a signal."""

_BACKLOG: Final = 1024
_LAST_RESORT_SECONDS: Final = 15

_log = logging.getLogger(__name__)


class Server(uvicorn.Server):
    """Uvicorn that ends quietly on Ctrl-C and SIGTERM; a second Ctrl-C ends it immediately.

    Args:
        app: The ASGI app.
    """

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                lifespan="off",
                log_config=None,
                log_level="error",
                access_log=False,
                server_header=False,
                http=BoundedHttpProtocol,
                ws="none",
                timeout_graceful_shutdown=_LAST_RESORT_SECONDS,
            )
        )
        self._draining: asyncio.Task[None] | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handles signals while it serves; uvicorn itself would raise them again at the end."""
        numbers = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """See the base class."""
        # Requests that are cut off from now on are cut off on purpose: no tracebacks.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        super().handle_exit(sig, frame)
        # A signal handler may not touch the loop directly.
        asyncio.get_running_loop().call_soon_threadsafe(self._begin_drain)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """See the base class. Also waits for work that no connection of this worker waits for."""
        await super().shutdown(sockets)
        if self._draining is not None:
            await self._draining

    def _begin_drain(self) -> None:
        if self._draining is None:
            self._draining = asyncio.create_task(self._drain())

    async def _drain(self) -> None:
        """Lets requests finish, interrupts the others, and cuts off what does not end even then."""
        await shutdown.drain(GRACE_SECONDS)
        if tasks := self.server_state.tasks:
            await asyncio.wait(tasks, timeout=GRACE_SECONDS)
        for task in self.server_state.tasks:
            task.cancel()


def listen(port: int) -> socket.socket:
    """Listens on a port of this machine; 0 takes a free one.

    Raises:
        ConfigurationError: The port is not available.
    """
    try:
        listener = socket.create_server((ADDRESS, port), backlog=_BACKLOG)
    except (OSError, OverflowError) as error:
        reason = os.strerror(error.errno or 0) if isinstance(error, OSError) else "it is not a port number"
        raise ConfigurationError(
            f"port {port} cannot be used: {reason}; name another one with PORT= or --port"
        ) from None
    # Head and body of a response are two packets: without this the second waits 40 ms for the acknowledgement
    # of the first. asyncio sets it only on sockets with a protocol number, which these do not have.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


async def end_in_time(what: str, ending: "asyncio.Future[None] | asyncio.Task[None]") -> None:
    """Waits for something to end, within a deadline."""
    try:
        async with asyncio.timeout(GRACE_SECONDS):
            await ending
    except TimeoutError:
        _log.warning("%s did not end within %d s", what, GRACE_SECONDS)
