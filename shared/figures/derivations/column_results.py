"""Sums, averages and medians of the values above: those of a table, or of the items of a list."""

import re
from collections.abc import Callable, Sequence
from statistics import fmean, median
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.derivations.operands import Stated, comparable
from shared.figures.facts.known_figures import KnownFigure
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_MEDIAN: Final = re.compile(r"\bm[ée]dian|mediana|中央値|中位数|중앙값", re.IGNORECASE)
_Result = Callable[[Sequence[float]], float]


def result_of_column(claim: Claim, sentence: Sentence, cells: Sequence[Stated]) -> KnownFigure | None:
    """Returns a value of a table or list if a number below it follows from its values of one metric.

    The values may be of one company, of one period, or all: ``Together that is $15.89 billion``, ``The
    average is 23.8``. None if none does.

    Args:
        claim: The number.
        sentence: Its sentence, below the table or list.
        cells: The supported numbers of the table or list.
    """
    results = _results(sentence) if cells else ()
    if not results:
        return None
    columns: dict[tuple[str, object], list[Stated]] = {}
    for one in cells:
        figure = one.figure
        if figure is not None and _may_be_added(one.claim.numeral, claim.numeral):
            for of in (None, figure.symbol, figure.period):
                columns.setdefault((figure.metric, of), []).append(one)
    for column in columns.values():
        if len(column) > 1 and any(_is_result(claim, column, result) for result in results):
            return column[0].figure
    return None


def _may_be_added(one: Numeral, other: Numeral) -> bool:
    """Returns whether two numbers may be of one column: "17.2" and "on average 23.8 times" are."""
    return comparable(one, other) or {one.unit, other.unit} == {Unit.NONE, Unit.MULTIPLE}


def _results(sentence: Sentence) -> list[_Result]:
    """Returns what a sentence may compute from the values of a column."""
    results: list[_Result] = []
    if sentence.cues_of("sum", "together"):
        results.append(sum)
    if sentence.cues_of("mean"):
        results.append(fmean)
    if _MEDIAN.search(sentence.text):
        results.append(median)
    return results


def _is_result(claim: Claim, column: Sequence[Stated], result: _Result) -> bool:
    value = abs(result([one.value for one in column]))
    # Each value is rounded itself.
    slack = result([one.claim.numeral.readings[0].tolerance for one in column]) / 2
    return any(abs(value - one.value) <= one.tolerance + slack for one in claim.numeral.readings)
