"""Tells which numbers are of a net debt that is none: ``net cash``, ``cash above debt by $570 million``."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import Claim, Context
from shared.figures.claims.direction_binding import is_subtracted
from shared.figures.claims.gaps import clause_start, has_changed
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.units import Unit

_CASH: Final = frozenset({"total_cash"})
_DEBTS: Final = frozenset({"total_debt", "net_debt"})
_NET_DEBT: Final = "net_debt"
_BY: Final = re.compile(
    r"[\s*_]*(?:by|um|en|em)\s(?:about\s|some\s|rund\s|etwa\s|unos\s)?[\s*_]*|\s?(?:を|를|을|多|高出)\s?"
)
"""Between the second of the two amounts and how far the first one is above it."""
_OF: Final = re.compile(r"[\s*_]*(?:de|di)\s(?:plus de\s|environ\s|circa\s)?[\s*_]*")
"""The same in languages whose word for "by" means "of" as well."""
_ABOVE_BEHIND: Final = 8
"""Characters behind a number that may have the word for "above" in Japanese and Korean."""


def bind_net_cash(sentence: Sentence, claims: Sequence[Claim], context: Context) -> None:
    """Tells which numbers are of a net debt that is none, without a word of that beside them.

    Args:
        sentence: The sentence.
        claims: Its numbers; set.
        context: What the sentences before leave behind.
    """
    if "negative" in sentence.kinds:
        for before, claim in pairwise(claims):
            # "a net cash position of $115 million, up from $21 million in 2024"
            is_named = before.is_negative and names_negative(sentence, before)
            if is_named and _is_compared(sentence, before, claim):
                claim.is_negative = True
        for claim in claims:
            # "Net cash: Toyota 2.02 trillion, Sony 0.71 trillion."
            claim.is_negative = claim.is_negative or names_negative(sentence, claim)
    for claim in claims if context.is_negative and not sentence.metrics else ():
        # "Net cash was $57.15 billion. A year before it had been $52.60 billion."
        claim.is_negative = claim.is_negative or _NET_DEBT in (*claim.metrics, *claim.others)
    for claim in claims if sentence.bounds else ():
        _bind_excess(sentence, claim)


def names_negative(sentence: Sentence, claim: Claim) -> bool:
    """Returns whether a number stands with the name of a net debt that is none: ``net cash``."""
    mention = claim.mention
    return (
        mention is not None
        and mention.name == _NET_DEBT
        and any(
            mention.start <= cue.start and cue.end <= mention.end and not is_subtracted(sentence, cue)
            for cue in sentence.cues_of("negative")
        )
    )


def _is_compared(sentence: Sentence, before: Claim, claim: Claim) -> bool:
    """Returns whether a number is what the one before it has changed from or to, under the same name."""
    if claim.is_tight or _NET_DEBT not in (*claim.metrics, *claim.others):
        return False
    return has_changed(sentence, before.numeral, claim.numeral)


def _bind_excess(sentence: Sentence, claim: Claim) -> None:
    """``Cash exceeds debt by $570 million``: the net debt, and none where the cash is larger."""
    if claim.numeral.unit is not Unit.MONEY:
        return
    numeral = claim.numeral
    start = clause_start(sentence.text, numeral.start)
    before = [
        one for one in sentence.metrics if start <= one.start < numeral.start and one.name in _CASH | _DEBTS
    ]
    if len(before) < 2 or _is_cash(before[-2]) == _is_cash(before[-1]):
        return
    last = before[-1].end
    is_certain = _BY.fullmatch(sentence.text, last, numeral.start) is not None
    if not is_certain and not _OF.fullmatch(sentence.text, last, numeral.start):
        return
    cues = [
        cue
        for cue in sentence.bounds
        if start <= cue.start < last or numeral.end <= cue.start <= numeral.end + _ABOVE_BEHIND
    ]
    if cues:
        is_above = "above" in cues[-1].value.split()
        claim.is_negative = _is_cash(before[-2]) == is_above
        claim.metrics = (_NET_DEBT,) if is_certain else (_NET_DEBT, *claim.metrics)
        claim.others, claim.nearby, claim.direction, claim.threshold = (), (), 0, 0


def _is_cash(mention: MetricMention) -> bool:
    return mention.name in _CASH
