"""Ends the streams of workers that were killed and stores their text, once, as interrupted.

The first of these does it: a reader, the next question of the conversation, or the refresh timer.
"""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from shared.chat.memory import LEASE_SECONDS
from shared.chat.streams.description import StreamDescription
from shared.data.documents import MAX_TURNS, Carried, Turn, title_of
from shared.domain.stream_events import ErrorEvent
from shared.errors.request_errors import NotFoundError
from shared.errors.service_errors import DependencyUnavailableError, InternalError, ProducerLostError
from shared.observability.telemetry import annotate
from shared.redis.stream_records import LoadedStream
from shared.redis.streams import RedisStreams
from shared.streams.followed import end_lost_stream
from shared.streams.log import END_LINE

if TYPE_CHECKING:
    from shared.data.repositories.conversations_repository import ConversationRepository

_MAX_STREAMS: Final = 100
"""Running streams that one run of the timer looks at."""
_RETRY: Final = 2.0


@dataclass(frozen=True)
class ReadAnswer:
    """The answer that the lines of a stream contain.

    Attributes:
        text: The text so far.
        meta: The first frame; empty without one.
        sources: The sources so far.
    """

    text: str
    meta: Mapping[str, Any]
    sources: tuple[Mapping[str, Any], ...]


def read_answer(lines: bytes) -> ReadAnswer:
    """Returns the answer in the lines of a stream."""
    text: list[str] = []
    meta: Mapping[str, Any] = {}
    sources: list[Mapping[str, Any]] = []
    for line in lines.splitlines(keepends=True):
        if line == END_LINE:
            continue
        frame: dict[str, Any] = json.loads(line.partition(b" ")[2])
        if "chunk" in frame:
            text.append(frame["chunk"])
        elif frame["event"] == "meta":
            meta = frame
        elif frame["event"] == "sources":
            sources += frame["sources"]
    return ReadAnswer("".join(text), meta, tuple(sources))


class StreamRecovery:
    """Recovers the streams of lost producers.

    Args:
        streams: The streams in Redis.
        conversations: The stored conversations.
    """

    def __init__(self, streams: RedisStreams, conversations: "ConversationRepository") -> None:
        self._streams = streams
        self._conversations = conversations
        self._storing: set[asyncio.Task[None]] = set()

    async def end_lost(self, stream_id: str) -> bool:
        """Ends a stream whose producer does not live with an error frame, and stores its text later.

        Returns:
            Whether the stream exists; the error frame is read from it like any other.

        Raises:
            DependencyUnavailableError: Redis is unavailable.
        """
        loaded = await self._streams.load(stream_id)
        if loaded is None:
            return False
        if not loaded.alive and not loaded.lines.endswith(END_LINE):
            await self._end(stream_id, loaded)
            self._store_later(stream_id, loaded)
        return True

    async def recover(self, conversation_id: str, token: str) -> None:
        """Stores an answer that was interrupted in a conversation whose lease the token holds."""
        with suppress(DependencyUnavailableError):
            stream_id = (await self._streams.running_in([conversation_id])).get(conversation_id)
            if stream_id is None:
                return
            loaded = await self._streams.load(stream_id)
            if loaded is not None:
                # The lease was free: the producer does not live, whatever its last heartbeat says.
                await self._end(stream_id, loaded)
                await self._store(stream_id, loaded, token)
            await self._streams.not_running(conversation_id, stream_id)

    async def recover_all(self) -> None:
        """Recovers the streams of all lost producers.

        Raises:
            DependencyUnavailableError: Redis is unavailable.
        """
        for conversation_id, stream_id in (await self._streams.all_running(_MAX_STREAMS)).items():
            loaded = await self._streams.load(stream_id)
            if loaded is None:
                await self._streams.not_running(conversation_id, stream_id)
            elif not loaded.alive:
                await self._end(stream_id, loaded)
                await self._lock_and_store(stream_id, loaded)

    async def aclose(self) -> None:
        """Cancels the answers that are being stored; a later recovery stores them."""
        for task in self._storing:
            task.cancel()
        await asyncio.gather(*self._storing, return_exceptions=True)

    async def _end(self, stream_id: str, loaded: LoadedStream) -> None:
        description = StreamDescription.decode(loaded.description)
        error = ProducerLostError("The worker that produced the answer has ended. The text so far is stored.")
        event = ErrorEvent(error, description.request_id)
        characters = len(read_answer(loaded.lines).text)
        await end_lost_stream(self._streams, stream_id, loaded, event, characters)

    def _store_later(self, stream_id: str, loaded: LoadedStream) -> None:
        task = asyncio.create_task(self._keep_storing(stream_id, loaded), context=Context())
        self._storing.add(task)
        task.add_done_callback(self._storing.discard)

    async def _keep_storing(self, stream_id: str, loaded: LoadedStream) -> None:
        """Stores the text as soon as the lease of the lost producer has expired."""
        with suppress(TimeoutError):
            async with asyncio.timeout(2 * LEASE_SECONDS):
                while True:
                    if await self._lock_and_store(stream_id, loaded):
                        return
                    await asyncio.sleep(_RETRY)

    async def _lock_and_store(self, stream_id: str, loaded: LoadedStream) -> bool:
        """Returns whether nothing is left to do: stored, or not to be stored any more."""
        description = StreamDescription.decode(loaded.description)
        token = uuid4().hex
        conversation_id = description.conversation_id
        try:
            # Not created: a conversation that was deleted does not come back.
            if not await self._conversations.try_lock(
                conversation_id, description.owner, token, LEASE_SECONDS, create=False
            ):
                return False
            try:
                await self._store(stream_id, loaded, token)
            finally:
                await self._conversations.unlock(conversation_id, token)
            await self._streams.not_running(conversation_id, stream_id)
        except NotFoundError:
            with suppress(DependencyUnavailableError):
                await self._streams.forget({stream_id: conversation_id})
            return True
        except DependencyUnavailableError:
            return False
        return True

    async def _store(self, stream_id: str, loaded: LoadedStream, token: str) -> None:
        description = StreamDescription.decode(loaded.description)
        answer = read_answer(loaded.lines)
        if not answer.text:
            return
        symbols = tuple(answer.meta.get("symbols", ()))
        question = Turn("user", description.message, description.started_at, symbols=symbols)
        interrupted = Turn(
            "assistant",
            answer.text,
            description.started_at,
            interrupted=True,
            symbols=symbols,
            sources=answer.sources,
            stream_id=stream_id,
            answered_by={name: answer.meta.get(name, "") for name in ("provider", "model")},
        )
        conversation = await self._conversations.load(description.conversation_id, description.owner)
        first = conversation is None or not conversation.turns
        try:
            await self._conversations.append(
                description.conversation_id,
                description.owner,
                (question, interrupted),
                token=token,
                max_turns=MAX_TURNS,
                carried=Carried(title=title_of(description.message) if first else None),
            )
        except InternalError as error:
            annotate(recovery_error=error.detail)
