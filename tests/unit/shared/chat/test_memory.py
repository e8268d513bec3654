"""The memory of conversations, and what happens while the database fails."""

import asyncio
from typing import Any, cast

import pytest

from shared.chat.memory import ConversationMemory, StoredAnswer
from shared.chat.query import ChatQuery
from shared.domain.caller import Owner
from shared.errors import ConflictError, DependencyUnavailableError, InternalError, NotFoundError
from tests.support.agent_fakes import FakeConversations, chat_settings
from tests.support.stock_data import NOW

QUERY = ChatQuery("Hello", Owner("alice"), conversation_id="11111111-1111-4111-8111-111111111111")


def memory(conversations: FakeConversations, max_turns: int = 20) -> ConversationMemory:
    settings = chat_settings(conversation={"max_turns": max_turns}).conversation
    return ConversationMemory(cast(Any, conversations), settings, lambda: NOW)


async def say(kept: ConversationMemory, answer: str, query: ChatQuery = QUERY) -> bool:
    async with kept.lock_conversation(query) as held:
        return await kept.remember(held, query, StoredAnswer(answer, symbols=("AAPL",)))


async def test_old_turns_are_folded_into_the_summary() -> None:
    conversations = FakeConversations()
    kept = memory(conversations, max_turns=2)
    for number in range(4):
        assert await say(kept, f"answer {number}")
    assert [turn.content for turn in conversations.kept] == ["Hello", "answer 2", "Hello", "answer 3"]
    assert conversations.summary is not None
    assert '- assistant about AAPL: "answer 1"' in conversations.summary
    async with kept.lock_conversation(QUERY) as held:
        assert held.summary == conversations.summary
        assert held.symbol_history == (("AAPL",), ("AAPL",))


async def failing(kept: ConversationMemory) -> None:
    async with kept.lock_conversation(QUERY):
        raise ValueError("defect")


async def test_conversation_is_let_go_when_the_answer_fails() -> None:
    conversations = FakeConversations()
    with pytest.raises(ValueError, match="defect"):
        await failing(memory(conversations))
    assert not conversations.locked


async def test_conversation_is_let_go_when_it_cannot_be_loaded() -> None:
    class Unreadable(FakeConversations):
        async def load(self, *_: object) -> Any:
            raise NotFoundError("no")

    conversations = Unreadable()
    with pytest.raises(NotFoundError):
        await say(memory(conversations), "x")
    assert not conversations.locked


async def test_conversation_is_held_for_one_answer_at_a_time() -> None:
    kept = memory(FakeConversations())
    async with kept.lock_conversation(QUERY):
        with pytest.raises(ConflictError) as refused:
            await say(kept, "x")
    assert refused.value.retry_after == 7.5
    assert await say(kept, "y")


@pytest.mark.parametrize(
    "error", [DependencyUnavailableError("away"), InternalError("too large"), TimeoutError()]
)
async def test_answer_that_cannot_be_stored_is_said_not_to_be(error: Exception) -> None:
    conversations = FakeConversations(full=error)
    assert await say(memory(conversations), "x") is False
    assert not conversations.locked


async def test_lock_that_cannot_be_released_does_not_fail_the_answer() -> None:
    conversations = FakeConversations()
    async with memory(conversations).lock_conversation(QUERY):
        conversations.away = True
    conversations.away = False
    assert conversations.locked, "nothing has released it: it expires"


async def test_answer_is_stored_though_the_client_has_left() -> None:
    conversations = FakeConversations()
    kept, begun = memory(conversations), asyncio.Event()

    async def answering() -> None:
        async with kept.lock_conversation(QUERY) as held:
            try:
                begun.set()
                await asyncio.Event().wait()
            finally:
                await kept.remember(held, QUERY, StoredAnswer("so far", interrupted=True))

    task = asyncio.create_task(answering())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert conversations.kept[1].content == "so far"
    assert not conversations.locked
