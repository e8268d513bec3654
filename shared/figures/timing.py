"""Durations and dates of a text that contradict the facts, or that the facts do not have."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from shared.figures.claims.period_binding import is_of
from shared.figures.facts.fact_base import FactBase
from shared.figures.reading.durations import Duration
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import FactPeriod, StatedPeriod, agrees

_SLACK: Final = 0.05
_DAYS_SLACK: Final = 2.0
_SHARE_SLACK: Final = 0.15
_LATER: Final = re.compile(
    r"\s(?:later|earlier|before|after|später|zuvor|danach|plus tard|plus tôt|après|avant|después|antes|dopo"
    r"|prima|depois)\b"
)
_YEAR: Final = 365.0
_YEAR_SLACK: Final = 1.5
_EVENTS: Final = {"earnings_date": "earnings", "dividend_date": "dividend", "split_date": "split"}
_NOT_WORDS: Final = re.compile(r"\W+")


def knows_duration(sentence: Sentence, duration: Duration, facts: FactBase) -> bool:
    """Tells whether a duration is no statement about the company, or one that the facts contain."""
    if is_of(sentence, duration, "next") or is_of(sentence, duration, "past"):
        # A span of time: the change over it is what is checked.
        return True
    if sentence.cues_of("conditional") or _is_customary(duration):
        return True
    if _lies_between(sentence, duration, facts):
        return True
    figures = facts.index.figures
    if any(
        figure.window and abs(figure.window - duration.days) <= _SLACK * duration.days for figure in figures
    ):
        return True
    if any(figure.metric == "candle_count" for figure in facts.index.near(duration.number, 0.0)):
        return True
    written = _NOT_WORDS.sub(" ", duration.text.lower()).rstrip("s")
    return any(written in _NOT_WORDS.sub(" ", text) for text in facts.texts)


def _lies_between(sentence: Sentence, duration: Duration, facts: FactBase) -> bool:
    """Whether a day of the facts is as far from a day of the sentence: ``On 3 May …, two weeks later``."""
    if _LATER.match(sentence.text, duration.end) is None:
        return False
    slack = max(_DAYS_SLACK, _SHARE_SLACK * duration.days)
    ends = [one.period.end for one in facts.index.figures if one.period is not None and one.period.is_day]
    known = [*(one.day for one in facts.index.dates), *(end for end in ends if end is not None)]
    return any(
        abs(abs((day - known_day).days) - duration.days) <= slack
        for mention in sentence.periods
        if (day := _day(mention.period)) is not None
        for known_day in known
    )


def _day(period: StatedPeriod | None) -> date | None:
    if period is None or not (period.year and period.month and period.day):
        return None
    try:
        return date(period.year, period.month, period.day)
    except ValueError:
        return None


def _is_customary(duration: Duration) -> bool:
    """Whether a duration is a window over which figures are customarily given."""
    return abs(duration.days - _YEAR) <= _YEAR_SLACK or duration.days in (1.0, 7.0)


def wrong_dates(sentence: Sentence, companies: Iterable[str], facts: FactBase) -> list[tuple[int, int]]:
    """Returns the places of dates of events (earnings, dividends, splits) that contradict the facts.

    Args:
        sentence: The sentence.
        companies: The companies that it is about.
        facts: The facts.
    """
    cued = {_EVENTS[kind] for cue in sentence.cues for kind in cue.value.split() if kind in _EVENTS}
    if not cued or not sentence.periods:
        return []
    facts.read_all_prose()
    about = set(companies)
    known = [one for one in facts.index.dates if one.symbol in about or not one.symbol]
    if not any(one.event in cued for one in known):
        return []
    return [
        (mention.start, mention.end)
        for mention in sentence.periods
        if (period := mention.period) is not None
        and (period.is_day or (period.month and period.year))
        and not any(agrees(period, FactPeriod(end=one.day, is_day=True)) for one in known)
    ]
