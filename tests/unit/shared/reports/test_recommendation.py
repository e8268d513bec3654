"""The rule behind a recommendation."""

from typing import get_args

import pytest

from shared.reports.recommendation import Indicators, recommend
from shared.reports.request import TimeHorizon

RISING = Indicators(
    price=120.0, currency="USD", sma_50=110.0, sma_200=100.0, rsi_14=55.0, macd_histogram=0.4, volatility=0.2
)
FALLING = Indicators(
    price=80.0, currency="USD", sma_50=90.0, sma_200=100.0, rsi_14=45.0, macd_histogram=-0.4, volatility=0.2
)
FLAT = Indicators(
    price=100.0, currency="USD", sma_50=100.0, sma_200=100.0, rsi_14=50.0, macd_histogram=0.0, volatility=0.0
)


@pytest.mark.parametrize(
    ("indicators", "action"), [(RISING, "strong_buy"), (FALLING, "strong_sell"), (FLAT, "hold")]
)
def test_trend_decides_when_nothing_else_is_known(indicators: Indicators, action: str) -> None:
    assert recommend(indicators, "short_term").action == action


def test_target_is_the_price_moved_by_score_and_volatility() -> None:
    # The votes 1, 1, 0, 0.5 have the mean 0.625; 120 * (1 + 0.625 * 0.2 * sqrt(12/12)) = 135.
    assert recommend(RISING, "medium_term").target_price == 135.0


def test_target_never_falls_below_zero() -> None:
    wild = Indicators(price=1.0, currency="USD", sma_50=2.0, sma_200=3.0, rsi_14=50.0, volatility=5.0)
    assert recommend(wild, "long_term").target_price == 0.0


@pytest.mark.parametrize(
    "indicators",
    [
        Indicators(price=10.0, currency=None),
        Indicators(price=10.0, currency="USD", sentiment=1.0),
        Indicators(
            price=10.0, currency="USD", sentiment=1.0, rsi_14=20.0, macd_histogram=1.0, volatility=0.2
        ),
        Indicators(price=10.0, currency="USD", earnings_per_share=-1.0, volatility=0.2),
    ],
)
@pytest.mark.parametrize("horizon", get_args(TimeHorizon))
def test_too_little_evidence_is_not_rated(indicators: Indicators, horizon: TimeHorizon) -> None:
    found = recommend(indicators, horizon)
    assert (found.action, found.target_price, found.confidence) == ("not_rated", None, 0.0)
    assert "too little evidence" in found.rationale


def test_tiny_prices_are_compared_with_each_other() -> None:
    tiny = Indicators(
        price=1.2e-6,
        currency="USD",
        sma_50=1.1e-6,
        sma_200=1e-6,
        rsi_14=55.0,
        macd_histogram=4e-9,
        volatility=0.2,
    )
    found = recommend(tiny, "medium_term")
    assert found.action == recommend(RISING, "medium_term").action
    assert found.target_price == pytest.approx(1.35e-6)


@pytest.mark.parametrize(("horizon", "action"), [("short_term", "buy"), ("long_term", "strong_sell")])
def test_horizon_weighs_trend_against_fundamentals(horizon: TimeHorizon, action: str) -> None:
    expensive = Indicators(
        price=120.0, currency="USD", sma_50=110.0, sma_200=100.0, rsi_14=50.0, trailing_pe=90.0
    )
    assert recommend(expensive, horizon).action == action


def test_loss_counts_where_there_is_no_price_earnings_ratio() -> None:
    loss = recommend(
        Indicators(
            price=10.0, currency="USD", earnings_per_share=-1.0, revenue_growth=-0.2, profit_margin=-0.1
        ),
        "long_term",
    )
    assert loss.action == "strong_sell"
    assert "makes a loss" in loss.rationale


def test_rationale_names_the_figures_it_goes_by() -> None:
    rationale = recommend(RISING, "medium_term").rationale
    assert "above its 200-day average of 100.00 USD" in rationale
    assert "RSI 14 is 55.0, neutral" in rationale
