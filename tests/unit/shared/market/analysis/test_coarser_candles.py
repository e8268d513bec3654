"""Weeks, months and quarters of daily candles."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from shared.domain.market_data import Candle
from shared.domain.terms import Interval
from shared.market.analysis.coarser_candles import coarser_candles

FIRST = date(2026, 1, 1)
"""A Thursday."""


def daily(days: int, volume: int | None = 10) -> list[Candle]:
    """Candles whose prices count the days."""
    return [
        Candle(
            timestamp=datetime.combine(FIRST + timedelta(days=number), time(), UTC),
            open=number + 100,
            high=number + 101,
            low=number + 99,
            close=number + 100.5,
            adjusted_close=number + 90,
            volume=volume,
        )
        for number in range(days)
    ]


def test_a_candle_joins_the_days_of_its_week() -> None:
    _, week, _ = coarser_candles(daily(15), "1wk", date(2025, 12, 29))
    assert week == Candle(
        timestamp=datetime(2026, 1, 5, tzinfo=UTC),
        open=104,
        high=111,
        low=103,
        close=110.5,
        adjusted_close=100,
        volume=70,
    )


@pytest.mark.parametrize(
    ("interval", "firsts"),
    [
        ("1wk", ["2026-01-05", "2026-01-12"]),
        ("1mo", ["2026-01-01"]),
        ("3mo", ["2026-01-01"]),
    ],
)
def test_a_span_that_begins_before_the_first_candle_is_left_out(
    interval: Interval, firsts: list[str]
) -> None:
    found = coarser_candles(daily(15), interval, FIRST)
    assert [str(candle.timestamp.date()) for candle in found] == firsts


def test_quarters_are_those_of_the_calendar() -> None:
    found = coarser_candles(daily(200), "3mo", FIRST)
    assert [str(candle.timestamp.date()) for candle in found] == ["2026-01-01", "2026-04-01", "2026-07-01"]


def test_unknown_volumes_stay_unknown() -> None:
    (week, *_) = coarser_candles(daily(15, volume=None), "1wk", FIRST)
    assert week.volume is None
