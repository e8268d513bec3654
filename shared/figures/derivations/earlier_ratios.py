"""A ratio that the text has stated, in another period: ``took 52% of it. In 2023 the proportion was 76%``."""

import re
from collections.abc import Iterator, Sequence
from itertools import permutations, product
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.derivations.operands import Stated, of_metrics
from shared.figures.derivations.period_pairs import same_period
from shared.figures.facts.known_figures import FactIndex, KnownFigure, as_shown
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import agrees
from shared.figures.reading.units import Unit

_MAX_METRICS: Final = 6
_RATIOS: Final = (Unit.PERCENT, Unit.MULTIPLE, Unit.NONE)
_HUNDRED: Final = 100.0
_BEFORE: Final = RarePattern(
    r"\b(?:from|instead of|after|against|versus|compared (?:with|to)|statt|nach|gegenüber|von|contre"
    r"|au lieu de|après|en lugar de|frente a|tras|em vez de|contra|após|invece di|contro|dopo)\s[\s*_]*"
    r"(?:(?:about|around|some|roughly|rund|etwa|environ|unos|circa)\s)?[\s*_]*$",
    re.IGNORECASE,
)
"""Before the ratio of the period before."""


def earlier_ratio(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """Returns a figure of the ratio in another period; None where no such ratio is stated before.

    Args:
        claim: The number.
        sentence: Its sentence.
        stated: The supported numbers before it.
        index: The figures of the facts.
    """
    is_base = ends_with(_BEFORE, sentence.text, claim.numeral.start) is not None
    if (claim.is_tight and not is_base) or not is_of_other_period(claim, sentence):
        return None
    if claim.numeral.unit is Unit.MONEY:
        return _earlier_result(claim, stated, index)
    for ratio in stated if claim.numeral.unit in _RATIOS else ():
        units = (ratio.claim.numeral.unit, claim.numeral.unit)
        if units[0] is not units[1] and Unit.PERCENT in units:
            continue
        for first, second in _operands(ratio, stated, index):
            for part, whole in _of_other_periods(claim, first, second, index):
                if whole.value and _equals(claim, part.value / whole.value):
                    return part
    return None


def _of_other_periods(
    claim: Claim, first: KnownFigure, second: KnownFigure, index: FactIndex
) -> Iterator[tuple[KnownFigure, KnownFigure]]:
    """Yields the values of two metrics in the other periods of the facts."""
    for one in _figures(index, first.symbol, first.metric):
        if one.period == first.period or (claim.period and not agrees(claim.period, one.period)):
            continue
        for other in _figures(index, second.symbol, second.metric):
            if same_period(one, other):
                yield one, other


def _figures(index: FactIndex, symbol: str, metric: str) -> list[KnownFigure]:
    """Returns the values of a metric, computed where the facts lack them."""
    return [one.figure for one in of_metrics(index, symbol, (metric,)) if one.figure is not None]


def _earlier_result(claim: Claim, stated: Sequence[Stated], index: FactIndex) -> KnownFigure | None:
    """``Working capital was $1.34 billion. A year earlier it had been -$1.21 billion``."""
    known = [(one.claim, one.figure) for one in stated if one.figure and one.figure.kind is Kind.MONEY]
    figures = [figure for _, figure in known if figure is not None]
    for (first, second), sign in product(permutations(figures[-_MAX_METRICS:], 2), (-1, 1)):
        result = abs(first.value + sign * second.value)
        is_stated = any(
            one.equals(result, SLACK) and figure is not None and not one.equals(abs(figure.value), SLACK)
            for one, figure in known
        )
        if first.symbol != second.symbol or first.period != second.period or not is_stated:
            continue
        for one, other in _of_other_periods(claim, first, second, index):
            exact, shown = one.value + sign * other.value, as_shown(one) + sign * as_shown(other)
            is_equal = claim.equals(abs(exact), SLACK) or claim.equals(abs(shown), SLACK)
            if is_equal and claim.numeral.sign * exact >= 0:
                return one
    return None


def is_of_other_period(claim: Claim, sentence: Sentence) -> bool:
    """Tells whether a number is of another period than the level that it is compared with."""
    is_named = claim.period is not None or claim.is_prior or bool(sentence.cues_of("prior", "prior_quarter"))
    return is_named or ends_with(_BEFORE, sentence.text, claim.numeral.start) is not None


def _operands(
    ratio: Stated, stated: Sequence[Stated], index: FactIndex
) -> Iterator[tuple[KnownFigure, KnownFigure]]:
    """Yields the amounts of one period that a stated ratio is of, among those that the text names."""
    figure = ratio.figure
    if figure is None or figure.words or figure.kind is not Kind.MONEY or figure.period is None:
        return
    if ratio.claim.numeral.unit not in _RATIOS or ratio.claim.equals(abs(figure.value), SLACK):
        return
    metrics = dict.fromkeys(
        [
            *(metric for mention in ratio.sentence.metrics for metric in mention.metrics),
            *(one.figure.metric for one in stated if one.figure and one.figure.symbol == figure.symbol),
        ]
    )
    of_money = [one for one in metrics if (metric := METRICS.get(one)) and metric.kind is Kind.MONEY]
    found = [
        next((one for one in _figures(index, figure.symbol, name) if one.period == figure.period), None)
        for name in of_money[:_MAX_METRICS]
    ]
    amounts = [one for one in found if one is not None]
    for part, whole in permutations(amounts, 2):
        if whole.value and _equals(ratio.claim, part.value / whole.value):
            yield part, whole


def _equals(claim: Claim, ratio: float) -> bool:
    is_percent = claim.numeral.unit is Unit.PERCENT
    return claim.equals(abs(ratio) * (_HUNDRED if is_percent else 1.0), SLACK)
