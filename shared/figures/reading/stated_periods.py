"""Dates and reporting periods of a text and of facts, and whether two of them can be the same."""

from dataclasses import dataclass
from datetime import date
from typing import Final

_SLACK_DAYS: Final = 1
MONTHS_OF_YEAR: Final = 12
MONTHS_OF_QUARTER: Final = 3
SOME_QUARTER: Final = 0
"""In place of a quarter's number: one of the year."""


@dataclass(frozen=True, slots=True)
class StatedPeriod:
    """A date, a reporting period or a part of one; what is not told is None."""

    year: int | None = None
    quarter: int | None = None
    half: int | None = None
    month: int | None = None
    day: int | None = None
    fiscal: bool = False

    @property
    def is_year(self) -> bool:
        """Whether it is a whole year."""
        return self.year is not None and self.quarter is None and self.half is None and self.month is None

    @property
    def is_day(self) -> bool:
        """Whether it is one day."""
        return self.day is not None and self.month is not None

    def __str__(self) -> str:
        if self.is_day:
            return f"{self.year or ''}-{self.month:02}-{self.day:02}".lstrip("-")
        part = f"Q{self.quarter} " if self.quarter else f"H{self.half} " if self.half else ""
        month = f"-{self.month:02}" if self.month else ""
        return f"{part}{'FY' if self.fiscal and not part else ''}{self.year or ''}{month}".strip()


@dataclass(frozen=True, slots=True)
class PeriodMention:
    """A date or period in a text, and where it is; ``period`` is None for a time of day."""

    period: StatedPeriod | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FactPeriod:
    """The period that a figure of the facts is about.

    Attributes:
        year: Fiscal year, or the year of the end.
        quarter: Quarter of that year; None for a whole year or a day.
        end: The last day, or the day itself.
        is_day: Whether it is one day.
        is_snapshot: Whether the figure is the latest one as of that day, and not of that day alone.
        told: The day on which it was reported, for a figure of a reporting period.
    """

    year: int | None = None
    quarter: int | None = None
    end: date | None = None
    is_day: bool = False
    is_snapshot: bool = False
    told: date | None = None

    def __str__(self) -> str:
        if self.is_day and self.end:
            return self.end.isoformat()
        name = f"Q{self.quarter} {self.year}" if self.quarter else f"FY{self.year}" if self.year else ""
        return name or (self.end.isoformat() if self.end else "")


def agrees(claimed: StatedPeriod, fact: FactPeriod | None) -> bool:
    """Tells whether a figure of a fact can be of a period that a text names.

    A snapshot (a price, a ratio of today) agrees with its day, month and year, and with the year before:
    the sources do not tell the end of their last twelve months.
    """
    if fact is None or (fact.end is None and fact.year is None):
        return True
    if fact.is_snapshot:
        return _agrees_with_snapshot(claimed, fact)
    # "2027年3月期": of the news, only the year is known.
    is_of_year = not claimed.is_day and fact.end is None and fact.told is None
    if (claimed.is_day or claimed.month is not None) and not is_of_year:
        return any(day is not None and _agrees_with_day(claimed, day) for day in (fact.end, fact.told))
    if fact.is_day:
        return fact.end is None or claimed.year in (None, fact.end.year)
    if claimed.quarter and fact.quarter is None and fact.year is None and fact.end is not None:
        return _ends_with_quarter(claimed, claimed.quarter, fact.end)
    if claimed.quarter == SOME_QUARTER:
        if fact.quarter is None and (fact.year is not None or fact.end is None):
            return False
    elif claimed.quarter is not None and claimed.quarter != fact.quarter:
        return False
    if (
        claimed.quarter is None
        and claimed.half is None
        and fact.quarter is not None
        and claimed.year is not None
    ):
        return False
    years = {fact.year, fact.end.year if fact.end and not fact.year else fact.year}
    return claimed.year is None or claimed.year in years


def _ends_with_quarter(claimed: StatedPeriod, quarter: int, end: date) -> bool:
    """Whether a period of which only the end is known can be a quarter.

    It is the quarter of the calendar, unless the text says that it is a fiscal one, or the period ends
    otherwise than those of the calendar.
    """
    if not claimed.fiscal and end.month % MONTHS_OF_QUARTER == 0:
        return quarter == end.month // MONTHS_OF_QUARTER and claimed.year in (None, end.year)
    # The fiscal year that has the quarter ends up to three quarters later, and is called by that year.
    year = fiscal_year_of(end, quarter)
    return claimed.year in (None, year, year - 1)


def fiscal_year_of(end: date, quarter: int | None) -> int:
    """Returns the calendar year in which a fiscal year ends.

    Args:
        end: The last day of the year, or of one of its quarters.
        quarter: The number of that quarter; None for the year.
    """
    last = end.year * MONTHS_OF_YEAR + end.month - 1 + (4 - (quarter or 4)) * MONTHS_OF_QUARTER
    return last // MONTHS_OF_YEAR


def _agrees_with_day(claimed: StatedPeriod, day: date) -> bool:
    if claimed.year not in (None, day.year) or claimed.month not in (None, day.month):
        return False
    return claimed.day is None or claimed.day == day.day


def _agrees_with_snapshot(claimed: StatedPeriod, fact: FactPeriod) -> bool:
    day = fact.end
    if day is None:
        return True
    if claimed.is_day and fact.is_day:
        year = claimed.year or day.year
        try:
            # The exchange's day and the day in UTC may differ.
            return abs((date(year, claimed.month or 1, claimed.day or 1) - day).days) <= _SLACK_DAYS
        except ValueError:
            return False
    return claimed.year is None or day.year - 2 < claimed.year <= day.year + 1
