"""Rows of tables that tell scenarios: ``| Bear | $7.29 | 34 | $248 |``, assumptions and what follows."""

import re
from collections.abc import Sequence
from itertools import combinations
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_SCENARIO: Final = RarePattern(
    r"^\W*(?:bear(?:ish)?|base|bull(?:ish)?|optimistic|pessimistic|conservative|cautious|worst|best|downside|upside"
    r"|Bären\w*|Bullen\w*|Basis\w*|optimisti\w*|pessimisti\w*|konservativ\w*|haussier|baissier|central"
    r"|optimista|pesimista|alcista|bajista|otimista|pessimista|rialzista|ribassista"
    r"|強気|弱気|基本|乐观|樂觀|悲观|悲觀|中性|낙관\w*|비관\w*|중립)(?:\W|$|[\s-](?:case|scenario|Fall|Szenario))",
    re.IGNORECASE,
)


def is_scenario(label: Sentence) -> bool:
    """Returns whether the label of a row names a scenario: its numbers are assumed or follow from others."""
    return _SCENARIO.match(label.text) is not None


def bind_scenario(claims: Sequence[Claim], row: Sequence[Numeral], titles: Sequence[Numeral]) -> list[Claim]:
    """Returns the numbers of a cell that are statements on a company, bound as estimates.

    Multiples are assumed, values are products of the others, and percentages compare them with a price.

    Args:
        claims: The numbers of the cell; set.
        row: All numbers of the row.
        titles: The numbers in the titles of the columns: ``vs. $301.78``.
    """
    kept = []
    for claim in claims:
        others = [one for one in row if one is not claim.numeral]
        if _is_product(claim, others) or _is_distance(claim, others, titles):
            continue
        claim.is_conditional = claim.is_expected = True
        if {"trailing_pe", "forward_pe"} & set(claim.metrics):
            claim.add_others("trailing_pe", "forward_pe")
        kept.append(claim)
    return kept


def _value(numeral: Numeral) -> float:
    return numeral.readings[0].value


def _is_product(claim: Claim, others: Sequence[Numeral]) -> bool:
    if claim.numeral.unit not in (Unit.MONEY, Unit.NONE):
        return False
    return any(
        one.unit is not other.unit and claim.equals(_value(one) * _value(other), SLACK)
        for one, other in combinations(others, 2)
        if Unit.PERCENT not in (one.unit, other.unit)
    )


def _is_distance(claim: Claim, others: Sequence[Numeral], titles: Sequence[Numeral]) -> bool:
    """Returns whether a percentage is how far a value of the row is from one that the titles state."""
    if claim.numeral.unit is not Unit.PERCENT:
        return False
    for title in titles:
        for one in others:
            way = (_value(one) / _value(title) - 1) * 100 if _value(title) else 0.0
            if one.unit is title.unit and claim.equals(abs(way), SLACK) and way * claim.numeral.sign >= 0:
                return True
    return False
