"""The task that produces one answer, whether or not anybody is connected."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, aclosing, suppress
from dataclasses import replace
from typing import Final, Protocol

from shared.chat.chat_events import ChatEvent, ChunkEvent, MetaEvent
from shared.chat.query import ChatQuery
from shared.chat.streams.description import StreamDescription
from shared.chat.streams.log import END_LINE, MAX_BYTES, StreamLog, frame_line
from shared.chat.streams.reader import StreamReader
from shared.chat.streams.sync import ProducedStream
from shared.domain.stream_events import ErrorEvent, StreamEvent
from shared.errors import AnswerStoppedError, DependencyUnavailableError, ProblemError
from shared.observability.failures import stream_failure, unexpected
from shared.observability.telemetry import current_scope
from shared.redis.stream_records import StreamOpening
from shared.redis.streams import ALIVE_SECONDS, RedisStreams
from shared.runtime.clock import Clock
from shared.runtime.compact_json import dumps
from shared.runtime.shutdown import shutdown

JOIN_SECONDS: Final = 0.02
"""Text that follows a frame within this time is joined into one: it bounds the frames of fast models."""

_FLUSH_SECONDS: Final = 3.0

_log = logging.getLogger(__name__)


class Answering(Protocol):
    """Answers questions."""

    def process_query_streaming(self, query: ChatQuery) -> AsyncGenerator[ChatEvent]:
        """Yields the events of an answer."""


class StreamExchange(Protocol):
    """Opens streams in Redis and writes them."""

    async def produce(self, stream: ProducedStream) -> bool:
        """Opens a stream; returns False if it cannot be resumed."""

    def discard(self, stream: ProducedStream) -> None:
        """Removes a stream that has ended without a line."""


class AnswerProducer:
    """Produces the answer to one query.

    Args:
        query: The query, with the id of its stream.
        agent: Answers it.
        slot: Held while the answer is produced.
        sync: Opens the stream in Redis.
        streams: The streams in Redis.
        grace: Seconds for which production continues after the last reader has left.
        seconds: Time after which Redis forgets the stream unless it ends.
        clock: The present time.
    """

    def __init__(
        self,
        query: ChatQuery,
        agent: Answering,
        slot: AbstractAsyncContextManager[None],
        sync: StreamExchange,
        streams: RedisStreams,
        *,
        grace: float,
        seconds: float,
        clock: Clock,
    ) -> None:
        assert query.stream_id is not None  # noqa: S101 - the service gives both
        assert query.conversation_id is not None  # noqa: S101
        self.query = query
        self.log = StreamLog(query.stream_id)
        self.readers: set[StreamReader] = set()
        self.resumable: bool | None = None
        self._agent = agent
        self._slot = slot
        self._sync = sync
        self._streams = streams
        self._grace = grace
        self._seconds = seconds
        self._clock = clock
        self._scope = current_scope()
        self._produced = self._stream(query.stream_id, query.conversation_id)
        self._deltas: list[str] = []
        self._characters = 0
        self._joined_at = 0.0
        self._joining: asyncio.TimerHandle | None = None
        self._stopped: ProblemError | None = None
        self._leaving: asyncio.Task[None] | None = None
        # Opened in Redis while the model thinks: the first frame says whether the stream can be resumed.
        self._opening = asyncio.create_task(sync.produce(self._produced))
        self.task = asyncio.create_task(self._run())
        shutdown.track(self.task)

    def stop(self, reason: str) -> None:
        """Stops the production; the text so far is stored as interrupted."""
        if self._stopped is None and not self.log.ended:
            self._stopped = AnswerStoppedError(reason)
            self.task.cancel()

    def joined(self, reader: StreamReader) -> None:
        """Records a reader of this worker."""
        self.readers.add(reader)
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None

    def left(self, reader: StreamReader) -> None:
        """Records that a reader has left; without any, production ends after the grace time."""
        self.readers.discard(reader)
        if self.readers or self.log.ended:
            return
        # Before its first frame no client knows the stream: there is nothing to resume.
        if self._grace == 0 or not self.resumable:
            self.stop("The reader of the answer has left.")
        else:
            self._leaving = asyncio.create_task(self._leave())

    async def _leave(self) -> None:
        pause = self._grace
        await asyncio.sleep(pause)
        while await self._is_read_elsewhere():
            pause = min(pause, ALIVE_SECONDS)
            await asyncio.sleep(pause)
        self.stop("The readers of the answer have left.")

    async def _is_read_elsewhere(self) -> bool:
        try:
            return await self._streams.is_read(self.log.stream_id)
        except DependencyUnavailableError:
            return False

    async def _run(self) -> None:
        error: Exception | None = None
        try:
            async with self._slot, aclosing(self._agent.process_query_streaming(self.query)) as events:
                async for event in events:
                    await self._put(event)
        except asyncio.CancelledError:
            # Not raised again: the traceback would keep the whole stream in a reference cycle.
            error = self._stopped or (shutdown.error() if shutdown.interrupting else unexpected())
        except Exception as failure:  # noqa: BLE001 - readers receive it; the cause is logged
            error = failure
        with suppress(asyncio.CancelledError):
            await self._end(error)

    async def _put(self, event: ChatEvent) -> None:
        if isinstance(event, ChunkEvent):
            self._put_text(event.text)
        else:
            if isinstance(event, MetaEvent):
                event = await self._opened(event)
            self._put_frame(event)
        if self.log.size > MAX_BYTES:
            await self._make_room()

    async def _opened(self, event: MetaEvent) -> MetaEvent:
        """Returns the first event with what clients need to resume the stream."""
        self.resumable = await asyncio.shield(self._opening)
        return replace(event, stream_id=self.log.stream_id, resumable=self.resumable)

    def _put_text(self, text: str) -> None:
        self._deltas.append(text)
        loop = asyncio.get_running_loop()
        if loop.time() >= self._joined_at + JOIN_SECONDS:
            # Immediately: the first words leave together with the frames before them.
            self._join()
        elif self._joining is None:
            self._joining = loop.call_at(self._joined_at + JOIN_SECONDS, self._join)

    def _join(self) -> None:
        if self._joining is not None:
            self._joining.cancel()
            self._joining = None
        if self._deltas:
            text = "".join(self._deltas)
            self._deltas.clear()
            self._characters += len(text)
            self._joined_at = asyncio.get_running_loop().time()
            self._append(ChunkEvent(text))

    def _put_frame(self, event: StreamEvent) -> None:
        self._join()
        self._append(event)

    def _append(self, event: StreamEvent) -> None:
        data = event.payload()
        encoded = data if isinstance(data, bytes) else dumps(data)
        self.log.append(frame_line(self.log.last + 1, self._characters, encoded))

    async def _make_room(self) -> None:
        """Removes lines from memory: those that Redis holds, or, without Redis, those that were read."""
        while self.log.size > MAX_BYTES:
            if self._produced.written > self.log.removed:
                self.log.remove_to(self._produced.written)
            elif (read := min((reader.position for reader in self.readers), default=0)) > self.log.removed:
                self.log.remove_to(read)
            else:
                await asyncio.sleep(JOIN_SECONDS)

    async def _end(self, error: Exception | None) -> None:
        self._join()
        if self._leaving is not None:
            self._leaving.cancel()
        if not self.log.last:
            self.log.end(error or unexpected())
            await self._forget()
            return
        outcome = "ok"
        if error is not None:
            problem = stream_failure(error, self._scope)
            outcome = problem.code
            self._put_frame(ErrorEvent(problem, self._scope.request_id))
        self.log.append(END_LINE)
        if not self.readers:
            # The log line of the request was written when its client left.
            _log.info("answer ended without a reader: stream %s, outcome %s", self.log.stream_id, outcome)
        if self.resumable:
            await self._close_in_redis()

    async def _close_in_redis(self) -> None:
        with suppress(TimeoutError, DependencyUnavailableError):
            async with asyncio.timeout(_FLUSH_SECONDS):
                await self._produced.done.wait()
                await self._streams.not_running(self._produced.group, self.log.stream_id)

    async def _forget(self) -> None:
        """Removes a stream that no client knows."""
        with suppress(DependencyUnavailableError):
            if await asyncio.shield(self._opening):
                self._sync.discard(self._produced)
                await self._streams.remove(self.log.stream_id)

    def _stream(self, stream_id: str, conversation_id: str) -> ProducedStream:
        description = StreamDescription(
            self.query.owner, conversation_id, self.query.message, self._scope.request_id, self._clock()
        )
        opening = StreamOpening(stream_id, description.encoded(), self._seconds)
        return ProducedStream(self.log, conversation_id, opening)
