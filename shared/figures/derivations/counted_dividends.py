"""How many dividends the facts list, and what they come to: ``Over the 12 payments, holders got $11.16``."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.count_words import COUNT_WORDS, count_of
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit, one_of

_NOUN: Final = (
    r"(?:dividends?|payments?|payouts?|distributions?|Dividenden|Zahlungen|Ausschüttungen|dividendes|versements"
    r"|paiements|dividendos|pagos|pagamentos|dividendi|pagamenti)\b"
)
_COUNT: Final = re.compile(
    rf"(?<![\d.,$€£¥])\b(?P<count>\d{{1,3}}|{one_of(COUNT_WORDS)})(?:\s(?:[\w-]+\s){{0,2}}?{_NOUN})",
    re.IGNORECASE,
)
"""A number of dividends, with an adjective between: ``12 quarterly payments``."""
_A_YEAR: Final = RarePattern(
    r"\s(?:a year|per year|annually|im Jahr|pro Jahr|par an|al año|por año|por ano|all'anno)\b", re.IGNORECASE
)
_IN_YEAR: Final = 4
_DAYS_OF_YEAR: Final = 400
_THREE_QUARTERS: Final = 300
"""Days from the first to the last of four payments, one every quarter."""


def counted_dividends(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """Returns a dividend, if a number is how many of them the facts have, or what some come to; else None."""
    if claim.numeral.unit not in (Unit.NONE, Unit.MONEY):
        return None
    is_of_year = claim.is_prior or (claim.period is not None and claim.period.is_year)
    if is_of_year and claim.numeral.unit is Unit.MONEY:
        return _of_year(claim, index)
    if not any(next(_dividends(index, company), None) for company in claim.companies):
        return None
    if (figure := _of_quarters(claim, sentence, index)) is not None:
        return figure
    return _of_count(claim, sentence, index)


def _of_count(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """``Over the 12 payments, holders got $11.16``: how many there are, and what they come to."""
    counts = [(match.start(), count_of(match["count"])) for match in _COUNT.finditer(sentence.text)]
    if not counts:
        return None
    is_count = any(start == claim.numeral.start for start, _ in counts)
    for company in claim.companies:
        dividends = list(_dividends(index, company))
        if any(start == claim.numeral.start and 1 < count <= len(dividends) for start, count in counts):
            return dividends[0]
        for _, count in counts if not is_count else ():
            total = sum(one.value for one in dividends[:count])
            if 1 < count <= len(dividends) and claim.equals(total):
                return dividends[0]
    return None


def _of_quarters(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """``over the last four quarters it paid $6.71; at the current rate it is $6.72 a year``."""
    if "dividend_per_share" not in (*claim.metrics, *claim.others):
        return None
    is_year = _A_YEAR.match(sentence.text, claim.numeral.end) is not None
    is_quarters = any(one.number == _IN_YEAR and one.days < _DAYS_OF_YEAR for one in sentence.durations)
    for company in claim.companies if claim.numeral.unit is Unit.MONEY and (is_year or is_quarters) else ():
        paid = list(_dividends(index, company))[:_IN_YEAR]
        days = [one.period.end for one in paid if one.period is not None and one.period.end is not None]
        if len(days) < _IN_YEAR or (days[0] - days[-1]).days > _THREE_QUARTERS:
            continue
        total = sum(one.value for one in paid)
        if claim.equals(total) or (is_year and claim.equals(paid[0].value * _IN_YEAR)):
            return paid[0]
    return None


def _of_year(claim: Claim, index: FactIndex) -> KnownFigure | None:
    """``a penny less than in 2025 (€1.91)``, ``€1.91 the year before``: the dividends of a year."""
    if "dividend_per_share" not in (*claim.metrics, *claim.others):
        return None
    for company in claim.companies:
        by_year: dict[int, list[KnownFigure]] = {}
        for one in _dividends(index, company):
            if one.period is not None and one.period.end is not None:
                by_year.setdefault(one.period.end.year, []).append(one)
        year = claim.period.year if claim.period is not None else max(by_year, default=0) - 1
        paid = by_year.get(year, []) if year is not None else []
        if len(paid) > 1 and claim.equals(sum(one.value for one in paid)):
            return paid[0]
    return None


def _dividends(index: FactIndex, company: str) -> Iterator[KnownFigure]:
    """Yields what was paid on the days that the facts list, the last one first."""
    by_day: dict[date, KnownFigure] = {}
    for figure in index.of(company, ("dividend_per_share",)):
        period = figure.period
        if period is not None and period.end is not None and not (period.is_snapshot or figure.words):
            by_day.setdefault(period.end, figure)
    yield from (by_day[day] for day in sorted(by_day, reverse=True))
