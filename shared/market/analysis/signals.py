"""Signals: common rules applied to technical figures. They describe the past and predict nothing.

====================  =================================================================================
golden_cross          SMA 50 has crossed above SMA 200 within the last 20 candles and is still above
death_cross           the same downwards
rsi_overbought        RSI 14 is 70 or more; rsi_oversold: 30 or less; rsi_neutral: between
macd_bullish_cross    MACD has crossed above its signal line within the last 5 candles and is still above
macd_bearish_cross    the same downwards
above_upper_band      the last close is above the upper Bollinger band; below_lower_band: below the lower;
                      within_bands: between
====================  =================================================================================

A rule without its figures gives no signal.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from shared.domain.formatting import number
from shared.domain.technicals import Direction, Signal, SignalName

AVERAGE_CROSS_CANDLES: Final = 20
"""A crossing of averages counts for this many candles."""
MACD_CROSS_CANDLES: Final = 5
"""A crossing of the MACD counts for this many candles."""
OVERBOUGHT: Final = 70.0
OVERSOLD: Final = 30.0

IndicatorValues = Sequence[float | None]


def read_signals(
    times: Sequence[datetime], series: Mapping[str, IndicatorValues], decimals: int = 2
) -> tuple[Signal, ...]:
    """Returns the signals at the last candle.

    Args:
        times: Start of each candle.
        series: The figures of ``TechnicalSeries`` by name, one value a candle.
        decimals: Decimals of prices in the details.
    """
    found = (
        _cross(
            times, (series["sma_50"], series["sma_200"]), AVERAGE_CROSS_CANDLES,
            ("golden_cross", "death_cross"), "SMA 50 crossed {way} SMA 200 {ago}",
        ),
        _rsi_zone(series["rsi_14"]),
        _cross(
            times, (series["macd"], series["macd_signal"]), MACD_CROSS_CANDLES,
            ("macd_bullish_cross", "macd_bearish_cross"), "MACD crossed {way} its signal {ago}",
        ),
        _bands(series["close"], series["bollinger_upper"], series["bollinger_lower"], decimals),
    )  # fmt: skip
    return tuple(signal for signal in found if signal is not None)


def last_crossing(fast: IndicatorValues, slow: IndicatorValues, within: int) -> int | None:
    """Returns the index of the candle at which ``fast`` crossed ``slow``; None without a crossing.

    Only the last ``within`` candles count. Touching is no crossing: a candle with equal values is ignored.
    """
    sides = [
        None if one is None or other is None else (one > other) - (one < other)
        for one, other in zip(fast, slow, strict=True)
    ]
    side = next((known for known in reversed(sides) if known), None)
    first: int | None = None
    for index in range(len(sides) - 1, -1, -1):
        if sides[index] == side:
            first = index
        elif sides[index] != 0:
            # Before that the values are unknown, and so is the side.
            crossed = sides[index] is not None and first is not None and first >= len(sides) - within
            return first if crossed else None
    return None


def _cross(
    times: Sequence[datetime],
    lines: tuple[IndicatorValues, IndicatorValues],
    within: int,
    names: tuple[SignalName, SignalName],
    text: str,
) -> Signal | None:
    fast, slow = lines
    index = last_crossing(fast, slow, within)
    if index is None:
        return None
    upwards = (fast[index] or 0.0) > (slow[index] or 0.0)
    detail = text.format(way="above" if upwards else "below", ago=_ago(len(times) - 1 - index))
    direction: Direction = "bullish" if upwards else "bearish"
    return Signal(
        name=names[0 if upwards else 1], direction=direction, detail=detail, occurred_at=times[index]
    )


def _ago(candles: int) -> str:
    return "with the last candle" if candles == 0 else f"{candles} candle{'s' if candles > 1 else ''} ago"


def _rsi_zone(rsi: IndicatorValues) -> Signal | None:
    latest = rsi[-1] if rsi else None
    if latest is None:
        return None
    if latest >= OVERBOUGHT:
        return Signal(
            name="rsi_overbought", direction="bearish", detail=f"RSI 14 is {latest:.1f}, 70 or more"
        )
    if latest <= OVERSOLD:
        return Signal(name="rsi_oversold", direction="bullish", detail=f"RSI 14 is {latest:.1f}, 30 or less")
    return Signal(
        name="rsi_neutral", direction="neutral", detail=f"RSI 14 is {latest:.1f}, between 30 and 70"
    )


def _bands(
    close: IndicatorValues, upper: IndicatorValues, lower: IndicatorValues, decimals: int
) -> Signal | None:
    if not close or (price := close[-1]) is None or (high := upper[-1]) is None or (low := lower[-1]) is None:
        return None
    at, above, below = (number(value, decimals) for value in (price, high, low))
    if price > high:
        detail = f"Close {at} is above the upper Bollinger band {above}"
        return Signal(name="above_upper_band", direction="bearish", detail=detail)
    if price < low:
        detail = f"Close {at} is below the lower Bollinger band {below}"
        return Signal(name="below_lower_band", direction="bullish", detail=detail)
    detail = f"Close {at} is between the Bollinger bands {below} and {above}"
    return Signal(name="within_bands", direction="neutral", detail=detail)
