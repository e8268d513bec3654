"""Growth that is compounded over several years: ``a CAGR of 13.1%``."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.derivations.operands import Stated
from shared.figures.derivations.over_periods import over_periods
from shared.figures.facts.known_figures import FactIndex, KnownFigure, as_shown
from shared.figures.reading.known_metrics import CHANGES, Kind
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_CAGR: Final = RarePattern(
    r"\b(?:CAGR|TCAC|compound(?:s|ed|ing)?|compuest[oa]s?|compost[oa]s?|composée?s?)\b"
    r"|\bannuali[sz]ed\s(?:average\s)?(?:growth|rate)\b"
    r"|年平均成長率|年平均伸び率|年均?复合|年均?複合|연평균",
    re.IGNORECASE,
)
_NEAR: Final = 24
"""Characters between the words for a compounded growth and its number."""
_STOP: Final = re.compile(r"[\d.;。；]")
_AMOUNTS: Final = (Kind.MONEY, Kind.PRICE)
_HUNDRED: Final = 100.0
_YEAR: Final = 365.25
_PAIR: Final = 2


def is_compounded(claim: Claim, sentence: Sentence) -> bool:
    """Tells whether a percentage is said to be a growth of each year, compounded.

    Args:
        claim: The number.
        sentence: Its sentence.
    """
    if claim.numeral.unit is not Unit.PERCENT or "compound" not in sentence.kinds:
        return False
    text, numeral = sentence.text, claim.numeral
    return any(
        not _STOP.search(gap)
        for found in _CAGR.finditer(text)
        for gap in (text[found.end() : numeral.start], text[numeral.end : found.start()])
        if gap or found.end() == numeral.start
        if len(gap) <= _NEAR
    )


def compound_growth(
    claim: Claim, sentence: Sentence, near: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """Returns a figure that has grown at the rate of a number; None without one.

    Args:
        claim: The number.
        sentence: Its sentence.
        near: The supported numbers of its sentence and of the one before.
        index: The figures of the facts.
    """
    known = over_periods(claim, sentence, index)
    if known is not None:
        return known
    own = [one.figure for one in near if one.sentence is sentence and one.figure is not None]
    metrics = (*claim.metrics, *claim.others)
    named = [one for one in own if one.metric in metrics]
    if len(named) < _PAIR and CHANGES.issuperset(claim.metrics):
        # "from $6.09 billion to $7.59 billion, a compound growth rate of 11.6%"
        named = own
    if len(named) < _PAIR:
        named = [one for company in claim.companies for one in index.of(company, metrics)]
    return next((one for one, rate in _rates(named) if claim.equals(abs(rate), SLACK)), None)


def _rates(figures: Iterable[KnownFigure]) -> Iterator[tuple[KnownFigure, float]]:
    """Yields the growth of each year between every two years of one metric."""
    annual = [one for one in figures if _is_annual(one)]
    for one, other in combinations(annual, 2):
        first, last = _end(one), _end(other)
        if first is None or last is None or (one.symbol, one.label) != (other.symbol, other.label):
            continue
        years = round((last - first).days / _YEAR)
        if abs(years) < _PAIR or one.value <= 0 or other.value <= 0:
            continue
        # The writer may have computed with what the texts of the facts show.
        for ratio in (other.value / one.value, as_shown(other) / as_shown(one)):
            yield one, (ratio ** (1 / years) - 1) * _HUNDRED


def _end(figure: KnownFigure) -> date | None:
    return figure.period.end if figure.period is not None else None


def _is_annual(figure: KnownFigure) -> bool:
    period = figure.period
    if period is None or period.is_snapshot or period.is_day or figure.words:
        return False
    return period.quarter is None and period.year is not None and figure.kind in _AMOUNTS
