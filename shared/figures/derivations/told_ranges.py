"""What follows from a range that the news tells: growth to its middle and to its ends."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.claims.list_binding import is_range
from shared.figures.derivations.operands import Stated
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.known_metrics import Kind
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_HUNDRED: Final = 100.0
_WIDEST: Final = 1.5
"""How many times its lower end the upper end of a range is at most."""
_FARTHEST: Final = 3.0
"""How many times a base the value is at most that has grown from it."""
_MAX_QUARTERS: Final = 6


def of_told_range(
    claim: Claim, sentence: Sentence, told: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """Returns the lower end of a range of the news that a number follows from; None without one.

    Args:
        claim: The number.
        sentence: Its sentence.
        told: The supported numbers of its sentence and of those before.
        index: The figures of the facts.
    """
    if claim.numeral.unit not in (Unit.PERCENT, Unit.MONEY) or not claim.companies:
        return None
    is_middle = bool(sentence.cues_of("mean"))
    is_end = claim.numeral.unit is Unit.PERCENT and _is_end(claim, sentence)
    if not (is_middle or is_end):
        return None
    ranges = list(_ranges(claim, index))
    for low, high in ranges:
        values = (_middle(low, high),) if is_middle else (low.value, high.value)
        # "from $10-12.5 billion to $12-13 billion, $1.25 billion more at the midpoint"
        others = [_middle(*one) for one in ranges if is_middle and one[0].fact_id == low.fact_id]
        for base in dict.fromkeys((*_bases(low, told, index), *others)):
            for value in values:
                change = value - base
                way = change / base * _HUNDRED if claim.numeral.unit is Unit.PERCENT else change
                if way * claim.direction >= 0 and claim.equals(abs(way), SLACK):
                    return low
    return None


def _middle(low: KnownFigure, high: KnownFigure) -> float:
    return (low.value + high.value) / 2


def _is_end(claim: Claim, sentence: Sentence) -> bool:
    """Returns whether a percentage is one end of a range: ``growth of 8% to 11%``."""
    numerals = [one.numeral for one in sentence.numbers if one.numeral.unit is Unit.PERCENT]
    return any(
        claim.numeral in (one, other) and is_range(sentence, one, other) for one, other in pairwise(numerals)
    )


def _ranges(claim: Claim, index: FactIndex) -> Iterator[tuple[KnownFigure, KnownFigure]]:
    """Yields the two ends of each amount that prose tells as a range: ``$118 billion to $121 billion``."""
    amounts = (one for one in index.figures if one.words and one.kind is not Kind.PERCENT)
    for low, high in pairwise(amounts):
        is_one = low.fact_id == high.fact_id and low.words == high.words and low.currency == high.currency
        if is_one and low.symbol in claim.companies and 0 < low.value < high.value < _WIDEST * low.value:
            yield low, high


def _bases(low: KnownFigure, told: Sequence[Stated], index: FactIndex) -> Iterator[float]:
    """Yields what a range may be compared with: amounts of the text and of its news, and past quarters."""
    amounts = [abs(one.value) for one in told if one.claim.numeral.unit in (Unit.MONEY, Unit.NONE)]
    if low.fact_id is not None:
        amounts += [one.value for one in index.of_fact(low.fact_id) if one.kind is not Kind.PERCENT]
    quarters = [
        one.value
        for one in index.of(low.symbol, (low.metric,))
        if one.period is not None and one.period.quarter is not None and not one.words
    ]
    for base in dict.fromkeys((*amounts, *quarters[:_MAX_QUARTERS])):
        if low.value / _FARTHEST < base < low.value * _FARTHEST and base != low.value:
            yield base
