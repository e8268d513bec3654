"""Plausible candles from what sources send: repaired where the close is real, dropped where it is not."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.market_data import Candle, Remark


@dataclass(frozen=True)
class RawCandle:
    """The values of one bar as the source sends them; None for a missing value."""

    timestamp: datetime
    open: float | None
    high: float | None
    low: float | None
    close: float | None
    adjusted_close: float | None
    volume: int | None


@dataclass(frozen=True)
class PlausibleCandles:
    """The candles of a response, oldest first, without duplicates, and remarks on what was changed."""

    candles: tuple[Candle, ...]
    remarks: tuple[Remark, ...] = ()


def plausible_candles(rows: Iterable[RawCandle]) -> PlausibleCandles:
    """Repairs or drops implausible candles.

    A candle without a close, or with a close of zero, is dropped. A missing or zero open, high or low is
    replaced from the other values; a high below the others is raised, a low above them is lowered. Negative
    prices are real (crude oil in April 2020) and kept. A missing volume stays None.
    """
    candles: dict[datetime, Candle] = {}
    repaired: set[datetime] = set()
    dropped = 0
    for row in rows:
        candle, was_repaired = _plausible(row)
        if candle is None:
            dropped += 1
            continue
        candles[candle.timestamp] = candle
        (repaired.add if was_repaired else repaired.discard)(candle.timestamp)
    ordered = tuple(candles[start] for start in sorted(candles))
    return PlausibleCandles(ordered, _remarks(dropped, sorted(repaired)))


def _plausible(row: RawCandle) -> tuple[Candle | None, bool]:
    close = _price(row.close)
    if close is None:
        return None, False
    opened = _price(row.open)
    repaired = opened is None
    first = close if opened is None else opened
    high, low = _price(row.high), _price(row.low)
    if high is None or low is None or high < max(first, close) or low > min(first, close):
        repaired = True
    known = [value for value in (first, close, high, low) if value is not None]
    if high is not None and low is not None and high < low:
        # The two were swapped, or both are wrong: the range that holds all values is certain.
        high, low = max(known), min(known)
    candle = Candle(
        timestamp=row.timestamp,
        open=first,
        high=max(first, close, high if high is not None else first),
        low=min(first, close, low if low is not None else first),
        close=close,
        adjusted_close=_price(row.adjusted_close),
        volume=row.volume if row.volume is not None and row.volume >= 0 else None,
    )
    return candle, repaired


def _price(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) and value != 0 else None


def _remarks(dropped: int, repaired: list[datetime]) -> tuple[Remark, ...]:
    remarks = []
    if dropped:
        remarks.append(
            Remark(code="dropped_candles", detail=f"{dropped} candles without a close were dropped.")
        )
    if repaired:
        days = ", ".join(f"{start:%Y-%m-%d}" for start in repaired[:5]) + (", …" if len(repaired) > 5 else "")
        detail = f"Open, high or low of {len(repaired)} candles was implausible and was repaired: {days}."
        remarks.append(Remark(code="repaired_candles", detail=detail))
    return tuple(remarks)
