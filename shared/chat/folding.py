"""Shortens a conversation: old turns are replaced by a summary, without a model."""

from collections.abc import Sequence
from itertools import islice
from typing import Final

from shared.data.documents import Turn
from shared.grounding.quoting import quoted

MAX_CHARS: Final = 24_000
"""Maximum characters of earlier turns that are sent to a model: about 6,000 tokens."""

MAX_SUMMARY: Final = 3_000
"""Maximum characters of the summary; the oldest lines are dropped."""

_MAX_LINE: Final = 220


def fold(turns: Sequence[Turn], summary: str | None, max_turns: int) -> tuple[tuple[Turn, ...], str | None]:
    """Returns the newest turns of a conversation, and a summary of the older ones.

    Args:
        turns: Questions and answers in turns, oldest first.
        summary: Summary of the turns before these; None without one.
        max_turns: Maximum number of turns to keep; the last question and its answer are always kept.

    Returns:
        The kept turns, and the summary; None while nothing was dropped.
    """
    first = len(turns) - 2
    length = sum(len(turn.content) for turn in turns[-2:])
    while first >= 2 and len(turns) - first + 2 <= max_turns:
        length += sum(len(turn.content) for turn in turns[first - 2 : first])
        if length > MAX_CHARS:
            break
        first -= 2
    first = max(first, 0)
    lines = [*(summary or "").splitlines(), *(_line(turn) for turn in islice(turns, first))]
    return tuple(turns[first:]), _bounded(lines) or None


def _line(turn: Turn) -> str:
    about = f" about {', '.join(turn.symbols)}" if turn.symbols else ""
    return f"- {turn.role}{about}: {quoted(turn.content, _MAX_LINE)}"


def _bounded(lines: Sequence[str]) -> str:
    kept: list[str] = []
    length = 0
    for line in reversed(lines):
        length += len(line) + 1
        if length > MAX_SUMMARY:
            break
        kept.append(line)
    return "\n".join(reversed(kept))
