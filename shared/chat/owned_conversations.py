"""The conversations of their owners: listed, read, renamed and deleted."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from shared.data.documents import Conversation, ConversationEntry, ConversationPage
from shared.domain.caller import Owner
from shared.errors.request_errors import NotFoundError
from shared.redis.streams import RedisStreams
from shared.runtime.clock import Clock

if TYPE_CHECKING:
    from shared.data.repositories.conversations_repository import ConversationRepository

_STREAMS_KEPT: Final = timedelta(minutes=15)
"""Longer than Redis keeps the stream of an answer that is stored."""
_BATCH: Final = 200


class Conversations:
    """Conversations of their owners.

    Args:
        conversations: The repository.
        streams: The streams of answers in Redis.
        clock: The present time.
    """

    def __init__(self, conversations: "ConversationRepository", streams: RedisStreams, clock: Clock) -> None:
        self._conversations = conversations
        self._streams = streams
        self._clock = clock

    async def page(self, owner: Owner, limit: int, cursor: str | None) -> ConversationPage:
        """Returns conversations of an owner, newest first.

        Raises:
            InvalidRequestError: The cursor is not one of this list.
        """
        return await self._conversations.page(owner, limit, cursor)

    async def read(self, owner: Owner, conversation_id: str) -> Conversation:
        """Returns a conversation.

        Raises:
            NotFoundError: The owner has no such conversation.
        """
        found = await self._conversations.load(conversation_id, owner)
        if found is None or not found.turns:
            raise NotFoundError("There is no such conversation.")
        return found

    async def rename(self, owner: Owner, conversation_id: str, title: str) -> ConversationEntry:
        """Changes the title of a conversation.

        Raises:
            NotFoundError: The owner has no such conversation.
        """
        return await self._conversations.rename(conversation_id, owner, title)

    async def delete(self, owner: Owner, conversation_ids: Sequence[str]) -> int:
        """Deletes conversations with their streams and returns how many there were.

        A running answer of theirs is stopped; neither it nor its stream brings them back.

        Raises:
            DependencyUnavailableError: Redis or the database is unavailable; some may be left.
        """
        since = self._clock() - _STREAMS_KEPT
        count = 0
        while owned := await self._conversations.owned(owner, conversation_ids):
            streams = await self._conversations.streams_of(owner, owned, since)
            await self._forget(streams, owned)
            # One whose answer has begun meanwhile is left, so that this answer is found and stopped, too.
            count += await self._conversations.delete(owner, owned, streams)
        return count

    async def ids_of(self, owner: Owner) -> list[str]:
        """Returns the ids of the conversations of an owner, newest first; at most 10,000."""
        return await self._conversations.ids_of(owner)

    async def load(self, conversation_id: str, owner: str) -> Conversation | None:
        """Returns a conversation; None if there is none of this id."""
        return await self._conversations.load(conversation_id, owner)

    async def delete_all(self, owner: Owner) -> None:
        """Deletes the conversations of an owner with their streams; see :meth:`delete`."""
        while owned := await self._conversations.ids_of(owner):
            for start in range(0, len(owned), _BATCH):
                await self.delete(owner, owned[start : start + _BATCH])

    async def _forget(self, streams: dict[str, str], conversation_ids: Sequence[str]) -> None:
        running = await self._streams.running_in(conversation_ids)
        await self._streams.forget(streams | {stream_id: name for name, stream_id in running.items()})
