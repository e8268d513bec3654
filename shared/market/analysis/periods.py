"""The spans of history that can be requested: rules of periods, intervals and dates.

The limits are Yahoo's, the first source: 1-minute candles reach back 30 days, other candles below an hour 60
days, hourly ones 730 days; daily and longer ones are not limited. Dates are dates at the exchange.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from shared.domain.market_data import HistoryRequest
from shared.domain.terms import EARLIEST, Interval, Period
from shared.errors import FieldError
from shared.errors.request_errors import InvalidRequestError
from shared.market.analysis.calendar import exchange_date

PERIOD_DAYS: Final[dict[Period, int | None]] = {
    "1d": 1, "5d": 7, "1mo": 31, "3mo": 92, "6mo": 183, "1y": 366, "2y": 731, "5y": 1827, "10y": 3653,
    "ytd": None, "max": None,
}  # fmt: skip
"""Calendar days that a period reaches back; None when it depends on the date or has no bound."""

REACH_DAYS: Final[dict[Interval, int]] = {
    "1m": 30, "2m": 60, "5m": 60, "15m": 60, "30m": 60, "90m": 60, "60m": 731, "1h": 731,
}  # fmt: skip
"""Calendar days that candles of an interval reach back; an interval that is absent is not limited."""

LAST_SESSIONS: Final[dict[Period, int]] = {"1d": 1, "5d": 5}
"""Periods that are a number of sessions."""

_MONTHS: Final[dict[Period, int]] = {
    "1mo": 1, "3mo": 3, "6mo": 6, "1y": 12, "2y": 24, "5y": 60, "10y": 120,
}  # fmt: skip

_SPAN_MONTHS: Final[dict[Interval, int]] = {"5d": 0, "1wk": 0, "1mo": 1, "3mo": 3}
"""Intervals longer than a day with their months; 0 means a week."""


def is_intraday(interval: Interval) -> bool:
    """Returns whether candles of this interval are shorter than a day."""
    return interval in REACH_DAYS


def spans_days(interval: Interval) -> bool:
    """Returns whether candles of this interval are longer than a day."""
    return interval in _SPAN_MONTHS


def last_day(interval: Interval, first: date) -> date:
    """Returns the last calendar day of the candle that begins on ``first``."""
    months = _SPAN_MONTHS.get(interval)
    if months is None:
        return first
    return months_before(first, -months) - timedelta(days=1) if months else first + timedelta(days=6)


def months_before(day: date, months: int) -> date:
    """Returns the same day of the month ``months`` earlier, or the last day of that month."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))


def period_start(period: Period, symbol: str, now: datetime) -> datetime:
    """Returns midnight UTC of the exchange's date at which a period begins, ``EARLIEST`` for ``max``."""
    today = exchange_date(symbol, now)
    if period == "ytd":
        day = date(today.year, 1, 1)
    elif period == "max":
        day = EARLIEST
    elif period in _MONTHS:
        day = months_before(today, _MONTHS[period])
    else:
        day = today - timedelta(days=PERIOD_DAYS[period] or 0)
    return datetime.combine(day, time(), UTC)


def longest_period(interval: Interval) -> Period:
    """Returns the longest period that is available at an interval."""
    reach = REACH_DAYS.get(interval)
    if reach is None:
        return "max"
    fitting = [(days, period) for period, days in PERIOD_DAYS.items() if days is not None and days <= reach]
    return max(fitting)[1]


def history_request(
    symbol: str,
    *,
    period: Period | None,
    interval: Interval,
    start: date | None,
    end: date | None,
    now: datetime,
) -> HistoryRequest:
    """Returns the request of a period or of a range; one month without either.

    Args:
        symbol: Ticker.
        period: A span up to now.
        interval: The length of a candle.
        start: First day of a range.
        end: Last day of the range, inclusive; today if only ``start`` is given.
        now: The present moment.

    Returns:
        A request whose ``start`` and ``end`` are midnights UTC of the exchange's dates, ``end`` exclusive.

    Raises:
        InvalidRequestError: The parts contradict each other, or no source reaches back that far.
    """
    if start is None and end is None:
        return _by_period(symbol, period or "1mo", interval, now)
    if period is not None:
        raise _invalid("period", "must not be given together with start or end")
    if start is None:
        raise _invalid("start", "is missing: end needs it")
    return _by_dates(symbol, interval, start, end, exchange_date(symbol, now))


def _by_period(symbol: str, period: Period, interval: Interval, now: datetime) -> HistoryRequest:
    reach = REACH_DAYS.get(interval)
    if reach is not None:
        days = _days_of(period, exchange_date(symbol, now))
        if days is None or days > reach:
            raise _invalid("period", f"must be at most {longest_period(interval)} for {interval} candles")
    return HistoryRequest(symbol=symbol, period=period, interval=interval)


def _by_dates(symbol: str, interval: Interval, start: date, end: date | None, today: date) -> HistoryRequest:
    if start < EARLIEST:
        raise _invalid("start", f"must not be before {EARLIEST}")
    require_day_reached("start", start, today)
    last = min(end or today, today)
    if last < start:
        raise _invalid("end", "must not be before start")
    reach = REACH_DAYS.get(interval)
    if reach is not None and (today - start).days > reach:
        longest = longest_period(interval)
        raise _invalid(
            "start",
            f"must be at most {reach} days ago for {interval} candles; their longest period is {longest}",
        )
    return HistoryRequest(
        symbol=symbol,
        period=None,
        interval=interval,
        start=datetime.combine(start, time(), UTC),
        end=datetime.combine(last + timedelta(days=1), time(), UTC),
    )


def _days_of(period: Period, today: date) -> int | None:
    return (today - date(today.year, 1, 1)).days + 1 if period == "ytd" else PERIOD_DAYS[period]


def require_day_reached(field: str, day: date, today: date) -> None:
    """Checks a day about which data are requested.

    Raises:
        InvalidRequestError: The day is in the future; the answer of today would pass for that of the day.
    """
    if day > today:
        raise _invalid(field, "must not be in the future")


def require_known_day(symbol: str, known_on: date | None, now: datetime) -> None:
    """Checks the day at whose end data were known, by the date at the exchange of the symbol.

    Raises:
        InvalidRequestError: The day is in the future, of which no data are known.
    """
    if known_on is not None:
        require_day_reached("known_on", known_on, exchange_date(symbol, now))


def _invalid(field: str, message: str) -> InvalidRequestError:
    return InvalidRequestError(f"{field} {message}.", errors=[FieldError(field, message)])
