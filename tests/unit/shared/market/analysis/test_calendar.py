"""Which exchange a symbol belongs to, and when that trades."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.market.analysis import exchanges
from shared.market.analysis.calendar import MarketCalendars, exchange_date, trading_days_a_year
from shared.market.analysis.exchanges import calendar_of, known_calendar_of

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
        ("CLZ26.NYM", "us_futures"),
        ("3105.TWO", "XTAI"),
        ("2222.SR", "XSAU"),
        ("KFH.KW", "XKUW"),
        ("QNBK.QA", "DSMD"),
        ("EMAAR.AE", "XDFM"),
        ("COMI.CA", "XCAI"),
        ("BMW.SG", "XSTU"),
        ("BMW.MU", "XFRA"),
        ("VNM.VN", "XSTC"),
        ("SHOP.NE", "XTSE"),
        ("AAPL261218C00250000", "XNYS"),
        ("^TA125.TA", "XTAE"),
        ("^SET.BK", "XBKK"),
        ("^AXKO", "XASX"),
        ("^CNXIT", "XBOM"),
        ("^CRSPTMT", "XNYS"),
        ("^KS200", "XKRX"),
        ("^KSE", "XNYS"),
        ("^TOPX", "XTKS"),
        ("BTC-INR", "24/7"),
        ("ETH-BRL", "24/7"),
        ("JPM-PC", "XNYS"),
        ("ACHR-WT", "XNYS"),
    ],
)
def test_symbol_belongs_to_the_calendar_its_spelling_names(symbol: str, code: str) -> None:
    assert calendar_of(symbol) == code


def test_what_the_source_says_counts_more_than_the_spelling() -> None:
    assert calendar_of("USDT", "cryptocurrency") == "24/7"
    assert calendar_of("ABC-USD", "equity") == "XNYS"
    assert trading_days_a_year("BTC.D", "cryptocurrency") == 365


@pytest.mark.parametrize(
    ("code", "open_at", "closed_at"),
    [
        # Kuwait trades on Sundays and not on Fridays.
        ("XKUW", datetime(2026, 11, 22, 7, tzinfo=UTC), datetime(2026, 11, 20, 7, tzinfo=UTC)),
        ("DSMD", datetime(2026, 11, 22, 7, tzinfo=UTC), datetime(2026, 11, 20, 7, tzinfo=UTC)),
        ("XSAU", datetime(2026, 11, 22, 9, tzinfo=UTC), datetime(2026, 11, 20, 9, tzinfo=UTC)),
        ("XCAI", datetime(2026, 11, 22, 9, tzinfo=UTC), datetime(2026, 11, 22, 14, tzinfo=UTC)),
        ("XDFM", datetime(2026, 11, 20, 7, tzinfo=UTC), datetime(2026, 11, 22, 7, tzinfo=UTC)),
        ("ASEX", datetime(2026, 11, 20, 9, tzinfo=UTC), datetime(2026, 11, 20, 18, tzinfo=UTC)),
    ],
)
def test_exchanges_have_their_own_week_and_hours(
    calendars: MarketCalendars, code: str, open_at: datetime, closed_at: datetime
) -> None:
    assert calendars.is_open(code, open_at)
    assert not calendars.is_open(code, closed_at)


def test_session_without_a_calendar_closes_at_its_regular_hour(calendars: MarketCalendars) -> None:
    assert calendars.close_of("XKUW", date(2026, 11, 19)) == datetime(2026, 11, 19, 9, 45, tzinfo=UTC)
    # The session before a Friday.
    assert calendars.close_of("XKUW", date(2026, 11, 20)) == datetime(2026, 11, 19, 9, 45, tzinfo=UTC)
    assert calendars.is_guess("XKUW")
    assert not calendars.is_guess("XSAU")


@pytest.mark.parametrize("code", ["ASEX", "XBSE", "XIDX", "XKAR", "XTAE"])
def test_calendar_without_all_holidays_is_a_guess(calendars: MarketCalendars, code: str) -> None:
    assert calendars.is_guess(code)
    assert calendars.is_open(code, datetime(2026, 11, 20, 8, 30, tzinfo=UTC))


@pytest.mark.parametrize("day", [date(2025, 11, 30), date(2026, 11, 20)])
def test_sessions_of_tel_aviv_before_and_after_its_change_of_week(
    calendars: MarketCalendars, day: date
) -> None:
    # A Sunday of 2025, a Friday of 2026.
    assert calendars.close_of("XTAE", day).date() == day


def test_every_other_calendar_has_as_many_holidays_as_the_year_before(calendars: MarketCalendars) -> None:
    """A calendar whose holidays end or fail gives wrong remarks: it belongs to ``INCOMPLETE_CALENDARS``."""
    for code in sorted({*exchanges._BY_SUFFIX.values(), *exchanges._BY_INDEX.values(), "XNYS"}):
        if not calendars.is_guess(code):
            days = {session.day for session in calendars.sessions(code)}
            before, now = (holidays_of(days, year) for year in (2025, 2026))
            assert now >= 0.75 * before, (code, before, now)


def holidays_of(sessions: set[date], year: int) -> int:
    """Days of the exchange's week without a session."""
    week = {day.weekday() for day in sessions}
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
    return sum(day.weekday() in week and day not in sessions for day in days)


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
        ("XNYS", datetime(2031, 1, 1, tzinfo=UTC), True),  # beyond the calendar: unknown
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


