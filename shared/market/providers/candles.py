"""Plausible candles from what sources send: repaired where the close is real, dropped where it is not."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from shared.domain.market_data import Candle, CandleChanges, Remark
from shared.market.analysis.quality import change_remarks

_NOISE: Final = 1e-6
"""Relative excess of open or close over high and low that comes from rounding and is no fault."""
_LARGEST_RANGE: Final = 50.0
"""Factor between a high and the open and close that only a mistaken unit or a cancelled trade explains."""
_SAME_RATIO: Final = 0.01
_OUTLIER: Final = 0.05
"""Shift of the ratio of adjusted close to close that indicators take for a special distribution."""


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
    """The candles of a response, oldest first, without duplicates, and what was changed."""

    candles: tuple[Candle, ...]
    changes: CandleChanges

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """The remarks on what was changed."""
        return change_remarks(self.changes)


def plausible_candles(rows: Iterable[RawCandle], *, may_be_negative: bool = False) -> PlausibleCandles:
    """Repairs or drops implausible candles.

    A candle without a close, or with a close of zero, is dropped. A missing or zero open, high or low is
    replaced from the other values; a high below the others is raised, a low above them is lowered. A high far
    above open and close, a low far below them, and an open far above the high or below the low count as
    missing: a price in pence among pounds. A missing adjusted close is computed from the nearest one. A
    missing volume stays None.

    Args:
        rows: The bars; of several with the same start the last plausible one counts.
        may_be_negative: Whether prices below zero are real (crude oil in April 2020) or missing.
    """
    candles: dict[datetime, Candle] = {}
    repaired: set[datetime] = set()
    dropped: set[datetime] = set()
    for row in rows:
        candle, was_repaired = _plausible(row if may_be_negative else _without_negatives(row))
        if candle is None:
            dropped.add(row.timestamp)
            continue
        candles[candle.timestamp] = candle
        (repaired.add if was_repaired else repaired.discard)(candle.timestamp)
    ordered = [candles[start] for start in sorted(candles)]
    adjusted = _with_adjusted_closes(ordered)
    repaired |= {new.timestamp for old, new in zip(ordered, adjusted, strict=True) if old is not new}
    changes = CandleChanges(repaired=tuple(sorted(repaired)), dropped=tuple(sorted(dropped)))
    return PlausibleCandles(tuple(adjusted), changes)


def _plausible(row: RawCandle) -> tuple[Candle | None, bool]:
    """Returns the candle, None without a close, and whether it had to be repaired."""
    close = _price(row.close)
    if close is None:
        return None, False
    opened, high, low = _price(row.open), _price(row.high), _price(row.low)
    if high is not None and low is not None and high < low:
        high, low = low, high
    if opened is not None and _is_far_outside(opened, high, low):
        opened = None
    first = close if opened is None else opened
    top, bottom = max(first, close), min(first, close)
    high = None if high is not None and bottom > 0 and high > top * _LARGEST_RANGE else high
    low = None if low is not None and low > 0 and low * _LARGEST_RANGE < bottom else low
    repaired = (
        None in (opened, high, low)
        or (row.high is not None and row.low is not None and row.high < row.low)
        or (high is not None and top - high > _NOISE * abs(top))
        or (low is not None and low - bottom > _NOISE * abs(bottom))
    )
    candle = Candle(
        timestamp=row.timestamp,
        open=first,
        high=top if high is None else max(top, high),
        low=bottom if low is None else min(bottom, low),
        close=close,
        adjusted_close=_price(row.adjusted_close),
        volume=row.volume if row.volume is not None and row.volume >= 0 else None,
    )
    return candle, repaired


def _is_far_outside(opened: float, high: float | None, low: float | None) -> bool:
    """Returns whether an open is so far above the high or below the low that it is the fault, not these."""
    above = high is not None and high > 0 and opened > high * _LARGEST_RANGE
    below = low is not None and low > 0 and 0 < opened * _LARGEST_RANGE < low
    return above or below


def _with_adjusted_closes(candles: Sequence[Candle]) -> Sequence[Candle]:
    """Returns the candles with the missing adjusted closes; none where the source has no adjusted closes.

    Between two dividends the ratio to the close is constant: it is taken from the next candle that has one,
    and behind the last of these from that one. The ratio of a single bar that differs from both sides counts
    as missing.
    """
    ratios = _without_outliers(
        [None if one.adjusted_close is None else one.adjusted_close / one.close for one in candles]
    )
    ratio = next((known for known in reversed(ratios) if known is not None), None)
    if ratio is None:
        return candles
    complete: list[Candle] = []
    for candle, known in zip(reversed(candles), reversed(ratios), strict=True):
        if known is None:
            complete.append(candle.model_copy(update={"adjusted_close": candle.close * ratio}))
        else:
            ratio = known
            complete.append(candle)
    return complete[::-1]


def _without_outliers(ratios: Sequence[float | None]) -> list[float | None]:
    """Returns the ratios without those of a single bar between two that agree: a dividend lasts."""
    kept = list(ratios)
    for index in range(1, len(ratios) - 1):
        before, ratio, after = ratios[index - 1 : index + 2]
        if before is None or ratio is None or after is None:
            continue
        if abs(after / before - 1) <= _SAME_RATIO and abs(ratio / before - 1) > _OUTLIER:
            kept[index] = None
    return kept


def _without_negatives(row: RawCandle) -> RawCandle:
    prices = (row.open, row.high, row.low, row.close, row.adjusted_close)
    if all(price is None or price >= 0 for price in prices):
        return row
    return replace(
        row,
        open=_not_negative(row.open),
        high=_not_negative(row.high),
        low=_not_negative(row.low),
        close=_not_negative(row.close),
        adjusted_close=_not_negative(row.adjusted_close),
    )


def _not_negative(price: float | None) -> float | None:
    return None if price is None or price < 0 else price


def _price(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) and value != 0 else None
