"""Load over keep-alive connections, light enough that what is measured is the server."""

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Final
from urllib.parse import urlsplit

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Load:
    """What a load met.

    Attributes:
        latencies: Seconds each request took, the shortest first.
        seconds: All of it.
    """

    latencies: list[float]
    seconds: float

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.latencies) / self.seconds

    @property
    def p99(self) -> float:
        """Seconds within which 99 of 100 requests were answered."""
        return self.latencies[len(self.latencies) * 99 // 100]


async def load(base_url: str, paths: Sequence[str], count: int, *, connections: int) -> Load:
    """Asks ``count`` times, the paths in turns; each connection asks again as soon as it has an answer.

    Raises:
        AssertionError: An answer was not 200.
    """
    loop = asyncio.get_running_loop()
    address = urlsplit(base_url)
    host, port = address.hostname or "127.0.0.1", address.port or 80
    opened = [(await loop.create_connection(_Connection, host, port))[1] for _ in range(connections)]
    wanted = islice(cycle([_request(path) for path in paths]), count)
    started = time.perf_counter()
    latencies = await asyncio.gather(*(one.ask_all(wanted) for one in opened))
    seconds = time.perf_counter() - started
    for one in opened:
        one.close()
    return Load(sorted(latency for of_one in latencies for latency in of_one), seconds)


class _Connection(asyncio.Protocol):
    """Asks one request after the other, all of it in callbacks: a task that wakes would cost more."""

    def __init__(self) -> None:
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def ask_all(self, wanted: Iterator[bytes]) -> "asyncio.Future[list[float]]":
        """Takes requests until there are no more; the seconds each took."""
        self._wanted = wanted
        self._latencies: list[float] = []
        self._done: asyncio.Future[list[float]] = asyncio.get_running_loop().create_future()
        self._next()
        return self._done

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if not separator or not (length := _LENGTH.search(head)) or len(body) < int(length[1]):
            return
        self._latencies.append(time.perf_counter() - self._asked)
        self._received = b""
        if head.startswith(b"HTTP/1.1 200 "):
            self._next()
        elif not self._done.done():
            self._done.set_exception(AssertionError(f"not answered: {head!r} {body!r}"))

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(AssertionError(f"the connection was lost: {exc}"))

    def close(self) -> None:
        """Ends the connection."""
        self._transport.close()

    def _next(self) -> None:
        request = next(self._wanted, None)
        if request is None:
            self._done.set_result(self._latencies)
            return
        self._asked = time.perf_counter()
        self._transport.write(request)


def _request(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n".encode()
