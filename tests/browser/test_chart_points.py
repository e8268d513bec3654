"""What the chart is given: sorted, unique, without nulls, with gaps as gaps."""

from typing import Any

import pytest

from tests.support.console import Console

NEW_YORK_OPEN = 1_795_703_400
"""2026-11-25T14:30:00Z."""


@pytest.fixture
def points(console: Console) -> Any:
    """Calls a function of the module that prepares the points."""
    console.open("#/status")
    console.page.locator("#panel-config dl").wait_for()
    folder = console.page.locator("script[type=module]").get_attribute("src") or ""
    address = folder.replace("app.js", "points.js")

    def call(expression: str) -> Any:
        return console.page.evaluate(f"import('{address}').then(points => {expression})")

    return call


def test_candles_are_sorted_unique_and_complete(points: Any) -> None:
    candles = """[
        {timestamp: '2026-11-25T00:00:00Z', open: 2, high: 2, low: 2, close: 2, volume: 1},
        {timestamp: '2026-11-24T00:00:00Z', open: 1, high: 1, low: 1, close: 1, volume: null},
        {timestamp: '2026-11-25T00:00:00Z', open: 3, high: 3, low: 3, close: 3, volume: 1},
        {timestamp: '2026-11-26T00:00:00Z', open: 4, high: 4, low: 4, close: null, volume: 1},
        {timestamp: 'soon', open: 4, high: 4, low: 4, close: 4, volume: 1}]"""
    cleaned = points(f"points.cleanCandles({candles})")
    assert [bar["candle"]["close"] for bar in cleaned] == [1, 3]


def test_values_that_are_missing_are_gaps(points: Any) -> None:
    made = points("points.valuePoints([3, 1, 2, 2], [30, null, NaN, 20])")
    assert made == [{"time": 1}, {"time": 2, "value": 20}, {"time": 3, "value": 30}]


@pytest.mark.parametrize(
    ("span", "step", "missing"),
    [
        (3 * 86400, 86400, 0),  # a weekend
        (10 * 86400, 86400, 0),  # the longest holidays
        (20 * 86400, 86400, 19),
        (300, 300, 0),
        (3600, 300, 11),
        (18 * 3600, 300, 0),  # the night
    ],
)
def test_times_without_trading_are_no_gaps(points: Any, span: int, step: int, missing: int) -> None:
    made = points(f"points.gapTimes({NEW_YORK_OPEN}, {NEW_YORK_OPEN + span}, {step})")
    assert len(made) == missing


@pytest.mark.parametrize(
    ("zone", "hours"), [("America/New_York", -5), ("Asia/Kolkata", 5.5), ("Europe/London", 0)]
)
def test_times_are_those_of_the_exchange(points: Any, zone: str, hours: float) -> None:
    shifted = points(f"points.shiftInto('{zone}')({NEW_YORK_OPEN})")
    assert shifted - NEW_YORK_OPEN == hours * 3600
