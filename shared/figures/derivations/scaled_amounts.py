"""Amounts that follow from one before: a share of it (``58% of it, so $820 million``), or a year of it."""

import re
from collections.abc import Sequence
from itertools import product
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.derivations.operands import Stated
from shared.figures.facts.known_figures import KnownFigure
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_SO: Final = re.compile(
    r"(?:\b(?:so|that['’]s|that is|which is|i\.e\.|or|makes|also|das sind|d\.h\.|oder|soit|c['’]est"
    r"|o sea|es decir|son|ou seja|cioè|ovvero)|=)[\s,*_]*(?:(?:about|around|roughly|some|almost|nearly|rund"
    r"|etwa|knapp|environ|près de|unos|casi|cerca de|circa)\s)?[\s*_]*$",
    re.IGNORECASE,
)
_PACE: Final = RarePattern(
    r"\b(?:that|this|the same) (?:pace|rate)\b|\brun[ -]rate\b|\bfour quarters\b|\b(?:full|whole) year\b"
    r"|\bannuali[sz]\w+|\bdieses Tempo\b|\bvier Quartale\b|\bauf das Jahr\b|\b(?:ce|même) rythme\b"
    r"|\bquatre trimestres\b|\b(?:ese|este|mismo|questo|esse) ritmo\b|\bcuatro trimestres\b"
    r"|\bquattro trimestri\b",
    re.IGNORECASE,
)
_QUARTERS: Final = 4
_HUNDRED: Final = 100.0
_MAX_OPERANDS: Final = 3
_ROUNDED: Final = 0.01
"""Of an amount that is only said to be near, how much may be rounded away."""
_LEAST_DIGITS: Final = 2


def scaled_amount(claim: Claim, sentence: Sentence, stated: Sequence[Stated]) -> KnownFigure | None:
    """Returns the figure of the amount that a number follows from; None without one.

    Args:
        claim: The number.
        sentence: Its sentence.
        stated: The supported numbers before it, the last one last.
    """
    if claim.numeral.unit is not Unit.MONEY or claim.numeral.digits < _LEAST_DIGITS:
        return None
    amounts = [one for one in stated if one.claim.numeral.unit is Unit.MONEY][-_MAX_OPERANDS:]
    if not amounts:
        return None
    return _share(claim, sentence, stated, amounts) or _year(claim, sentence, amounts)


def _share(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], amounts: Sequence[Stated]
) -> KnownFigure | None:
    if ends_with(_SO, sentence.text, claim.numeral.start) is None:
        return None
    shares = [one for one in stated if one.claim.numeral.unit is Unit.PERCENT and not one.claim.direction]
    for amount, share in product(amounts, shares[-_MAX_OPERANDS:]):
        if _equals(claim, amount.value * share.value / _HUNDRED):
            return amount.figure
    return None


def _year(claim: Claim, sentence: Sentence, amounts: Sequence[Stated]) -> KnownFigure | None:
    if _PACE.search(sentence.text) is None:
        return None
    return next((one.figure for one in amounts if _equals(claim, _QUARTERS * one.value)), None)


def _equals(claim: Claim, value: float) -> bool:
    return claim.equals(abs(value), SLACK, _ROUNDED if claim.is_approximate else 0.0)
