"""Amounts by which estimates were beaten or missed, against the actual and the estimate beside them."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.claims.gaps import HARD_STOP
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import agrees
from shared.figures.reading.units import Unit
from shared.figures.verdicts.citations import CitedFigure
from shared.figures.verdicts.verdicts import Verdict

_NEAR: Final = 10
_HUNDRED: Final = 100.0
_SURPRISE: Final = "surprise_percent"
_WITH_SURPRISE: Final = 3
"""Numbers of a sentence that states a result, its estimate and by how much they differ."""
_TELLING: Final = frozenset({"above", "below", "beat", "miss"})
_OTHER_CLAUSE: Final = re.compile(r"[;；]|\b(?:but|and|aber|und|mais|et|pero|y|mas|ma|e)\b", re.IGNORECASE)
"""Between two numbers and a word on what comes behind them: "beat ($2.03 vs $1.98) but missed in Q2"."""


def wrong_surprises(sentence: Sentence, figures: Sequence[CitedFigure]) -> Iterator[Claim]:
    """``earned $5.05, below the expected $4.87``: what was reported, and what was expected of it."""
    yield from _of_other_quarter(sentence, figures)
    if _TELLING.isdisjoint(sentence.kinds) or any(_is_wrong_percentage(one) for one in figures):
        # "$5.74 vs. $5.87, a beat of 2.21%": the way is that of the percentage, which is marked itself.
        return
    for one, other in pairwise(figures):
        if one.figure is None or other.figure is None or one.figure.period != other.figure.period:
            continue
        if (one.figure.metric, other.figure.metric) != ("eps", "eps_estimate"):
            continue
        if not (is_stated_level(one) and is_stated_level(other)):
            continue
        way = _way_of_surprise(sentence, one.claim, other.claim)
        if (one.figure.value - other.figure.value) * way < 0:
            yield other.claim


def _of_other_quarter(sentence: Sentence, figures: Sequence[CitedFigure]) -> Iterator[Claim]:
    """``$0.49 beat the $0.47 that was expected by 6.25%``: the surprise of another quarter than theirs."""
    surprises = [one for one in figures if _is_surprise(one)] if len(figures) >= _WITH_SURPRISE else []
    if len(surprises) != 1:
        return
    (surprise,) = surprises
    told = [
        one.figure
        for one in figures
        if one.figure is not None and is_stated_level(one) and _are_of_one_clause(sentence, one, surprise)
    ]
    actuals = [figure for figure in told if figure.metric == "eps"]
    estimates = [figure for figure in told if figure.metric == "eps_estimate"]
    if not len(actuals) == len(estimates) == 1 or not estimates[0].value:
        return
    actual, estimate, figure, claim = actuals[0], estimates[0], surprise.figure, surprise.claim
    ends = {one.period.end for one in (actual, estimate) if one.period is not None}
    is_own = figure is None or figure.period is None or figure.symbol != actual.symbol
    is_own = is_own or (figure is not None and figure.period is not None and figure.period.end in ends)
    shared = {one.claim.period for one in figures if one.figure in (actual, estimate)}
    is_own_period = claim.period in shared or claim.period is None or agrees(claim.period, actual.period)
    is_of_other = claim.is_prior or not is_own_period
    percent = abs(actual.value / estimate.value - 1) * _HUNDRED
    if not (is_own or is_of_other or len(ends) != 1 or claim.equals(percent, SLACK)):
        yield claim


def _is_surprise(one: CitedFigure) -> bool:
    """Returns whether a number is a surprise in percent, of the facts or computed from a quarter."""
    if one.figure is None or not is_supported(one) or one.claim.numeral.unit is not Unit.PERCENT:
        return False
    is_named = _SURPRISE in (*one.claim.metrics, *one.claim.others)
    return one.figure.metric == _SURPRISE or (is_named and one.figure.metric in ("eps", "eps_estimate"))


def _are_of_one_clause(sentence: Sentence, one: CitedFigure, other: CitedFigure) -> bool:
    first, last = sorted((one.claim.numeral, other.claim.numeral), key=lambda each: each.start)
    return HARD_STOP.search(sentence.text, first.end, last.start) is None


def _is_wrong_percentage(one: CitedFigure) -> bool:
    """Returns whether a number is a surprise in percent whose words tell another way than the facts."""
    is_surprise = one.figure is not None and one.figure.metric == _SURPRISE
    return is_surprise and not one.claim.numeral.sign and one.verdict is Verdict.MISATTRIBUTED


def _way_of_surprise(sentence: Sentence, one: Claim, other: Claim) -> int:
    """Returns 1 if the word between two numbers, or the only one beside them, says better; -1 for worse."""
    start, end = one.numeral.end, other.numeral.start
    if HARD_STOP.search(sentence.text, start, end):
        return 0
    cues = [
        cue
        for cue in sentence.cues_of("above", "below", "beat", "miss")
        if start <= cue.start and cue.end <= end
    ] or [
        cue
        for cue in sentence.cues_of("beat", "miss")
        if 0 <= one.numeral.start - cue.end <= _NEAR
        or (
            0 <= cue.start - other.numeral.end <= _NEAR
            and not _OTHER_CLAUSE.search(sentence.text, other.numeral.end, cue.start)
        )
    ]
    if not cues:
        told = sentence.cues_of("beat", "miss")
        # "It narrowly beat expectations in the December quarter, earning $1.87 instead of $1.88."
        cues = [
            cue
            for cue in (told if len(told) == 1 else ())
            if cue.end <= one.numeral.start
            and not HARD_STOP.search(sentence.text, cue.end, one.numeral.start)
            and not any(cue.end <= each.numeral.start < one.numeral.start for each in sentence.numbers)
        ]
    if len(cues) != 1:
        return 0
    kinds = set(cues[0].value.split())
    return bool(kinds & {"above", "beat"}) - bool(kinds & {"below", "miss"})


def is_supported(one: CitedFigure) -> bool:
    """Tells whether a number is supported, and not only a condition."""
    return one.verdict is Verdict.SUPPORTED and not one.claim.is_conditional


def is_stated_level(one: CitedFigure) -> bool:
    """Returns whether a number is a figure of the facts, and not a difference of two."""
    if not is_supported(one) or one.figure is None:
        return False
    value = abs(one.figure.value)
    return any(abs(value - reading.value) <= reading.tolerance for reading in one.claim.numeral.readings)
