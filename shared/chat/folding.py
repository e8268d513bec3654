"""Keeps a conversation short: what is too old is folded into a summary, without asking a model."""

from collections.abc import Sequence
from itertools import islice
from typing import Final

from shared.data.documents import Turn
from shared.grounding.market_facts import quoted

MAX_CHARS: Final = 24_000
"""Characters of earlier turns that a model is given: about 6,000 tokens."""

MAX_SUMMARY: Final = 3_000
"""Characters of the summary; of what is older, nothing is left."""

_MAX_LINE: Final = 220


def fold(turns: Sequence[Turn], summary: str | None, most: int) -> tuple[tuple[Turn, ...], str | None]:
    """Splits a conversation into what is kept and a summary of the rest.

    Args:
        turns: All of it, question and answer in turns, oldest first.
        summary: Of what was before that.
        most: How many turns are kept; the last question and its answer always are.

    Returns:
        The turns that are kept, and the summary; None when nothing has been dropped yet.
    """
    first = len(turns) - 2
    length = sum(len(turn.content) for turn in turns[-2:])
    while first >= 2 and len(turns) - first + 2 <= most:
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
