"""Finds a derivation of a number: a difference, change, ratio, share, sum or average, as the sentence says.

Of two metrics of one company, of one metric of two companies or two periods, or of numbers that the sentence
itself states.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.derivations.operands import Operand, Stated, comparable, values_of
from shared.figures.derivations.pairs import pairs
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.numerals import Reading
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_SLACK: Final = 1.25
"""The writer may have computed with figures as they are shown, which are rounded themselves."""
_MAX_OVER: Final = 1.25
"""How far something may be beyond a bound that it is said to be beyond: "more than five times"."""
_VAGUE: Final = 0.02
"""The tolerance of a number over its value: from here on, it can be a bound: "more than 20%"."""
_MIN_OPERAND: Final = 1e-4
"""The smaller operand of a difference over the larger one: below it, the difference is the larger one."""
_CLOSE: Final = 60
_SHARE: Final = re.compile(r"[\s*_]*(?:of|des|vom|der|du|de|del|des|della|dei|da|do|の|的)\s", re.IGNORECASE)
_PER: Final = re.compile(
    r"\s(?:(?:of|in|de|an|di)\s(?:[^\W\d_]+\s){1,3})?(?:per|a|je|pro|par|por|für jeden|for each|for every)\s",
    re.IGNORECASE,
)


def derive(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex, companies: Sequence[str]
) -> KnownFigure | None:
    """Returns a figure from which the number follows in the way that the sentence says; None without one.

    Args:
        claim: The number.
        sentence: Its sentence.
        stated: Numbers of this and the last sentence that are supported.
        index: The figures of the facts.
        companies: The companies that the sentence names or is about.
    """
    if not says_derivation(claim, sentence):
        return None
    for first, second, is_ordered in pairs(claim, sentence, stated, index, companies):
        if _follows(claim, sentence, first, second, is_ordered):
            return first.figure or second.figure
    return _of_several(claim, sentence, stated, index, companies)


def says_derivation(claim: Claim, sentence: Sentence) -> bool:
    """Tells whether words near a number say that it is computed."""
    numeral = claim.numeral
    if claim.direction or claim.threshold or numeral.unit in (Unit.POINTS, Unit.MULTIPLE):
        return True
    cues = sentence.cues_of(
        "difference", "sum", "mean", "ratio", "share_of", "above", "below", "up", "down", "object", "net"
    )
    if any(abs(cue.start - numeral.start) <= _CLOSE for cue in cues):
        return True
    if numeral.unit in (Unit.MONEY, Unit.NONE) and _PER.match(sentence.text, numeral.end):
        return True
    if numeral.unit is not Unit.PERCENT:
        return False
    # A percentage of what is no percentage is a change or a share of it.
    metric = METRICS.get(claim.mention.name) if claim.mention is not None else None
    is_of_level = metric is not None and metric.kind in (Kind.MONEY, Kind.PRICE, Kind.COUNT)
    return is_of_level or _SHARE.match(sentence.text, numeral.end) is not None


def _follows(claim: Claim, sentence: Sentence, first: Operand, second: Operand, is_ordered: bool) -> bool:
    ways = list(_results(claim, sentence, first.value, second.value))
    if not is_ordered:
        ways += list(_results(claim, sentence, second.value, first.value))
    for reading in claim.numeral.readings:
        for value, has_direction in ways:
            if _is_stated(claim, reading, abs(value)) and (
                not has_direction or not claim.direction or (value >= 0) == (claim.direction > 0)
            ):
                return True
    return False


def _is_stated(claim: Claim, reading: Reading, value: float) -> bool:
    """Whether a result is what a number says, or keeps the bound that it is: "more than five times"."""
    if abs(value - reading.value) <= reading.tolerance * _SLACK:
        return True
    if reading.tolerance < _VAGUE * reading.value and claim.numeral.unit is not Unit.MULTIPLE:
        return False
    if claim.threshold > 0:
        return reading.value <= value <= reading.value * _MAX_OVER
    return claim.threshold < 0 and reading.value / _MAX_OVER <= value <= reading.value


def _results(claim: Claim, sentence: Sentence, one: float, other: float) -> Iterator[tuple[float, bool]]:
    """What two values give in the unit of a number, and whether the result has a direction."""
    unit = claim.numeral.unit
    if unit is Unit.POINTS:
        yield one - other, True
    elif unit is Unit.MULTIPLE:
        if other:
            yield one / other, False
    elif unit is Unit.PERCENT:
        yield from _percentages(claim, sentence, one, other)
    else:
        yield from _amounts(claim, sentence, one, other)


def _percentages(claim: Claim, sentence: Sentence, one: float, other: float) -> Iterator[tuple[float, bool]]:
    if not other:
        return
    # Of two outflows, the larger one is a rise.
    yield (one / other - 1) * 100 * (1 if other > 0 or one < 0 else -1), True
    if _SHARE.match(sentence.text, claim.numeral.end) or sentence.cues_of("share_of", "ratio"):
        yield one / other * 100, False
        if one:
            yield other / one * 100, False


def _amounts(claim: Claim, sentence: Sentence, one: float, other: float) -> Iterator[tuple[float, bool]]:
    if min(abs(one), abs(other)) > _MIN_OPERAND * max(abs(one), abs(other)):
        yield one - other, True
    if other and (sentence.cues_of("ratio") or _PER.match(sentence.text, claim.numeral.end)):
        yield one / other, False
    if sentence.cues_of("sum"):
        yield one + other, False
    if sentence.cues_of("mean"):
        yield (one + other) / 2, False


def _of_several(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex, companies: Sequence[str]
) -> KnownFigure | None:
    is_sum, is_mean = bool(sentence.cues_of("sum")), bool(sentence.cues_of("mean"))
    if not (is_sum or is_mean):
        return None
    groups = [
        [
            Operand(one.value, one.figure)
            for one in stated
            if one.claim is not claim and comparable(one.claim.numeral, claim.numeral)
        ]
    ]
    if claim.mention is not None and len(companies) > 1:
        groups.append(
            [values[0] for company in companies if (values := values_of(index, company, claim.mention))]
        )
    for group in groups:
        for size in range(2, len(group) + 1):
            total = sum(operand.value for operand in group[-size:])
            for value in ([total] if is_sum else []) + ([total / size] if is_mean else []):
                if any(abs(value - reading.value) <= reading.tolerance for reading in claim.numeral.readings):
                    return next((operand.figure for operand in group if operand.figure), None)
    return None
