"""Levels of another period than the change beside them: ``net income of $2.35 billion, up 37.9%``.

Where the facts have the change, between other values of the same metric, it is the level that is wrong.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import Final, NamedTuple

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import BASE, HARD_STOP, TO, ends_with
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.periods.estimated_periods import end_of, states
from shared.figures.reading.known_metrics import ACTUALS, METRICS, Kind
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit
from shared.figures.verdicts.citations import CitedFigure
from shared.figures.verdicts.verdicts import Verdict

_HUNDRED: Final = 100.0
_SLACK: Final = 1.5
_WHOLE: Final = 0.5
_BESIDE: Final = 48
_PAIR: Final = 2
_BRACKETS: Final = ("(", "（")
_EPS: Final = "eps"
_ESTIMATE: Final = "eps_estimate"
_EXPECTED: Final = {actual: (estimate,) for estimate, actual in ACTUALS.items()}
"""By metric: what is expected of it, which it may be compared with as well."""
_SURPRISE: Final = "surprise_percent"


class _LevelChange(NamedTuple):
    """Two values of a metric, of which one follows the other by the change."""

    start: KnownFigure
    end: KnownFigure


def odd_levels(sentence: Sentence, figures: Sequence[CitedFigure], index: FactIndex) -> Iterator[Claim]:
    """Yields the levels that the change beside them is not of.

    Args:
        sentence: The sentence.
        figures: Its numbers with their verdicts, in order.
        index: The figures of the facts.
    """
    if sentence.cues_of("compound"):
        return
    for place, change in enumerate(figures):
        claim = change.claim
        if claim.numeral.unit is not Unit.PERCENT or claim.numeral.readings[0].tolerance >= _WHOLE:
            continue
        before, behind = figures[max(0, place - 2) : place], figures[place + 1 : place + 3]
        if change.figure is not None and change.figure.metric == _SURPRISE:
            if claim.period is None and not sentence.cues_of("prior", "prior_quarter"):
                yield from _not_of_surprise(change, change.figure, [*before, *behind], index)
        elif claim.direction or sentence.bounds:
            levels = [one for one in [*before[-1:], *behind] if _is_level(one)]
            near = [one for one in levels if _is_near(sentence, change, one)]
            yield from _not_of_change(sentence, change, near, index)


def _is_level(one: CitedFigure) -> bool:
    figure = one.figure
    if figure is None or one.verdict is not Verdict.SUPPORTED or figure.metric not in METRICS:
        return False
    is_amount = METRICS[figure.metric].kind is Kind.MONEY or figure.metric == _EPS
    return is_amount and end_of(figure) is not None and states(one.claim, figure)


def _is_near(sentence: Sentence, change: CitedFigure, level: CitedFigure) -> bool:
    first, last = sorted((change.claim.numeral, level.claim.numeral), key=lambda one: one.start)
    is_near = last.start - first.end <= _BESIDE
    return is_near and HARD_STOP.search(sentence.text, first.end, last.start) is None


def _not_of_change(
    sentence: Sentence, change: CitedFigure, levels: Sequence[CitedFigure], index: FactIndex
) -> Iterator[Claim]:
    own = {(one.figure.symbol, one.figure.metric) for one in levels if one.figure is not None}
    if len(own) != 1:
        return
    ((symbol, metric),) = own
    known = [one for one in index.of(symbol, (metric, *_EXPECTED.get(metric, ()))) if not one.words]
    reported = sorted((end, place) for place, one in enumerate(known) if (end := end_of(one)) is not None)
    moves = [
        _LevelChange(known[start], known[end])
        for (first, start), (last, end) in combinations(reported, 2)
        if first < last and _is_moved(change.claim, known[start], known[end])
    ]
    odd = [one for one in levels if moves and _is_odd(sentence, change, one, moves)]
    if len(odd) == 1 and not any(_may_be_of(change.claim, odd[0], one) for one in known):
        yield odd[0].claim


def _is_moved(claim: Claim, start: KnownFigure, end: KnownFigure) -> bool:
    if not start.value:
        return False
    moved = (end.value / start.value - 1) * _HUNDRED
    is_that_way = not claim.direction or (moved > 0) == (claim.direction > 0)
    return is_that_way and claim.equals(abs(moved), _SLACK)


def _is_odd(
    sentence: Sentence, change: CitedFigure, level: CitedFigure, moves: Sequence[_LevelChange]
) -> bool:
    """Returns whether a level is neither what has changed nor what it has changed to."""
    text, numeral = sentence.text, level.claim.numeral
    if level.claim.period is not None or sentence.cues_of("prior", "prior_quarter"):
        # "$2.49, up 5.5% from $2.27 a year earlier": the change may be wrong as well.
        return False
    is_base, is_behind = ends_with(BASE, text, numeral.start), numeral.start > change.claim.numeral.start
    if is_base is not None and is_base[0].strip() in _BRACKETS:
        return False
    if is_base and is_behind:
        return not any(states(level.claim, one.start) for one in moves)
    if not is_base and (not is_behind or ends_with(TO, text, numeral.start)):
        return not any(states(level.claim, one.end) for one in moves)
    return False


def _may_be_of(change: Claim, level: CitedFigure, other: KnownFigure) -> bool:
    """Returns whether a level has changed by that much from or to any value that the facts have."""
    figure = level.figure
    if figure is None or not (figure.value and other.value) or other is figure:
        return False
    ratios = (figure.value / other.value, other.value / figure.value)
    return any(change.equals(abs(ratio - 1) * _HUNDRED, _SLACK) for ratio in ratios)


def _not_of_surprise(
    change: CitedFigure, surprise: KnownFigure, beside: Sequence[CitedFigure], index: FactIndex
) -> Iterator[Claim]:
    """``EPS of $3.65 beat the estimate of $3.66 by 12.8%``: the one that is of another quarter."""
    surprises = [one for one in index.of(surprise.symbol, (_SURPRISE,)) if states(change.claim, one)]
    ends = {end_of(one) for one in surprises} - {None}
    levels = [
        one
        for one in beside
        if one.figure is not None
        and one.verdict is Verdict.SUPPORTED
        and one.figure.symbol == surprise.symbol
        and one.figure.metric in (_EPS, _ESTIMATE)
        and states(one.claim, one.figure)
    ]
    if not ends or len(levels) != _PAIR or levels[0].figure is None or levels[1].figure is None:
        return
    if {one.figure.metric for one in levels if one.figure} != {_EPS, _ESTIMATE}:
        return
    first, second = (_ends_of(one, surprise.symbol, index) for one in levels)
    is_first, is_second = not first.isdisjoint(ends), not second.isdisjoint(ends)
    if is_first != is_second:
        yield levels[is_first].claim
    elif not is_first and not first.isdisjoint(second) and change.verdict is Verdict.SUPPORTED:
        yield change.claim


def _ends_of(level: CitedFigure, symbol: str, index: FactIndex) -> set[date]:
    """Returns the ends of the quarters that a number is a result or an estimate of."""
    known = (one for one in index.of(symbol, (_EPS, _ESTIMATE)) if states(level.claim, one))
    return {end for one in known if (end := end_of(one)) is not None}
