"""How far one metric of two companies is apart, where the sentence states the values of both."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.derivations.operands import Stated, comparable
from shared.figures.derivations.period_pairs import same_period
from shared.figures.facts.known_figures import KnownFigure
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_AROUND: Final = 1.5
"""How much wider the tolerance of a number is that is only said to be near."""
_AMOUNTS: Final = frozenset({Unit.MONEY, Unit.NONE})
_MULTIPLES: Final = frozenset({Unit.MULTIPLE, Unit.NONE})
"""Of "31.6 times earnings" and "34.1"."""


def gap_of_companies(claim: Claim, sentence: Sentence, stated: Sequence[Stated]) -> KnownFigure | None:
    """``At 31.6 times earnings, Microsoft is 7% cheaper than Apple (34.1)``: returns a figure of the two.

    No word is needed: values of one metric for two companies are stated to be compared. A word of direction
    must agree with them.

    Args:
        claim: The number.
        sentence: Its sentence.
        stated: Numbers of this and the last sentence that are supported.

    Returns:
        The figure of the company that the number is about; None where the values give another number.
    """
    if not claim.companies or claim.numeral.sign:
        return None
    for first, second in _pairs(claim, [one for one in stated if one.sentence is sentence]):
        if any(claim.equals(gap, _slack(claim)) for gap in _gaps(claim, first, second)):
            return first.figure
    return None


def _slack(claim: Claim) -> float:
    return _AROUND if claim.is_approximate else SLACK


def _pairs(claim: Claim, own: Sequence[Stated]) -> Iterator[tuple[Stated, Stated]]:
    """Yields the values of two companies; the first is that of the company that the number is about."""
    for pair in combinations(own, 2):
        one, other = pair
        if one.figure is None or other.figure is None or claim in (one.claim, other.claim):
            continue
        is_pair = one.figure.metric == other.figure.metric and one.figure.symbol != other.figure.symbol
        if is_pair and _are_alike(one, other):
            yield from (
                (first, second)
                for first, second in (pair, pair[::-1])
                if first.figure is not None and first.figure.symbol in claim.companies
            )


def _are_alike(one: Stated, other: Stated) -> bool:
    first, second = one.figure, other.figure
    if first is None or second is None or not (one.value and other.value):
        return False
    units = {one.claim.numeral.unit, other.claim.numeral.unit}
    is_one_unit = comparable(one.claim.numeral, other.claim.numeral) or units == _MULTIPLES
    is_one_currency = first.currency is None or second.currency is None or first.currency == second.currency
    return is_one_unit and is_one_currency and same_period(first, second)


def _gaps(claim: Claim, first: Stated, second: Stated) -> Iterator[float]:
    """Yields how far the first value is from the second, in the unit of the number."""
    unit, one, other = claim.numeral.unit, first.value, second.value
    if claim.direction and (one - other) * claim.direction < 0:
        return
    is_rate = first.claim.numeral.unit is Unit.PERCENT
    if unit is Unit.MULTIPLE and other * one > 0:
        yield one / other
    if unit is Unit.PERCENT and other * one > 0:
        yield abs(one / other - 1) * 100
        if not claim.direction:
            # "about half of Microsoft's 14.9%" is of Microsoft, or of what the sentence is about.
            yield one / other * 100
            yield other / one * 100
    is_difference = unit is Unit.POINTS if is_rate else unit in _AMOUNTS and not claim.numeral.plain
    if is_difference:
        yield abs(one - other)
