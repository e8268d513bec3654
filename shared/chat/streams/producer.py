"""The task that produces one answer, whether or not anybody is connected."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, aclosing, suppress
from dataclasses import replace
from typing import Protocol

from shared.chat.chat_events import ChatEvent, ChunkEvent, MetaEvent
from shared.chat.query import ChatQuery
from shared.chat.streams.description import StreamDescription
from shared.errors import ProblemError
from shared.errors.request_errors import AnswerStoppedError
from shared.errors.service_errors import DependencyUnavailableError
from shared.observability.failures import unexpected
from shared.observability.telemetry import current_scope
from shared.redis.stream_records import StreamOpening
from shared.redis.streams import ALIVE_SECONDS
from shared.runtime.clock import Clock
from shared.runtime.shutdown import shutdown
from shared.streams.log import StreamLog
from shared.streams.reader import StreamReader
from shared.streams.stream_transport import StreamTransport
from shared.streams.stream_writer import JOIN_SECONDS, StreamWriter

_log = logging.getLogger(__name__)


class Answering(Protocol):
    """Answers questions."""

    def process_query_streaming(self, query: ChatQuery) -> AsyncGenerator[ChatEvent]:
        """Yields the events of an answer."""


class AnswerProducer:
    """Produces the answer to one query.

    Args:
        query: The query, with the id of its stream.
        agent: Answers it.
        slot: Held while the answer is produced.
        transport: Receives the frames.
        grace: Seconds for which production continues after the last reader has left.
        seconds: Time after which Redis forgets the stream unless it ends.
        clock: The present time.
    """

    def __init__(
        self,
        query: ChatQuery,
        agent: Answering,
        slot: AbstractAsyncContextManager[None],
        transport: StreamTransport,
        *,
        grace: float,
        seconds: float,
        clock: Clock,
    ) -> None:
        assert query.stream_id is not None  # noqa: S101 - the service gives both
        assert query.conversation_id is not None  # noqa: S101
        self.query = query
        self._agent = agent
        self._slot = slot
        self._streams = transport.streams
        self._grace = grace
        self._has_text = False
        self._stopped: ProblemError | None = None
        self._leaving: asyncio.Task[None] | None = None
        description = StreamDescription(
            query.owner, query.conversation_id, query.message, current_scope().request_id, clock()
        )
        self._writer = StreamWriter(
            query.conversation_id,
            StreamOpening(query.stream_id, description.encoded(), seconds),
            transport,
            stop=self.stop_on_request,
        )
        self.task = asyncio.create_task(self._run())
        shutdown.track(self.task)

    @property
    def log(self) -> StreamLog:
        """Returns the frames."""
        return self._writer.log

    def stop_on_request(self) -> None:
        """Stops the production because a client asked for it."""
        self.stop(AnswerStoppedError("The answer was stopped on request."))

    def stop(self, error: ProblemError) -> None:
        """Stops the production with an error; the text so far is stored as interrupted."""
        if self._stopped is None and not self.log.ended:
            self._stopped = error
            # Not before its first step: a task that is cancelled then would not end the stream.
            asyncio.get_running_loop().call_soon(self.task.cancel)

    def joined(self, reader: StreamReader) -> None:
        """Records a reader of this worker."""
        self._writer.readers.add(reader)
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None

    def left(self, reader: StreamReader) -> None:
        """Records that a reader has left; without any, production ends after the grace time."""
        self._writer.readers.discard(reader)
        if self._writer.readers or self.log.ended:
            return
        # Before its first frame no client knows the stream: there is nothing to resume.
        if self._grace == 0 or not self._writer.resumable:
            self.stop(AnswerStoppedError("The reader of the answer has left."))
        else:
            self._leaving = asyncio.create_task(self._leave())

    async def _leave(self) -> None:
        pause = self._grace
        await asyncio.sleep(pause)
        while await self._is_read_elsewhere():
            pause = min(pause, ALIVE_SECONDS)
            await asyncio.sleep(pause)
        self.stop(AnswerStoppedError("The readers of the answer have left."))

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
                    if self._stopped is not None:
                        # A library has swallowed the cancellation.
                        raise self._stopped
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
            self._writer.put_text(event.text, ChunkEvent)
            if not self._has_text:
                # Its readers send the first words before their figures are checked.
                self._has_text = True
                await asyncio.sleep(0)
        elif isinstance(event, MetaEvent):
            # The first frame says whether the stream can be resumed.
            resumable = await self._writer.opened()
            self._writer.put(replace(event, stream_id=self.log.stream_id, resumable=resumable))
        else:
            self._writer.put(event)
        while not self._writer.make_room():  # noqa: ASYNC110 - no event tells that a reader has read
            await asyncio.sleep(JOIN_SECONDS)

    async def _end(self, error: Exception | None) -> None:
        if self._leaving is not None:
            self._leaving.cancel()
        outcome = await self._writer.end(error)
        if self.log.last and not self._writer.readers:
            # The log line of the request was written when its client left.
            _log.info("answer ended without a reader: stream %s, outcome %s", self.log.stream_id, outcome)
