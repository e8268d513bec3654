"""Values that a change is said to end with, and that it began with: ``climbed 18% to`` last year's value."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.lookup.agreement import is_near
from shared.figures.reading.known_metrics import Kind
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import agrees
from shared.figures.reading.units import Unit
from shared.figures.verdicts.citations import CitedFigure
from shared.figures.verdicts.verdicts import Verdict

_TO: Final = re.compile(
    r"[\s*_]*[,，]?\s?(?:to|auf|à|a|hasta(?: los)?|para|at[ée]|em|至|到)\s?[\s*_]*", re.IGNORECASE
)
_FROM: Final = re.compile(r"(?<![^\W\d_])(?:from|von|de|da|desde)\s[\s*_$€£¥]*$", re.IGNORECASE)
_YEARS: Final = range(357, 374)
_QUARTERS: Final = range(83, 100)
_HUNDRED: Final = 100.0


def starts_as_ends(sentence: Sentence, figures: Sequence[CitedFigure], index: FactIndex) -> Iterator[Claim]:
    """Yields the values of the period before that a sentence gives as those of the period after.

    Args:
        sentence: The sentence.
        figures: Its numbers with their verdicts, in order.
        index: The figures of the facts.
    """
    for start, end in pairwise(figures):
        if _goes_back(sentence, start, end, index):
            yield end.claim
    yield from (one.claim for one in figures if sentence.moves and _is_left(sentence, one, index))
    for change, level in pairwise(figures):
        figure, numeral = level.figure, level.claim.numeral
        is_change = change.claim.numeral.unit is Unit.PERCENT and change.claim.direction != 0
        if level.verdict is not Verdict.SUPPORTED or figure is None or figure.words or not is_change:
            continue
        if not _TO.fullmatch(sentence.text, change.claim.numeral.end, numeral.start):
            continue
        others = [one for one in index.of(figure.symbol, (figure.metric,)) if one.metric == figure.metric]
        is_reached = any(_follows(one, figure) and _is_change(change.claim, one, figure) for one in others)
        is_left = any(_follows(figure, one) and _is_change(change.claim, figure, one) for one in others)
        if (is_left and not is_reached) or _is_of_year(change, level, others):
            yield level.claim


def _is_left(sentence: Sentence, one: CitedFigure, index: FactIndex) -> bool:
    """``In 2025 capital spending dropped to $11.3 billion``, from which it dropped in 2025."""
    claim, figure = one.claim, one.figure
    if figure is None or figure.words or one.verdict is not Verdict.SUPPORTED or not claim.direction:
        return False
    if claim.period is not None or claim.is_prior or not is_near(claim, figure):
        return False
    start = claim.numeral.start
    if not any(_TO.fullmatch(sentence.text, cue.end, start) for cue in sentence.moves if cue.end <= start):
        return False
    others = [each for each in index.of(figure.symbol, (figure.metric,)) if each.metric == figure.metric]
    later = [each for each in others if _follows(figure, each) and _moves(figure, each, claim.direction)]
    if not later or any(_follows(each, figure) and _moves(each, figure, claim.direction) for each in others):
        return False
    named = [mention.period for mention in sentence.periods if mention.period is not None]
    periods = [period for period in (*named, claim.topic_period) if period is not None]
    return not periods or any(agrees(period, each.period) for period in periods for each in later)


def _moves(base: KnownFigure, figure: KnownFigure, way: int) -> bool:
    """Returns whether a value has moved in a direction; payments have no sign in words."""
    return (abs(figure.value) - abs(base.value)) * way > 0


def _is_of_year(change: CitedFigure, level: CitedFigure, others: Sequence[KnownFigure]) -> bool:
    """``In 2025 revenue grew 15.8% to $48.60 billion``: that change has led to the $45.18 billion of 2025.

    Args:
        change: The change.
        level: What it is said to have led to: the value of the last twelve months.
        others: The values of its metric.
    """
    figure = level.figure
    is_derived = change.figure is not None and change.figure.kind in (Kind.MONEY, Kind.PRICE)
    is_of_now = figure is not None and figure.period is not None and figure.period.is_snapshot
    if (
        figure is None
        or not is_of_now
        or not is_derived
        or any(_is_change(change.claim, one, figure) for one in others)
    ):
        return False
    ends = [
        one
        for one in others
        if any(_follows(base, one) and _is_change(change.claim, base, one) for base in others)
    ]
    return bool(ends) and not any(is_near(level.claim, one) for one in ends)


def _goes_back(sentence: Sentence, start: CitedFigure, end: CitedFigure, index: FactIndex) -> bool:
    """``rose from $12.94 billion to $13.65 billion``, which is the value of a year before."""
    one, other = start.figure, end.figure
    if one is None or other is None or one.words or other.words or one.metric != other.metric:
        return False
    first, last = start.claim.numeral, end.claim.numeral
    are_stated = start.claim.equals(abs(one.value)) and end.claim.equals(abs(other.value))
    is_named = start.claim.period or end.claim.period
    if not are_stated or is_named or Verdict.UNSUPPORTED in (start.verdict, end.verdict):
        return False
    if not (
        _FROM.search(sentence.text, 0, first.start) and _TO.fullmatch(sentence.text, first.end, last.start)
    ):
        return False
    if one.symbol != other.symbol or not _is_before(other, one):
        return False
    same = [each for each in index.of(one.symbol, (one.metric,)) if each.metric == one.metric]
    return not any(_is_before(one, each) and end.claim.equals(abs(each.value)) for each in same)


def _is_before(one: KnownFigure, other: KnownFigure) -> bool:
    """Returns whether a figure is of a year or quarter that ended before that of another one."""
    first, last = one.period, other.period
    if first is None or last is None or first.end is None or last.end is None:
        return False
    if first.is_day or last.is_day or first.is_snapshot or last.is_snapshot:
        return False
    return (first.quarter is None) == (last.quarter is None) and first.end < last.end


def _is_change(claim: Claim, base: KnownFigure, figure: KnownFigure) -> bool:
    way = (figure.value - base.value) / abs(base.value) * _HUNDRED if base.value else 0.0
    return way * claim.direction > 0 and claim.equals(abs(way), SLACK)


def _follows(base: KnownFigure, figure: KnownFigure) -> bool:
    """Returns whether a figure is of the year or quarter after, or of the same quarter a year later."""
    start = base.period.end if base.period is not None else None
    end = figure.period.end if figure.period is not None else None
    if start is None or end is None or base.period is None or figure.period is None:
        return False
    if base.period.is_day or base.period.is_snapshot or figure.period.is_day or figure.period.is_snapshot:
        return False
    days = (end - start).days
    return days in _YEARS or (figure.period.quarter is not None and days in _QUARTERS)
