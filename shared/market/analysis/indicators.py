"""Technical indicators of daily candles, by TA-Lib.

All functions here block and load numpy and TA-Lib on first use: call them off the event loop. A figure for
which history is too short is None. Prices are split-adjusted and exclude special distributions
(:mod:`shared.market.analysis.adjustment`); volatility uses dividend-adjusted closes.

=================  ====================================================================================
SMA n              mean of the last n closes
EMA n              smoothing 2/(n+1), begun with the SMA of the first n closes
RSI 14             Wilder's (New Concepts in Technical Trading Systems, 1978): smoothing 1/14, begun with
                   the mean of the first 14 changes; None while the price has not moved at all
MACD 12/26/9       EMA 12 - EMA 26, its EMA 9, and their difference (Appel); TA-Lib begins both averages
                   with the same candle
Bollinger 20/2     SMA 20, and 2 population standard deviations of the closes above and below it
ATR 14             Wilder's: smoothing 1/14 of the true range, begun with the mean of the first 14
Volatility         sample standard deviation of the daily log returns of the last year x sqrt(trading days
                   a year): 252, or 365 for cryptocurrencies; from at least 20 returns
52-week range      highest high and lowest low of the 364 days up to the last candle
=================  ====================================================================================

The indicators of a candle do not depend on the requested period: they are computed with at least
``WARM_UP_CANDLES`` candles before the first shown one, after which EMA and Wilder's smoothing have forgotten
their start to less than one part in ten million.
"""

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from shared.domain.formatting import decimals_of
from shared.domain.market_data import Candle, History, Remark
from shared.domain.technicals import Technicals, TechnicalSeries
from shared.domain.terms import Period
from shared.market.analysis.adjustment import indicator_candles
from shared.market.analysis.calendar import trading_days_a_year
from shared.market.analysis.quality import find_jumps, has_remark
from shared.market.analysis.signals import read_signals

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Values = NDArray[float64]

SeriesByIndicator = Mapping[str, Sequence[float | None]]
"""A list of values for each figure of ``TechnicalSeries``, one a candle."""

MIN_RETURNS: Final = 20
"""Returns that a volatility needs at least."""
WARM_UP_CANDLES: Final = 250
"""Candles before the first shown one with which indicators are computed."""
WARM_UP: Final = timedelta(days=400)
"""The same as calendar days, at exchanges with few sessions too; more than 52 weeks."""

_YEAR: Final = timedelta(weeks=52)
_SIGNIFICANT_DIGITS: Final = 12
_COMPUTED_AROUND: Final = 8192.0
"""Prices are scaled to this size: TA-Lib takes results below 1e-14 for zero, whatever the price."""


def technicals(
    history: History, period: Period, shown_from: datetime, *, with_series: bool = False
) -> Technicals:
    """Returns the technical figures of a history of daily candles.

    Args:
        history: Split-adjusted candles, from ``WARM_UP`` before ``shown_from`` on. Prices that are not
            adjusted give no figures but the close.
        period: The requested span.
        shown_from: Start of the requested span; earlier candles only feed the indicators.
        with_series: Whether the figures over time are wanted too.
    """
    candles = history.candles
    first = bisect_left(candles, shown_from, key=lambda candle: candle.timestamp)
    breaks = breaks_of(history)
    series = history_series(history)
    latest = {name: values[-1] if values else None for name, values in series.items()}
    decimals = decimals_of(history.symbol, latest["close"], history.currency, history.price_decimals)
    range_start, low, high = (None, None, None)
    if history.adjustment != "none":
        range_start, low, high = week_52_range(indicator_candles(candles), breaks)
    return Technicals(
        source=history.source,
        as_of=history.as_of,
        fetched_at=history.fetched_at,
        stale=history.stale,
        fallback_reason=history.fallback_reason,
        quality=(*history.quality, *_remarks(history, first)),
        symbol=history.symbol,
        currency=history.currency,
        price_decimals=decimals,
        period=period,
        candle_count=len(candles) - first,
        **latest,
        volatility=_volatility_of(history, breaks),
        week_52_low=low,
        week_52_high=high,
        range_start=range_start,
        signals=read_signals([candle.timestamp for candle in candles], series, decimals),
        series=_with_times(candles[first:], series, first) if with_series else None,
    )


def breaks_of(history: History) -> tuple[int, ...]:
    """Returns the indexes of the candles at which the price jumps without explanation."""
    if not has_remark(history.quality, "unexplained_jump"):
        return ()
    jumps = {jump.at for jump in find_jumps(history.candles)}
    return tuple(index for index, candle in enumerate(history.candles) if candle.timestamp in jumps)


def history_series(history: History) -> SeriesByIndicator:
    """Returns every indicator of a history over time; all but the close are None if prices are unadjusted."""
    if history.adjustment == "none":
        return _no_series(history.candles)
    return indicator_series(indicator_candles(history.candles), breaks_of(history))


def indicator_series(candles: Sequence[Candle], breaks: Sequence[int] = ()) -> SeriesByIndicator:
    """Returns every indicator over time, by its name in ``TechnicalSeries``.

    Args:
        candles: Daily candles, oldest first.
        breaks: Indexes of candles that no indicator window may cross: each part is computed separately.
    """
    bounds = [0, *breaks, len(candles)]
    parts = [_indicators(candles[start:end]) for start, end in pairwise(bounds) if start < end]
    parts = parts or [_indicators(())]
    return {name: [value for part in parts for value in part[name]] for name in parts[0]}


