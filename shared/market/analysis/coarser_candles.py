"""Candles of weeks, months and quarters from daily ones."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Final

from shared.domain.market_data import Candle
from shared.domain.terms import Interval

COARSER_INTERVALS: Final = frozenset[Interval]({"1wk", "1mo", "3mo"})
"""Intervals whose candles begin on fixed days: Mondays, the first day of a month or a calendar quarter."""


def coarser_candles(daily: Sequence[Candle], interval: Interval, complete_from: date) -> tuple[Candle, ...]:
    """Returns the candles of an interval, oldest first, each stamped with the first day of its span.

    Args:
        daily: Daily candles, oldest first.
        interval: One of ``COARSER_INTERVALS``.
        complete_from: First day from which no daily candle is missing: a span that begins before is left out.
    """
    spans = groupby(daily, key=lambda candle: first_day(candle.timestamp.date(), interval))
    return tuple(_joined(first, list(candles)) for first, candles in spans if first >= complete_from)


def first_day(day: date, interval: Interval) -> date:
    """Returns the first day of the candle that a day belongs to, for one of ``COARSER_INTERVALS``."""
    if interval == "1wk":
        return day - timedelta(days=day.weekday())
    month = day.month if interval == "1mo" else (day.month - 1) // 3 * 3 + 1
    return date(day.year, month, 1)


def _joined(first: date, candles: Sequence[Candle]) -> Candle:
    volumes = [candle.volume for candle in candles if candle.volume is not None]
    last = candles[-1]
    return Candle(
        timestamp=datetime.combine(first, time(), UTC),
        open=candles[0].open,
        high=max(candle.high for candle in candles),
        low=min(candle.low for candle in candles),
        close=last.close,
        adjusted_close=last.adjusted_close,
        volume=sum(volumes) if volumes else None,
    )
