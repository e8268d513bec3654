"""Which exchange a symbol belongs to, and when that trades."""

from datetime import UTC, date, datetime

import pytest

from shared.market.analysis.calendar import MarketCalendars, calendar_of, trading_days_a_year

# A Friday before Thanksgiving week; the 26th is Thanksgiving, the 27th a short day in New York.
NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def calendars() -> MarketCalendars:
    return MarketCalendars(lambda: NOW)


@pytest.mark.parametrize(
    ("symbol", "code"),
    [
        ("AAPL", "XNYS"),
        ("BRK-B", "XNYS"),
        ("BRK.B", "XNYS"),
        ("^GSPC", "XNYS"),
        ("^FTSE", "XLON"),
        ("VOD.L", "XLON"),
        ("SAP.DE", "XETR"),
        ("7203.T", "XTKS"),
        ("BTC-USD", "24/7"),
        ("EURUSD=X", "24/5"),
        ("GC=F", "us_futures"),
    ],
)
def test_symbol_belongs_to_the_calendar_its_spelling_names(symbol: str, code: str) -> None:
    assert calendar_of(symbol) == code


def test_only_cryptocurrencies_trade_every_day() -> None:
    assert trading_days_a_year("BTC-USD") == 365
    assert trading_days_a_year("AAPL") == 252


@pytest.mark.parametrize(
    ("code", "moment", "is_open"),
    [
        ("XNYS", datetime(2026, 11, 20, 15, 30, tzinfo=UTC), True),
        ("XNYS", datetime(2026, 11, 20, 14, 29, tzinfo=UTC), False),
        ("XNYS", datetime(2026, 11, 20, 21, 0, tzinfo=UTC), False),
        ("XNYS", datetime(2026, 11, 21, 15, 30, tzinfo=UTC), False),  # Saturday
        ("XNYS", datetime(2026, 11, 26, 15, 30, tzinfo=UTC), False),  # Thanksgiving
        ("XNYS", datetime(2026, 11, 27, 17, 59, tzinfo=UTC), True),
        ("XNYS", datetime(2026, 11, 27, 18, 0, tzinfo=UTC), False),  # closes early
        ("XNYS", datetime(2026, 7, 20, 13, 30, tzinfo=UTC), True),  # an hour earlier in summer
        ("24/7", datetime(2026, 11, 22, 3, 0, tzinfo=UTC), True),
        ("24/5", datetime(2026, 11, 22, 3, 0, tzinfo=UTC), False),
        ("XNYS", datetime(2031, 1, 1, tzinfo=UTC), True),  # beyond the calendar: cannot be told
    ],
)
def test_open_follows_holidays_short_days_and_daylight_saving(
    calendars: MarketCalendars, code: str, moment: datetime, is_open: bool
) -> None:
    assert calendars.is_open(code, moment) is is_open


def test_last_close_is_the_one_before(calendars: MarketCalendars) -> None:
    sunday = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert calendars.last_close("XNYS", sunday) == datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
    assert calendars.last_close("XNYS", NOW) == datetime(2026, 11, 19, 21, 0, tzinfo=UTC)
    assert calendars.last_close("XNYS", datetime(2020, 1, 1, tzinfo=UTC)) is None


def test_session_with_a_midday_break_names_it(calendars: MarketCalendars) -> None:
    session = calendars.sessions_to("XTKS", NOW)[-1]
    assert session.day == date(2026, 11, 20)
    assert session.break_starts == datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
    assert session.break_ends == datetime(2026, 11, 20, 3, 30, tzinfo=UTC)


def test_exchange_that_publishes_no_further_than_this_year_has_its_sessions(
    calendars: MarketCalendars,
) -> None:
    assert calendars.sessions_to("XSHG", NOW)[-1].day == date(2026, 11, 20)
