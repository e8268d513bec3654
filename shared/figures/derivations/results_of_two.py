"""What two values give in the way that the sentence of a number says, and whether it is the number."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.claims.share_binding import AS_MUCH, SHARE, whole_of
from shared.figures.derivations.mention_pairs import THAN_MARKET
from shared.figures.derivations.operands import Operand
from shared.figures.derivations.pairs import is_before
from shared.figures.facts.known_figures import amount_shown, as_shown
from shared.figures.lookup.agreement import tolerance_of
from shared.figures.reading.numeral_values import Reading
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_PAST: Final = frozenset({"previous_close", "first_close"})
"""What later prices are compared with, in whichever order they are named."""
_AROUND: Final = 1.5
"""How much wider the tolerance of a number is that is only said to be near."""
_MAX_OVER: Final = 1.25
"""How far something may be beyond a bound that it is said to be beyond: "more than five times"."""
_VAGUE: Final = 0.02
"""The tolerance of a number over its value: from here on, it can be a bound: "more than 20%"."""
_MIN_OPERAND: Final = 1e-4
"""The smaller operand of a difference over the larger one: below it, the difference is the larger one."""
_EITHER_WAY: Final = 15.0
"""Percent up to which a distance may be one of either value: beyond, the two differ too much."""
_SAME_STEP: Final = 0.01
BESIDE: Final = 3
_COVERS: Final = re.compile(r"\b(?:cover|deck|gedeckt|couv|cubr|cobr|copr)", re.IGNORECASE)
_CACHED: Final = 16
_PER: Final = re.compile(
    r"\s(?:(?:of|in|de|an|di)\s(?:[^\W\d_]+\s){1,3})?(?:per|a|je|pro|par|por|für jeden|for each|for every)\s",
    re.IGNORECASE,
)
_PER_DOLLAR: Final = re.compile(
    r"[\s*_-]*(?:for|per)\s(?:each|every|one)\s(?:dollar|euro|pound|franc)\s(?:of|in|due)\b", re.IGNORECASE
)
"""What opens a sentence about a ratio: "For every dollar of equity, it owes $1.09"."""
_OUTFLOWS: Final = frozenset({"capital_expenditure", "dividends_paid", "share_repurchases"})
"""Payments, which are negative in the facts."""


def is_per(claim: Claim, sentence: Sentence) -> bool:
    """Returns whether a number is how much of something falls on each unit of something else."""
    is_behind = _PER.match(sentence.text, claim.numeral.end) is not None
    return is_behind or (claim.numeral.unit is Unit.MONEY and _PER_DOLLAR.match(sentence.text) is not None)


def follows(claim: Claim, sentence: Sentence, first: Operand, second: Operand, is_ordered: bool) -> bool:
    """Returns whether a number follows from two values; ``is_ordered`` where their order is stated."""
    if not is_ordered:
        first, second, is_ordered = _in_order(claim, sentence, first, second)
    ways = list(_results(claim, sentence, first, second))
    if claim.numeral.unit in (Unit.PERCENT, Unit.POINTS, Unit.MULTIPLE):
        ways += _results(claim, sentence, _shown(first), _shown(second))
    if is_ordered and first.value and _is_compared_with(claim, sentence, second):
        # "3.8% below the price" may be in percent of either.
        other_way = (1 - second.value / first.value) * 100
        if abs(other_way) <= _EITHER_WAY:
            ways.append((other_way, True))
    if not is_ordered:
        ways += list(_results(claim, sentence, second, first))
    for reading in claim.numeral.readings:
        for value, has_direction in ways:
            if _is_stated(claim, reading, abs(value)) and (
                not has_direction or not claim.direction or (value >= 0) == (claim.direction > 0)
            ):
                return True
    return claim.numeral.unit in (Unit.MONEY, Unit.NONE, Unit.POINTS) and _is_shown_difference(
        claim, first.value, second.value, is_ordered
    )


def _shown(operand: Operand) -> Operand:
    """Returns a value as the text of a fact shows it, with which the writer may have computed."""
    if operand.figure is not None and operand.value == operand.figure.value:
        return operand._replace(value=as_shown(operand.figure))
    return operand._replace(value=amount_shown(operand.value))


def _is_shown_difference(claim: Claim, one: float, other: float, is_ordered: bool) -> bool:
    """Returns whether a number is the difference of two values as they are shown, rounded like it."""
    if min(abs(one), abs(other)) <= _MIN_OPERAND * max(abs(one), abs(other)):
        return False
    sizes = [
        (reading, 2 * reading.tolerance * size) for reading in claim.numeral.readings for size in (1, 10)
    ]
    for reading, step in sizes:
        steps = round(one / step) - round(other / step) if step else 0
        is_right_way = not (is_ordered and claim.direction) or (steps >= 0) == (claim.direction > 0)
        if steps and is_right_way and abs(abs(steps) - reading.value / step) < _SAME_STEP:
            return True
    return False


def _in_order(
    claim: Claim, sentence: Sentence, first: Operand, second: Operand
) -> tuple[Operand, Operand, bool]:
    """Returns two values in the order of the sentence, and whether the sentence tells the order."""
    if _is_past(first) != _is_past(second):
        return (second, first, True) if _is_past(first) else (first, second, True)
    if THAN_MARKET.match(sentence.text, claim.numeral.end):
        # "The target is 5% below the market": of the price, whatever else is named.
        is_price = [one.figure is not None and one.figure.metric == "price" for one in (first, second)]
        if is_price[0] != is_price[1]:
            return (second, first, True) if is_price[0] else (first, second, True)
    if is_before(first.figure, second.figure):
        return second, first, True
    if is_before(second.figure, first.figure):
        return first, second, True
    mention = claim.mention
    numeral = claim.numeral
    if mention is None or mention.end > numeral.start or first.figure is None or second.figure is None:
        return first, second, False
    if any(mention.end <= one.numeral.start < numeral.start for one in sentence.numbers):
        return first, second, False
    if any(0 <= cue.start - numeral.end <= BESIDE for cue in sentence.bounds):
        # "The price is 2.6% below the average": what is named before is compared with what is named behind.
        of_first, of_second = (one.figure.metric in mention.metrics for one in (first, second) if one.figure)
        if of_first != of_second:
            return (first, second, True) if of_first else (second, first, True)
    return first, second, False


def _is_past(operand: Operand) -> bool:
    return operand.figure is not None and operand.figure.metric in _PAST


def _is_stated(claim: Claim, reading: Reading, value: float) -> bool:
    """Returns whether a result equals a number, or keeps its bound: "more than five times"."""
    # "Roughly three times" and "about 30%" are said of what is near.
    near = _AROUND if claim.is_approximate else SLACK
    is_whole = claim.numeral.unit is Unit.MULTIPLE and reading.value == int(reading.value)
    if is_whole and claim.threshold > 0 and value < reading.value * (1 - _VAGUE):
        # 2.76 is not "more than three times".
        return False
    if abs(value - reading.value) <= reading.tolerance * near:
        return True
    if claim.numeral.unit is Unit.PERCENT:
        # "nearly 60%" of 58.5%, "more than 40%" of 42.6%
        is_near = claim.is_approximate and abs(value - reading.value) <= tolerance_of(claim, reading)
        if is_near or (claim.threshold and claim.passes(value, reading.value)):
            return True
    if reading.tolerance < _VAGUE * reading.value and claim.numeral.unit is not Unit.MULTIPLE:
        return False
    if claim.threshold > 0:
        # "more than twice" may be said of anything below three times.
        most = max(reading.value * _MAX_OVER, reading.value + 1 if is_whole else 0.0)
        return reading.value <= value <= most
    return claim.threshold < 0 and reading.value / _MAX_OVER <= value <= reading.value


def _results(
    claim: Claim, sentence: Sentence, first: Operand, second: Operand
) -> Iterator[tuple[float, bool]]:
    """Yields what two values give in the unit of a number, and whether the result has a direction."""
    unit = claim.numeral.unit
    one, other = first.value, second.value
    if unit is Unit.POINTS:
        yield one - other, True
    elif unit is Unit.MULTIPLE:
        if other:
            yield one / other, False
        if one and _speaks_of_cover(sentence.text):
            # "Interest of $2bn was covered 7.1 times by operating income."
            yield other / one, False
    elif unit is Unit.PERCENT:
        yield from _percentages(claim, sentence, first, second)
    else:
        if _are_outflows(first, second):
            # "Capital spending rose by $10 million": from -220 to -230 in the facts.
            one, other = abs(one), abs(other)
        yield from _amounts(claim, sentence, one, other)


_OF_ITS_VALUE: Final = re.compile(r"\sof\s(?:its|their)\s(?:market\s)?(?:value|worth)\b", re.IGNORECASE)
"""Behind what something has lost of what it was worth."""


@lru_cache(maxsize=_CACHED)
def _speaks_of_cover(text: str) -> bool:
    """Returns whether something is covered by something else; each pair of operands asks for it."""
    return _COVERS.search(text) is not None


def _are_outflows(first: Operand, second: Operand) -> bool:
    figures = (first.figure, second.figure)
    return all(one is not None and one.metric in _OUTFLOWS and one.value < 0 for one in figures)


def _percentages(
    claim: Claim, sentence: Sentence, first: Operand, second: Operand
) -> Iterator[tuple[float, bool]]:
    one, other = first.value, second.value
    if not other:
        return
    # Of two outflows, the larger one is a rise.
    yield (one / other - 1) * 100 * (1 if other > 0 or one < 0 else -1), True
    share = SHARE.match(sentence.text, claim.numeral.end)
    if claim.direction and _OF_ITS_VALUE.match(sentence.text, claim.numeral.end):
        # "It has lost 60% of its value": no 40%.
        return
    if not (
        share
        or sentence.cues_of("share_of", "ratio")
        or AS_MUCH.match(sentence.text, claim.numeral.end)
        # "The market value is covered to 38% by net cash."
        or _speaks_of_cover(sentence.text)
    ):
        return
    whole = whole_of(sentence, claim.numeral.end)
    is_whole = [
        whole is not None and operand.figure is not None and operand.figure.metric in whole.metrics
        for operand in (first, second)
    ]
    if is_whole != [True, False]:
        yield one / other * 100, False
    if one and is_whole != [False, True]:
        yield other / one * 100, False


def _is_compared_with(claim: Claim, sentence: Sentence, second: Operand) -> bool:
    """Returns whether a percentage above or below is followed by the name of what it is compared with."""
    numeral = claim.numeral
    if numeral.unit is not Unit.PERCENT or second.figure is None:
        return False
    behind = next((one for one in sentence.metrics if one.start >= numeral.end), None)
    return (
        behind is not None
        and second.figure.metric in behind.metrics
        and any(0 <= cue.start - numeral.end <= BESIDE for cue in sentence.bounds)
    )


def _amounts(claim: Claim, sentence: Sentence, one: float, other: float) -> Iterator[tuple[float, bool]]:
    if min(abs(one), abs(other)) > _MIN_OPERAND * max(abs(one), abs(other)):
        yield one - other, True
    if other and (sentence.cues_of("ratio") or is_per(claim, sentence)):
        yield one / other, False
    if sentence.cues_of("sum"):
        yield one + other, False
    if sentence.cues_of("mean"):
        yield (one + other) / 2, False
