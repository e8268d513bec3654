"""Reads the conversations that the client keeps: it sends the earlier messages with every question."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

from shared.chat.folding import fold
from shared.chat.memory import LockedConversation
from shared.chat.query import EarlierMessage
from shared.chat.symbol_finder import LOOKUP_SECONDS, Recognition
from shared.chat.user_statements import with_dropped
from shared.data.documents import Turn

MAX_MESSAGE: Final = 8_000
"""Characters of an earlier message; the rest of it is dropped."""

MAX_QUESTIONS: Final = 40
"""Earlier questions whose companies are recognised, the latest ones."""

_SECONDS: Final = 2 * LOOKUP_SECONDS
"""Deadline for the companies of all earlier questions. Most look-ups are cached from their own answers."""


class CompanyFinder(Protocol):
    """Recognises the companies of a question."""

    async def find(
        self, message: str, given: Sequence[str], history: Sequence[Sequence[str]], /
    ) -> Recognition:
        """Returns the companies of a question."""


async def with_client_history(
    conversation: LockedConversation,
    messages: Sequence[EarlierMessage],
    finder: CompanyFinder,
    max_turns: int,
    now: datetime,
) -> LockedConversation:
    """Returns a new conversation with the turns that the client sent, each with its companies.

    Without earlier messages the conversation stays as it is.

    Args:
        conversation: The conversation; it has no turns of its own.
        messages: The earlier messages, oldest first.
        finder: Recognises companies.
        max_turns: Maximum number of turns; older ones become the summary.
        now: The present time; clients do not say when a message was written.
    """
    if not messages:
        return conversation
    turns = await _with_companies(_turns(messages, now), finder)
    # A client may send a megabyte of them: too much for the event loop.
    return await asyncio.to_thread(_with_turns, conversation, turns, max_turns)


def _with_turns(
    conversation: LockedConversation, turns: Sequence[Turn], max_turns: int
) -> LockedConversation:
    kept, summary = fold(turns, None, max_turns)
    statements = with_dropped((), turns[: len(turns) - len(kept)])
    return replace(conversation, turns=kept, summary=summary, statements=statements)


def _turns(messages: Iterable[EarlierMessage], now: datetime) -> list[Turn]:
    """Returns alternating turns that begin with a question; consecutive messages of one role are joined."""
    turns: list[Turn] = []
    for message in messages:
        content = message.content[:MAX_MESSAGE]
        if turns and turns[-1].role == message.role:
            joined = f"{turns[-1].content}\n\n{content}"[:MAX_MESSAGE]
            turns[-1] = replace(turns[-1], content=joined)
        elif turns or message.role == "user":
            turns.append(Turn(message.role, content, now))
    return turns


async def _with_companies(turns: Sequence[Turn], finder: CompanyFinder) -> list[Turn]:
    """Returns the turns with the companies that each question is about, itself or by reference."""
    found = list(turns)
    history: list[tuple[str, ...]] = []
    questions = [place for place, turn in enumerate(turns) if turn.role == "user"][-MAX_QUESTIONS:]
    # Without the companies of the last questions the answer still has those that it names.
    with suppress(TimeoutError):
        async with asyncio.timeout(_SECONDS):
            for place in questions:
                recognition = await finder.find(turns[place].content, (), history)
                history.append(recognition.symbols)
                found[place] = replace(turns[place], symbols=recognition.symbols)
    return found
