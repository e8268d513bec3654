"""Charts: dates of the exchange, one bar for each interval, and one bad bar costs one bar."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.domain.market_data import Candle, History, HistoryRequest
from shared.domain.terms import Interval
from shared.errors.provider_errors import ProviderBadPayloadError
from shared.market.providers.yahoo.chart import chart_queries, history_from_charts
from shared.market.providers.yahoo.chart_events import actions_from_charts
from tests.support.malformed import variants

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
TOKYO = ZoneInfo("Asia/Tokyo")

Row = tuple[float | None, float | None, float | None, float | None, float | None, float | None]
"""Open, high, low, close, adjusted close, volume."""
GOOD: Row = (1.0, 3.0, 0.5, 2.0, 1.9, 10)


def chart(rows: Sequence[tuple[datetime, Row]], **meta: object) -> dict[str, Any]:
    columns = list(zip(*(row for _, row in rows), strict=True)) or [()] * 6
    names = ("open", "high", "low", "close", "adjclose", "volume")
    table: dict[str, Any] = {name: list(column) for name, column in zip(names, columns, strict=True)}
    adjusted = table.pop("adjclose")
    return {
        "meta": {
            "symbol": "AAPL",
            "currency": "USD",
            "instrumentType": "EQUITY",
            "exchangeTimezoneName": "America/New_York",
            "regularMarketTime": int(NOW.timestamp()),
            **meta,
        },
        "timestamp": [int(start.timestamp()) for start, _ in rows],
        "indicators": {"quote": [table], "adjclose": [{"adjclose": adjusted}]},
    }


def opened(day: int, month: int = 11, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime(2026, month, day, 9, 30, tzinfo=zone)


def request(interval: Interval = "1d", start: datetime | None = None, symbol: str = "AAPL") -> HistoryRequest:
    begin = start or datetime(2026, 10, 1, tzinfo=UTC)
    return HistoryRequest(symbol=symbol, period=None, interval=interval, start=begin)


def read(one: dict[str, Any], interval: Interval = "1d") -> History:
    return history_from_charts(request(interval), [one], NOW)


def codes(history: History) -> list[str]:
    return [remark.code for remark in history.quality]


def test_history_states_what_the_chart_does() -> None:
    history = read(chart([(opened(19), GOOD)]))
    assert (history.currency, history.asset_type, history.adjustment) == ("USD", "equity", "split")
    assert (history.as_of, history.quality) == (NOW, ())
    assert history.candles == (
        Candle(
            timestamp=datetime(2026, 11, 19, tzinfo=UTC),
            open=1,
            high=3,
            low=0.5,
            close=2,
            adjusted_close=1.9,
            volume=10,
        ),
    )


def test_candles_keep_the_exchanges_date_and_are_sorted() -> None:
    rows = [(opened(day, zone=TOKYO), GOOD) for day in (20, 18, 19)]
    history = read(chart(rows, exchangeTimezoneName="Asia/Tokyo"))
    assert [candle.timestamp.day for candle in history.candles] == [18, 19, 20]
    assert {candle.timestamp.hour for candle in history.candles} == {0}


def test_stamp_shortly_before_midnight_belongs_to_the_next_day() -> None:
    late = datetime(2026, 11, 18, 23, 0, tzinfo=NEW_YORK)
    assert read(chart([(late, GOOD)])).candles[0].timestamp == datetime(2026, 11, 19, tzinfo=UTC)


def test_row_without_prices_is_a_day_without_trading() -> None:
    empty: Row = (None, None, None, None, None, None)
    history = read(chart([(opened(18), GOOD), (opened(19), empty)]))
    assert ([candle.timestamp.day for candle in history.candles], history.quality) == ([18], ())


@pytest.mark.parametrize(
    ("row", "kept", "code"),
    [
        ((1, 3, 0, 2, 2, 10), True, "repaired_candles"),
        ((None, 3, 0.5, 2, 2, 10), True, "repaired_candles"),
        ((0, 3, 0.5, 2, 2, 10), True, "repaired_candles"),
        ((1, 0.5, 3, 2, 2, 10), True, "repaired_candles"),
        ((1, 3, 0.5, 2, None, 10), True, "repaired_candles"),
        ((1, 3, -0.5, 2, 2, 10), True, "repaired_candles"),
        ((1, 3, 0.5, None, None, 10), False, "dropped_candles"),
        ((0, 0, 0, 0, 0, 0), False, "dropped_candles"),
        ((1, 3, 0.5, -2, -2, 10), False, "dropped_candles"),
    ],
)
def test_implausible_bar_is_repaired_or_dropped_and_counted(row: Row, kept: bool, code: str) -> None:
    history = read(chart([(opened(18), GOOD), (opened(19), row), (opened(20), GOOD)]))
    assert codes(history) == [code]
    assert len(history.candles) == 3 if kept else 2
    assert all(candle.low <= min(candle.open, candle.close) for candle in history.candles)


@pytest.mark.parametrize("volume", [None, -5, "x", float("nan")])
def test_missing_volume_is_null(volume: Any) -> None:
    history = read(chart([(opened(19), (1, 3, 0.5, 2, 2, volume))]))
    assert (history.candles[0].volume, history.quality) == (None, ())


def test_volume_of_a_currency_pair_is_null() -> None:
    row = (1.16, 1.17, 1.15, 1.165, 1.165, 0)
    history = read(chart([(opened(19), row)], instrumentType="CURRENCY"))
    assert history.candles[0].volume is None


def test_negative_price_of_a_future_is_real() -> None:
    oil = chart([(opened(19), (17.73, 17.85, -40.32, -37.63, -37.63, 10))], instrumentType="FUTURE")
    history = history_from_charts(request(symbol="CL=F"), [oil], NOW)
    assert (history.candles[0].close, history.quality) == (-37.63, ())


@pytest.mark.parametrize("kind", ["EQUITY", "OPTION", "", None])
def test_negative_price_of_anything_else_is_none(kind: str | None) -> None:
    rows = [(opened(18), GOOD), (opened(19), (1.0, 3.0, -0.5, -2.0, -2.0, 10))]
    history = read(chart(rows, instrumentType=kind))
    assert ([candle.close for candle in history.candles], codes(history)) == ([2.0], ["dropped_candles"])


@pytest.mark.parametrize("raw", ["GBp", "GBX"])
def test_prices_and_dividends_in_pence_become_pounds(raw: str) -> None:
    one = chart([(opened(19), (100, 300, 50, 7, 7, 10))], currency=raw)
    one["events"] = {
        "dividends": {
            "1": {"amount": 7.1, "date": int(opened(18).timestamp())},
            "2": {"amount": 0.02, "date": int(opened(19).timestamp()), "currency": "USD"},
        }
    }
    history = read(one)
    assert (history.currency, history.candles[0].close) == ("GBP", 0.07)
    assert history.actions is not None
    assert [(one.amount, one.currency) for one in history.actions.dividends] == [
        (0.071, "GBP"),
        (0.02, "USD"),
    ]


def test_live_day_is_merged_into_its_week() -> None:
    live: Row = (5.0, 9.0, 4.0, 8.0, 8.0, 5)
    rows = [(opened(9), GOOD), (opened(16), GOOD), (opened(20), live)]
    history = read(chart(rows), "1wk")
    assert [candle.timestamp.day for candle in history.candles] == [9, 16]
    week = history.candles[-1]
    assert (week.open, week.high, week.low, week.close, week.volume) == (1, 9, 0.5, 8, 15)
    assert len(read(chart([(opened(9), GOOD), (opened(16), GOOD)]), "1wk").candles) == 2


@pytest.mark.parametrize(
    ("interval", "bar", "live", "starts"),
    [
        ("1wk", datetime(2026, 11, 9), datetime(2026, 11, 17, 9, 45), (9, 16)),
        ("1mo", datetime(2026, 10, 1), datetime(2026, 11, 2, 9, 45), (1, 1)),
        ("3mo", datetime(2026, 7, 1), datetime(2026, 10, 1, 9, 45), (1, 1)),
    ],
)
def test_live_day_that_begins_a_bar_is_stamped_as_the_bar_will_be(
    interval: Interval, bar: datetime, live: datetime, starts: tuple[int, int]
) -> None:
    rows = [(one.replace(tzinfo=NEW_YORK), GOOD) for one in (bar, live)]
    history = read(chart(rows), interval)
    assert [candle.timestamp.day for candle in history.candles] == list(starts)
    assert [candle.timestamp.month for candle in history.candles] == [bar.month, live.month]


@pytest.mark.parametrize(
    ("symbol", "before", "live", "dates"),
    [
        ("EURUSD=X", datetime(2026, 11, 13), datetime(2026, 11, 15, 22, 30), (13, 16)),
        ("EURUSD=X", datetime(2026, 11, 16), datetime(2026, 11, 16, 22, 30), (16,)),
        # Daily bars of some zones are stamped an hour before midnight.
        ("EURUSD=X", datetime(2026, 11, 12, 23), datetime(2026, 11, 15, 23), (13, 16)),
        # Monday at 19 h beside the row of Monday; Sunday at 18:30; Monday at noon, alone or beside it.
        ("ES=F", datetime(2026, 11, 16), datetime(2026, 11, 16, 19), (16, 17)),
        ("ES=F", datetime(2026, 11, 13), datetime(2026, 11, 15, 18, 30), (13, 16)),
        ("ES=F", datetime(2026, 11, 13), datetime(2026, 11, 16, 12), (13, 16)),
        ("ES=F", datetime(2026, 11, 16), datetime(2026, 11, 16, 12), (16,)),
        ("ES=F", datetime(2026, 11, 13), datetime(2026, 11, 16, 19), (13, 16)),
    ],
)
def test_evening_belongs_to_the_session_that_has_begun(
    symbol: str, before: datetime, live: datetime, dates: tuple[int, ...]
) -> None:
    rows = [(one.replace(tzinfo=NEW_YORK), GOOD) for one in (before, live)]
    one = chart(rows, symbol=symbol, instrumentType="FUTURE" if symbol == "ES=F" else "CURRENCY")
    history = history_from_charts(request(symbol=symbol), [one], NOW)
    assert tuple(candle.timestamp.day for candle in history.candles) == dates


def test_day_that_comes_twice_counts_once() -> None:
    later: Row = (1.0, 4.0, 0.5, 3.5, 3.5, 12)
    history = read(chart([(opened(20), GOOD), (opened(20) + timedelta(hours=1), later)]))
    assert [candle.close for candle in history.candles] == [3.5]


def test_price_beyond_the_requested_end_is_left_out() -> None:
    span = request().model_copy(update={"end": datetime(2026, 11, 19, tzinfo=UTC)})
    history = history_from_charts(span, [chart([(opened(18), GOOD), (opened(19), GOOD)])], NOW)
    assert [candle.timestamp.day for candle in history.candles] == [18]


def periods(day: int) -> list[list[dict[str, int]]]:
    start = int(opened(day).timestamp())
    return [[{"start": start, "end": start + 23_400}]]


def test_bars_outside_the_trading_hours_are_left_out() -> None:
    rows = [(opened(19) + timedelta(minutes=5 * step), GOOD) for step in (-1, 0, 77, 78)]
    history = read(chart(rows, tradingPeriods=periods(19)), "5m")
    assert [candle.timestamp for candle in history.candles] == [rows[1][0], rows[2][0]]


def test_half_hours_are_made_of_quarters_from_the_opening() -> None:
    zone = ZoneInfo("Asia/Kolkata")
    first = datetime(2026, 11, 19, 9, 15, tzinfo=zone)
    rows = [
        (first + timedelta(minutes=15 * step), (1.0 + step, 3.0 + step, 0.5, 2.0 + step, None, 10))
        for step in range(3)
    ]
    start = int(first.timestamp())
    hours = [[{"start": start, "end": start + 22_500}]]
    one = chart(rows, exchangeTimezoneName="Asia/Kolkata", tradingPeriods=hours)
    candles = read(one, "30m").candles
    assert [candle.timestamp for candle in candles] == [first, first + timedelta(minutes=30)]
    assert (candles[0].open, candles[0].high, candles[0].close, candles[0].volume) == (1, 4, 3, 20)
    (query,) = chart_queries(request("30m", NOW - timedelta(days=1)), NOW)
    assert query["interval"] == "15m"


def test_minutes_of_a_month_are_requested_by_the_week() -> None:
    start = datetime(2026, 10, 21, tzinfo=UTC)
    queries = chart_queries(request("1m", start), NOW)
    spans = [(query["period1"], query["period2"]) for query in queries]
    assert len(spans) == 5
    assert all(second - first <= 7 * 86_400 for first, second in spans)  # type: ignore[operator]
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    assert spans[-1][1] == int(NOW.timestamp())
    # Yahoo refuses a start before its reach, be it by a minute.
    assert spans[0][0] > int((NOW - timedelta(days=30)).timestamp())  # type: ignore[operator]
    assert len(chart_queries(request("5m", NOW - timedelta(days=59)), NOW)) == 1


def test_minutes_of_several_charts_are_one_history() -> None:
    charts = [chart([(opened(day), GOOD)]) for day in (12, 19)]
    charts[1]["events"] = {
        "splits": {"1": {"date": int(opened(19).timestamp()), "numerator": 4, "denominator": 1}}
    }
    history = history_from_charts(request("1m"), charts, NOW)
    assert [candle.timestamp for candle in history.candles] == [opened(12), opened(19)]
    assert history.actions is not None
    assert [(split.date, split.numerator) for split in history.actions.splits] == [(date(2026, 11, 19), 4)]


def test_no_chart_is_an_empty_history() -> None:
    history = history_from_charts(request(), [], NOW)
    assert (history.candles, history.currency, history.as_of) == ((), None, None)


def test_times_in_the_future_are_now() -> None:
    assert read(chart([(opened(19), GOOD)], regularMarketTime=int(NOW.timestamp()) + 3600)).as_of == NOW


def test_announced_actions_are_left_out() -> None:
    one = chart([(opened(19), GOOD)])
    tomorrow = int((NOW + timedelta(days=1)).timestamp())
    one["events"] = {
        "dividends": {"1": {"amount": 1, "date": tomorrow}, "2": {"amount": 0, "date": 1}},
        "splits": {"1": {"date": tomorrow, "numerator": 2, "denominator": 1}},
    }
    actions, remarks = actions_from_charts([one], NOW)
    assert (actions.dividends, actions.splits, remarks) == ((), (), ())


def test_malformed_event_costs_one_event_and_is_counted() -> None:
    one = chart([(opened(19), GOOD)])
    moment = int(opened(18).timestamp())
    one["events"] = {
        "dividends": {
            "1": {"amount": 0.25, "date": moment},
            "2": {"amount": -1, "date": moment},
            "3": {"amount": 1, "date": "soon"},
            "4": None,
        },
        "splits": {"1": {"date": moment, "numerator": 1e300, "denominator": 1}},
    }
    history = read(one)
    assert history.actions is not None
    assert [dividend.amount for dividend in history.actions.dividends] == [0.25]
    assert history.actions.splits == ()
    assert [remark.detail for remark in history.quality] == [
        "3 of 4 records were malformed.",
        "1 of 1 records were malformed.",
    ]


def test_event_of_one_share_for_one_is_no_split() -> None:
    one = chart([(opened(19), GOOD)])
    moment = int(opened(18).timestamp())
    one["events"] = {"splits": {"1": {"date": moment, "numerator": 1, "denominator": 1}}}
    history = read(one)
    assert history.actions is not None
    assert (history.actions.splits, history.quality) == ((), ())


def test_two_dividends_of_one_day_are_two_and_repeated_events_are_one() -> None:
    one = chart([(opened(19), GOOD)])
    first, second = int(opened(18).timestamp()), int(opened(18).timestamp()) + 60
    one["events"] = {
        "dividends": {str(first): {"amount": 0.5, "date": first}, str(second): {"amount": 10, "date": second}}
    }
    actions, _ = actions_from_charts([one, one], NOW)
    assert [(paid.ex_date.day, paid.amount) for paid in actions.dividends] == [(18, 0.5), (18, 10.0)]


@pytest.mark.parametrize(
    ("meta", "decimals"),
    [
        ({"priceHint": 2, "regularMarketPrice": 155.3, "currency": "JPY"}, 2),
        ({"priceHint": 2, "regularMarketPrice": 1234.5, "currency": "GBp"}, 2),
        ({"priceHint": 2, "regularMarketPrice": 5.6e-7}, None),
        ({"regularMarketPrice": 155.3}, None),
        ({"priceHint": "x", "regularMarketPrice": 155.3}, None),
    ],
)
def test_decimals_of_a_history_are_those_of_the_quote(meta: dict[str, Any], decimals: int | None) -> None:
    assert read(chart([(opened(19), GOOD)], **meta)).price_decimals == decimals


# Malformed


def complete(interval: Interval) -> dict[str, Any]:
    step = timedelta(minutes=15) if interval == "30m" else timedelta(days=7 if interval == "1wk" else 1)
    rows = [(opened(2) + step * index, GOOD) for index in range(4)]
    one = chart(rows, tradingPeriods=periods(2))
    moment = int(opened(3).timestamp())
    one["events"] = {
        "dividends": {"1": {"amount": 0.2, "date": moment}},
        "splits": {"1": {"date": moment, "numerator": 4, "denominator": 1, "splitRatio": "4:1"}},
    }
    return one


WHOLE = ("timestamp", "indicators", "indicators.quote", "indicators.quote.0", "indicators.quote.0.close")
"""What no candle can be read without."""


@pytest.mark.parametrize("interval", ["1d", "1wk", "30m"])
def test_malformed_value_costs_one_bar_at_most(interval: Interval) -> None:
    whole = len(read(complete(interval), interval).candles)
    count = 0
    for name, malformed in variants(complete(interval)):
        count += 1
        path = name.split(" = ")[0]
        try:
            history = read(malformed, interval)
        except ProviderBadPayloadError:
            assert path in WHOLE, name
            continue
        json.loads(history.model_dump_json())
        assert path in WHOLE or len(history.candles) >= whole - 1, name
    assert count > 1000


def test_one_bad_bar_costs_one_bar() -> None:
    one = chart([(opened(day), GOOD) for day in (17, 18, 19)])
    one["timestamp"][1] = "soon"
    history = read(one)
    assert ([candle.timestamp.day for candle in history.candles], codes(history)) == (
        [17, 19],
        ["dropped_records"],
    )


def test_chart_of_which_nothing_can_be_read_is_a_bad_payload() -> None:
    with pytest.raises(ProviderBadPayloadError):
        read(chart([(opened(19), (1, 3, 0.5, None, None, 10))]))
