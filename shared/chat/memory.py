"""The memory of conversations. Each is locked for one answer at a time; answers work without the database."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from contextvars import Context
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

from shared.chat.earlier_facts import fact_document, facts_to_keep, stored_fact
from shared.chat.folding import fold
from shared.chat.query import ChatQuery
from shared.chat.user_statements import with_dropped
from shared.config.settings import ConversationSettings
from shared.data.documents import Carried, Turn, title_of
from shared.domain.facts import Fact
from shared.errors.request_errors import ConflictError
from shared.errors.service_errors import DependencyUnavailableError, InternalError
from shared.llm.base_model_client import Message
from shared.observability.telemetry import annotate

if TYPE_CHECKING:
    from shared.data.repositories.conversations_repository import ConversationRepository

LEASE_SECONDS: Final = 15.0
"""Time after which a conversation is free again if its worker was killed; a running answer renews it."""

_RENEW_SECONDS: Final = 4.0
_STORE_SECONDS: Final = 5.0
_FIRST_RETRY: Final = 0.5
_MAX_RETRY: Final = 4.0
_INTERRUPTED: Final = " […this answer was interrupted]"


class InterruptedAnswers(Protocol):
    """Stores the answers of workers that were killed."""

    async def recover(self, conversation_id: str, token: str) -> None:
        """Stores an answer that was interrupted in a conversation whose lease the token holds."""


class NoInterruptedAnswers:
    """Has no answers to store."""

    async def recover(self, conversation_id: str, token: str) -> None:
        """Stores nothing."""


@dataclass(frozen=True)
class LockedConversation:
    """A conversation that is locked for one answer.

    Attributes:
        conversation_id: UUID v4.
        turns: The earlier turns, oldest first.
        summary: Summary of the turns before these; None without one.
        token: Holder of the lease; None while the database is unavailable, so that nothing is stored.
        statements: What the user said in the first person in turns before these, oldest first.
        facts: Facts that tools found for earlier answers, oldest first.
    """

    conversation_id: str
    turns: tuple[Turn, ...] = ()
    summary: str | None = None
    token: str | None = None
    statements: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()

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


@dataclass(frozen=True)
class StoredAnswer:
    """What is stored of an answer.

    Attributes:
        text: The text, perhaps interrupted.
        ended_at: When it ended, as the last frame has it, UTC.
        interrupted: Whether it is.
        symbols: Symbols that question and answer are about.
        figures: The check of its figures, as the contract has it.
        sources: Its sources, as the contract has them.
        answered_by: Provider, model and usage, as the last frame has them.
        found: Facts that tools found for it.
    """

    text: str
    ended_at: datetime
    interrupted: bool = False
    symbols: tuple[str, ...] = ()
    figures: Mapping[str, Any] | None = None
    sources: tuple[Mapping[str, Any], ...] = ()
    answered_by: Mapping[str, Any] | None = None
    found: tuple[Fact, ...] = ()


class ConversationMemory:
    """Loads, locks and stores conversations.

    Args:
        conversations: The repository.
        settings: The limits of a conversation.
        interrupted: Stores the answers of workers that were killed.
    """

    def __init__(
        self,
        conversations: "ConversationRepository",
        settings: ConversationSettings,
        interrupted: InterruptedAnswers | None = None,
    ) -> None:
        self._conversations = conversations
        self._settings = settings
        self._interrupted = interrupted or NoInterruptedAnswers()
        self._releasing: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def lock_conversation(self, query: ChatQuery) -> AsyncIterator[LockedConversation]:
        """Locks the conversation of a query for the block.

        Raises:
            ConflictError: Another answer is in progress in the conversation.
            NotFoundError: The conversation belongs to another owner.
        """
        conversation_id = query.conversation_id or str(uuid.uuid4())
        # The id of the stream: a deletion of the conversation finds the running stream by it.
        token = query.stream_id or uuid.uuid4().hex
        try:
            held = await self._begin(conversation_id, query, token)
        except DependencyUnavailableError as error:
            # The database's circuit breaker logs the outage once. It may have granted the lease.
            annotate(memory="unavailable", memory_error=error.detail)
            self._release_later(conversation_id, token)
            yield LockedConversation(conversation_id)
            return
        lease = _LostLease()
        renewing = asyncio.create_task(self._keep_renewing(conversation_id, token, lease))
        try:
            yield held
        except asyncio.CancelledError:
            lease.raise_if_lost()
            raise
        finally:
            renewing.cancel()
            await self._release(conversation_id, token)

    async def aclose(self) -> None:
        """Ends the releases that are being retried; those leases expire."""
        for task in self._releasing:
            task.cancel()

    async def _keep_renewing(self, conversation_id: str, token: str, lease: "_LostLease") -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            with suppress(DependencyUnavailableError, InternalError):
                # Without the database the lease expires; the answer is then not stored either.
                if not await self._conversations.renew_lock(conversation_id, token, LEASE_SECONDS):
                    lease.lose()
                    return

    async def _begin(self, conversation_id: str, query: ChatQuery, token: str) -> LockedConversation:
        if not await self._conversations.try_lock(conversation_id, query.owner, token, LEASE_SECONDS):
            remaining = await self._conversations.lock_remaining(conversation_id)
            raise ConflictError(
                "This conversation is answering another message right now.", retry_after=max(1.0, remaining)
            )
        if query.conversation_id is None or query.begins:
            return LockedConversation(conversation_id, token=token)
        try:
            await self._interrupted.recover(conversation_id, token)
            conversation = await self._conversations.load(conversation_id, query.owner)
        except BaseException:
            await self._release(conversation_id, token)
            raise
        if conversation is None:
            return LockedConversation(conversation_id, token=token)
        return LockedConversation(
            conversation_id,
            conversation.turns,
            conversation.summary,
            token,
            conversation.statements,
            tuple(stored_fact(document) for document in conversation.facts),
        )

    async def _release(self, conversation_id: str, token: str) -> None:
        try:
            async with asyncio.timeout(_STORE_SECONDS):
                await self._conversations.unlock(conversation_id, token)
        except (DependencyUnavailableError, TimeoutError) as error:
            annotate(memory_unlock_error=str(error))
            self._release_later(conversation_id, token)

    def _release_later(self, conversation_id: str, token: str) -> None:
        task = asyncio.create_task(self._retry_release(conversation_id, token), context=Context())
        self._releasing.add(task)
        task.add_done_callback(self._releasing.discard)

    async def _retry_release(self, conversation_id: str, token: str) -> None:
        """Tries to release a lease until it has expired."""
        pause = _FIRST_RETRY
        with suppress(TimeoutError):
            async with asyncio.timeout(LEASE_SECONDS):
                while True:
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, _MAX_RETRY)
                    with suppress(DependencyUnavailableError):
                        await self._conversations.unlock(conversation_id, token)
                        return

    async def remember(
        self, conversation: LockedConversation, query: ChatQuery, answer: StoredAnswer
    ) -> bool:
        """Stores question and answer; returns False when they could not be stored.

        The oldest turns beyond the configured number are replaced by the summary.
        """
        if conversation.token is None:
            return False
        new = (
            Turn("user", query.message, answer.ended_at, symbols=answer.symbols),
            Turn(
                "assistant",
                answer.text,
                answer.ended_at,
                interrupted=answer.interrupted,
                symbols=answer.symbols,
                figures=answer.figures,
                sources=answer.sources,
                stream_id=query.stream_id,
                answered_by=answer.answered_by,
            ),
        )
        turns = (*conversation.turns, *new)
        kept, summary = fold(turns, conversation.summary, self._settings.max_turns * 2)
        first = not conversation.turns and conversation.summary is None
        carried = Carried(
            title=title_of(query.message) if first else None,
            summary=summary,
            statements=with_dropped(conversation.statements, turns[: len(turns) - len(kept)]),
            facts=[fact_document(fact) for fact in facts_to_keep(conversation.facts, answer.found)],
        )
        try:
            async with asyncio.timeout(_STORE_SECONDS):
                stored = await self._conversations.append(
                    conversation.conversation_id,
                    query.owner,
                    new,
                    token=conversation.token,
                    max_turns=len(kept),
                    carried=carried,
                )
        except (DependencyUnavailableError, InternalError, TimeoutError) as error:
            annotate(memory="unavailable", memory_error=str(error))
            return False
        if not stored:
            annotate(memory="unavailable", memory_error="the lease was lost, or the conversation was deleted")
        return stored


class _LostLease:
    """Ends the answer of the current task when its lease is lost."""

    def __init__(self) -> None:
        self._task = asyncio.current_task()
        self._lost = False

    def lose(self) -> None:
        """Cancels the task: the conversation was deleted, or another answer has taken the lease."""
        if self._task is not None:
            self._lost = self._task.cancel()

    def raise_if_lost(self) -> None:
        """Replaces the cancellation by an error for the client if the lease was lost.

        Raises:
            ConflictError: The lease was lost.
        """
        if self._lost and self._task is not None and self._task.uncancel() == 0:
            raise ConflictError("The conversation was deleted while it was being answered.") from None
