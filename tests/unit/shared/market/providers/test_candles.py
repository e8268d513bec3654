"""Implausible candles are repaired or dropped, and counted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.market_data import Candle
from shared.market.providers.candles import RawCandle, plausible_candles

START = datetime(2026, 11, 18, tzinfo=UTC)
Price = float | None


def raw(
    opened: Price, high: Price, low: Price, close: Price, volume: int | None = 10, day: int = 0
) -> RawCandle:
    return RawCandle(START + timedelta(days=day), opened, high, low, close, close, volume)


def prices(candle: Candle) -> tuple[float, float, float, float]:
    return candle.open, candle.high, candle.low, candle.close


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (raw(1, 3, 0, 2), (1, 3, 1, 2)),
        (raw(1, 3, None, 2), (1, 3, 1, 2)),
        (raw(0, 3, 1, 2), (2, 3, 1, 2)),
        (raw(None, None, None, 2), (2, 2, 2, 2)),
        (raw(1, 0.5, 3, 2), (1, 3, 0.5, 2)),
        (raw(1, 1.5, 0.5, 2), (1, 2, 0.5, 2)),
        (raw(1, float("nan"), 0.5, 2), (1, 2, 0.5, 2)),
        # Pence among pounds, and a trade that was cancelled.
        (raw(200, 20_150, 199, 201), (200, 201, 199, 201)),
        (raw(2e-8, 2.1e-6, 1.9e-8, 2e-8), (2e-8, 2e-8, 1.9e-8, 2e-8)),
        (raw(41, 41.5, 0.01, 41.2), (41, 41.5, 41, 41.2)),
        (raw(4100, 41.5, 40.8, 41.2), (41.2, 41.5, 40.8, 41.2)),
        (raw(0.41, 41.5, 40.8, 41.2), (41.2, 41.5, 40.8, 41.2)),
    ],
)
def test_repaired(row: RawCandle, expected: tuple[float, ...]) -> None:
    result = plausible_candles([row])
    assert [prices(candle) for candle in result.candles] == [expected]
    assert [remark.code for remark in result.remarks] == ["repaired_candles"]
    assert "2026-11-18" in result.remarks[0].detail


@pytest.mark.parametrize("close", [None, 0, float("nan"), float("inf")])
def test_candle_without_a_close_is_dropped(close: Price) -> None:
    result = plausible_candles([raw(1, 3, 0.5, close), raw(1, 3, 0.5, 2, day=1)])
    assert len(result.candles) == 1
    assert [(remark.code, remark.detail[:1]) for remark in result.remarks] == [("dropped_candles", "1")]


@pytest.mark.parametrize("row", [raw(1, 40, 0.9, 1.1), raw(10, 11, 0.3, 10.5), raw(100, 100, 1, 1)])
def test_wild_days_are_real(row: RawCandle) -> None:
    result = plausible_candles([row])
    assert [prices(candle) for candle in result.candles] == [(row.open, row.high, row.low, row.close)]
    assert result.remarks == ()


def test_plausible_candles_are_unchanged_sorted_and_unique() -> None:
    rows = [raw(1, 3, 0.5, 2, day=1), raw(1, 3, 0.5, 2), raw(1, 3, 0.5, 2.5, day=1)]
    result = plausible_candles(rows)
    assert [candle.close for candle in result.candles] == [2, 2.5]
    assert result.remarks == ()


def test_negative_prices_are_real_where_they_may_be() -> None:
    oil = raw(17.73, 17.85, -40.32, -37.63)
    (candle,) = plausible_candles([oil], may_be_negative=True).candles
    assert prices(candle) == (17.73, 17.85, -40.32, -37.63)
    stock = plausible_candles([oil, raw(17.73, 17.85, -1, 17, day=1)])
    assert [prices(one) for one in stock.candles] == [(17.73, 17.85, 17, 17)]
    assert [remark.code for remark in stock.remarks] == ["dropped_candles", "repaired_candles"]


def test_rounding_is_no_fault() -> None:
    result = plausible_candles([raw(1, 3, 1.0000001, 3.0000001)])
    assert prices(result.candles[0]) == (1, 3.0000001, 1, 3.0000001)
    assert result.remarks == ()


@pytest.mark.parametrize("missing", [None, 0, float("nan")])
def test_missing_adjusted_close_is_computed_from_the_nearest_one(missing: Price) -> None:
    adjusted = [0.9, missing, 1.0, missing]
    rows = [replace(raw(1, 1, 1, 1, day=day), adjusted_close=value) for day, value in enumerate(adjusted)]
    result = plausible_candles(rows)
    assert [candle.adjusted_close for candle in result.candles] == [0.9, 1.0, 1.0, 1.0]
    assert "of 2 candles" in result.remarks[0].detail
    none = plausible_candles([replace(row, adjusted_close=None) for row in rows])
    assert {candle.adjusted_close for candle in none.candles} == {None}
    assert none.remarks == ()


def test_missing_volume_stays_missing() -> None:
    assert plausible_candles([raw(1, 3, 0.5, 2, None)]).candles[0].volume is None
    assert plausible_candles([raw(1, 3, 0.5, 2, -5)]).candles[0].volume is None


def test_adjusted_close_of_a_single_bar_that_differs_from_both_sides_is_repaired() -> None:
    """It would count as a special distribution, and halve all earlier prices of the indicators."""
    adjusted = [0.9, 0.9, 0.45, 0.9, 1.0, 1.0]
    rows = [replace(raw(1, 1, 1, 1, day=day), adjusted_close=value) for day, value in enumerate(adjusted)]
    result = plausible_candles(rows)
    assert [candle.adjusted_close for candle in result.candles] == [0.9, 0.9, 0.9, 0.9, 1.0, 1.0]
    assert [remark.code for remark in result.remarks] == ["repaired_candles"]


def test_distribution_that_lasts_is_none() -> None:
    for adjusted in ([0.6, 0.6, 1.0, 1.0], [0.6, 0.9, 1.0], [0.6, 1.0, 1.0], [0.6, 0.6, 1.0]):
        rows = [replace(raw(1, 1, 1, 1, day=day), adjusted_close=value) for day, value in enumerate(adjusted)]
        result = plausible_candles(rows)
        assert [candle.adjusted_close for candle in result.candles] == adjusted
        assert result.remarks == ()
