"""The memory of a conversation, held for one answer at a time; without the database, none, and said so."""

import logging
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from shared.agent.query import ChatQuery
from shared.clock import Clock
from shared.config.settings import ConversationSettings
from shared.data.models import Turn
from shared.errors import ConflictError, DependencyUnavailableError
from shared.llm.base_model_client import Message

if TYPE_CHECKING:
    from shared.data.repositories.conversations import ConversationRepository

_LOCK_GRACE = 30.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class HeldConversation:
    """A conversation that nobody else answers in meanwhile.

    Attributes:
        conversation_id: UUID v4.
        messages: What was said before, oldest first.
        summary: Of what was said before that, or None.
        state: Whether this will be remembered.
    """

    conversation_id: str
    messages: tuple[Message, ...] = ()
    summary: str | None = None
    state: Literal["kept", "unavailable"] = "kept"


class Memory:
    """Conversations as the agent uses them."""

    def __init__(
        self,
        conversations: "ConversationRepository",
        settings: ConversationSettings,
        clock: Clock,
        *,
        answer_seconds: float,
    ) -> None:
        self._conversations = conversations
        self._settings = settings
        self._clock = clock
        self._lock_seconds = answer_seconds + _LOCK_GRACE

    @asynccontextmanager
    async def hold(self, query: ChatQuery) -> AsyncIterator[HeldConversation]:
        """Holds the conversation of a query until the answer is done.

        Raises:
            ConflictError: Another answer is under way in it.
            NotFoundError: It belongs to somebody else.
        """
        conversation_id = query.conversation_id or str(uuid.uuid4())
        token = uuid.uuid4().hex
        try:
            held = await self._begin(conversation_id, query.owner, token)
        except DependencyUnavailableError as error:
            _log.warning("answering without memory: %s", error.detail)
            yield HeldConversation(conversation_id, state="unavailable")
            return
        try:
            yield held
        finally:
            await self._release(conversation_id, token)

    async def _begin(self, conversation_id: str, owner: str, token: str) -> HeldConversation:
        taken = await self._conversations.try_lock(conversation_id, owner, token, self._lock_seconds)
        if not taken:
            raise ConflictError("This conversation is answering another message right now.", retry_after=1)
        conversation = await self._conversations.load(conversation_id, owner)
        if conversation is None:
            return HeldConversation(conversation_id)
        messages = tuple(Message(turn.role, turn.content) for turn in conversation.turns)
        return HeldConversation(conversation_id, messages, conversation.summary)

    async def _release(self, conversation_id: str, token: str) -> None:
        try:
            await self._conversations.unlock(conversation_id, token)
        except DependencyUnavailableError as error:
            # The lock ends with its time.
            _log.warning("the conversation was not unlocked: %s", error.detail)

    async def remember(
        self,
        held: HeldConversation,
        query: ChatQuery,
        answer: str,
        *,
        interrupted: bool,
        symbols: tuple[str, ...],
    ) -> bool:
        """Keeps question and answer; False when they could not be."""
        if held.state == "unavailable":
            return False
        now = self._clock()
        turns = (
            Turn("user", query.message, now, symbols=symbols),
            Turn("assistant", answer, now, interrupted=interrupted, symbols=symbols),
        )
        try:
            await self._conversations.append(
                held.conversation_id,
                query.owner,
                turns,
                max_turns=self._settings.max_turns * 2,
                summary=None,
            )
        except DependencyUnavailableError as error:
            _log.warning("the answer is not remembered: %s", error.detail)
            return False
        return True
