"""A connection's place in a stream."""

import asyncio
from collections.abc import Awaitable, Callable

from shared.errors.service_errors import DependencyUnavailableError, ProducerLostError
from shared.streams.log import StreamLog, sse_frames

LoadLines = Callable[[int], Awaitable[bytes]]
"""Returns the lines after a number, from Redis."""


class StreamReader:
    """Reads the frames of a stream from one place to its end.

    Args:
        log: The frames.
        position: Number of the frame after which it begins.
        load: Reads the lines that are not in memory any more.
        left: Called once when the connection ends.
    """

    def __init__(
        self, log: StreamLog, position: int, load: LoadLines, left: Callable[["StreamReader"], None]
    ) -> None:
        self._log = log
        self._position = position
        self._load = load
        self._left: Callable[[StreamReader], None] | None = left
        self._loaded = b""
        self._failure: Exception | None = None
        self._changed = asyncio.Event()
        self._woken = False
        log.watch(self._changed)

    @property
    def stream_id(self) -> str:
        """Returns the id of the stream."""
        return self._log.stream_id

    @property
    def position(self) -> int:
        """Returns the number of the last frame that was taken."""
        return self._position

    @property
    def error(self) -> Exception | None:
        """Returns why the stream ended without its last frame; None otherwise."""
        return self._failure or self._log.error

    @property
    def pending(self) -> bool:
        """Returns whether frames can be taken."""
        return self._position < self._log.last and self._failure is None

    @property
    def ended(self) -> bool:
        """Returns whether no further frame follows those that are pending."""
        return self._log.ended or self._failure is not None

    async def wait(self) -> None:
        """Waits until frames can be taken, or the stream has ended, or :meth:`wake` is called."""
        while not (self.pending or self.ended or self._woken):
            self._changed.clear()
            await self._changed.wait()
        self._woken = False
        if self._position < self._log.removed and self._failure is None:
            await self._load_removed()

    def take(self) -> bytes:
        """Returns frames as server-sent events; empty without any."""
        return sse_frames(self._log.stream_id, self.take_lines())

    def take_lines(self) -> bytes:
        """Returns the lines of frames; empty without any."""
        if not self.pending:
            return b""
        if self._loaded:
            lines, self._loaded = self._loaded, b""
            self._position += lines.count(b"\n")
        elif self._position < self._log.removed:
            return b""
        else:
            self._position, lines = self._log.after(self._position)
        return lines

    def wake(self) -> None:
        """Ends a wait early."""
        self._woken = True
        self._changed.set()

    def close(self) -> None:
        """Ends reading."""
        self._log.unwatch(self._changed)
        left, self._left = self._left, None
        if left is not None:
            left(self)

    async def _load_removed(self) -> None:
        """Reads the lines that were removed from memory while this connection was slow."""
        try:
            self._loaded = await self._load(self._position)
        except DependencyUnavailableError as error:
            self._failure = error
            return
        if not self._loaded:
            self._failure = ProducerLostError("The stream is no longer available.", retry_after=1)
