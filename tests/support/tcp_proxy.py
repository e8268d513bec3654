"""A TCP proxy that fails on purpose: in front of Redis, MongoDB or anything else that speaks over TCP."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import Enum, auto
from typing import Final

GARBAGE: Final = (
    b"HTTP/1.1 400 Bad Request\r\nServer: somebody-else\r\n\r\n<html>\x00\xff not what you expect</html>"
)
_PIECE: Final = 65_536

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class ProxyFault(Enum):
    """What the proxy does in place of passing on."""

    GONE = auto()
    """Connections are refused; those there are, are broken."""
    SLOW = auto()
    """Answers come after ``delay`` seconds."""
    GARBAGE = auto()
    """Whatever is asked is answered with something else."""
    HANG = auto()
    """Nothing is answered any more."""
    DROPPED = auto()
    """Connections made before get no answer and no end; new ones work."""


class TcpProxy:
    """The proxy; every method but the constructor runs in one event loop.

    Args:
        port: Where the real server listens, on this machine.
        delay: Seconds by which ``SLOW`` delays an answer.
    """

    def __init__(self, port: int, *, delay: float = 30.0) -> None:
        self._upstream = port
        self._delay = delay
        self.fault: ProxyFault | None = None
        self._healed = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], list[asyncio.StreamWriter]] = {}
        self._dropped: set[asyncio.Task[None]] = set()
        # Keeps the port without listening: a connection to it is refused, and no other process gets it.
        self._holder = _bound(0)
        self.port: int = self._holder.getsockname()[1]

    async def start(self) -> None:
        """Listens."""
        listener = _bound(self.port)
        self._server = await asyncio.start_server(self._connected, sock=listener)

    async def set(self, fault: ProxyFault | None) -> None:
        """Switches the fault on, or all off; connections made before feel it too."""
        was, self.fault = self.fault, fault
        self._healed.set()
        self._healed = asyncio.Event()
        if fault is ProxyFault.DROPPED:
            self._dropped = set(self._connections)
        elif fault is not None or was is not None:
            self._break()
        if fault is ProxyFault.GONE:
            await self._stop_listening()
        elif self._server is None:
            await self.start()

    async def redirect(self, port: int) -> None:
        """Passes on to another server; connections made before are broken."""
        self._upstream = port
        self._break()

    async def aclose(self) -> None:
        """Ends everything."""
        await self._stop_listening()
        self._break()
        await asyncio.gather(*self._connections, return_exceptions=True)
        self._holder.close()

    async def serve(self, client: Streams) -> None:
        """Serves one connection: passes on what comes from either side."""
        reader, writer = client
        if self.fault is ProxyFault.GARBAGE:
            while await reader.read(_PIECE):
                writer.write(GARBAGE)
            return
        server = await self.connect()
        task = asyncio.current_task()

        async def wait() -> None:
            if task in self._dropped:
                await asyncio.Event().wait()
            await self.wait()

        await _first_of(_copy(reader, server[1], wait), _copy(server[0], writer, wait))

    async def connect(self) -> Streams:
        """A connection to the real server, closed with the client's."""
        streams = await asyncio.open_connection("127.0.0.1", self._upstream)
        task = asyncio.current_task()
        assert task is not None
        self._connections[task].append(streams[1])
        return streams

    async def wait(self) -> None:
        """Waits as long as the fault wants an answer to be late."""
        if self.fault is ProxyFault.HANG:
            await self._healed.wait()
        elif self.fault is ProxyFault.SLOW:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._healed.wait(), self._delay)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve((reader, writer)))
        self._connections[task] = [writer]

    async def _serve(self, client: Streams) -> None:
        task = asyncio.current_task()
        assert task is not None
        try:
            await self.serve(client)
        except (OSError, asyncio.IncompleteReadError):
            # Either side has gone: so does the other.
            return
        finally:
            for writer in self._connections.pop(task):
                writer.transport.abort()

    def _break(self) -> None:
        for task, writers in self._connections.items():
            for writer in writers:
                writer.transport.abort()
            task.cancel()

    async def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
            await asyncio.sleep(0)


async def _copy(
    source: asyncio.StreamReader,
    target: asyncio.StreamWriter,
    wait: Callable[[], Awaitable[None]] | None = None,
) -> None:
    while data := await source.read(_PIECE):
        if wait is not None:
            await wait()
        target.write(data)
        await target.drain()


async def _first_of(*works: Awaitable[None]) -> None:
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _bound(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", port))
    return bound
