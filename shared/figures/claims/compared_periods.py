"""Periods of pairs of numbers: ``5.83 against 5.50 in 2024; capital spending was 2.05 against 1.93``."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.pair_binding import are_compared
from shared.figures.reading.sentence import Sentence

_AFTER: Final = re.compile(
    r"\s(?:after|nach|après|tras|dopo|após|versus|vs\.?|against|from|gegenüber|contre)\s[$€£¥]?",
    re.IGNORECASE,
)


def bind_compared_periods(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """Gives the numbers of a pair the periods and the company of the pair before, if they name none.

    Args:
        sentence: The sentence.
        claims: Its numbers with their periods; set.
    """
    if len(sentence.periods) < 2:
        if sentence.periods and sentence.periods[0].start >= claims[-1].numeral.end:
            _bind_to_last_period(sentence, claims)
        return
    model: tuple[Claim, Claim] | None = None
    for one, other in pairwise(claims):
        if not are_compared(sentence, one, other):
            continue
        if model is None:
            is_model = one.period and other.period and one.period != other.period
            model = (one, other) if is_model else None
            continue
        named = [each for each in sentence.periods if each.start >= model[1].numeral.end]
        if all(each.period == model[1].period and each.end <= one.numeral.start for each in named):
            one.period, other.period = model[0].period, model[1].period
            other.companies, other.inferred_from = one.companies, one.inferred_from


def _bind_to_last_period(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """``sales of $26 after $25, income of $6.3 after $6.0 for 2025``: the year is of the first of each."""
    compared = [
        (one, other)
        for one, other in pairwise(claims)
        if _AFTER.fullmatch(sentence.text, one.numeral.end, other.numeral.start)
    ]
    if len(compared) < 2 or claims[-1].period is None or claims[-1] is not compared[-1][1]:
        return
    period = claims[-1].period
    for one, other in compared:
        one.period, other.period, other.not_period = period, None, period