def _indicators(candles: Sequence[Candle]) -> SeriesByIndicator:
    import numpy as np
    import talib

    largest = max((abs(candle.close) for candle in candles), default=0.0)
    scale = largest / _COMPUTED_AROUND if largest > 0 else 1.0
    close = np.array([candle.close for candle in candles], dtype=float) / scale
    high = np.array([candle.high for candle in candles], dtype=float) / scale
    low = np.array([candle.low for candle in candles], dtype=float) / scale
    macd, macd_signal, macd_histogram = talib.MACD(close, 12, 26, 9)
    upper, middle, lower = talib.BBANDS(close, 20, 2, 2)
    prices: dict[str, Values] = {
        "sma_20": talib.SMA(close, 20),
        "sma_50": talib.SMA(close, 50),
        "sma_200": talib.SMA(close, 200),
        "ema_12": talib.EMA(close, 12),
        "ema_26": talib.EMA(close, 26),
        "macd": macd,
        "macd_signal": macd_signal,
        "macd_histogram": macd_histogram,
        "bollinger_upper": upper,
        "bollinger_middle": middle,
        "bollinger_lower": lower,
        "atr_14": talib.ATR(high, low, close, 14),
    }
    scaled = {name: _finite(values * scale) for name, values in prices.items()}
    return {"close": [candle.close for candle in candles], "rsi_14": _finite(_rsi(close)), **scaled}


def volatility(closes: Sequence[float], days_a_year: int) -> float | None:
    """Returns the annualised volatility as a fraction; the formula stands above.

    Returns into and out of a price of zero or below are omitted.
    """
    returns = [math.log(later / earlier) for earlier, later in pairwise(closes) if earlier > 0 and later > 0]
    if len(returns) < MIN_RETURNS:
        return None
    mean = math.fsum(returns) / len(returns)
    variance = math.fsum((value - mean) ** 2 for value in returns) / (len(returns) - 1)
    return significant(math.sqrt(variance * days_a_year))


def week_52_range(
    candles: Sequence[Candle], breaks: Sequence[int] = ()
) -> tuple[date | None, float | None, float | None]:
    """Returns the first day, the lowest low and the highest high of the last 52 weeks.

    The range is computed from the candles that exist: the first day is later for a new listing. All are None
    without candles, and when the price jumps within the range without explanation.
    """
    if not candles:
        return None, None, None
    begins = bisect_left(candles, candles[-1].timestamp - _YEAR, key=lambda candle: candle.timestamp)
    if any(index > begins for index in breaks):
        return None, None, None
    year = candles[begins:]
    return year[0].timestamp.date(), min(candle.low for candle in year), max(candle.high for candle in year)


def significant(value: float) -> float:
    """Returns the value rounded to the significant digits that are stored."""
    return float(f"{value:.{_SIGNIFICANT_DIGITS}g}")


def _volatility_of(history: History, breaks: Sequence[int]) -> float | None:
    days_a_year = trading_days_a_year(history.symbol, history.asset_type)
    begins = max(0, len(history.candles) - days_a_year - 1)
    closes = [candle.adjusted_close for candle in history.candles[begins:]]
    known = [close for close in closes if close is not None]
    if history.adjustment == "none" or len(known) < len(closes) or any(index > begins for index in breaks):
        return None
    return volatility(known, days_a_year)


def _remarks(history: History, first: int) -> Iterator[Remark]:
    candles = history.candles
    if history.adjustment == "none":
        detail = "The source has neither split-adjusted prices nor splits: no indicators are computed."
        yield Remark(code="unadjusted_prices", detail=detail)
    elif any(candle.adjusted_close is None for candle in candles):
        detail = "The source has no dividend-adjusted prices: no volatility is computed."
        yield Remark(code="unadjusted_prices", detail=detail)
    if first < WARM_UP_CANDLES:
        known = f"{first} of the {WARM_UP_CANDLES} candles that they need before the period shown"
        detail = f"EMA, RSI, MACD and ATR may not have settled: the history has {known}."
        yield Remark(code="short_history", detail=detail)
    omitted = sum(min(before.close, after.close) <= 0 for before, after in pairwise(candles))
    if omitted:
        detail = f"{omitted} returns into or out of a price of zero or below are omitted."
        yield Remark(code="omitted_returns", detail=detail)


def _rsi(close: "Values") -> "Values":
    import numpy as np
    import talib

    values: Values = talib.RSI(close, 14)
    # Neither gains nor losses: their ratio is not defined. TA-Lib says 0, which would read as oversold.
    values[~np.logical_or.accumulate(close != close[:1])] = np.nan
    return values


def _finite(values: "Values") -> list[float | None]:
    return [significant(value) if math.isfinite(value) else None for value in values.tolist()]


def _no_series(candles: Sequence[Candle]) -> SeriesByIndicator:
    unknown: list[float | None] = [None] * len(candles)
    names = TechnicalSeries.model_fields.keys() - {"timestamps", "close"}
    return {"close": [candle.close for candle in candles], **dict.fromkeys(sorted(names), unknown)}


def _with_times(candles: Sequence[Candle], series: SeriesByIndicator, first: int) -> TechnicalSeries:
    fields: dict[str, Any] = {name: values[first:] for name, values in series.items()}
    return TechnicalSeries(timestamps=tuple(candle.timestamp for candle in candles), **fields)
