"""Bounds of the distance to a level: ``within $9 of the upper band``, ``less than 2% below the high``."""

import re
from collections.abc import Iterator
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import ends_with, has_break
from shared.figures.derivations.customary_forms import is_level
from shared.figures.derivations.operands import of_metrics
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.units import Unit

_AT_MOST: Final = RarePattern(
    r"\b(?:within|less than|under|no more than|not even|at most|weniger als|keine|nicht einmal|höchstens"
    r"|unter|moins (?:de|d['’])|menos de|a menos del?|meno (?:di|del(?:l['’])?)|al massimo)"
    r"\s?(?:an?\s|un\s|el\s|il\s)?$",
    re.IGNORECASE,
)
_AT_LEAST: Final = RarePattern(
    r"\b(?:more than|over|at least|well over|mehr als|über|mindestens|plus de|au moins|más de|más del"
    r"|al menos|mais de|pelo menos|più (?:di|del)|oltre|almeno)\s(?:un\s|el\s|il\s)?$",
    re.IGNORECASE,
)
_BELOW: Final = re.compile(
    r"[\s-](?:below|under|beneath|short of|shy of|off|unter|unterhalb|sous|en dessous|au-dessous|por debajo"
    r"|abaixo|sotto|al di sotto)\b[^.;:,\d()]{0,24}",
    re.IGNORECASE,
)
_ABOVE: Final = re.compile(
    r"[\s-](?:above|over|über|oberhalb|au-dessus|por encima|acima|sopra|al di sopra)\b[^.;:,\d()]{0,24}",
    re.IGNORECASE,
)
_FROM: Final = re.compile(
    r"[\s-](?:of|from|away from|von|vom|de|du|des|del|da|do|dal|dai|dalla)\s[^.;:,\d()]{0,20}", re.IGNORECASE
)
_LEAST_PART: Final = 0.1
"""Of a bound, how much the distance is at least: "within 10%" is not said of 0.1%."""
_LEAST_EXACT: Final = 0.8
"""The same of a bound with decimals: "within 3.9%" is not said of 2.1%."""
_WHOLE: Final = 0.5
_LARGEST_MULTIPLE: Final = 1.6
_ROUNDED: Final = 0.02


def bounds_distance(claim: Claim, sentence: Sentence) -> bool:
    """Tells whether a number is a bound of the distance to a level that is named behind it."""
    return _bounded(claim, sentence) is not None


def bounded_distance(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """Returns the level whose distance from the price keeps the bound that a number is; None without one.

    Args:
        claim: The number.
        sentence: Its sentence.
        index: The figures of the facts.
    """
    found = _bounded(claim, sentence)
    if found is None:
        return None
    side, level, way = found
    return next(
        (
            figure
            for figure, distance in _distances(claim, level, way, index)
            if any(
                _keeps(distance, one.value, side, is_exact=one.tolerance < _WHOLE)
                for one in claim.numeral.readings
            )
        ),
        None,
    )


def is_level_before(claim: Claim, sentence: Sentence) -> bool:
    """Tells whether a level is named before a number, in its clause."""
    before = [one for one in sentence.metrics if one.end <= claim.numeral.start]
    return (
        bool(before)
        and is_level(before[-1])
        and not has_break(sentence, sentence.text[before[-1].end : claim.numeral.start])
    )


def _bounded(claim: Claim, sentence: Sentence) -> tuple[int, MetricMention, int] | None:
    """Returns the side of a bound (-1 at most, 1 at least), the level, and where the price is from there."""
    if claim.numeral.unit not in (Unit.PERCENT, Unit.MONEY):
        return None
    level = next((one for one in sentence.metrics if one.start >= claim.numeral.end), None)
    if level is None or not is_level(level):
        return None
    start, gap = claim.numeral.start, (claim.numeral.end, level.start)
    side = -bool(ends_with(_AT_MOST, sentence.text, start)) or +bool(
        ends_with(_AT_LEAST, sentence.text, start)
    )
    if not side:
        return None
    if _BELOW.fullmatch(sentence.text, *gap):
        return side, level, -1
    if _ABOVE.fullmatch(sentence.text, *gap):
        return side, level, 1
    return (side, level, 0) if _FROM.fullmatch(sentence.text, *gap) else None


def _distances(
    claim: Claim, level: MetricMention, way: int, index: FactIndex
) -> Iterator[tuple[KnownFigure, float]]:
    """Yields levels with their distance: an amount, or in percent of the level and of the price."""
    for company in claim.companies:
        for price in of_metrics(index, company, ("price",))[:1]:
            for one in of_metrics(index, company, level.metrics):
                distance = price.value - one.value
                if one.figure is None or not one.value or not price.value or distance * way < 0:
                    continue
                if claim.numeral.unit is Unit.MONEY:
                    yield one.figure, abs(distance)
                else:
                    yield one.figure, abs(distance / one.value) * 100
                    yield one.figure, abs(distance / price.value) * 100


def _keeps(distance: float, bound: float, side: int, *, is_exact: bool) -> bool:
    if side < 0:
        least = _LEAST_EXACT if is_exact else _LEAST_PART
        return least * bound <= distance <= (1 + _ROUNDED) * bound
    return (1 - _ROUNDED) * bound <= distance <= _LARGEST_MULTIPLE * bound
