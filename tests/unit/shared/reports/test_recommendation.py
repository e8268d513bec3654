"""The rule behind a recommendation."""

from dataclasses import replace
from typing import get_args

import pytest

from shared.domain.market_data import AssetType
from shared.market.analysis.share_indexes import ShareIndex
from shared.reports.index_record import IndexRecord
from shared.reports.language.language_catalogue import Language
from shared.reports.language.writer import Writer
from shared.reports.rating_votes import Indicators
from shared.reports.recommendation import recommend as recommend_in
from shared.reports.report import Recommendation
from shared.reports.request import TimeHorizon


def recommend(indicators: Indicators, horizon: TimeHorizon) -> Recommendation:
    return recommend_in(indicators, horizon, Writer.of("en", "USD"))


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


def test_target_is_the_fair_value_and_nothing_without_one() -> None:
    assert recommend(RISING, "medium_term").target_price is None
    assert recommend(replace(RISING, fair_value=131.23456789), "medium_term").target_price == 131.23456789


def test_technical_range_is_one_standard_deviation_of_a_log_normal_price() -> None:
    # 120 * exp(-+0.2 * sqrt(12/12)); a quarter of the time is half of the way in logarithms.
    year, quarter = (recommend(RISING, horizon).technical_range for horizon in ("medium_term", "short_term"))
    assert year is not None
    assert quarter is not None
    assert [year.low, year.high] == pytest.approx([98.2477, 146.5683], abs=1e-4)
    assert [quarter.low, quarter.high] == pytest.approx([108.5805, 132.6205], abs=1e-4)


@pytest.mark.parametrize("volatility", [1.0, 1.5, 5.0])
def test_technical_range_is_above_zero_however_wild_the_price_is(volatility: float) -> None:
    wild = replace(FALLING, volatility=volatility)
    found = recommend(wild, "long_term").technical_range
    assert found is not None
    assert 0.0 < found.low < wild.price < found.high


def test_price_below_zero_has_no_technical_range() -> None:
    assert recommend(replace(FALLING, price=-37.63), "long_term").technical_range is None


