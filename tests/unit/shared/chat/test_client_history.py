"""Conversations that the client keeps."""

import asyncio
from datetime import UTC, datetime
from threading import get_ident

import pytest

from shared.chat import client_history
from shared.chat.client_history import MAX_MESSAGE, MAX_QUESTIONS, with_client_history
from shared.chat.memory import LockedConversation
from shared.chat.query import EarlierMessage
from shared.chat.symbol_finder import Recognition, SymbolFinder
from shared.symbols.catalogue import symbol_catalogue
from tests.support.agent_fakes import FakeChatData

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
NEW = LockedConversation("11111111-1111-4111-8111-111111111111", token="t")


def finder() -> SymbolFinder:
    market = FakeChatData()
    return SymbolFinder(symbol_catalogue, market, market)


def said(*messages: str) -> list[EarlierMessage]:
    """Messages of person (``?``) and agent (``!``)."""
    return [
        EarlierMessage("user" if message[0] == "?" else "assistant", message[1:].strip())
        for message in messages
    ]


async def conversation_of(*messages: str, max_turns: int = 40) -> LockedConversation:
    return await with_client_history(NEW, said(*messages), finder(), max_turns, NOW)


async def test_references_are_resolved_through_several_questions() -> None:
    known = await conversation_of(
        "? What is the price of Microsoft?",
        "! 400 USD.",
        "? And its margin?",
        "! 36 %.",
        "? Compare it with $AAPL",
        "! Similar.",
    )
    assert known.symbol_history == (("MSFT",), ("MSFT",), ("MSFT", "AAPL"))
    assert [message.role for message in known.messages] == ["user", "assistant"] * 3
    assert (known.conversation_id, known.token) == (NEW.conversation_id, "t")


async def test_messages_of_one_role_are_joined_and_a_greeting_is_dropped() -> None:
    known = await conversation_of("! How can I help?", "? Price of $AAPL?", "? And $MSFT?", "! Yes.", "! 1.")
    assert [turn.content for turn in known.turns] == ["Price of $AAPL?\n\nAnd $MSFT?", "Yes.\n\n1."]
    assert known.symbol_history == (("AAPL", "MSFT"),)


async def test_question_without_an_answer_counts() -> None:
    assert (await conversation_of("? Price of $AAPL?")).symbol_history == (("AAPL",),)


async def test_old_turns_become_a_summary_and_long_messages_are_cut() -> None:
    known = await conversation_of(
        "? I own 5 shares of $MSFT.", "! Noted.", *["? And $AAPL?", "!" + "x" * 20_000] * 3, max_turns=4
    )
    assert len(known.turns) == 4
    assert len(known.turns[-1].content) == MAX_MESSAGE
    assert "about MSFT" in (known.summary or "")
    assert known.statements == ("I own 5 shares of $MSFT.",)


async def test_without_messages_the_conversation_stays_as_it_is() -> None:
    assert await with_client_history(NEW, (), finder(), 40, NOW) is NEW


class SlowFinder:
    """Finds a company in the first question, and hangs in the second."""

    def __init__(self) -> None:
        self.questions: list[str] = []

    async def find(self, message: str, *_: object) -> Recognition:
        """Notes the question."""
        self.questions.append(message)
        if message == "slow":
            await asyncio.Event().wait()
        return Recognition(("AAPL",))


async def test_slow_look_ups_do_not_hold_the_answer_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_history, "_SECONDS", 0.05)
    known = await with_client_history(NEW, said("? first", "! a", "? slow", "! b"), SlowFinder(), 40, NOW)
    assert known.symbol_history == (("AAPL",), ())


async def test_only_the_latest_questions_are_read() -> None:
    slow = SlowFinder()
    messages = [part for number in range(100) for part in (f"? q{number}", "! a")]
    await with_client_history(NEW, said(*messages), slow, 400, NOW)
    assert slow.questions == [f"q{number}" for number in range(100 - MAX_QUESTIONS, 100)]


async def test_long_conversation_is_shortened_beside_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []

    def seen(*_: object) -> tuple[str, ...]:
        threads.append(get_ident())
        return ()

    monkeypatch.setattr(client_history, "with_dropped", seen)
    await conversation_of("? Price of $AAPL?", "! 1.")
    assert len(threads) == 1
    assert get_ident() not in threads
