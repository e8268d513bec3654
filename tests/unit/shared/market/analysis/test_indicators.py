"""The indicators, against values published elsewhere and against the formulas written out."""

import math
import random
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.market_data import Candle, History, Remark
from shared.domain.technicals import Technicals
from shared.market.analysis.indicators import (
    WARM_UP_CANDLES,
    indicator_series,
    technicals,
    volatility,
    week_52_range,
)
from tests.support import published_indicators as published
from tests.support.market import MOMENT, make_candles

EVER = datetime(1900, 1, 1, tzinfo=UTC)
PRICES = (
    "close", "sma_20", "sma_50", "sma_200", "ema_12", "ema_26", "macd", "macd_signal", "macd_histogram",
    "bollinger_upper", "bollinger_middle", "bollinger_lower", "atr_14", "week_52_high", "week_52_low",
)  # fmt: skip
"""The figures that are prices or differences of prices."""


def candles_of(highs: Sequence[float], lows: Sequence[float], closes: Sequence[float]) -> tuple[Candle, ...]:
    first = datetime(2026, 1, 1, tzinfo=UTC)
    return tuple(
        Candle(
            timestamp=first + timedelta(days=day),
            open=close,
            high=high,
            low=low,
            close=close,
            adjusted_close=close,
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


def figures_of(
    candles: tuple[Candle, ...], symbol: str = "AAPL", *, shown: int | None = None, with_series: bool = False
) -> Technicals:
    """The technical figures with the last ``shown`` candles shown, all by default."""
    shown_from = candles[-shown].timestamp if shown else EVER
    return technicals(history_of(candles, symbol), "1y", shown_from, with_series=with_series)


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
    candles = make_candles(closes)
    assert week_52_range(candles) == (candles[-365].timestamp.date(), 50.0, 80.0)


def test_year_range_of_a_new_listing_states_its_span() -> None:
    candles = make_candles([10.0, 12.0] * 50)
    assert week_52_range(candles) == (candles[0].timestamp.date(), 10.0, 12.0)
    assert week_52_range(()) == (None, None, None)


# The whole


def test_figures_carry_where_they_come_from() -> None:
    figures = figures_of(walk(260))
    assert (figures.source, figures.as_of, figures.fallback_reason) == ("yahoo", MOMENT, "because")
    assert figures.candle_count == 260
    assert figures.series is None
    assert figures.sma_200 is not None


def test_series_has_a_value_for_every_candle() -> None:
    candles = walk(60)
    figures = figures_of(candles, with_series=True)
    assert figures.series is not None
    assert figures.series.timestamps == tuple(candle.timestamp for candle in candles)
    lengths = {len(values) for name, values in figures.series if name != "timestamps"}
    assert lengths == {60}
    assert figures.series.sma_200 == (None,) * 60
    assert figures.series.sma_20[-1] == figures.sma_20


@pytest.mark.parametrize("count", [0, 1, 2, 13, 14, 15, 19, 33, 34])
def test_short_history_gives_null_and_no_error(count: int) -> None:
    figures = figures_of(walk(max(count, 1))[:count], with_series=True)
    assert figures.candle_count == count
    assert figures.sma_200 is None
    assert (figures.week_52_high is None) == (count == 0)
    assert (figures.rsi_14 is None) == (count < 15)
    assert (figures.macd is None) == (count < 34)
    assert (figures.close is None) == (count == 0)


def test_price_that_never_moves_gives_figures_that_json_can_hold() -> None:
    figures = figures_of(make_candles([10.0] * 260))
    assert figures.volatility == 0.0
    assert figures.bollinger_upper == pytest.approx(10.0, abs=1e-6)
    assert b"NaN" not in figures.model_dump_json().encode()


def test_price_that_never_moved_has_no_rsi_and_is_not_oversold() -> None:
    found = figures_of(make_candles([50.0] * 60))
    assert found.rsi_14 is None
    assert not [signal for signal in found.signals if signal.name.startswith("rsi")]


def test_price_that_begins_to_move_has_one() -> None:
    rsi = indicator_series(make_candles([50.0] * 30 + [51.0, 50.5]))["rsi_14"]
    assert rsi[-3] is None
    assert rsi[-2] == 100
    assert rsi[-1] == pytest.approx(100 * 13 / (13 + 7))


def test_cryptocurrency_is_annualised_over_every_day() -> None:
    candles = walk(100)
    stock = figures_of(candles).volatility
    crypto = figures_of(candles, "BTC-USD").volatility
    assert stock is not None
    assert crypto == pytest.approx(stock * math.sqrt(365 / 252), abs=1e-5)


# What the figures depend on, and what not


def scaled(candles: tuple[Candle, ...], factor: float) -> tuple[Candle, ...]:
    """The candles with all prices multiplied."""
    names = ("open", "high", "low", "close", "adjusted_close")
    return tuple(
        candle.model_copy(update={name: getattr(candle, name) * factor for name in names})
        for candle in candles
    )


def random_walk(seed: int, move: float, count: int = 300) -> tuple[Candle, ...]:
    """A walk around 100 with daily moves of ``move``."""
    dice = random.Random(seed)
    closes = [100.0]
    for _ in range(count - 1):
        closes.append(closes[-1] * math.exp(dice.gauss(0, move)))
    highs = [close * (1 + dice.random() * move) for close in closes]
    lows = [close * (1 - dice.random() * move) for close in closes]
    return candles_of(highs, lows, closes)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000), move=st.floats(0.0001, 0.05), exponent=st.integers(min_value=-9, max_value=6)
)
def test_multiplying_prices_multiplies_price_figures_and_leaves_the_others(
    seed: int, move: float, exponent: int
) -> None:
    candles = random_walk(seed, move)
    factor = 10.0**exponent
    figures, multiplied = figures_of(candles), figures_of(scaled(candles, factor))
    for name in PRICES:
        # Differences of prices are as exact as the prices are.
        assert getattr(multiplied, name) == pytest.approx(
            getattr(figures, name) * factor, rel=1e-9, abs=1e-11 * 100 * factor
        ), name
    assert multiplied.rsi_14 == pytest.approx(figures.rsi_14, rel=1e-9)
    assert multiplied.volatility == pytest.approx(figures.volatility, rel=1e-9)
    assert [signal.name for signal in multiplied.signals] == [signal.name for signal in figures.signals]


