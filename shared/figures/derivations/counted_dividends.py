"""How many dividends the facts list, and what they come to: ``Over the 12 payments, holders got $11.16``."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.derivations.operands import Stated
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.count_words import COUNT_WORDS, count_of
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import agrees
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
_EACH: Final = re.compile(
    r"\s(?:of|at|zu|von|über|de|à|da|di|a)(?:\s(?:je|each|about|rund|etwa))?\s", re.IGNORECASE
)
"""Between a number of payments and the amount of each."""
_IN_YEAR: Final = 4
_DAYS_OF_YEAR: Final = 400
_LAST_YEAR: Final = 350
"""Days before the last dividend within which a year of them lies, also where the same month's is early."""
_THREE_QUARTERS: Final = 300
"""Days from the first to the last of four payments, one every quarter."""

A_YEAR: Final = RarePattern(
    r"\s(?:an?\s(?:year|annum)|per\s(?:year|annum)|annually|each year|yearly|im Jahr|pro Jahr|jährlich|par an"
    r"|al año|por año|por ano|ao ano|all'anno|l'an|anua(?:l|is|les)|annu(?:i|els?|elles?|al[ei]))\b",
    re.IGNORECASE,
)
"""Behind what comes to an amount every year."""
_ANNUALISED: Final = re.compile(
    r"[\s(*_]*(?:annualis\w+|annualiz\w+|auf Jahressicht|en rythme annuel|en base anual"
    r"|em base anual|su base annua)",
    re.IGNORECASE,
)
_ANNUAL: Final = re.compile(
    r"\b(?:a year|per year|annual\w*|yearly|(?:aufs|im|pro) Jahr|jährlich\w*|par an|annuel\w*|al año|anual\w*"
    r"|por ano|all['’]anno|annu[oai]l?\w*)\b|年間|年率|每年|全年|연간",
    re.IGNORECASE,
)
"""Shortly before such an amount: ``over a full year that rate comes to``."""
_DIVIDEND: Final = "dividend_per_share"
_PAID: Final = frozenset({_DIVIDEND, "dividends_paid"})
_OF_DIVIDENDS: Final = frozenset({_DIVIDEND, "dividend_yield", "payout_ratio", "dividends_paid"})
"""What an amount of a dividend may stand with: "a yield of 7.97%. In 2025 the total was R$4.04"."""
_PAYOUT: Final = "payout_ratio"
_YIELD: Final = frozenset({"dividend_yield", "return_or_yield"})
_RAISED: Final = RarePattern(
    r"\b(?:rais\w+|increas\w+|hik\w+|lift\w+|boost\w+|bump\w*|r[io]se|grew|gr[eo]w\w*|cut\w*|reduc\w+|higher|lower|more|less"
    r"|erhöh\w+|ang[eh]\w*hob\w*|anheb\w+|heb\w+|hob|steiger\w+|gekürzt|kürz\w+|augment\w+|relev\w+|relèv\w+|hausse|réduit"
    r"|aument\w*|subi\w*|sub[eí]\w*|elev\w+|recort\w+|alz\w+|increment\w+|rialz\w+|ridott\w+)\b"
    r"|増配|減配|引き上げ|引き下げ|増額|上调|提高|增加|增长|下调|인상|증액|늘|삭감",
    re.IGNORECASE,
)
"""Words that tell that a dividend was changed."""
_NEAR: Final = 40
_OFTEN: Final = (12, 4, 2)
_YEAR: Final = 365.25
_SLACK: Final = 0.2


