"""The streams of answers: started here, read and stopped from any worker."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from shared.chat.query import ChatQuery
from shared.chat.streams.description import StreamDescription
from shared.chat.streams.producer import Answering, AnswerProducer
from shared.chat.streams.recovery import StreamRecovery
from shared.chat.streams.stored import stored_log
from shared.config.settings import Settings
from shared.domain.caller import Owner
from shared.errors.request_errors import NotFoundError
from shared.errors.service_errors import ProducerLostError
from shared.observability.telemetry import current_scope
from shared.runtime.clock import Clock
from shared.runtime.shutdown import shutdown
from shared.streams.event_id import EventId
from shared.streams.followed import check_place, loaded_log
from shared.streams.reader import StreamReader
from shared.streams.stream_transport import StreamTransport

if TYPE_CHECKING:
    from shared.data.repositories.conversations_repository import ConversationRepository

_AFTER_DEADLINE: Final = 600.0
"""Seconds after the deadline of the model for which Redis keeps a stream that did not end."""


class ChatStreams:
    """Starts, resumes and stops streams.

    Args:
        agent: Answers questions.
        transport: Writes and reads the frames.
        recovery: Ends the streams of workers that were killed.
        conversations: The stored conversations.
        settings: The grace time and the deadline of the model.
        clock: The present time.
    """

    def __init__(
        self,
        agent: Answering,
        transport: StreamTransport,
        recovery: StreamRecovery,
        conversations: "ConversationRepository",
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._agent = agent
        self._transport = transport
        self._streams = transport.streams
        self._followed = transport.followed
        self._recovery = recovery
        self._conversations = conversations
        self._grace = settings.chat.grace_seconds
        self._seconds = settings.model.deadline + _AFTER_DEADLINE
        self._clock = clock
        self._producers: dict[str, AnswerProducer] = {}

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
            self._transport,
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
            check_place(place, producer.log)
            return None if place.number is None else self._reader_of(producer, place.number)
        loaded = await self._streams.load(place.stream_id)
        if loaded is None:
            return await self._resume_stored(place, owner)
        _check_owner(StreamDescription.decode(loaded.description).owner, owner)
        return await self._followed.read(place.stream_id, loaded, place, self._recover)

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
            producer.stop_on_request()
            return running
        loaded = await self._streams.load(stream_id)
        if loaded is None:
            if await self._conversations.find_by_stream(stream_id, owner) is None:
                raise _not_found()
            return False
        _check_owner(StreamDescription.decode(loaded.description).owner, owner)
        if loaded_log(stream_id, loaded).ended:
            return False
        if not loaded.alive:
            await self._recovery.end_lost(stream_id)
            return False
        await self._streams.request_stop(stream_id)
        return True

    async def aclose(self) -> None:
        """Ends what is in progress; producers have ended before (see ``shared.runtime.shutdown``)."""
        for producer in list(self._producers.values()):
            producer.stop(shutdown.error())
        await asyncio.gather(*(producer.task for producer in list(self._producers.values())))
        await self._recovery.aclose()

    async def _resume_stored(self, place: EventId, owner: Owner) -> StreamReader | None:
        conversation = await self._conversations.find_by_stream(place.stream_id, owner)
        if conversation is None:
            raise _not_found()
        log = stored_log(conversation, place, current_scope().request_id)
        if log is None:
            return None
        return StreamReader(log, place.number or 0, self._followed.load_after(log.stream_id), lambda _: None)

    def _reader_of(self, producer: AnswerProducer, position: int) -> StreamReader:
        load = self._followed.load_after(producer.log.stream_id)
        reader = StreamReader(producer.log, position, load, producer.left)
        producer.joined(reader)
        return reader

    async def _recover(self, stream_id: str) -> None:
        if not await self._recovery.end_lost(stream_id):
            lost = ProducerLostError("The stream is no longer available.", retry_after=1)
            self._followed.end(stream_id, lost)


def _check_owner(owner: Owner, requesting: Owner) -> None:
    # The same answer as for an unknown stream, so that ids cannot be probed.
    if owner != requesting:
        raise _not_found()


def _not_found() -> NotFoundError:
    return NotFoundError("There is no such stream.")
