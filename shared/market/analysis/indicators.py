"""Technical indicators of daily candles, by TA-Lib.

All functions here block and load numpy and TA-Lib on first use: they belong off the event loop. A figure for
which history is too short is None.

=================  ====================================================================================
SMA n              mean of the last n closes
EMA n              smoothing 2/(n+1), begun with the SMA of the first n closes
RSI 14             Wilder's (New Concepts in Technical Trading Systems, 1978): smoothing 1/14, begun with
                   the mean of the first 14 changes; None while the price has not moved at all
MACD 12/26/9       EMA 12 - EMA 26, its EMA 9, and their difference (Appel); TA-Lib begins both averages
                   with the same candle
Bollinger 20/2     SMA 20, and 2 population standard deviations of the closes above and below it
ATR 14             Wilder's: smoothing 1/14 of the true range, begun with the mean of the first 14
Volatility         sample standard deviation of daily log returns x sqrt(trading days a year): 252, or 365
                   for cryptocurrencies; from at least 20 returns
52-week range      highest high and lowest low of the 364 days up to the last candle
=================  ====================================================================================
"""

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from shared.domain.market_data import Candle, History
from shared.domain.technicals import Technicals, TechnicalSeries
from shared.domain.terms import Period
from shared.market.analysis.calendar import trading_days_a_year
from shared.market.analysis.signals import read_signals

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Values = NDArray[float64]

Series = Mapping[str, Sequence[float | None]]
"""A list of values for each figure of ``TechnicalSeries``, one a candle."""

MIN_RETURNS: Final = 20
"""Returns that a volatility needs at least."""

_YEAR: Final = timedelta(weeks=52)
_FIRST_WEEK: Final = timedelta(days=7)
_DIGITS: Final = 6


def technicals(history: History, period: Period, *, with_series: bool = False) -> Technicals:
    """The technical figures of a history of daily candles.

    Args:
        history: Its candles are those that the figures are computed from.
        period: The span that was asked for.
        with_series: Whether the figures over time are wanted too.
    """
    candles = history.candles
    series = indicator_series(candles)
    latest = {name: values[-1] if values else None for name, values in series.items()}
    low, high = week_52_range(candles)
    return Technicals(
        source=history.source,
        as_of=history.as_of,
        fetched_at=history.fetched_at,
        stale=history.stale,
        fallback_reason=history.fallback_reason,
        symbol=history.symbol,
        currency=history.currency,
        period=period,
        candle_count=len(candles),
        **latest,
        volatility=volatility([candle.close for candle in candles], trading_days_a_year(history.symbol)),
        week_52_low=low,
        week_52_high=high,
        signals=read_signals([candle.timestamp for candle in candles], series),
        series=_with_times(candles, series) if with_series else None,
    )


def indicator_series(candles: Sequence[Candle]) -> Series:
    """Every indicator over time, by its name in ``TechnicalSeries``."""
    import numpy as np
    import talib

    close = np.array([candle.close for candle in candles], dtype=float)
    high = np.array([candle.high for candle in candles], dtype=float)
    low = np.array([candle.low for candle in candles], dtype=float)
    macd, macd_signal, macd_histogram = talib.MACD(close, 12, 26, 9)
    upper, middle, lower = talib.BBANDS(close, 20, 2, 2)
    computed: dict[str, Values] = {
        "close": close,
        "sma_20": talib.SMA(close, 20),
        "sma_50": talib.SMA(close, 50),
        "sma_200": talib.SMA(close, 200),
        "ema_12": talib.EMA(close, 12),
        "ema_26": talib.EMA(close, 26),
        "rsi_14": _rsi(close),
        "macd": macd,
        "macd_signal": macd_signal,
        "macd_histogram": macd_histogram,
        "bollinger_upper": upper,
        "bollinger_middle": middle,
        "bollinger_lower": lower,
        "atr_14": talib.ATR(high, low, close, 14),
    }
    return {name: _finite(values) for name, values in computed.items()}


def volatility(closes: Sequence[float], days_a_year: int) -> float | None:
    """Annualised volatility as a fraction; the formula stands above."""
    prices = [close for close in closes if close > 0]
    returns = [math.log(later / earlier) for earlier, later in pairwise(prices)]
    if len(returns) < MIN_RETURNS:
        return None
    mean = math.fsum(returns) / len(returns)
    variance = math.fsum((value - mean) ** 2 for value in returns) / (len(returns) - 1)
    return round(math.sqrt(variance * days_a_year), _DIGITS)


def week_52_range(candles: Sequence[Candle]) -> tuple[float | None, float | None]:
    """Lowest low and highest high of 52 weeks; None when the candles do not reach back that far."""
    if not candles:
        return None, None
    begins = candles[-1].timestamp - _YEAR
    # Holidays may keep the first day of the year from having a candle.
    if candles[0].timestamp > begins + _FIRST_WEEK:
        return None, None
    year = [candle for candle in candles if candle.timestamp >= begins]
    return min(candle.low for candle in year), max(candle.high for candle in year)


def _rsi(close: "Values") -> "Values":
    import numpy as np
    import talib

    values: Values = talib.RSI(close, 14)
    # Neither gains nor losses: their ratio is not defined. TA-Lib says 0, which would read as oversold.
    values[~np.logical_or.accumulate(close != close[:1])] = np.nan
    return values


def _finite(values: "Values") -> list[float | None]:
    return [round(value, _DIGITS) if math.isfinite(value) else None for value in values.tolist()]


def _with_times(candles: Sequence[Candle], series: Series) -> TechnicalSeries:
    fields: dict[str, Any] = dict(series)
    return TechnicalSeries(timestamps=tuple(candle.timestamp for candle in candles), **fields)
