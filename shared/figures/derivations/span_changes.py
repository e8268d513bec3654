"""Changes of a price over a time that words name, from the closes of the facts: ``up 10.4% year to date``."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.claims.windows import past_spans
from shared.figures.derivations.counted_dividends import dividends_of
from shared.figures.facts.known_figures import YIELDS, FactIndex, KnownFigure
from shared.figures.lookup.metric_variants import WITH_DIVIDENDS
from shared.figures.reading.period_patterns import MONTHS, NAMED_MONTH
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import StatedPeriod
from shared.figures.reading.units import Unit, one_of

_TO_DATE: Final = RarePattern(
    r"\b(?:year[\s-]to[\s-]date|YTD|(?:the|this) year['’]s (?:gain|rise|loss|fall|advance|return)"
    r"|(?:so far )?this year"
    r"|(?:since|from) (?:the )?(?:start|beginning|turn) of (?:the|this) year|since (?:New Year|year-end)"
    r"|seit (?:Jahresbeginn|Jahresanfang|Anfang (?:des Jahres|Januar))|im laufenden Jahr"
    r"|(?:in )?diese[ms] Jahr"
    r"|depuis (?:le début de l['’]année|le 1er janvier)|cette année|en lo que va de año|este año"
    r"|desde (?:principios|comienzos) de año|en el año(?! (?:pasado|anterior|que|previo|fiscal|20))"
    r"|(?:on|for) the year(?! (?:before|to|ended|ending|20))|sur l['’]année(?! 20)"
    r"|nell['’]anno(?: in corso)?(?! \w*20)"
    r"|(?:desde o início|no acumulado) do ano|no ano|n?este ano"
    r"|quest['’]anno|da inizio anno|dall['’]inizio dell['’]anno"
    r"|(?:so far in|seit Anfang|depuis (?:le )?début(?: de)?|no acumulado de|en lo que va de|da inizio)"
    r" (?P<year>20\d\d))\b"
    r"|年初来|年初から|今年以来|年初至今|今年以來|年內|年内|今年|연초 대비|연초 이후|올해",
    re.IGNORECASE,
)
_TURN_OF_YEAR: Final = RarePattern(
    r"\b(?:(?:the )?(?:end|close) of last year|last year['’]s (?:close|end)|New Year['’]?s?(?: Eve)?"
    r"|Jahresende|Jahreswechsel|fin de l['’]année dernière|final(?:es)? del año pasado|final do ano passado"
    r"|fine dello scorso anno)\b|昨年末|去年底|작년 말",
    re.IGNORECASE,
)
"""Words for the last session of the year before."""
_SINCE_MONTH: Final = RarePattern(
    r"\b(?:since|from|seit|ab|depuis|desde|da|dal)\s"
    r"(?:(?P<part>early|mid|late|(?:the )?(?:start|beginning|middle|end) of|Anfang|Mitte|Ende|début|mi|fin"
    r"|principios de|mediados de|finales de|início de|meados de|fim de|inizio|metà|fine)[\s-])?"
    rf"(?P<month>{one_of(MONTHS)})(?![^\W\d_])(?!\.?\s\d{{1,2}}\b)",
    re.IGNORECASE,
)
_IN_MONTH: Final = RarePattern(
    rf"\b(?:in|im|en|em|ad?|nel)\s(?P<name>{one_of(MONTHS)})(?![^\W\d_])(?!\.?\s\d{{1,2}}\b)"
    r"|(?<!\d)(?P<number>1[0-2]|[1-9])\s?(?:月|월)(?!\s?\d)",
    re.IGNORECASE,
)
"""The month over which a price has changed."""
_PARTS: Final = {
    **dict.fromkeys(("start of", "beginning of"), range(1, 13)),
    "middle of": range(9, 23),
    "end of": range(19, 32),
    **dict.fromkeys(("early", "anfang", "début", "principios de", "início de", "inizio"), range(1, 13)),
    **dict.fromkeys(("mid", "mitte", "mi", "mediados de", "meados de", "metà"), range(9, 23)),
    **dict.fromkeys(("late", "ende", "fin", "finales de", "fim de", "fine"), range(19, 32)),
}
"""The days of a part of a month."""
_YEAR_ENDS: Final = 12
"""Days around New Year in which a year begins on the exchange."""
_SHORTEST: Final = 5.0
"""Days of a time whose beginning is looked for among the closes."""
_SLACK_DAYS: Final = 4
_SLACK_SHARE: Final = 0.08
_CHANGES: Final = frozenset({"change_percent", "change", "return_or_yield"})


class _Close(NamedTuple):
    day: date
    value: float
    figure: KnownFigure


def change_over_span(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """Returns the close at the beginning of the time over which a price has changed; None without one.

    Args:
        claim: The number.
        sentence: Its sentence.
        index: The figures of the facts.
    """
    units = (Unit.PERCENT, Unit.POINTS, Unit.MONEY)
    if not (claim.numeral.unit in units or claim.is_change) or not _may_be_change(claim):
        return None
    is_total = claim.numeral.unit is Unit.PERCENT and WITH_DIVIDENDS.search(sentence.text) is not None
    for company in claim.companies:
        closes = _closes(index, company)
        last = closes[-1] if closes else None
        for start in _starts(claim, sentence, closes) if last is not None else ():
            if last is None or start is last:
                continue
            # "$0.75 in dividends this year brings the total return to 37%"
            total = (
                last._replace(value=last.value + _paid_since(index, company, start.day)) if is_total else last
            )
            if _has_changed(claim, start, last) or (is_total and _has_changed(claim, start, total)):
                return start.figure
        for start, end in _ends_of_month(sentence, closes):
            if start is not end and _has_changed(claim, start, end):
                return start.figure
    return None


def _paid_since(index: FactIndex, company: str, day: date) -> float:
    """Returns the dividends of a share since a day."""
    paid = (
        (one.period.end if one.period is not None else None, one.value)
        for one in dividends_of(index, company)
    )
    return sum(value for end, value in paid if end is not None and end > day)


def closes_of_times(sentence: Sentence, company: str, index: FactIndex) -> list[float]:
    """Returns the closes of the times that a sentence names: ``at the end of July``, ``since New Year``.

    Args:
        sentence: The sentence.
        company: The symbol of a company.
        index: The figures of the facts.
    """
    months = {MONTHS.get(one[0].rstrip(".").lower()) for one in NAMED_MONTH.finditer(sentence.text)}
    is_of_year = _TO_DATE.search(sentence.text) or _TURN_OF_YEAR.search(sentence.text)
    closes = _closes(index, company) if months or is_of_year else []
    new_year = date(closes[-1].day.year, 1, 1) if closes else date.min
    return [
        one.value
        for one in closes[:-1]
        if one.day.month in months or (is_of_year and abs((one.day - new_year).days) <= _YEAR_ENDS)
    ]


def names_time(sentence: Sentence) -> bool:
    """Returns whether a sentence names a month, or the turn of the year, whose close it may speak of."""
    return bool(NAMED_MONTH.search(sentence.text) or _TURN_OF_YEAR.search(sentence.text))


def names_span(claim: Claim, sentence: Sentence) -> bool:
    """Returns whether a sentence names a time over which a number may be the change of a price."""
    is_moved_by = claim.numeral.unit is Unit.MONEY and claim.direction != 0
    if not (claim.numeral.unit in (Unit.PERCENT, Unit.POINTS) or claim.is_change or is_moved_by):
        return False
    if not _may_be_change(claim):
        return False
    return _window(claim, sentence) >= _SHORTEST or bool(
        _TO_DATE.search(sentence.text)
        or _TURN_OF_YEAR.search(sentence.text)
        or _SINCE_MONTH.search(sentence.text)
        or _IN_MONTH.search(sentence.text)
    )


def _may_be_change(claim: Claim) -> bool:
    if claim.numeral.unit is Unit.POINTS and not YIELDS.isdisjoint(claim.companies):
        # "The yield has dropped 8 basis points over the past month."
        return True
    return not claim.is_tight or not _CHANGES.isdisjoint(claim.metrics)


def _closes(index: FactIndex, company: str) -> list[_Close]:
    """Returns the closes of a company that have a day, sorted oldest first."""
    found = {}
    for figure in index.of(company, ("first_close", "price")):
        if figure.period is not None and figure.period.end is not None and figure.value:
            found[figure.period.end] = _Close(figure.period.end, figure.value, figure)
    return [found[day] for day in sorted(found)]


def _starts(claim: Claim, sentence: Sentence, closes: list[_Close]) -> Iterator[_Close]:
    """Yields the closes with which the time that a sentence names may begin."""
    last = closes[-1].day
    month = _SINCE_MONTH.search(sentence.text)
    number = MONTHS[month["month"].lower()] if month is not None else 0
    to_date = _TO_DATE.search(sentence.text)
    is_to_date = to_date is not None and to_date["year"] in (None, str(last.year))
    # "The shares have gained 5.4% in 2026."
    is_to_date = is_to_date or (claim.direction != 0 and claim.period == StatedPeriod(last.year))
    if number == 1 or is_to_date or _TURN_OF_YEAR.search(sentence.text):
        new_year = date(last.year, 1, 1)
        yield from (one for one in closes if abs((one.day - new_year).days) <= _YEAR_ENDS)
    if month is not None:
        days = _PARTS.get((month["part"] or "").lower().removeprefix("the "), range(1, 32))
        yield from (one for one in closes if one.day.month == number and one.day.day in days)
    window = _window(claim, sentence)
    if window >= _SHORTEST:
        begin = last - timedelta(days=window)
        slack = max(_SLACK_DAYS, _SLACK_SHARE * window)
        yield from (one for one in closes if abs((one.day - begin).days) <= slack)


def begins_at_close(days: float, index: FactIndex) -> bool:
    """Returns whether the facts have a close with which a time of so many days, until now, may begin."""
    slack = max(_SLACK_DAYS, _SLACK_SHARE * days)
    for company in index.symbols if days >= _SHORTEST else ():
        closes = _closes(index, company)
        if any(abs((closes[-1].day - one.day).days - days) <= slack for one in closes[:-1]):
            return True
    return False


def _ends_of_month(sentence: Sentence, closes: Sequence[_Close]) -> Iterator[tuple[_Close, _Close]]:
    """``gained 4.2% in August``: yields the closes around a month that a sentence names."""
    named = {
        int(match["number"] or MONTHS[match["name"].lower()]) for match in _IN_MONTH.finditer(sentence.text)
    }
    for end in closes if named else ():
        month = end.day.month
        if month not in named:
            continue
        first = end.day.replace(day=1)
        is_last = (end.day + timedelta(days=_SLACK_DAYS)).month != month or end is closes[-1]
        starts = [one for one in closes if abs((one.day - first).days) <= _SLACK_DAYS]
        yield from ((start, end) for start in starts if is_last)


def _window(claim: Claim, sentence: Sentence) -> float:
    """Returns the days over which something is said to have changed; 0 where the sentence names none."""
    if claim.window is not None and claim.window >= _SHORTEST:
        return claim.window
    return next((span.days for span in past_spans(sentence.text) if span.days), 0.0)


def _has_changed(claim: Claim, start: _Close, end: _Close) -> bool:
    if claim.is_change and claim.numeral.unit is Unit.MULTIPLE:
        # "Over two years it has halved."
        return claim.equals(end.value / start.value)
    change = end.value - start.value
    size = abs(change / start.value) * 100 if claim.numeral.unit is Unit.PERCENT else abs(change)
    way = claim.direction or claim.numeral.sign
    return change * way >= 0 and claim.equals(size, SLACK)
