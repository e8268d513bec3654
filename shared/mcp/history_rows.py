"""A price history as rows of few tokens."""

from itertools import pairwise
from math import ceil
from typing import Any, Final

from shared.domain.market_data import Candle, History
from shared.domain.moments import rfc3339
from shared.market.analysis.periods import is_intraday

COLUMNS: Final = ("time", "open", "high", "low", "close", "volume")
_SIGNIFICANT: Final = 10
"""Significant digits of a price; those behind come from 32-bit figures of the source and cost tokens."""


def history_rows(history: History, limit: int) -> tuple[list[list[Any]], int]:
    """Returns at most ``limit`` rows of a history, oldest first, and the candles that each row merges.

    A merged row has the first open, the highest high, the lowest low, the last close, and the sum of the
    volumes; its time is that of its first candle, a plain date for daily and longer candles.
    """
    candles = history.candles
    merged = max(1, ceil(len(candles) / limit))
    # The newest row is complete; the oldest one may have fewer candles.
    first = len(candles) % merged
    cuts = sorted({0, *range(first, len(candles), merged), len(candles)})
    intraday = is_intraday(history.interval)
    return [_row(candles[begin:end], intraday=intraday) for begin, end in pairwise(cuts)], merged


def _row(candles: tuple[Candle, ...], *, intraday: bool) -> list[Any]:
    moment = candles[0].timestamp
    volumes = [candle.volume for candle in candles if candle.volume is not None]
    return [
        rfc3339(moment) if intraday else moment.date().isoformat(),
        _short(candles[0].open),
        _short(max(candle.high for candle in candles)),
        _short(min(candle.low for candle in candles)),
        _short(candles[-1].close),
        sum(volumes) if volumes else None,
    ]


def _short(price: float) -> float:
    return float(f"{price:.{_SIGNIFICANT}g}")
