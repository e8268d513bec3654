"""Writes the frames of one stream: for the readers of this worker, and through Redis for those of others."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from shared.domain.stream_events import ErrorEvent, StreamEvent
from shared.errors.service_errors import DependencyUnavailableError
from shared.observability.failures import stream_failure, unexpected
from shared.observability.telemetry import current_scope
from shared.redis.stream_records import StreamOpening
from shared.runtime.compact_json import dumps
from shared.streams.log import END_LINE, MAX_BYTES, StreamLog, frame_line
from shared.streams.reader import StreamReader
from shared.streams.stream_transport import StreamTransport
from shared.streams.sync import ProducedStream

JOIN_SECONDS: Final = 0.02
"""Text that follows a frame within this time is joined into one: it bounds the frames of fast models."""

_MAX_JOINED: Final = 8_192
"""Characters of text that wait to be joined; the lines in memory are bounded only when they are appended."""
_FLUSH_SECONDS: Final = 3.0


class StreamWriter:
    """The frames of one stream.

    Args:
        group: Name under which the running stream is found; None without one.
        opening: Id, description and lifetime.
        transport: Writes the frames to Redis.
        stop: Called when a client of any worker stops the stream; None if it cannot be stopped.

    Attributes:
        log: The frames.
        readers: The readers of this worker.
        resumable: Whether Redis holds the stream; None until that is known.
    """

    def __init__(
        self,
        group: str | None,
        opening: StreamOpening,
        transport: StreamTransport,
        stop: Callable[[], None] | None = None,
    ) -> None:
        self.log = StreamLog(opening.stream_id)
        self.readers: set[StreamReader] = set()
        self.resumable: bool | None = None
        self._transport = transport
        self._scope = current_scope()
        self._produced = ProducedStream(self.log, group, opening, stop)
        self._deltas: list[str] = []
        self._waiting = 0
        self._text_event: Callable[[str], StreamEvent] | None = None
        self._characters = 0
        self._joined_at = 0.0
        self._joining: asyncio.TimerHandle | None = None
        # Opened while the first frame is being produced.
        self._opening = asyncio.create_task(transport.sync.produce(self._produced))

    async def opened(self) -> bool:
        """Waits until the stream has been opened in Redis; returns whether it can be resumed."""
        self.resumable = await asyncio.shield(self._opening)
        return self.resumable

    def put(self, event: StreamEvent, characters: int = 0) -> None:
        """Appends the frame of an event, which carries so many characters of text."""
        self._join()
        self._characters += characters
        self._append(event)

    def put_text(self, text: str, text_event: Callable[[str], StreamEvent]) -> None:
        """Appends text; pieces that follow each other quickly become one frame.

        Args:
            text: The text.
            text_event: Returns the event of a text.
        """
        self._text_event = text_event
        self._deltas.append(text)
        self._waiting += len(text)
        loop = asyncio.get_running_loop()
        if self._waiting >= _MAX_JOINED or loop.time() >= self._joined_at + JOIN_SECONDS:
            # Immediately: the first words leave together with the frames before them.
            self._join()
        elif self._joining is None:
            self._joining = loop.call_at(self._joined_at + JOIN_SECONDS, self._join)

    def make_room(self) -> bool:
        """Removes lines from memory: those that Redis holds, or, without Redis, those that were read.

        Returns:
            Whether the lines in memory are within their bound.
        """
        if self.log.size > MAX_BYTES:
            read = min((reader.position for reader in self.readers), default=0)
            self.log.remove_to(self._produced.written if self._produced.written > self.log.removed else read)
        return self.log.size <= MAX_BYTES

    async def end(self, error: Exception | None) -> str:
        """Ends the stream and waits until Redis holds its last line.

        A stream without a frame is removed: no client knows it. Its readers receive the error itself.

        Args:
            error: Why it ends early; None if it is complete.

        Returns:
            The outcome: ``ok``, or the code of the error.
        """
        self._join()
        if not self.log.last:
            self.log.end(error or unexpected())
            await self._forget()
            return "no frame"
        outcome = "ok"
        if error is not None:
            problem = stream_failure(error, self._scope)
            outcome = problem.code
            self.put(ErrorEvent(problem, self._scope.request_id))
        self.log.append(END_LINE)
        if self.resumable:
            await self._close_in_redis()
        return outcome

    def _join(self) -> None:
        if self._joining is not None:
            self._joining.cancel()
            self._joining = None
        if self._deltas and self._text_event is not None:
            text = "".join(self._deltas)
            self._deltas.clear()
            self._waiting = 0
            self._characters += len(text)
            self._joined_at = asyncio.get_running_loop().time()
            self._append(self._text_event(text))

    def _append(self, event: StreamEvent) -> None:
        data = event.payload()
        encoded = data if isinstance(data, bytes) else dumps(data)
        self.log.append(frame_line(self.log.last + 1, self._characters, encoded))

    async def _close_in_redis(self) -> None:
        with suppress(TimeoutError, DependencyUnavailableError):
            async with asyncio.timeout(_FLUSH_SECONDS):
                await self._produced.done.wait()
                if self._produced.group is not None:
                    await self._transport.streams.not_running(self._produced.group, self.log.stream_id)

    async def _forget(self) -> None:
        """Removes a stream that no client knows."""
        with suppress(DependencyUnavailableError):
            if await asyncio.shield(self._opening):
                self._transport.sync.discard(self._produced)
                await self._transport.streams.remove(self.log.stream_id)
