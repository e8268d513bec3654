"""Durations and dates of a text that contradict the facts, or that the facts do not have."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from shared.figures.claims.gaps import ends_with
from shared.figures.claims.windows import is_of
from shared.figures.derivations.span_changes import begins_at_close
from shared.figures.facts.known_figures import OTHER_EVENT, KnownDate
from shared.figures.lookup.fact_base import FactBase
from shared.figures.periods.cited_dates import unknown_days
from shared.figures.reading.durations import Duration, is_of_contract
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import FactPeriod, PeriodMention, StatedPeriod, agrees

_SLACK: Final = 0.05
_SAME_LENGTH: Final = 1e-6
_DAYS_SLACK: Final = 2.0
_SHARE_SLACK: Final = 0.15
_LATER: Final = re.compile(
    r"\s(?:later|earlier|before|after|später|zuvor|danach|plus tard|plus tôt|après|avant|después|antes|dopo"
    r"|prima|depois)\b"
)
_BESIDE_DAY: Final = 3
"""Characters between a day and how long ago it was."""
_AGO: Final = re.compile(r"\s(?:ago|back|fa|atrás)\b|\s?前|\s?전", re.IGNORECASE)
_AGO_BEFORE: Final = re.compile(r"\b(?:vor|il y a|hace|há)\s(?:about |rund |environ |unos )?$", re.IGNORECASE)
_IN: Final = re.compile(
    r"\b(?:in|within|dans|en|dentro de|em|tra|fra)\s(?:about |roughly |around |rund |etwa |environ |unos )?$",
    re.IGNORECASE,
)
_EVERY: Final = re.compile(
    r"(?:(?<![^\W\d_])(?:every|all?e|tou(?:te)?s les|cada|a cada|ogni)\s|[每毎]|매\s?)$", re.IGNORECASE
)
"""Before a time that something comes back after."""
_INTERVAL_SLACK: Final = 0.25
_SESSIONS: Final = re.compile(
    r"sessions?|candles?|trading days?|Handelstag|Sitzung|Kerze|séance|sesion|sesión|sedut|sessõ|sessão"
    r"|pregõ|pregão|営業日|取引日|交易日|거래일",
    re.IGNORECASE,
)
_SIGNALS: Final = ("macd", "sma", "ema", "rsi", "bollinger")
"""Begins of the names of what crosses something."""
_DAY_SLACK: Final = 1.0
_YEAR: Final = 365.0
_PARTS_OF_YEAR: Final = frozenset({2.0, 3.0})
"""Quarters of six and of nine months."""
_QUARTER: Final = 91.3
_YEAR_SLACK: Final = 1.5
_DAYS_OF_MONTH: Final = 31.0
_FILING: Final = "filing"
_FORM: Final = re.compile(r"(?<![\w-])(?:10-?[KQ]|20-?F|40-?F|8-?K|6-?K)(?![A-Za-z])", re.IGNORECASE)
_FILED_BEFORE: Final = 30
"""Characters between a word for filing and the day behind it."""
_FILED_BEHIND: Final = 45
"""Characters from a day to the end of a word for filing behind it."""
_REPORTS_ON: Final = re.compile(
    r"\b(?:reports|will report|(?:is|are) due|berichtet|legt|publie(?:ra)?|présente(?:ra)?|presenta(?:rá)?"
    r"|publica(?:rá)?|divulga(?:rá)?|pubblica)(?:\s[^\W\d_]+){0,3}\s(?:on|am|le|el|em|il)\s(?:[^\W\d_]+,?\s)?$",
    re.IGNORECASE,
)
"""Before the day of the next report."""
_EVENTS: Final = {"earnings_date": "earnings", "dividend_date": "dividend", "split_date": "split"}
_SPLIT: Final = re.compile(
    r"(?<![\d.,])(\d{1,3})(?:-|\s)?(?:for|zu|pour|por|per|à|:|対|拆|对|比)(?:-|\s)?(\d{1,3})(?![\d.,:]\d|\d)",
    re.IGNORECASE,
)
_POSSIBLE: Final = re.compile(
    r"\b(?:can|may|often|sometimes|usually|kann|können|oft|manchmal|peut|peuvent|souvent|pueden?|a menudo"
    r"|podem?|può|possono)\b",
    re.IGNORECASE,
)
"""Words of sentences on what companies do in general: "can stay there for 5 or 10 years"."""
_SPLIT_PARTS: Final = ("numerator", "denominator")


def knows_duration(
    sentence: Sentence, duration: Duration, facts: FactBase, told: Collection[StatedPeriod] = ()
) -> bool:
    """Tells whether a duration is no statement about the company, or one that the facts contain.

    Args:
        sentence: The sentence.
        duration: The duration.
        facts: The facts.
        told: The periods that the question and the text name so far.
    """
    if ends_with(_EVERY, sentence.text, duration.start):
        return _is_interval(duration, facts)
    if _is_customary(duration):
        return True
    return _is_known(sentence, duration, facts, told)


def _is_known(
    sentence: Sentence, duration: Duration, facts: FactBase, told: Collection[StatedPeriod]
) -> bool:
    if is_of_contract(sentence.text, duration) and not _tells_move(sentence):
        return _is_told(duration, facts)
    if is_of(sentence, duration, "next") or is_of(sentence, duration, "past"):
        # A span of time: the change over it is what is checked.
        return True
    if _is_computed_over(sentence):
        # What is added up over it is checked.
        return True
    if sentence.cues_of("conditional") or _POSSIBLE.search(sentence.text):
        return True
    if _counts_sessions(sentence, duration, facts):
        return _is_age(duration, facts)
    if _lies_between(sentence, duration, facts, told) or _is_age(duration, facts):
        return True
    if (
        _is_of_indicator(duration, facts)
        or _is_since_known_day(sentence, duration, facts)
        or _is_within_series(sentence, duration, facts)
        or (_tells_move(sentence) and begins_at_close(duration.calendar_days, facts.index))
    ):
        return True
    figures = facts.index.figures
    if any(
        figure.window and abs(figure.window - duration.days) <= _SLACK * duration.days for figure in figures
    ):
        return True
    if any(figure.metric == "candle_count" for figure in facts.index.near(duration.number, 0.0)):
        return True
    return _is_told(duration, facts)


def _tells_move(sentence: Sentence) -> bool:
    return bool(sentence.moves) or any(one.is_change for one in sentence.numbers)


def _is_interval(duration: Duration, facts: FactBase) -> bool:
    """``$68.40 every three months``: whether dividends are that far apart, or the facts have none."""
    days: dict[str, set[date]] = {}
    for figure in facts.index.figures:
        end = figure.period.end if figure.period is not None and figure.period.is_day else None
        if figure.metric == "dividend_per_share" and end is not None:
            days.setdefault(figure.symbol, set()).add(end)
    gaps = [(later - day).days for known in days.values() for day, later in pairwise(sorted(known))]
    return not gaps or any(abs(gap - duration.days) <= _INTERVAL_SLACK * duration.days for gap in gaps)


def _is_told(duration: Duration, facts: FactBase) -> bool:
    """Returns whether the texts of the facts have a duration, in any words."""
    written = duration.text.lower().rstrip("s")
    if facts.says(written) or facts.says(f"{written}s"):
        return True
    # "cuatro años" for the "four years" of a headline
    return any(abs(days - duration.days) <= _SAME_LENGTH * days for days in facts.durations())


def _is_computed_over(sentence: Sentence) -> bool:
    """Returns whether a sentence adds something up; the name of a moving average tells nothing of that."""
    return any(
        not any(one.start <= cue.start and cue.end <= one.end for one in sentence.metrics)
        for cue in sentence.cues_of("sum", "mean", "compound")
    )


def _is_of_indicator(duration: Duration, facts: FactBase) -> bool:
    """``Support: $35.98 (20-day)``: whether the facts have an indicator over so many days."""
    names = [f"{name}_{duration.number:.0f}" for name in ("sma", "ema", "rsi", "atr")]
    is_span = duration.days == duration.number and "-" in duration.text
    return is_span and bool(facts.index.symbols_with(names))


def _is_age(duration: Duration, facts: FactBase) -> bool:
    """Returns whether the facts tell of a signal that many candles ago."""
    if duration.days != duration.number:
        return False
    candles = "candle" if duration.number == 1 else "candles"
    return facts.says(f"{duration.number:g} {candles} ago")


def _counts_sessions(sentence: Sentence, duration: Duration, facts: FactBase) -> bool:
    """``The MACD crossed its signal three sessions ago``: whether the facts tell when signals came."""
    is_indicator = any(mention.name.startswith(_SIGNALS) for mention in sentence.metrics)
    if not is_indicator or _SESSIONS.search(duration.text) is None or not facts.says("ago"):
        return False
    text = sentence.text
    return bool(_AGO.match(text, duration.end) or ends_with(_AGO_BEFORE, text, duration.start))


def _is_within_series(sentence: Sentence, duration: Duration, facts: FactBase) -> bool:
    """Returns whether the facts have as many years or quarters one after the other: ``over three years``."""
    days = duration.days / max(duration.number, 1.0)
    is_quarter = _QUARTER - 1 < days < _QUARTER + 1
    if round(duration.days / _QUARTER, 1) in _PARTS_OF_YEAR:
        # "For nine months that's $5.28."
        return round(duration.days / _QUARTER) <= facts.index.count_periods(quarters=True)
    if not (is_quarter or days > _YEAR):
        return False
    speaks_of_dividends = any("dividend_per_share" in one.metrics for one in sentence.metrics)
    if speaks_of_dividends and not is_quarter and 1 < duration.number <= _years_of_dividends(facts):
        return True
    return 1 < duration.number <= facts.index.count_periods(quarters=is_quarter)


def _years_of_dividends(facts: FactBase) -> int:
    """``The dividend has been €0.85 for three years running``: in how many years the facts have one."""
    years: dict[str, set[int]] = {}
    for figure in facts.index.figures:
        end = figure.period.end if figure.period is not None and figure.period.is_day else None
        if figure.metric == "dividend_per_share" and end is not None:
            years.setdefault(figure.symbol, set()).add(end.year)
    return max(map(len, years.values()), default=0)


def _is_since_known_day(sentence: Sentence, duration: Duration, facts: FactBase) -> bool:
    """Returns whether a day of the facts is that long ago, or that far ahead: ``reported 16 days ago``."""
    text = sentence.text
    is_past = _AGO.match(text, duration.end) or ends_with(_AGO_BEFORE, text, duration.start)
    if not (is_past or ends_with(_IN, text, duration.start)):
        return False
    now = _now(facts)
    if not now:
        return False
    today = date.fromisoformat(now)
    slack = _DAY_SLACK if duration.days == duration.number else _SHARE_SLACK * duration.calendar_days
    stated = {
        day: mention.end
        for mention in sentence.periods
        if (day := _day(mention.period, today.year)) is not None
    }
    # "It went ex on 9 November, 11 days ago": the day right before is meant, and no other one of the facts.
    beside = {day for day, end in stated.items() if 0 <= duration.start - end <= _BESIDE_DAY}
    days = beside or {*stated, *(one.day for one in facts.index.dates)}
    lengths = ((today - day).days if is_past else (day - today).days for day in days)
    return any(abs(length - duration.calendar_days) <= slack for length in lengths)


def _lies_between(
    sentence: Sentence, duration: Duration, facts: FactBase, told: Collection[StatedPeriod]
) -> bool:
    """Returns whether a day of the facts is that far from a stated day: ``On 3 May …, two weeks later``."""
    if _LATER.match(sentence.text, duration.end) is None:
        return False
    slack = max(_DAYS_SLACK, _SHARE_SLACK * duration.days)
    ends = [one.period.end for one in facts.index.figures if one.period is not None and one.period.is_day]
    known = [*(one.day for one in facts.index.dates), *(end for end in ends if end is not None)]
    periods = dict.fromkeys((*(mention.period for mention in sentence.periods), *told))
    year = int(_now(facts)[:4] or 0)
    return any(
        abs(abs((day - known_day).days) - duration.days) <= slack
        for period in periods
        if (day := _day(period, year)) is not None
        for known_day in known
    )


def _now(facts: FactBase) -> str:
    """Returns the day of the newest figure; empty without one."""
    return facts.index.as_of.isoformat() if facts.index.as_of else ""


def wrong_splits(sentence: Sentence, companies: Iterable[str], facts: FactBase) -> list[tuple[int, int]]:
    """Returns the places of ratios of share splits that the facts contradict: ``10-for-1``."""
    if "split_date" not in sentence.kinds:
        return []
    about = set(companies)
    parts = [one for one in facts.index.figures if one.metric in _SPLIT_PARTS and one.symbol in about]
    known = {
        frozenset((new.value, old.value))
        for new, old in pairwise(parts)
        if (new.metric, old.metric) == _SPLIT_PARTS
    }
    if not known:
        return []
    return [
        match.span()
        for match in _SPLIT.finditer(sentence.text)
        if frozenset((float(match[1]), float(match[2]))) not in known
    ]


def _day(period: StatedPeriod | None, year: int | None = None) -> date | None:
    """Returns the day that a period is, in a year unless it has one of its own; None for a longer period."""
    if period is None or not ((period.year or year) and period.month and period.day):
        return None
    try:
        return date(period.year or year or 0, period.month, period.day)
    except ValueError:
        return None


def _is_customary(duration: Duration) -> bool:
    """Returns whether a duration is a window over which figures are customarily given."""
    return abs(duration.days - _YEAR) <= _YEAR_SLACK or duration.days in (1.0, 7.0)


def wrong_dates(sentence: Sentence, companies: Iterable[str], facts: FactBase) -> list[tuple[int, int]]:
    """Returns the places of dates of events (earnings, dividends, splits) that contradict the facts.

    Args:
        sentence: The sentence.
        companies: The companies that it is about.
        facts: The facts.
    """
    if not sentence.periods:
        return []
    filed = list(_wrong_filings(sentence, companies, facts))
    cued = {event for kind, event in _EVENTS.items() if sentence.cues_of(kind)}
    if not cued or filed:
        return filed or list(unknown_days(sentence, facts))
    facts.read_all_prose()
    about = set(companies)
    known = [one for one in facts.index.dates if one.symbol in about or not one.symbol]
    if not any(one.event in cued for one in known):
        return []
    # Reports are spoken of with the ends of their periods, dividends with dates of dividends alone.
    events = {*cued, "", _FILING, OTHER_EVENT} if cued == {"earnings"} else cued
    known = [one for one in known if one.event in events]
    return [
        (mention.start, mention.end)
        for mention in sentence.periods
        if (period := mention.period) is not None
        and (period.is_day or (period.month and period.year))
        and not any(
            agrees(period, FactPeriod(end=one.day, is_day=True))
            for one in (known if period.year is not None else _of_this_year(sentence, mention, known, facts))
        )
    ]


def _of_this_year(
    sentence: Sentence, mention: PeriodMention, known: Sequence[KnownDate], facts: FactBase
) -> Sequence[KnownDate]:
    """Returns the dates that a day without a year can be: within a year of now, or of a year that is named.

    "It reports on 23 October" is of a day to come.
    """
    now = _now(facts)
    if not now:
        return known
    today = date.fromisoformat(now)
    years = {one.period.year for one in sentence.periods if one.period is not None}
    to_come = [one for one in known if one.day >= today and one.event not in ("", _FILING, OTHER_EVENT)]
    if to_come and not years.difference({None}) and ends_with(_REPORTS_ON, sentence.text, mention.start):
        return to_come
    return [
        one for one in known if one.day.year in years or abs((one.day - today).days) <= _YEAR + _DAYS_OF_MONTH
    ]


def _wrong_filings(
    sentence: Sentence, companies: Iterable[str], facts: FactBase
) -> Iterator[tuple[int, int]]:
    """Yields the days on which a report is said to be filed, where the facts know other days alone."""
    cues = sentence.cues_of("filing_date")
    if not cues or _FORM.search(sentence.text) is None:
        return
    about = set(companies)
    known = [one for one in facts.index.dates if one.symbol in about]
    if not any(one.event == _FILING for one in known):
        return
    for mention in sentence.periods:
        is_beside = any(
            -_FILED_BEHIND <= mention.start - cue.end <= _FILED_BEFORE
            and not any(mention.end <= other.start < cue.start for other in sentence.periods)
            for cue in cues
        )
        period = mention.period
        if not is_beside or period is None or not period.is_day:
            continue
        if not any(agrees(period, FactPeriod(end=one.day, is_day=True)) for one in known):
            yield mention.start, mention.end
