"""What the rules read from the figures."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.technicals import Signal
from shared.market.analysis.signals import last_crossing, read_signals

NAMES = ("close", "sma_50", "sma_200", "rsi_14", "macd", "macd_signal", "bollinger_upper", "bollinger_lower")
TIMES = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(40)]


def signals(**series: Sequence[float | None]) -> dict[str, Signal]:
    """The signals of 40 candles; a series that is not given is unknown, a short one ends with the last."""
    known: dict[str, list[float | None]] = {}
    for name in NAMES:
        given = series.get(name, ())
        known[name] = [*([None] * (40 - len(given))), *given]
    return {signal.name: signal for signal in read_signals(TIMES, known)}


def test_golden_cross_names_the_candle() -> None:
    found = signals(sma_50=[9.0] * 30 + [11.0] * 10, sma_200=[10.0] * 40)
    assert found["golden_cross"].direction == "bullish"
    assert found["golden_cross"].occurred_at == TIMES[30]
    assert found["golden_cross"].detail == "SMA 50 crossed above SMA 200 9 candles ago"


def test_death_cross_is_the_same_downwards() -> None:
    found = signals(sma_50=[11.0] * 39 + [9.0], sma_200=[10.0] * 40)
    assert found["death_cross"].direction == "bearish"
    assert found["death_cross"].occurred_at == TIMES[39]


def test_crossing_that_was_taken_back_is_none() -> None:
    assert signals(sma_50=[9.0] * 30 + [11.0] * 5 + [9.0] * 5, sma_200=[10.0] * 40).keys() == {"death_cross"}


def test_old_crossing_no_longer_counts() -> None:
    assert "golden_cross" in signals(sma_50=[9.0] * 20 + [11.0] * 20, sma_200=[10.0] * 40)
    assert signals(sma_50=[9.0] * 19 + [11.0] * 21, sma_200=[10.0] * 40) == {}


def test_macd_crossing_counts_for_five_candles() -> None:
    assert "macd_bullish_cross" in signals(macd=[-1.0] * 35 + [1.0] * 5, macd_signal=[0.0] * 40)
    assert signals(macd=[-1.0] * 34 + [1.0] * 6, macd_signal=[0.0] * 40) == {}
    assert "macd_bearish_cross" in signals(macd=[1.0] * 39 + [-1.0], macd_signal=[0.0] * 40)


def test_touching_is_not_crossing() -> None:
    touched = [1.0, 0.0, 1.0]
    assert last_crossing(touched, [0.0] * 3, 3) is None
    through = [1.0, 0.0, -1.0]
    assert last_crossing(through, [0.0] * 3, 3) == 2
    assert last_crossing([0.0, 0.0], [0.0, 0.0], 2) is None
    assert last_crossing([], [], 5) is None


def test_side_before_the_first_figure_is_not_guessed() -> None:
    assert last_crossing([None, None, 1.0, 1.0], [0.0] * 4, 4) is None


@pytest.mark.parametrize(
    ("rsi", "name"),
    [
        (70.0, "rsi_overbought"),
        (69.99, "rsi_neutral"),
        (30.0, "rsi_oversold"),
        (30.01, "rsi_neutral"),
    ],
)
def test_rsi_zones_include_their_borders(rsi: float, name: str) -> None:
    assert signals(rsi_14=[rsi]).keys() == {name}


@pytest.mark.parametrize(
    ("close", "name"), [(111.0, "above_upper_band"), (110.0, "within_bands"), (89.0, "below_lower_band")]
)
def test_price_against_bands(close: float, name: str) -> None:
    assert signals(close=[close], bollinger_upper=[110.0], bollinger_lower=[90.0]).keys() == {name}


def test_without_figures_nothing_is_said() -> None:
    assert signals() == {}
    assert read_signals([], {name: [] for name in NAMES}) == ()