def test_holidays_of_the_moon_calendar_are_those_of_the_years_in_question(calendars: MarketCalendars) -> None:
    from pandas.tseries.holiday import AbstractHolidayCalendar

    usual = AbstractHolidayCalendar.start_date, AbstractHolidayCalendar.end_date
    closed = [date(2025, 1, 28), date(2026, 2, 17), date(2026, 9, 25), date(2027, 2, 8)]
    assert not any(calendars.is_session("XKRX", day) for day in closed)
    assert calendars.is_session("XKRX", date(2026, 9, 28))
    assert (AbstractHolidayCalendar.start_date, AbstractHolidayCalendar.end_date) == usual


def test_exchange_that_publishes_no_further_than_this_year_has_its_sessions(
    calendars: MarketCalendars,
) -> None:
    assert calendars.sessions_to("XSHG", NOW)[-1].day == date(2026, 11, 20)


def test_time_zones_are_those_of_the_calendar_library(calendars: MarketCalendars) -> None:
    import exchange_calendars

    codes = {*exchanges._BY_SUFFIX.values(), *exchanges._BY_INDEX.values()}
    # The library has UTC for currency pairs, whose bars are days of London.
    codes |= {"XNYS", "24/7", "us_futures"}
    noon = datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC)
    for code in sorted(codes):
        if not calendars.is_guess(code):
            zone = exchange_calendars.get_calendar(code, start="2025-06-01").tz
            ours = exchanges.zone_of_calendar(code)
            offsets = [moment.astimezone(zone).utcoffset() for moment in noon]
            assert offsets == [moment.astimezone(ours).utcoffset() for moment in noon], code


@pytest.mark.parametrize("failure", [NotImplementedError(), ValueError("special dates")])
def test_calendar_that_the_library_cannot_build_is_a_guess(
    monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    import exchange_calendars

    build = exchange_calendars.get_calendar

    def get_calendar(code: str, **span: object) -> object:
        if code == "ASEX":
            raise failure
        return build(code, **span)

    monkeypatch.setattr(exchange_calendars, "get_calendar", get_calendar)
    calendars = MarketCalendars(lambda: NOW)
    assert calendars.is_guess("ASEX")
    assert not calendars.is_guess("XNYS")
    assert calendars.is_open("ASEX", datetime(2026, 11, 20, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    ("code", "day", "closes"),
    [
        ("XNYS", date(2026, 11, 20), datetime(2026, 11, 20, 21, tzinfo=UTC)),
        ("XNYS", date(2026, 7, 20), datetime(2026, 7, 20, 20, tzinfo=UTC)),
        ("XNYS", date(2026, 11, 27), datetime(2026, 11, 27, 18, tzinfo=UTC)),  # closes early
        ("XNYS", date(2026, 11, 29), datetime(2026, 11, 27, 18, tzinfo=UTC)),  # the session before a Sunday
        ("XNYS", date(1999, 7, 20), datetime(1999, 7, 20, 20, tzinfo=UTC)),  # before the calendar begins
        ("24/7", date(2026, 11, 22), datetime(2026, 11, 23, tzinfo=UTC)),
    ],
)
def test_session_of_a_day_closes(calendars: MarketCalendars, code: str, day: date, closes: datetime) -> None:
    assert calendars.close_of(code, day) == closes


def test_dates_are_those_of_the_exchange() -> None:
    morning = datetime(2026, 11, 19, 21, 30, tzinfo=UTC)
    assert exchange_date("BHP.AX", morning) == date(2026, 11, 20)
    assert exchange_date("AIR.NZ", morning) == date(2026, 11, 20)
    assert exchange_date("AAPL", morning) == date(2026, 11, 19)
    assert exchange_date("AAPL", datetime(2026, 11, 20, 3, tzinfo=UTC)) == date(2026, 11, 19)


@pytest.mark.parametrize(
    ("symbol", "code"), [("AAPL", "XNYS"), ("VOD.L", "XLON"), ("ABC.XYZ", None), ("^XYZ", None)]
)
def test_calendar_of_an_unknown_exchange_is_not_known(symbol: str, code: str | None) -> None:
    assert known_calendar_of(symbol) == code


@pytest.mark.parametrize(
    ("code", "day", "expected"),
    [
        ("XNYS", date(2026, 11, 25), True),
        ("XNYS", date(2026, 11, 26), False),  # Thanksgiving
        ("XNYS", date(2026, 11, 27), True),  # half a day
        ("XNYS", date(2026, 11, 28), False),
        ("XNAS", date(2026, 11, 26), False),
        ("XLON", date(2026, 11, 26), True),
        ("24/7", date(2026, 11, 28), True),
        ("XKUW", date(2026, 11, 22), True),  # a Sunday
        # Outside the calendar the weekdays are known.
        ("XNYS", date(2040, 6, 1), True),
        ("XNYS", date(2040, 6, 2), False),
    ],
)
def test_days_with_a_session(calendars: MarketCalendars, code: str, day: date, expected: bool) -> None:
    assert calendars.is_session(code, day) is expected


def test_every_calendar_of_a_symbol_has_a_code() -> None:
    known = exchanges.calendar_codes()
    assert {
        calendar_of(symbol) for symbol in ("AAPL", "^FTSE", "VOD.L", "GC=F", "BTC-USD", "VNM.VN")
    } <= known
    assert "XNAS" in known
