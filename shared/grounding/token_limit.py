"""Limits the facts of a prompt to a number of tokens: the most relevant first, the rest is listed."""

from collections.abc import Sequence
from typing import Final

from shared.domain.facts import Fact
from shared.grounding.market_facts import line_of

_RELEVANCE: Final = ("quote", "fundamentals", "technicals", "news")
"""Kinds of facts, the most relevant first; every company keeps one kind before any has the next."""

_CHARACTERS_PER_TOKEN: Final = 3.0
"""A cautious estimate for lines of figures: o200k_base was measured at 2.6 to 3.5 characters per token."""


def estimated_tokens(text: str) -> int:
    """Returns an estimate of the tokens of a text that is mostly figures."""
    return int(len(text) / _CHARACTERS_PER_TOKEN) + 1


def within_limit(facts: Sequence[Fact], limit: int) -> tuple[tuple[Fact, ...], tuple[str, ...]]:
    """Returns the facts that fit, in their order and with their numbers, and the names of the others.

    Args:
        facts: The facts of the prompt.
        limit: Tokens that they may take together.
    """
    kept: set[int] = set()
    left = limit
    for fact in sorted(facts, key=lambda fact: (_rank(fact), fact.id)):
        size = estimated_tokens(line_of(fact))
        if size <= left:
            kept.add(fact.id)
            left -= size
    omitted = tuple(f"{fact.kind} of {fact.symbol}" for fact in facts if fact.id not in kept)
    return tuple(fact for fact in facts if fact.id in kept), omitted


def _rank(fact: Fact) -> int:
    return _RELEVANCE.index(fact.kind) if fact.kind in _RELEVANCE else len(_RELEVANCE)
