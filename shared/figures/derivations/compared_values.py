"""How far one metric of two companies is apart, where the sentence states the values of both."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.derivations.operands import Stated, comparable
from shared.figures.derivations.period_pairs import same_period
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.known_metrics import Kind
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_AROUND: Final = 1.5
"""How much wider the tolerance of a number is that is only said to be near."""
_THAN: Final = re.compile(
    r"\s(?P<way>more|less|higher|lower|bigger|smaller|larger|above|below|ahead|behind|shy)"
    r"(?:\s(?:than|of))?\s(?:(?:at|that of|the)\s)?[*_]*",
    re.IGNORECASE,
)
"""Between a difference and the company that another one is compared with."""
_UPWARD: Final = frozenset({"more", "higher", "bigger", "larger", "above", "ahead"})
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


def gap_to_named(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``TI is the smallest at $166.26 billion, about $17 billion less than Qualcomm``: of the value before.

    Args:
        claim: The number.
        sentence: Its sentence.
        stated: Numbers of this and the last sentence that are supported.
        index: The figures of the facts.

    Returns:
        The figure of the company whose value is stated; None where the values give another number.
    """
    than = _THAN.match(sentence.text, claim.numeral.end) if sentence.companies else None
    other = (
        None if than is None else next((one for one in sentence.companies if one.start == than.end()), None)
    )
    before = [
        one for one in stated if one.sentence is sentence and one.claim.numeral.end <= claim.numeral.start
    ]
    figure = before[-1].figure if before else None
    if than is None or other is None or figure is None or figure.words or figure.symbol == other.value:
        return None
    way = 1 if than["way"].lower() in _UPWARD else -1
    for value in index.of(other.value, (figure.metric,)):
        is_alike = not value.words and value.currency == figure.currency and same_period(figure, value)
        if not is_alike or (figure.value - value.value) * way <= 0:
            continue
        if any(claim.equals(gap, _slack(claim)) for gap in _sizes(claim, figure, value)):
            return figure
    return None


def _sizes(claim: Claim, one: KnownFigure, other: KnownFigure) -> Iterator[float]:
    """Yields how far two values are apart, in the unit of a number."""
    unit = claim.numeral.unit
    if unit is Unit.PERCENT and one.kind is not Kind.PERCENT and other.value:
        yield abs(one.value / other.value - 1) * 100
    if unit is Unit.POINTS or (unit in _AMOUNTS and one.kind is not Kind.PERCENT and not claim.numeral.plain):
        yield abs(one.value - other.value)


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