def counted_dividends(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """Returns a dividend, if a number is how many of them the facts have, or what some come to; else None."""
    if claim.numeral.unit is Unit.PERCENT:
        return _of_raise(claim, sentence, index)
    if claim.numeral.unit not in (Unit.NONE, Unit.MONEY):
        return None
    is_of_year = claim.is_prior or (claim.period is not None and claim.period.is_year)
    is_of_year = is_of_year or bool(sentence.cues_of("this_year"))
    if is_of_year and claim.numeral.unit is Unit.MONEY:
        figure = _of_year(claim, index)
        if figure is not None or (claim.period is not None and claim.period.is_year):
            return figure
    if not any(next(dividends_of(index, company), None) for company in claim.companies):
        return None
    figure = _of_quarters(claim, sentence, index) or _of_last_year(claim, index)
    return figure or _of_count(claim, sentence, index)


def _of_raise(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """``In July the dividend was raised 4.0%``: by how much one payment differs from the one before."""
    if _DIVIDEND not in (*claim.metrics, *claim.others) or _RAISED.search(sentence.text) is None:
        return None
    for company in claim.companies:
        for new, old in pairwise(dividends_of(index, company)):
            change = 100 * (new.value / old.value - 1) if old.value > 0 else 0.0
            is_then = claim.period is None or agrees(claim.period, new.period)
            is_that_way = change * (claim.numeral.sign or claim.direction or change) > 0
            if change and is_then and is_that_way and claim.equals(abs(change)):
                return new
    return None


def _of_count(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """``Over the 12 payments, holders got $11.16``: how many there are, and what they come to."""
    found = list(_COUNT.finditer(sentence.text))
    if not found:
        return None
    counts = [(match.start(), count_of(match["count"])) for match in found]
    for match, (_, count) in zip(found, counts, strict=True):
        # "Four payments of $1.45 would be $5.80 per share."
        each = _amount_of_each(sentence, match.end(), claim)
        if count > 1 and each is not None and claim.equals(count * each):
            return next(one for company in claim.companies for one in dividends_of(index, company))
    is_count = any(start == claim.numeral.start for start, _ in counts)
    for company in claim.companies:
        dividends = list(dividends_of(index, company))
        if any(start == claim.numeral.start and 1 < count <= len(dividends) for start, count in counts):
            return dividends[0]
        for _, count in counts if not is_count else ():
            total = sum(one.value for one in dividends[:count])
            if 1 < count <= len(dividends) and claim.equals(total):
                return dividends[0]
    return None


def _amount_of_each(sentence: Sentence, place: int, claim: Claim) -> float | None:
    """Returns the amount behind a number of payments, where it stands before a number; None without one."""
    for one in sentence.numbers:
        numeral = one.numeral
        if place <= numeral.start < claim.numeral.start and numeral.unit is Unit.MONEY:
            return numeral.readings[0].value if _EACH.fullmatch(sentence.text, place, numeral.start) else None
    return None


def _of_quarters(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """``over the last four quarters it paid $6.71; at the current rate it is $6.72 a year``."""
    if "dividend_per_share" not in (*claim.metrics, *claim.others):
        return None
    is_year = A_YEAR.match(sentence.text, claim.numeral.end) is not None
    is_quarters = any(one.number == _IN_YEAR and one.days < _DAYS_OF_YEAR for one in sentence.durations)
    for company in claim.companies if claim.numeral.unit is Unit.MONEY and (is_year or is_quarters) else ():
        paid = list(dividends_of(index, company))[:_IN_YEAR]
        days = [one.period.end for one in paid if one.period is not None and one.period.end is not None]
        if len(days) < _IN_YEAR or (days[0] - days[-1]).days > _THREE_QUARTERS:
            continue
        total = sum(one.value for one in paid)
        if claim.equals(total) or (is_year and claim.equals(paid[0].value * _IN_YEAR)):
            return paid[0]
    return None


def _of_last_year(claim: Claim, index: FactIndex) -> KnownFigure | None:
    """``in twelve months holders got $3.90``: the dividends of the year up to the last one."""
    if claim.numeral.unit is not Unit.MONEY or _PAID.isdisjoint((*claim.metrics, *claim.others)):
        return None
    for company in claim.companies:
        paid = paid_in_last_year(index, company)
        if len(paid) > 1 and claim.equals(sum(one.value for one in paid)):
            return paid[0]
    return None


def paid_in_last_year(index: FactIndex, company: str, later: int = 0) -> list[KnownFigure]:
    """Returns the dividends of the year up to the last one, or the last before some later, that one first."""
    dividends = list(dividends_of(index, company))[later:]
    ends = [one.period.end for one in dividends if one.period is not None and one.period.end is not None]
    return [one for one, end in zip(dividends, ends, strict=True) if (ends[0] - end).days < _LAST_YEAR]


def annual_rate(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """Returns the last dividend, if a number is what it comes to in a year, or what that yields; else None.

    ``At the quarterly rate of $1.10 each share pays $4.40 a year, a yield of 7.4% and 45% of earnings``.
    """
    names = (*claim.metrics, *claim.others)
    is_yield = claim.numeral.unit is Unit.PERCENT and not _YIELD.isdisjoint(names)
    is_payout = claim.numeral.unit is Unit.PERCENT and not is_yield and _PAYOUT in names
    if is_yield or is_payout:
        is_told = (is_yield and _has_no_yield(claim, index)) or any(
            one.figure is not None and one.figure.metric == _DIVIDEND for one in stated
        )
    else:
        is_told = claim.numeral.unit in (Unit.NONE, Unit.MONEY) and _is_annual(claim, sentence)
    if not is_told or not (is_yield or is_payout or _DIVIDEND in names):
        return None
    base = "eps" if is_payout else "price"
    for company in claim.companies:
        dividends = list(dividends_of(index, company))
        rate = annual_dividend(index, company)
        bases = [one.value for one in index.of(company, (base,)) if one.period and one.period.is_snapshot]
        paid = sum(one.value for one in paid_in_last_year(index, company)) if dividends and is_yield else 0.0
        results = (
            [100 * one / value for value in bases for one in (rate, paid) if one and value > 0]
            if is_yield or is_payout
            else [rate]
        )
        if (rate or paid) and any(claim.equals(result) for result in results):
            return dividends[0]
    return None


def _has_no_yield(claim: Claim, index: FactIndex) -> bool:
    """Returns whether the facts list the dividends of a fund and not what they yield."""
    return not any(next(index.of(company, ("dividend_yield",)), None) for company in claim.companies)


def annual_dividend(index: FactIndex, company: str) -> float:
    """Returns what the last dividend of a share comes to in a year; 0 without dividends at regular times."""
    dividends = list(dividends_of(index, company))
    return _payments_a_year(dividends) * dividends[0].value if dividends else 0.0


def _is_annual(claim: Claim, sentence: Sentence) -> bool:
    if A_YEAR.match(sentence.text, claim.numeral.end) or _ANNUALISED.match(sentence.text, claim.numeral.end):
        return True
    return _ANNUAL.search(sentence.text, max(0, claim.numeral.start - _NEAR), claim.numeral.start) is not None


def _payments_a_year(dividends: Sequence[KnownFigure]) -> int:
    """Returns how often a company pays, by the days between its last two dividends; 0 if that is unclear."""
    if len(dividends) < 2:
        return 0
    last, before = (one.period.end for one in dividends[:2] if one.period is not None)
    if last is None or before is None or not (days := (last - before).days):
        return 0
    return next((count for count in _OFTEN if abs(_YEAR / count - days) <= _SLACK * _YEAR / count), 0)


def _of_year(claim: Claim, index: FactIndex) -> KnownFigure | None:
    """``a penny less than in 2025 (€1.91)``, ``€1.91 the year before``: the dividends of a year."""
    if _OF_DIVIDENDS.isdisjoint((*claim.metrics, *claim.others)):
        return None
    for company in claim.companies:
        by_year: dict[int, list[KnownFigure]] = {}
        for one in dividends_of(index, company):
            if one.period is not None and one.period.end is not None:
                by_year.setdefault(one.period.end.year, []).append(one)
        year = max(by_year, default=0) - claim.is_prior if claim.period is None else claim.period.year
        paid = by_year.get(year, []) if year is not None else []
        if claim.period is None:
            # "A year earlier it was €1.08 in all": before those of the last twelve months, too.
            before = paid_in_last_year(index, company, len(paid_in_last_year(index, company)))
            paid = paid if claim.equals(sum(one.value for one in paid)) else before
        if len(paid) > 1 and claim.equals(sum(one.value for one in paid)):
            return paid[0]
    return None


def dividends_of(index: FactIndex, company: str) -> Iterator[KnownFigure]:
    """Yields what was paid on the days that the facts list, the last one first."""
    by_day: dict[date, KnownFigure] = {}
    for figure in index.of(company, ("dividend_per_share",)):
        period = figure.period
        if period is not None and period.end is not None and not (period.is_snapshot or figure.words):
            by_day.setdefault(period.end, figure)
    yield from (by_day[day] for day in sorted(by_day, reverse=True))
