"""The memory of conversations. Each is locked for one answer at a time; answers work without the database."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from shared.chat.folding import fold
from shared.chat.query import ChatQuery
from shared.config.settings import ConversationSettings
from shared.data.documents import Turn
from shared.errors import ConflictError, DependencyUnavailableError, InternalError, NotFoundError
from shared.llm.base_model_client import Message
from shared.observability.telemetry import annotate
from shared.runtime.clock import Clock

if TYPE_CHECKING:
    from shared.data.repositories.conversations import ConversationRepository

_LEASE_SECONDS: Final = 15.0
"""Time after which a conversation is free again if its worker was killed; a running answer renews it."""
_RENEW_SECONDS: Final = 5.0
_STORE_SECONDS: Final = 5.0
_INTERRUPTED: Final = " […this answer was interrupted]"


@dataclass(frozen=True)
class LockedConversation:
    """A conversation that is locked for one answer.

    Attributes:
        conversation_id: UUID v4.
        turns: The earlier turns, oldest first.
        summary: Summary of the turns before these; None without one.
        remembers: Whether the answer can be stored; False while the database is unavailable.
    """

    conversation_id: str
    turns: tuple[Turn, ...] = ()
    summary: str | None = None
    remembers: bool = True

    @property
    def messages(self) -> tuple[Message, ...]:
        """Returns the earlier messages for a model, without empty answers and their questions."""
        empty = {place for place, turn in enumerate(self.turns) if not turn.content.strip()}
        return tuple(
            Message(turn.role, turn.content + (_INTERRUPTED if turn.interrupted else ""))
            for place, turn in enumerate(self.turns)
            if not empty.intersection((place, place + 1) if turn.role == "user" else (place,))
        )

    @property
    def symbol_history(self) -> tuple[tuple[str, ...], ...]:
        """Symbols of the earlier questions, oldest first: what "it" and "they" mean in the next one."""
        return tuple(turn.symbols for turn in self.turns if turn.role == "user")


class ConversationMemory:
    """Loads, locks and stores conversations.

    Args:
        conversations: The repository.
        settings: How many turns are kept.
        clock: The present time.
    """

    def __init__(
        self,
        conversations: "ConversationRepository",
        settings: ConversationSettings,
        clock: Clock,
    ) -> None:
        self._conversations = conversations
        self._settings = settings
        self._clock = clock

    @asynccontextmanager
    async def lock_conversation(self, query: ChatQuery) -> AsyncIterator[LockedConversation]:
        """Locks the conversation of a query for the block.

        Raises:
            ConflictError: Another answer is in progress in the conversation.
            NotFoundError: The conversation belongs to another owner.
        """
        if query.conversation_id is None:
            # A new id is known to no other request: nothing to load, and nothing to lock.
            yield LockedConversation(str(uuid.uuid4()))
            return
        token = uuid.uuid4().hex
        try:
            held = await self._begin(query.conversation_id, query.owner, token)
        except DependencyUnavailableError as error:
            # The database's circuit breaker logs the outage once.
            annotate(memory="unavailable", memory_error=error.detail)
            yield LockedConversation(query.conversation_id, remembers=False)
            return
        renewing = asyncio.create_task(self._keep_renewing(query.conversation_id, query.owner, token))
        try:
            yield held
        finally:
            renewing.cancel()
            await self._release(query.conversation_id, token)

    async def _keep_renewing(self, conversation_id: str, owner: str, token: str) -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            with suppress(DependencyUnavailableError, InternalError, NotFoundError):
                # Without the database the lease expires; the answer is then not stored either.
                await self._conversations.try_lock(conversation_id, owner, token, _LEASE_SECONDS)

    async def _begin(self, conversation_id: str, owner: str, token: str) -> LockedConversation:
        taken = await self._conversations.try_lock(conversation_id, owner, token, _LEASE_SECONDS)
        if not taken:
            raise ConflictError("This conversation is answering another message right now.", retry_after=1)
        try:
            conversation = await self._conversations.load(conversation_id, owner)
        except BaseException:
            await self._release(conversation_id, token)
            raise
        if conversation is None:
            return LockedConversation(conversation_id)
        return LockedConversation(conversation_id, conversation.turns, conversation.summary)

    async def _release(self, conversation_id: str, token: str) -> None:
        try:
            async with asyncio.timeout(_STORE_SECONDS):
                await self._conversations.unlock(conversation_id, token)
        except (DependencyUnavailableError, TimeoutError) as error:
            # The lock ends with its time.
            annotate(memory_unlock_error=str(error))

    async def remember(
        self,
        conversation: LockedConversation,
        query: ChatQuery,
        answer: str,
        *,
        interrupted: bool,
        symbols: tuple[str, ...],
        figures: Mapping[str, Any] | None = None,
    ) -> bool:
        """Stores question and answer; returns False when they could not be stored.

        The oldest turns beyond the configured number are replaced by the summary.
        """
        if not conversation.remembers:
            return False
        now = self._clock()
        new = (
            Turn("user", query.message, now, symbols=symbols),
            Turn("assistant", answer, now, interrupted=interrupted, symbols=symbols, figures=figures),
        )
        kept, summary = fold((*conversation.turns, *new), conversation.summary, self._settings.max_turns * 2)
        try:
            async with asyncio.timeout(_STORE_SECONDS):
                await self._conversations.append(
                    conversation.conversation_id, query.owner, new, max_turns=len(kept), summary=summary
                )
        except (DependencyUnavailableError, InternalError, TimeoutError) as error:
            annotate(memory="unavailable", memory_error=str(error))
            return False
        return True
