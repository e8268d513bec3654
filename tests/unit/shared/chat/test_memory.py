"""The memory of conversations, and what happens while the database fails."""

import asyncio
from typing import Any, cast

import pytest

from shared.chat.memory import ConversationMemory, StoredAnswer
from shared.chat.query import ChatQuery
from shared.domain.caller import Owner
from shared.errors.request_errors import ConflictError, NotFoundError
from shared.errors.service_errors import DependencyUnavailableError, InternalError
from tests.support.agent_fakes import FakeConversations, chat_settings
from tests.support.stock_data import NOW

QUERY = ChatQuery("Hello", Owner("alice"), conversation_id="11111111-1111-4111-8111-111111111111")


def memory(conversations: FakeConversations, max_turns: int = 20) -> ConversationMemory:
    settings = chat_settings(conversation={"max_turns": max_turns}).conversation
    return ConversationMemory(cast(Any, conversations), settings)


async def say(kept: ConversationMemory, answer: str, query: ChatQuery = QUERY) -> bool:
    async with kept.lock_conversation(query) as held:
        return await kept.remember(held, query, StoredAnswer(answer, NOW, symbols=("AAPL",)))


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
                await kept.remember(held, QUERY, StoredAnswer("so far", NOW, interrupted=True))

    task = asyncio.create_task(answering())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert conversations.kept[1].content == "so far"
    assert not conversations.locked


async def test_release_is_repeated_after_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.chat.memory._FIRST_RETRY", 0.01)
    conversations = FakeConversations()
    kept = memory(conversations)
    async with kept.lock_conversation(QUERY):
        conversations.away = True
    await asyncio.sleep(0.03)
    was_locked = conversations.locked
    conversations.away = False
    for _ in range(200):
        await asyncio.sleep(0.01)
        if not conversations.locked:
            break
    assert (was_locked, conversations.locked) == (True, False)
    await kept.aclose()


async def test_answer_ends_when_its_conversation_is_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.chat.memory._RENEW_SECONDS", 0.01)
    conversations = FakeConversations()
    kept = memory(conversations)

    async def answering() -> None:
        async with kept.lock_conversation(QUERY):
            conversations.token = "deleted"
            await asyncio.Event().wait()

    with pytest.raises(ConflictError, match="deleted"):
        await asyncio.create_task(answering())


async def test_late_answer_does_not_mix_with_that_of_the_next_holder() -> None:
    conversations = FakeConversations()
    kept = memory(conversations)
    async with kept.lock_conversation(QUERY) as held:
        conversations.token = "next holder"
        assert await kept.remember(held, QUERY, StoredAnswer("late", NOW)) is False
    assert conversations.kept == []


async def test_answer_of_a_killed_worker_is_stored_before_the_next_question_is_read() -> None:
    log: list[str] = []

    class Stores:
        async def recover(self, conversation_id: str, token: str) -> None:
            assert conversation_id == QUERY.conversation_id
            log.append(f"recovered with {'a' if token else 'no'} lease")

    class Logged(FakeConversations):
        async def load(self, *arguments: Any) -> Any:
            log.append("loaded")
            return await super().load(*arguments)

    settings = chat_settings().conversation
    kept = ConversationMemory(cast(Any, Logged()), settings, Stores())
    async with kept.lock_conversation(QUERY):
        assert log == ["recovered with a lease", "loaded"]
