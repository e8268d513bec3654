"""The spans of history that may be requested."""

from datetime import UTC, date, datetime

import pytest

from shared.domain.market_data import HistoryRequest
from shared.domain.terms import Interval, Period
from shared.errors.request_errors import InvalidRequestError
from shared.market.analysis.periods import (
    history_request,
    last_day,
    longest_period,
    months_before,
    period_start,
)

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


def ask(
    period: Period | None = None,
    interval: Interval = "1d",
    start: date | None = None,
    end: date | None = None,
) -> HistoryRequest:
    return history_request("AAPL", period=period, interval=interval, start=start, end=end, now=NOW)


def test_without_any_span_it_is_a_month() -> None:
    assert ask() == HistoryRequest(symbol="AAPL", period="1mo", interval="1d")


def test_dates_become_midnights_and_the_end_day_is_included() -> None:
    request = ask(start=date(2026, 1, 5), end=date(2026, 1, 9))
    assert request.start == datetime(2026, 1, 5, tzinfo=UTC)
    assert request.end == datetime(2026, 1, 10, tzinfo=UTC)
    assert request.period is None


def test_start_alone_reaches_to_today_and_the_future_is_cut_off() -> None:
    tomorrow = datetime(2026, 11, 21, tzinfo=UTC)
    assert ask(start=date(2026, 11, 1)).end == tomorrow
    assert ask(start=date(2026, 11, 1), end=date(2030, 1, 1)).end == tomorrow


@pytest.mark.parametrize(
    ("period", "interval", "start", "end", "field"),
    [
        ("1mo", "1d", date(2026, 1, 1), None, "period"),
        (None, "1d", None, date(2026, 1, 1), "start"),
        (None, "1d", date(2026, 2, 1), date(2026, 1, 1), "end"),
        (None, "1d", date(2026, 11, 21), None, "start"),
        (None, "1d", date(1899, 12, 31), None, "start"),
        ("1y", "1m", None, None, "period"),
        ("1mo", "1m", None, None, "period"),
        ("3mo", "15m", None, None, "period"),
        ("5y", "1h", None, None, "period"),
        ("max", "60m", None, None, "period"),
        ("ytd", "5m", None, None, "period"),
        (None, "1m", date(2026, 10, 20), None, "start"),
    ],
)
def test_what_contradicts_itself_or_reaches_too_far_is_refused(
    period: Period | None, interval: Interval, start: date | None, end: date | None, field: str
) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        ask(period, interval, start, end)
    assert [error.field for error in caught.value.errors] == [field]


def test_refusal_names_the_longest_period_there_is() -> None:
    with pytest.raises(InvalidRequestError, match="period must be at most 5d for 1m candles"):
        ask("1y", "1m")


@pytest.mark.parametrize(
    ("interval", "longest"), [("1m", "5d"), ("15m", "1mo"), ("1h", "2y"), ("60m", "2y"), ("1d", "max")]
)
def test_longest_period_is_allowed_itself(interval: Interval, longest: Period) -> None:
    assert longest_period(interval) == longest
    assert ask(longest, interval).period == longest


def test_year_to_date_is_allowed_while_it_is_short() -> None:
    january = datetime(2026, 1, 20, tzinfo=UTC)
    request = history_request("AAPL", period="ytd", interval="5m", start=None, end=None, now=january)
    assert request.period == "ytd"


def test_months_end_with_the_month() -> None:
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2028, 2, 29), 12) == date(2027, 2, 28)
    assert months_before(date(2026, 1, 15), 1) == date(2025, 12, 15)
    assert months_before(date(2026, 12, 15), 12) == date(2025, 12, 15)


def test_period_reaches_back_to_a_midnight() -> None:
    assert period_start("1y", "AAPL", NOW) == datetime(2025, 11, 20, tzinfo=UTC)
    assert period_start("ytd", "AAPL", NOW) == datetime(2026, 1, 1, tzinfo=UTC)
    assert period_start("5d", "AAPL", NOW) == datetime(2026, 11, 13, tzinfo=UTC)


def test_dates_are_those_of_the_exchange() -> None:
    sydney_morning = datetime(2026, 11, 19, 22, tzinfo=UTC)
    today = date(2026, 11, 20)
    for symbol in ("BHP.AX", "AIR.NZ"):
        request = history_request(
            symbol, period=None, interval="1d", start=today, end=None, now=sydney_morning
        )
        assert request.end == datetime(2026, 11, 21, tzinfo=UTC)
        assert period_start("1mo", symbol, sydney_morning) == datetime(2026, 10, 20, tzinfo=UTC)
    with pytest.raises(InvalidRequestError, match="future"):
        history_request("AAPL", period=None, interval="1d", start=today, end=None, now=sydney_morning)


def test_one_minute_candles_reach_back_thirty_days() -> None:
    assert ask(interval="1m", start=date(2026, 10, 21)).start == datetime(2026, 10, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("interval", "first", "last"),
    [
        ("1d", date(2026, 2, 2), date(2026, 2, 2)),
        ("1wk", date(2026, 2, 2), date(2026, 2, 8)),
        ("1mo", date(2026, 2, 1), date(2026, 2, 28)),
        ("3mo", date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_candle_ends_with_its_last_day(interval: Interval, first: date, last: date) -> None:
    assert last_day(interval, first) == last
