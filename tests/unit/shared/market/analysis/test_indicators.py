"""The indicators, against values published elsewhere and against the formulas written out."""

import math
import random
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from shared.domain.market_data import Candle, History
from shared.market.analysis.indicators import indicator_series, technicals, volatility, week_52_range
from tests.support import published_indicators as published
from tests.support.market import MOMENT, make_candles


def candles_of(highs: Sequence[float], lows: Sequence[float], closes: Sequence[float]) -> tuple[Candle, ...]:
    first = datetime(2026, 1, 1, tzinfo=UTC)
    return tuple(
        Candle(
            timestamp=first + timedelta(days=day),
            open=close,
            high=high,
            low=low,
            close=close,
            adjusted_close=None,
            volume=0,
        )
        for day, (high, low, close) in enumerate(zip(highs, lows, closes, strict=True))
    )


def history_of(candles: tuple[Candle, ...], symbol: str = "AAPL") -> History:
    return History(
        source="yahoo",
        as_of=MOMENT,
        fetched_at=MOMENT,
        fallback_reason="because",
        symbol=symbol,
        currency="USD",
        period="1y",
        interval="1d",
        adjustment="split",
        candles=candles,
    )


def walk(count: int) -> tuple[Candle, ...]:
    dice = random.Random(7)
    closes = [100.0]
    for _ in range(count - 1):
        closes.append(round(closes[-1] * math.exp(dice.gauss(0, 0.02)), 2))
    highs = [round(close * (1 + dice.random() * 0.02), 2) for close in closes]
    lows = [round(close * (1 - dice.random() * 0.02), 2) for close in closes]
    return candles_of(highs, lows, closes)


# Values published elsewhere


def test_rsi_is_that_of_the_stockcharts_example() -> None:
    rsi = indicator_series(make_candles(published.RSI_CLOSES))["rsi_14"]
    assert rsi[:14] == [None] * 14
    assert rsi[14:] == pytest.approx(published.RSI_14, abs=1e-4)


def test_bands_are_those_of_the_stockcharts_example() -> None:
    series = indicator_series(make_candles(published.BAND_CLOSES))
    assert series["bollinger_middle"][:19] == [None] * 19
    assert series["bollinger_middle"][19:] == pytest.approx(published.BAND_MIDDLE, abs=1e-5)
    assert series["sma_20"][19:] == pytest.approx(published.BAND_MIDDLE, abs=1e-5)
    assert series["bollinger_upper"][19:] == pytest.approx(published.BAND_UPPER, abs=1e-5)
    assert series["bollinger_lower"][19:] == pytest.approx(published.BAND_LOWER, abs=1e-5)


def test_atr_is_that_of_the_stockcharts_example() -> None:
    # TA-Lib leaves the first candle, which has no close before it, without a true range; the sheet takes its
    # high less low. A candle before it that closes within it gives it just that.
    before = 48.16
    atr = indicator_series(
        candles_of(
            (before, *published.ATR_HIGHS), (before, *published.ATR_LOWS), (before, *published.ATR_CLOSES)
        )
    )["atr_14"]
    assert atr[:14] == [None] * 14
    assert atr[14:] == pytest.approx(published.ATR_14, abs=1e-6)


# The formulas written out


def ema(values: Sequence[float], length: int, first: int) -> list[float | None]:
    """Begun with the mean of the ``length`` values that end at index ``first``."""
    smoothed = statistics.fmean(values[first - length + 1 : first + 1])
    result: list[float | None] = [*([None] * first), smoothed]
    for value in values[first + 1 :]:
        smoothed += (value - smoothed) * 2 / (length + 1)
        result.append(smoothed)
    return result


def test_moving_averages_follow_their_formulas() -> None:
    candles = walk(260)
    closes = [candle.close for candle in candles]
    series = indicator_series(candles)
    for length in (20, 50, 200):
        expected = [statistics.fmean(closes[end - length : end]) for end in range(length, len(closes) + 1)]
        assert series[f"sma_{length}"][: length - 1] == [None] * (length - 1)
        assert series[f"sma_{length}"][length - 1 :] == pytest.approx(expected, abs=1e-5)
    for length in (12, 26):
        expected_ema = ema(closes, length, length - 1)
        assert series[f"ema_{length}"][: length - 1] == [None] * (length - 1)
        assert series[f"ema_{length}"][length - 1 :] == pytest.approx(expected_ema[length - 1 :], abs=1e-5)


def test_macd_follows_its_formula() -> None:
    candles = walk(120)
    closes = [candle.close for candle in candles]
    series = indicator_series(candles)
    # Both averages begin with candle 26.
    fast, slow = ema(closes, 12, 25), ema(closes, 26, 25)
    line = [
        one - other for one, other in zip(fast, slow, strict=True) if one is not None and other is not None
    ]
    signal = [value for value in ema(line, 9, 8) if value is not None]
    assert series["macd"][:33] == [None] * 33
    assert series["macd"][33:] == pytest.approx(line[8:], abs=1e-5)
    assert series["macd_signal"][33:] == pytest.approx(signal, abs=1e-5)
    histogram = [one - other for one, other in zip(line[8:], signal, strict=True)]
    assert series["macd_histogram"][33:] == pytest.approx(histogram, abs=1e-5)


