"""When markets trade: the sessions of exchanges, and the dates there.

Calendars come from ``exchange_calendars``, which is imported on first use; building one takes 0.01 to 2 s, so
the methods of :class:`MarketCalendars` belong off the event loop.
"""

import bisect
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from shared.domain.market_data import AssetType
from shared.market.analysis.exchanges import (
    ALWAYS_OPEN,
    INCOMPLETE_CALENDARS,
    REGULAR_HOURS,
    RegularHours,
    calendar_of,
    time_zone_of,
    zone_of_calendar,
)
from shared.runtime.clock import Clock

_ALL_DAY: Final = RegularHours(time(0), time(0))
"""The week of an exchange whose hours are not known either."""
_YEARS_AHEAD: Final = 5
"""Further than the library's calendars reach without a requested end."""
_HOLIDAY_RANGE: Final = threading.Lock()
"""Held while the range of pandas' holidays is changed."""


def exchange_date(symbol: str, moment: datetime) -> date:
    """Returns the date at the exchange of a symbol."""
    return moment.astimezone(time_zone_of(symbol)).date()


def trading_days_a_year(symbol: str, asset_type: AssetType | None = None) -> int:
    """Returns the days on which a symbol trades in a year: 365 for cryptocurrencies, else 252."""
    return 365 if calendar_of(symbol, asset_type) == ALWAYS_OPEN else 252


@dataclass(frozen=True)
class Session:
    """One trading session.

    Attributes:
        day: The exchange's date.
        opens: Start of trading.
        closes: End of trading, exclusive.
        break_starts: Start of the midday break, None without one.
        break_ends: Its end.
    """

    day: date
    opens: datetime
    closes: datetime
    break_starts: datetime | None = None
    break_ends: datetime | None = None


class MarketCalendars:
    """The sessions of every market, from ``start`` to the end of next year.

    Args:
        clock: The present moment.
        start: First day of the calendars, by default the first of January of last year. Shorter calendars are
            built faster.
    """

    def __init__(self, clock: Clock, start: date | None = None) -> None:
        self._clock = clock
        self._start = start
        self._sessions: dict[tuple[str, int], Sequence[Session]] = {}
        self._guessed: set[str] = set()
        self._lock = threading.Lock()

    def sessions(self, code: str) -> Sequence[Session]:
        """Returns all sessions of a calendar, oldest first."""
        year = self._clock().year
        with self._lock:
            if (code, year) not in self._sessions:
                self._sessions = {key: kept for key, kept in self._sessions.items() if key[1] == year}
                self._sessions[code, year] = self._load(code, year)
            return self._sessions[code, year]

    def sessions_to(self, code: str, moment: datetime) -> Sequence[Session]:
        """Returns the sessions that have opened by ``moment``."""
        sessions = self.sessions(code)
        return sessions[: bisect.bisect_right(sessions, moment, key=lambda session: session.opens)]

    def close_of(self, code: str, day: date) -> datetime:
        """Returns when the session of a day closes, or of the last session before a day without one.

        On days before the calendar begins the regular closing time is assumed.
        """
        sessions = self.sessions(code)
        index = bisect.bisect_right(sessions, day, key=lambda session: session.day)
        if index > 0:
            return sessions[index - 1].closes
        zone, regular = zone_of_calendar(code), sessions[0]
        local_close = regular.closes.astimezone(zone).replace(tzinfo=None)
        closes = datetime.combine(day, time()) + (local_close - datetime.combine(regular.day, time()))
        return closes.replace(tzinfo=zone).astimezone(UTC)

    def is_open(self, code: str, moment: datetime) -> bool:
        """Returns whether the market trades at ``moment``; True beyond the end of the calendar."""
        sessions = self.sessions(code)
        if not sessions or moment >= sessions[-1].closes:
            return True
        begun = self.sessions_to(code, moment)
        return bool(begun) and moment < begun[-1].closes

    def last_close(self, code: str, moment: datetime) -> datetime | None:
        """Returns the last close at or before ``moment``; None if the calendar does not reach back."""
        for session in reversed(self.sessions_to(code, moment)[-2:]):
            if session.closes <= moment:
                return session.closes
        return None

    def is_session(self, code: str, day: date) -> bool:
        """Returns whether there is a session on a day; outside the calendar, every weekday has one."""
        sessions = self.sessions(code)
        if not sessions or not sessions[0].day <= day <= sessions[-1].day:
            return day.weekday() in REGULAR_HOURS.get(code, _ALL_DAY).days
        index = bisect.bisect_left(sessions, day, key=lambda session: session.day)
        return sessions[index].day == day

    def is_guess(self, code: str) -> bool:
        """Returns whether holidays are missing: the library lacks the calendar, or some of its holidays."""
        self.sessions(code)
        return code in self._guessed or code in INCOMPLETE_CALENDARS

    def _load(self, code: str, year: int) -> Sequence[Session]:
        import exchange_calendars
        from exchange_calendars.errors import InvalidCalendarName

        last_year, next_year = date(year - 1, 1, 1), date(year + 1, 12, 31)
        first = self._start or last_year
        # Some exchanges publish their holidays no further than this year, some calendars do not reach back.
        spans = ((first, next_year), (first, None), (last_year, None))
        with _holidays_between(first.year - 1, year + _YEARS_AHEAD):
            for start, end in spans:
                try:
                    return _read(exchange_calendars.get_calendar(code, start=start, end=end))
                except (ValueError, NotImplementedError, InvalidCalendarName):
                    continue
        self._guessed.add(code)
        return tuple(_regular_sessions(code, first, next_year))


@contextmanager
def _holidays_between(first: int, last: int) -> Iterator[None]:
    """Lets pandas compute the holidays of some years only: those of Seoul from 1970 to 2200 take 5 s."""
    from pandas.tseries.holiday import AbstractHolidayCalendar

    with _HOLIDAY_RANGE:
        usual = AbstractHolidayCalendar.start_date, AbstractHolidayCalendar.end_date
        AbstractHolidayCalendar.start_date = datetime(first, 1, 1)
        AbstractHolidayCalendar.end_date = datetime(last, 12, 31)
        try:
            yield
        finally:
            AbstractHolidayCalendar.start_date, AbstractHolidayCalendar.end_date = usual


def _regular_sessions(code: str, first: date, last: date) -> Iterator[Session]:
    """Yields a session for every regular trading day; the closing time 0:00 is that of the next day."""
    hours, zone = REGULAR_HOURS.get(code, _ALL_DAY), zone_of_calendar(code)
    closes_next_day = timedelta(days=1 if hours.closes <= hours.opens else 0)
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if day.weekday() in hours.days:
            opens = datetime.combine(day, hours.opens, zone)
            closes = datetime.combine(day + closes_next_day, hours.closes, zone)
            yield Session(day, opens.astimezone(UTC), closes.astimezone(UTC))


def _read(calendar: Any) -> tuple[Session, ...]:  # noqa: ANN401 - the library has no types
    days = [day.date() for day in calendar.sessions]
    moments = (calendar.opens, calendar.closes, calendar.break_starts, calendar.break_ends)
    return tuple(Session(*row) for row in zip(days, *map(_column, moments), strict=True))


def _column(series: Any) -> list[datetime | None]:  # noqa: ANN401 - a pandas series
    return [
        moment.to_pydatetime().replace(tzinfo=UTC) if known else None
        for moment, known in zip(series, series.notna(), strict=True)
    ]
