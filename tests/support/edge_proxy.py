"""A proxy before the service that cuts streams, holds bytes back, or ends silent responses."""

import asyncio
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final

_PIECE: Final = 16_384


class EdgeProxy:
    """Passes requests on, one per connection; every method but the constructor runs in one event loop.

    Args:
        port: Port of the service.
        page: HTML that is served at ``/page``.
        cuts: Bytes after which each of the first streams is cut, in order.
        held: Bytes of a response that are held back until there are more.
        silence: Seconds of silence after which a response is ended.
    """

    def __init__(
        self, port: int, *, page: str = "", cuts: Sequence[int] = (), held: int = 0, silence: float = 3_600
    ) -> None:
        self._upstream = port
        self._page = page
        self._cuts = list(cuts)
        self._held = held
        self._silence = silence
        self._server: asyncio.Server | None = None
        self.results: asyncio.Queue[str] = asyncio.Queue()
        self.cut = 0
        self.requests: list[str] = []

    @property
    def port(self) -> int:
        """Returns the port."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def start(self) -> None:
        """Listens."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def aclose(self) -> None:
        """Ends listening."""
        if self._server is not None:
            self._server.close()

    async def result(self, seconds: float) -> str | None:
        """Waits for what the page posts to ``/result``; None if nothing comes in time."""
        try:
            async with asyncio.timeout(seconds):
                return await self.results.get()
        except TimeoutError:
            return None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError), _closing(writer):
            head = await reader.readuntil(b"\r\n\r\n")
            method, path, _ = head.split(b" ", 2)
            body = await reader.readexactly(_length(head))
            if path == b"/page":
                writer.write(_response(b"text/html; charset=utf-8", self._page.encode()))
            elif path == b"/result":
                self.results.put_nowait(body.decode())
                writer.write(_response(b"text/plain", b"ok"))
            else:
                self.requests.append(f"{method.decode()} {path.decode().partition('?')[0]}")
                await self._pass_on(head + body, writer, is_stream=b"/chat/stream" in path)
            await writer.drain()

    async def _pass_on(self, request: bytes, writer: asyncio.StreamWriter, *, is_stream: bool) -> None:
        upstream, sending = await asyncio.open_connection("127.0.0.1", self._upstream)
        with _closing(sending):
            await self._exchange(request, upstream, sending, writer, is_stream=is_stream)

    async def _exchange(
        self,
        request: bytes,
        upstream: asyncio.StreamReader,
        sending: asyncio.StreamWriter,
        writer: asyncio.StreamWriter,
        *,
        is_stream: bool,
    ) -> None:
        sending.write(request.replace(b"Connection: keep-alive", b"Connection: close"))
        left = self._cuts.pop(0) if is_stream and self._cuts else None
        held, passing = b"", not is_stream or not self._held
        while True:
            try:
                data = await asyncio.wait_for(upstream.read(_PIECE), self._silence)
            except TimeoutError:
                return
            if not passing:
                held += data
                if data and len(held.partition(b"\r\n\r\n")[2]) < self._held:
                    continue
                data, held, passing = held, b"", True
            if not data:
                return
            if left is not None and len(data) >= left:
                writer.write(data[:left])
                await writer.drain()
                self.cut += 1
                writer.transport.abort()
                return
            left = None if left is None else left - len(data)
            writer.write(data)
            await writer.drain()


@contextmanager
def _closing(writer: asyncio.StreamWriter) -> Iterator[None]:
    try:
        yield
    finally:
        writer.close()


def random_cuts(count: int, seed: int) -> list[int]:
    """Returns places to cut at: some within the padding, most between or within frames."""
    chance = random.Random(seed)
    first = 4_600 + chance.randrange(700, 1_500)
    return [first, *(4_600 + chance.randrange(60, 700) for _ in range(count - 1))]


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def _response(media_type: bytes, body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
    return head % (media_type, len(body)) + body
