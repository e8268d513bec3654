"""Changes of different spans that are stated as one: ``down 152.75 points or 16.35%``."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import BASE, TO
from shared.figures.reading.known_metrics import Kind
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit
from shared.figures.verdicts.citations import CitedFigure
from shared.figures.verdicts.verdicts import Verdict

_JOINED: Final = re.compile(
    r"(?:\s(?:points?|Punkten?|puntos|punti|pontos|ポイント|点|포인트))?,?"
    r"(?:\s?[(（]|\s(?:or|i\.e\.|oder|beziehungsweise|bzw\.|ou|soit|o|es decir|ovvero|cioè|ou seja)\s)\s?",
    re.IGNORECASE,
)
"""Between a change and the same one in percent."""
_CHANGES: Final = frozenset({"change", "change_percent"})
_DAY: Final = 1.0
_PERCENT: Final = "change_percent"
_OF_DAY: Final = frozenset({"price", "previous_close"})
_TIMES: Final = frozenset({"past", "past_year", "this_year", "prior", "next"})
"""Kinds of words that name the time of a change."""
_LEVELS: Final = frozenset(
    {"highest", "lowest", "week_52_high", "week_52_low", "first_close", "sma_20", "sma_50", "sma_200"}
)
"""What a price may be compared with besides that of the day before."""
_LONG: Final = 20.0
_SHORT_GAP: Final = 14
"""Characters between a change and the level that it leads to."""


def mixed_windows(sentence: Sentence, figures: Sequence[CitedFigure]) -> Iterator[Claim]:
    """Yields the changes over a longer span that stand as another form of a change of the day.

    Args:
        sentence: The sentence.
        figures: Its numbers with their verdicts, in the order of the text.
    """
    is_timed = bool(sentence.durations or sentence.periods) or not _TIMES.isdisjoint(sentence.kinds)
    if not is_timed and _speaks_of_day(sentence, figures):
        yield from (one.claim for one in figures if _is_of_span(one) and one.verdict is Verdict.SUPPORTED)
    for one, other in pairwise(figures):
        if Verdict.SUPPORTED is not one.verdict or other.verdict is not one.verdict:
            continue
        first, second = one.figure, other.figure
        if first is None or second is None or first.words or second.words or first.symbol != second.symbol:
            continue
        if not is_timed and _is_of_day(sentence, one, other):
            yield one.claim
            continue
        if {first.metric, second.metric} != _CHANGES or None in (first.window, second.window):
            continue
        gap = (one.claim.numeral.end, other.claim.numeral.start)
        if first.window == second.window or _JOINED.fullmatch(sentence.text, *gap) is None:
            continue
        yield other.claim if first.window == _DAY else one.claim


def _is_of_day(sentence: Sentence, one: CitedFigure, other: CitedFigure) -> bool:
    """``fell 5.00% to $302.24``, ``down 8.35% from $3,905``: without a span, a change of the day."""
    change, level = one.figure, other.figure
    if change is None or level is None or change.metric != _PERCENT or level.metric not in _OF_DAY:
        return False
    if not _is_of_span(one):
        return False
    gap = sentence.text[one.claim.numeral.end : other.claim.numeral.start]
    words = TO if level.metric == "price" else BASE
    return len(gap) <= _SHORT_GAP and words.search(gap) is not None


def _speaks_of_day(sentence: Sentence, figures: Sequence[CitedFigure]) -> bool:
    """Returns whether a sentence is about the change since the day before.

    ``closed at $171.28, a gain of 7.76%``: besides the price of now, it states no level.
    """
    names = {one.name for one in sentence.metrics}
    if not _LEVELS.isdisjoint(names):
        return False
    if "previous_close" in names or "today" in sentence.kinds:
        return True
    levels = [
        one.figure
        for one in figures
        if one.figure is not None
        and one.figure.kind is Kind.PRICE
        and one.verdict is Verdict.SUPPORTED
        and one.claim.numeral.unit is not Unit.PERCENT
    ]
    return bool(levels) and all(
        one.metric == "price" and one.period is not None and one.period.is_snapshot for one in levels
    )


def _is_of_span(one: CitedFigure) -> bool:
    """Returns whether a number without a span of its own is a change over many days."""
    change = one.figure
    if change is None or change.words or change.metric != _PERCENT or one.claim.window is not None:
        return False
    return change.window is not None and change.window >= _LONG