@pytest.mark.parametrize(
    "indicators",
    [
        Indicators(price=10.0, currency=None),
        Indicators(price=10.0, currency="USD", rsi_14=20.0, macd_histogram=1.0, volatility=0.2),
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
    assert found.technical_range is not None
    assert found.technical_range.high == pytest.approx(1.4657e-6, rel=1e-4)


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


@pytest.mark.parametrize("asset_type", ["index", "currency", "cryptocurrency", "future"])
def test_what_cannot_be_worth_more_or_less_is_not_rated(asset_type: AssetType) -> None:
    found = recommend(replace(RISING, asset_type=asset_type), "medium_term")
    assert (found.action, found.target_price, found.confidence) == ("not_rated", None, 0.0)
    assert "not rated" in found.rationale


@pytest.mark.parametrize("asset_type", ["etf", "mutual_fund"])
def test_fund_is_not_rated_by_the_trend_of_its_market_alone(asset_type: AssetType) -> None:
    found = recommend(replace(RISING, asset_type=asset_type), "medium_term")
    assert (found.action, found.confidence) == ("not_rated", 0.0)
    assert "Only the trend of the price is known" in found.rationale
    assert recommend(replace(RISING, asset_type=asset_type, trailing_pe=20.0), "medium_term").action == "buy"


@pytest.mark.parametrize(
    ("own", "score", "said"),
    [
        (0.61, 0.0, "the same as the"),
        (0.77, 1.0, "better than the +61.00% of the S&P 500, which it follows closely"),
        (0.53, -0.56, "worse than the"),
    ],
)
def test_fund_is_rated_beside_the_index_that_it_follows(own: float, score: float, said: str) -> None:
    record = IndexRecord(ShareIndex("^GSPC"), "5y", 5, own, 0.61)
    found = recommend(replace(RISING, asset_type="etf", index_record=record), "medium_term")
    quality = next(part for part in found.components if part.name == "quality")
    assert quality.score == pytest.approx(score, abs=0.01)
    assert quality.figures == 1
    assert said in found.rationale
    # Of six figures that a fund can have.
    assert found.coverage == pytest.approx(5 / 6, abs=0.005)


def test_missing_component_is_left_out_and_weights_add_up() -> None:
    found = recommend(replace(RISING, profit_margin=0.3), "medium_term")
    weights = {part.name: part.weight for part in found.components}
    assert weights == pytest.approx({"valuation": 0, "quality": 0.4, "growth": 0, "momentum": 0.6})
    assert found.coverage == pytest.approx(5 / 11, abs=0.005)
    assert "left out: valuation and growth" in found.rationale


def test_rating_by_the_trend_of_the_price_says_so_first() -> None:
    found = recommend(RISING, "medium_term")
    assert found.rationale.startswith(
        "This rating is based on the trend of the price alone; "
        "valuation, quality and growth are not part of it."
    )
    assert "left out" not in found.rationale
    # With any other figure it is one of the company.
    for known in (replace(RISING, profit_margin=0.3), replace(RISING, revenue_growth=0.1)):
        assert "alone" not in recommend(known, "medium_term").rationale


@pytest.mark.parametrize("language", get_args(Language))
def test_rating_by_the_trend_names_what_it_leaves_out_in_every_language(language: Language) -> None:
    writer = Writer.of(language, "USD")
    first = recommend_in(RISING, "medium_term", writer).rationale[:200]
    for component in ("valuation", "quality", "growth"):
        assert writer.text(f"components.{component}") in first


def test_confidence_states_what_it_consists_of() -> None:
    found = recommend(RISING, "medium_term")
    # 4 of 11 figures; the votes 1, 1, 0, 0.5 have the mean 0.625: 4 / 11 * (0.5 + 0.5 * 0.625) = 0.295.
    assert found.confidence == 0.3
    assert "share of known figures, 4 of 11" in found.rationale


@pytest.mark.parametrize(("fair_value", "action"), [(150.0, "buy"), (70.0, "sell")])
def test_fair_value_decides_the_valuation(fair_value: float, action: str) -> None:
    flat = replace(FLAT, fair_value=fair_value)
    assert recommend(flat, "medium_term").action == action


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("en", "It is a buy although the price is above the fair value, because of quality and momentum."),
        (
            "de",
            "obwohl der Kurs über dem fairen Wert liegt; maßgeblich: Qualität und Dynamik.",
        ),
    ],
)
def test_rating_against_the_fair_value_says_what_it_is_for(language: Language, reason: str) -> None:
    dear = replace(RISING, fair_value=118.0, profit_margin=0.3)
    found = recommend_in(dear, "medium_term", Writer.of(language, "USD"))
    assert found.action == "buy"
    assert reason in found.rationale


def test_rating_that_agrees_with_the_fair_value_needs_no_reason() -> None:
    cheap_and_falling = recommend(replace(FALLING, fair_value=81.0), "medium_term")
    assert cheap_and_falling.action == "sell"
    assert "It is a sell although the price is below the fair value" in cheap_and_falling.rationale
    for agreeing in (replace(FALLING, fair_value=60.0), replace(FLAT, fair_value=99.0), RISING):
        assert "although" not in recommend(agreeing, "medium_term").rationale


def test_target_is_written_like_the_fair_value_it_is() -> None:
    # Rounded to six digits it was 261.325, and then 261.32 beside a fair value of 261.33.
    found = recommend(replace(RISING, fair_value=261.3252724077), "medium_term")
    assert f"{found.target_price:.2f}" == "261.33"
    assert "261.33 USD" in found.rationale


def test_rating_against_the_fair_value_names_a_reason_or_is_not_explained() -> None:
    # Earnings and analysts, which are part of the valuation themselves, outweigh the fair value.
    cheap = Indicators(
        price=100.0, currency="USD", fair_value=98.0, trailing_pe=12.0, target_mean_price=130.0
    )
    found = recommend(cheap, "medium_term")
    assert found.action == "buy"
    assert "although" not in found.rationale


def test_price_at_the_fair_value_is_neither_above_nor_below_it() -> None:
    fair = replace(FALLING, fair_value=FALLING.price, target_mean_price=FALLING.price)
    found = recommend(fair, "short_term")
    assert found.action == "sell"
    assert "although" not in found.rationale
