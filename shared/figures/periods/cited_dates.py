"""Days of sentences that cite news or earnings, of which no fact tells."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from shared.figures.lookup.fact_base import FactBase
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import FactPeriod, agrees

_EARNINGS = "earnings"
_DAY = timedelta(days=1)
"""The day of a moment may be another one where it was published."""


def unknown_days(sentence: Sentence, facts: FactBase) -> Iterator[tuple[int, int]]:
    """Yields the places of days that no fact has, where facts with prose or events are cited for them.

    ``The announcement came on 12 November 2025 [7]``

    Args:
        sentence: The sentence.
        facts: The facts.
    """
    days = [
        one for one in sentence.periods if one.period is not None and one.period.is_day and one.period.year
    ]
    cited = {number for citation in sentence.citations for number in citation.ids}
    if not days or not cited or not all(_tells_dates(number, facts) for number in cited):
        return
    facts.read_all_prose()
    known = _days_of(facts, cited)
    for mention in days:
        if mention.period and not any(
            agrees(mention.period, FactPeriod(end=day, is_day=True)) for day in known
        ):
            yield mention.start, mention.end


def _tells_dates(number: int, facts: FactBase) -> bool:
    """Returns whether a fact is one of news or of events; histories have more days than are shown."""
    return facts.is_news(number) or any(
        one.fact_id == number and one.event == _EARNINGS for one in facts.index.dates
    )


def _days_of(facts: FactBase, cited: Collection[int]) -> set[date]:
    """Returns the days of the cited facts and of all events and figures; not those of signals."""
    days = {one.day for one in facts.index.dates if one.event or one.fact_id in cited}
    for figure in facts.index.figures:
        if figure.period is not None:
            days |= {day for day in (figure.period.end, figure.period.told) if day is not None}
        if figure.as_of:
            days.add(date.fromisoformat(figure.as_of[:10]))
    return {near for day in days for near in (day - _DAY, day, day + _DAY)}