@pytest.mark.parametrize("price", [4.32e-7, 1e-6, 0.0123, 145.41, 98_765.43])
def test_figures_of_small_and_large_prices_keep_their_digits(price: float) -> None:
    candles = scaled(random_walk(3, 0.03), price / 100)
    series = indicator_series(candles)
    closes = [candle.close for candle in candles]
    assert series["sma_20"][-1] == pytest.approx(statistics.fmean(closes[-20:]), rel=1e-9)
    deviation = statistics.pstdev(closes[-20:])
    assert series["bollinger_upper"][-1] == pytest.approx(
        statistics.fmean(closes[-20:]) + 2 * deviation, rel=1e-9
    )
    for name in ("macd", "macd_signal", "atr_14"):
        assert series[name][-1] != 0


@pytest.mark.parametrize("shown", [1, 5, 21, 63, 252])
def test_figures_do_not_depend_on_the_period_shown(shown: int) -> None:
    candles = walk(900)
    whole = figures_of(candles, shown=600, with_series=True)
    # What a shorter period is computed from: what it shows, and the warm-up before it.
    part = figures_of(candles[-shown - 400 :], shown=shown, with_series=True)
    assert whole.series is not None
    assert part.series is not None
    assert part.candle_count == len(part.series.timestamps) == shown
    for name in (*PRICES, "rsi_14", "volatility"):
        assert getattr(part, name) == pytest.approx(getattr(whole, name), rel=1e-6), name
        if name in whole.series.model_fields_set:
            ours, theirs = getattr(part.series, name), getattr(whole.series, name)[-shown:]
            assert ours == pytest.approx(theirs, rel=1e-6, abs=1e-6), name
    assert part.signals == whole.signals
    assert part.range_start == whole.range_start


def test_too_few_candles_before_the_first_shown_are_remarked() -> None:
    assert not figures_of(walk(WARM_UP_CANDLES + 21), shown=21).quality
    (remark,) = figures_of(walk(WARM_UP_CANDLES + 20), shown=21).quality
    assert remark.code == "short_history"


# What is no market move


def test_prices_that_are_not_adjusted_give_no_figures() -> None:
    history = history_of(walk(600)).model_copy(update={"adjustment": "none"})
    figures = technicals(history, "1y", history.candles[300].timestamp, with_series=True)
    assert [remark.code for remark in figures.quality] == ["unadjusted_prices"]
    assert figures.close == history.candles[-1].close
    unknown = figures.model_dump(exclude={"close", "series"})
    assert all(unknown[name] is None for name in (*PRICES[1:], "rsi_14", "volatility", "range_start"))
    assert figures.signals == ()
    assert figures.series is not None
    assert set(figures.series.rsi_14) == {None}


def test_special_dividend_is_no_crash() -> None:
    # A dividend of a third of the price on a calm day.
    calm = walk(600)
    paid = tuple(
        candle.model_copy(
            update={name: getattr(candle, name) * 1.5 for name in ("open", "high", "low", "close")}
        )
        if index < 550
        else candle
        for index, candle in enumerate(calm)
    )
    figures, expected = figures_of(paid), figures_of(calm)
    for name in (*PRICES, "rsi_14", "volatility"):
        assert getattr(figures, name) == pytest.approx(getattr(expected, name)), name
    assert figures.signals == expected.signals


def jumping(at: int, count: int = 600) -> History:
    """A history with a price that is halved at an index, and the remark on it."""
    candles = walk(count)
    halved = (*scaled(candles[:at], 2.0), *candles[at:])
    remark = Remark(code="unexplained_jump", detail="halved")
    return history_of(halved).model_copy(update={"quality": (remark,)})


def test_figures_whose_window_crosses_a_jump_are_null() -> None:
    history = jumping(at=570)
    figures = technicals(history, "1y", history.candles[400].timestamp, with_series=True)
    assert figures.sma_20 is not None
    assert figures.rsi_14 is not None
    assert (figures.sma_50, figures.sma_200, figures.macd) == (None, None, None)
    assert (figures.volatility, figures.week_52_high, figures.range_start) == (None, None, None)
    assert figures.series is not None
    assert figures.series.sma_200[:170].count(None) == 0
    assert figures.series.sma_200[170:] == (None,) * 30


def test_returns_at_prices_of_zero_and_below_are_omitted_and_remarked() -> None:
    closes = [18.27, -37.63, 10.01, *([10.0, 10.2] * 200)]
    figures = figures_of(candles_of(closes, closes, closes), "CL=F")
    assert "omitted_returns" in [remark.code for remark in figures.quality]
    ordinary = closes[2:]
    assert volatility(closes, 252) == pytest.approx(volatility(ordinary, 252))
