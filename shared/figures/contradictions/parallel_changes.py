"""Changes of one sentence over different times: ``revenue rose from … to …, and profit from … to …``."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from shared.figures.claims.claim import Claim
from shared.figures.derivations.operands import Stated
from shared.figures.facts.known_figures import FactIndex
from shared.figures.reading.sentence import Sentence

_MAX_BETWEEN: Final = 24
"""Characters between what something changed from and what it changed to."""
_OF_YEARS: Final = ("past_year", "this_year", "prior", "latest", "next")


class _Change(NamedTuple):
    """What something changed from, and what it changed to."""

    start: Stated
    end: Stated


def parallel_changes(sentence: Sentence, stated: Sequence[Stated], index: FactIndex) -> Iterator[Claim]:
    """Yields the values of another year or quarter than those of the first change of the sentence.

    Args:
        sentence: The sentence; where it names a time, that decides.
        stated: Its supported numbers, in order.
        index: The figures of the facts.
    """
    if sentence.durations or sentence.cues_of(*_OF_YEARS):
        return
    for _, of_company in groupby(_changes(stated), key=lambda change: _symbol(change.start)):
        first, *others = of_company
        for change in others:
            for one, reference in zip(change, first, strict=True):
                days, wanted = _days(one, index), _days(reference, index)
                if days and wanted and days.isdisjoint(wanted):
                    yield one.claim


def _changes(stated: Sequence[Stated]) -> Iterator[_Change]:
    for start, end in pairwise(stated):
        is_near = end.claim.numeral.start - start.claim.numeral.end <= _MAX_BETWEEN
        is_named = start.claim.period is not None or end.claim.period is not None
        if is_near and not is_named and start.is_start and not end.is_start and _is_one_metric(start, end):
            yield _Change(start, end)


def _is_one_metric(start: Stated, end: Stated) -> bool:
    one, other = start.figure, end.figure
    if one is None or other is None or one.words or other.words:
        return False
    return (one.symbol, one.metric) == (other.symbol, other.metric)


def _symbol(one: Stated) -> str:
    return one.figure.symbol if one.figure is not None else ""


def _days(one: Stated, index: FactIndex) -> set[date]:
    """Returns the last days of the years and quarters of which a number is the value."""
    known = index.of(one.figure.symbol, (one.figure.metric,)) if one.figure is not None else ()
    periods = (figure.period for figure in known if one.claim.equals(abs(figure.value)))
    return {
        period.end
        for period in periods
        if period is not None and period.end is not None and not (period.is_snapshot or period.is_day)
    }
