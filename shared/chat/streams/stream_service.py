"""The streams of answers: started here, read and stopped from any worker."""

import asyncio
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from shared.chat.query import ChatQuery
from shared.chat.streams.description import StreamDescription
from shared.chat.streams.event_id import EventId
from shared.chat.streams.log import StreamLog
from shared.chat.streams.producer import Answering, AnswerProducer
from shared.chat.streams.reader import StreamReader
from shared.chat.streams.recovery import StreamRecovery
from shared.chat.streams.stored import stored_log
from shared.chat.streams.sync import StreamSync
from shared.config.settings import Settings
from shared.domain.caller import Owner
from shared.errors import DependencyUnavailableError, NotFoundError, ProducerLostError
from shared.observability.telemetry import current_scope
from shared.redis.stream_records import LoadedStream
from shared.redis.streams import RedisStreams
from shared.runtime.clock import Clock

if TYPE_CHECKING:
    from shared.data.repositories.conversations_repository import ConversationRepository

_AFTER_DEADLINE: Final = 600.0
"""Seconds after the deadline of the model for which Redis keeps a stream that did not end."""
_ARRIVAL_SECONDS: Final = 1.0
_STOPPED: Final = "The answer was stopped on request."


class ChatStreams:
    """Starts, resumes and stops streams.

    Args:
        agent: Answers questions.
        streams: The streams in Redis.
        recovery: Ends the streams of workers that were killed.
        conversations: The stored conversations.
        settings: The grace time and the deadline of the model.
        clock: The present time.
    """

    def __init__(
        self,
        agent: Answering,
        streams: RedisStreams,
        recovery: StreamRecovery,
        conversations: "ConversationRepository",
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._agent = agent
        self._streams = streams
        self._recovery = recovery
        self._conversations = conversations
        self._grace = settings.chat.grace_seconds
        self._seconds = settings.model.deadline + _AFTER_DEADLINE
        self._clock = clock
        self._sync = StreamSync(streams, stop=self._stop_here, lost=self._recover_later)
        self._producers: dict[str, AnswerProducer] = {}
        self._followed: dict[str, StreamLog] = {}
        self._readers: dict[str, set[StreamReader]] = {}
        self._recovering: set[asyncio.Task[None]] = set()

    def start(self, query: ChatQuery, slot: AbstractAsyncContextManager[None]) -> StreamReader:
        """Starts the answer to a query and returns its first reader.

        Args:
            query: The query.
            slot: Held while the answer is produced.
        """
        stream_id = uuid4().hex
        begins = query.conversation_id is None
        conversation_id = query.conversation_id or str(uuid4())
        producer = AnswerProducer(
            replace(query, stream_id=stream_id, conversation_id=conversation_id, begins=begins),
            self._agent,
            slot,
            self._sync,
            self._streams,
            grace=self._grace,
            seconds=self._seconds,
            clock=self._clock,
        )
        self._producers[stream_id] = producer
        producer.task.add_done_callback(lambda _: self._producers.pop(stream_id, None))
        return self._reader_of(producer, 0)

    async def resume(self, place: EventId, owner: Owner) -> StreamReader | None:
        """Returns a reader that continues after a place; None if the last frame was read already.

        Raises:
            NotFoundError: The owner has no such stream, or the stream no such frame.
            DependencyUnavailableError: Redis is unavailable.
        """
        producer = self._producers.get(place.stream_id)
        if producer is not None and not producer.log.error:
            _check_owner(producer.query.owner, owner)
            if place.number is None:
                return None
            _check_place(place.number, producer.log)
            return self._reader_of(producer, place.number)
        loaded = await self._streams.load(place.stream_id)
        if loaded is None:
            return await self._resume_stored(place, owner)
        _check_owner(StreamDescription.decode(loaded.description).owner, owner)
        if place.number is None:
            return None
        log = self._followed.get(place.stream_id) or _log_of(place.stream_id, loaded)
        reader = self._follow(log, place.number)
        try:
            await _arrival(log, place.number)
        except BaseException:
            reader.close()
            raise
        if reader.ended and not reader.pending:
            reader.close()
            return None
        return reader

    async def stop(self, stream_id: str, owner: Owner) -> bool:
        """Stops a stream in whichever worker produces it; returns False if it had ended.

        Raises:
            NotFoundError: The owner has no such stream.
            DependencyUnavailableError: Redis is unavailable.
        """
        producer = self._producers.get(stream_id)
        if producer is not None:
            _check_owner(producer.query.owner, owner)
            running = not producer.log.ended
            producer.stop(_STOPPED)
            return running
        loaded = await self._streams.load(stream_id)
        if loaded is None:
            if await self._conversations.find_by_stream(stream_id, owner) is None:
                raise _not_found()
            return False
        _check_owner(StreamDescription.decode(loaded.description).owner, owner)
        if _log_of(stream_id, loaded).ended:
            return False
        if not loaded.alive:
            await self._recovery.end_lost(stream_id)
            return False
        await self._streams.request_stop(stream_id)
        return True

    async def aclose(self) -> None:
        """Ends what is in progress; producers have ended before (see ``shared.runtime.shutdown``)."""
        for producer in list(self._producers.values()):
            producer.stop("The service is shutting down.")
        await asyncio.gather(*(producer.task for producer in list(self._producers.values())))
        for task in self._recovering:
            task.cancel()
        await asyncio.gather(*self._recovering, return_exceptions=True)
        await self._recovery.aclose()
        await self._sync.aclose()

    async def _resume_stored(self, place: EventId, owner: Owner) -> StreamReader | None:
        conversation = await self._conversations.find_by_stream(place.stream_id, owner)
        if conversation is None:
            raise _not_found()
        log = stored_log(conversation, place, current_scope().request_id)
        if log is None:
            return None
        return StreamReader(log, place.number or 0, self._load_after(log.stream_id), lambda _: None)

    def _reader_of(self, producer: AnswerProducer, position: int) -> StreamReader:
        load = self._load_after(producer.log.stream_id)
        reader = StreamReader(producer.log, position, load, producer.left)
        producer.joined(reader)
        return reader

    def _follow(self, log: StreamLog, position: int) -> StreamReader:
        """Returns a reader of a stream of another worker; all readers of a stream share its lines."""
        reader = StreamReader(log, position, self._load_after(log.stream_id), self._left)
        if not log.ended and log.stream_id not in self._followed:
            self._followed[log.stream_id] = log
            self._sync.follow(log)
        self._readers.setdefault(log.stream_id, set()).add(reader)
        return reader

    def _left(self, reader: StreamReader) -> None:
        stream_id = reader.stream_id
        readers = self._readers.get(stream_id, set())
        readers.discard(reader)
        if not readers:
            self._readers.pop(stream_id, None)
            self._followed.pop(stream_id, None)
            self._sync.unfollow(stream_id)

    def _load_after(self, stream_id: str) -> "LoadAfter":
        return LoadAfter(self._streams, stream_id)

    def _stop_here(self, stream_id: str) -> None:
        producer = self._producers.get(stream_id)
        if producer is not None:
            producer.stop(_STOPPED)

    def _recover_later(self, stream_id: str) -> None:
        task = asyncio.create_task(self._recover(stream_id))
        self._recovering.add(task)
        task.add_done_callback(self._recovering.discard)

    async def _recover(self, stream_id: str) -> None:
        with suppress(DependencyUnavailableError):
            if not await self._recovery.end_lost(stream_id) and stream_id in self._followed:
                lost = ProducerLostError("The stream is no longer available.", retry_after=1)
                self._followed[stream_id].end(lost)
                self._sync.unfollow(stream_id)


class LoadAfter:
    """Reads lines of one stream that are not in memory any more.

    Args:
        streams: The streams in Redis.
        stream_id: Id of the stream.
    """

    def __init__(self, streams: RedisStreams, stream_id: str) -> None:
        self._streams = streams
        self._stream_id = stream_id

    async def __call__(self, number: int) -> bytes:
        """Returns the lines after a number."""
        loaded = await self._streams.load(self._stream_id)
        if loaded is None:
            return b""
        log = _log_of(self._stream_id, loaded)
        return log.after(number, most=log.size)[1] if number < log.last else b""


def _log_of(stream_id: str, loaded: LoadedStream) -> StreamLog:
    log = StreamLog(stream_id)
    for last, lines in loaded.entries:
        log.append_entry(last, lines)
    return log


def _check_owner(owner: Owner, requesting: Owner) -> None:
    # The same answer as for an unknown stream, so that ids cannot be probed.
    if owner != requesting:
        raise _not_found()


def _check_place(number: int, log: StreamLog) -> None:
    if number > log.last:
        raise NotFoundError("There is no such frame in this stream.")


async def _arrival(log: StreamLog, number: int) -> None:
    """Waits for a frame that its client may have received from the producer's worker a moment ago.

    Raises:
        NotFoundError: The stream has no such frame.
    """
    changed = asyncio.Event()
    log.watch(changed)
    with suppress(TimeoutError):
        async with asyncio.timeout(_ARRIVAL_SECONDS):
            while log.last < number and not log.ended:
                changed.clear()
                await changed.wait()
    log.unwatch(changed)
    _check_place(number, log)


def _not_found() -> NotFoundError:
    return NotFoundError("There is no such stream.")