def test_rsi_and_atr_follow_wilders_smoothing() -> None:
    candles = walk(80)
    gains, losses, ranges = [], [], []
    for before, candle in pairwise(candles):
        change = candle.close - before.close
        gains.append(max(change, 0.0))
        losses.append(max(-change, 0.0))
        ranges.append(max(candle.high, before.close) - min(candle.low, before.close))
    gain, loss, true_range = (statistics.fmean(values[:14]) for values in (gains, losses, ranges))
    for index in range(14, len(gains)):
        gain = (gain * 13 + gains[index]) / 14
        loss = (loss * 13 + losses[index]) / 14
        true_range = (true_range * 13 + ranges[index]) / 14
    series = indicator_series(candles)
    assert series["rsi_14"][-1] == pytest.approx(100 - 100 / (1 + gain / loss), abs=1e-5)
    assert series["atr_14"][-1] == pytest.approx(true_range, abs=1e-5)


def test_volatility_is_the_deviation_of_log_returns_over_a_year() -> None:
    closes = [candle.close for candle in walk(100)]
    returns = [math.log(later / earlier) for earlier, later in pairwise(closes)]
    assert volatility(closes, 252) == pytest.approx(statistics.stdev(returns) * math.sqrt(252), abs=1e-6)
    # 1 % up and down in turn, known in closed form but for the sample's correction.
    alternating = [100.0 * math.exp(0.01 * (day % 2)) for day in range(201)]
    expected = 0.01 * math.sqrt(200 / 199) * math.sqrt(365)
    assert volatility(alternating, 365) == pytest.approx(expected, abs=1e-6)


def test_volatility_needs_twenty_returns() -> None:
    assert volatility([100.0] * 20, 252) is None
    assert volatility([100.0] * 21, 252) == 0.0


# The year's range


def test_year_range_leaves_out_what_is_older() -> None:
    closes = [1.0, *([50.0] * 199), 80.0, *([60.0] * 200)]
    assert week_52_range(make_candles(closes)) == (50.0, 80.0)


def test_year_range_of_less_than_a_year_is_not_known() -> None:
    assert week_52_range(make_candles([10.0] * 300)) == (None, None)
    assert week_52_range(()) == (None, None)


# The whole


def test_figures_carry_where_they_come_from() -> None:
    figures = technicals(history_of(walk(260)), "1y")
    assert (figures.source, figures.as_of, figures.fallback_reason) == ("yahoo", MOMENT, "because")
    assert figures.candle_count == 260
    assert figures.series is None
    assert figures.sma_200 is not None


def test_series_has_a_value_for_every_candle() -> None:
    candles = walk(60)
    figures = technicals(history_of(candles), "3mo", with_series=True)
    assert figures.series is not None
    assert figures.series.timestamps == tuple(candle.timestamp for candle in candles)
    lengths = {len(values) for name, values in figures.series if name != "timestamps"}
    assert lengths == {60}
    assert figures.series.sma_200 == (None,) * 60
    assert figures.series.sma_20[-1] == figures.sma_20


@pytest.mark.parametrize("count", [0, 1, 2, 13, 14, 15, 19, 33, 34])
def test_short_history_gives_null_and_no_error(count: int) -> None:
    figures = technicals(history_of(walk(max(count, 1))[:count]), "1mo", with_series=True)
    assert figures.candle_count == count
    assert figures.sma_200 is None
    assert figures.week_52_high is None
    assert (figures.rsi_14 is None) == (count < 15)
    assert (figures.macd is None) == (count < 34)
    assert (figures.close is None) == (count == 0)


def test_price_that_never_moves_gives_figures_that_json_can_hold() -> None:
    figures = technicals(history_of(make_candles([10.0] * 260)), "1y")
    assert figures.volatility == 0.0
    assert figures.bollinger_upper == pytest.approx(10.0, abs=1e-6)
    assert b"NaN" not in figures.model_dump_json().encode()


def test_price_that_never_moved_has_no_rsi_and_is_not_oversold() -> None:
    found = technicals(history_of(make_candles([50.0] * 60)), "1y")
    assert found.rsi_14 is None
    assert not [signal for signal in found.signals if signal.name.startswith("rsi")]


def test_price_that_begins_to_move_has_one() -> None:
    rsi = indicator_series(make_candles([50.0] * 30 + [51.0, 50.5]))["rsi_14"]
    assert rsi[-3] is None
    assert rsi[-2] == 100
    assert rsi[-1] == pytest.approx(100 * 13 / (13 + 7))


def test_cryptocurrency_is_annualised_over_every_day() -> None:
    candles = walk(100)
    stock = technicals(history_of(candles), "6mo").volatility
    crypto = technicals(history_of(candles, "BTC-USD"), "6mo").volatility
    assert stock is not None
    assert crypto == pytest.approx(stock * math.sqrt(365 / 252), abs=1e-5)
