"""Changes that are told one after the other: ``sales from $12.33bn to $13.19bn and net income from …``."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import TO, ends_with
from shared.figures.claims.prior_periods import START
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.periods.estimated_periods import end_of, month_of, states
from shared.figures.reading.sentence import Sentence
from shared.figures.verdicts.citations import CitedFigure
from shared.figures.verdicts.verdicts import Verdict

_EAST_ASIAN_START: Final = re.compile(r"\s?(?:から|에서|부터)")
_MAX_GAP: Final = 16
"""Characters between the two ends of a change."""
_SAME: Final = 2e-3


def unlike_changes(sentence: Sentence, figures: Sequence[CitedFigure], index: FactIndex) -> Iterator[Claim]:
    """Yields an end of a change that is of another period than that of the change before.

    Args:
        sentence: The sentence.
        figures: Its numbers with their verdicts, in order.
        index: The figures of the facts.
    """
    changes = [(one, other) for one, other in pairwise(figures) if _is_change(sentence, one, other)]
    for before, own in pairwise(changes):
        if any(
            before[1].claim.numeral.end <= one.start < own[1].claim.numeral.start for one in sentence.periods
        ):
            continue
        if _metric(before[0]) == _metric(own[0]):
            # "from $2.10bn to $2.25bn and then from $2.25bn to $2.40bn"
            continue
        for one, other in zip(before, own, strict=True):
            if _month(one) != _month(other) and _is_known(other, _month(one), index):
                yield other.claim


def _is_change(sentence: Sentence, one: CitedFigure, other: CitedFigure) -> bool:
    first, second = one.figure, other.figure
    if first is None or second is None or (first.symbol, first.metric) != (second.symbol, second.metric):
        return False
    if not (_states_period(one) and _states_period(other)):
        return False
    start, end = one.claim.numeral, other.claim.numeral
    if end.start - start.end > _MAX_GAP:
        return False
    if _EAST_ASIAN_START.match(sentence.text, start.end):
        return True
    return bool(ends_with(START, sentence.text, start.start) and ends_with(TO, sentence.text, end.start))


def _states_period(one: CitedFigure) -> bool:
    """Returns whether a number is the value of a year or quarter that has ended."""
    figure = one.figure
    return (
        one.verdict is Verdict.SUPPORTED
        and figure is not None
        and end_of(figure) is not None
        and states(one.claim, figure)
    )


def _metric(one: CitedFigure) -> str:
    return "" if one.figure is None else one.figure.metric


def _month(one: CitedFigure) -> int | None:
    end = end_of(one.figure) if one.figure is not None else None
    return None if end is None else month_of(end)


def _is_known(one: CitedFigure, month: int | None, index: FactIndex) -> bool:
    """Returns whether the facts have another value for the period that ends in a month."""
    figure = one.figure
    if figure is None or month is None:
        return False
    values = [
        other.value
        for other in index.of(figure.symbol, (figure.metric,))
        if (end := end_of(other)) is not None and month_of(end) == month and _is_as_long(other, figure)
    ]
    return bool(values) and all(abs(value - figure.value) > _SAME * abs(figure.value) for value in values)


def _is_as_long(one: KnownFigure, other: KnownFigure) -> bool:
    return (
        one.period is not None
        and other.period is not None
        and (one.period.quarter is None) == (other.period.quarter is None)
    )
