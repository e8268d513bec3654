"""Figures of the sections as a reader sees them; what the source lacks is left out."""

from shared.domain.market_data import Fund
from shared.market.section_metrics import (
    analyst_metrics,
    business_metrics,
    fund_metrics,
    health_metrics,
    mean_sentiment,
    price_metrics,
    technical_metrics,
    valuation_metrics,
)
from tests.support.stock_data import FUNDAMENTALS, NEWS, QUOTE, TECHNICALS


def test_price_has_currency_and_customary_decimals() -> None:
    metrics = price_metrics(QUOTE)
    assert metrics["Price"] == "250.50 USD"
    assert metrics["Change"] == "2.50 USD"
    assert metrics["Change in percent"] == "+1.01%"
    assert metrics["Volume"] == "51,000,000"


def test_absent_figures_are_left_out() -> None:
    bare = QUOTE.model_copy(update={"market_cap": None, "change": None, "open": None})
    assert {"Market value", "Change", "Open"}.isdisjoint(price_metrics(bare))
    assert "Rating" not in analyst_metrics(FUNDAMENTALS)
    assert "Beta" not in health_metrics(FUNDAMENTALS)


def test_fractions_are_shown_as_percent() -> None:
    assert business_metrics(FUNDAMENTALS)["Profit margin"] == "26.90%"
    assert business_metrics(FUNDAMENTALS)["Revenue growth"] == "+7.90%"
    assert technical_metrics(TECHNICALS)["Volatility a year"] == "24.00%"


def test_ratios_and_averages_are_rounded() -> None:
    assert valuation_metrics(FUNDAMENTALS)["P/E, trailing"] == "34.1"
    assert technical_metrics(TECHNICALS)["RSI 14"] == "61.2"
    assert technical_metrics(TECHNICALS)["SMA 200"] == "220.00 USD"
    assert analyst_metrics(FUNDAMENTALS)["Mean target"] == "270.00 USD"


def test_sentiment_is_the_mean_of_the_articles_that_have_one() -> None:
    (article,) = NEWS.articles
    others = [article.model_copy(update={"sentiment": value}) for value in (0.4, None)]
    assert mean_sentiment(NEWS) == 0.2
    known = NEWS.model_copy(update={"articles": (article, *others)})
    assert mean_sentiment(known) is not None
    assert abs((mean_sentiment(known) or 0) - 0.3) < 1e-9
    assert mean_sentiment(NEWS.model_copy(update={"articles": (others[1],)})) is None


def test_fund_has_its_size_and_costs() -> None:
    fund = Fund(expense_ratio=0.002, net_assets=328_302_690_304)
    known = FUNDAMENTALS.model_copy(update={"fund": fund})
    assert fund_metrics(known) == {"Net assets": "328.30B USD", "Expense ratio": "0.20%"}
    assert fund_metrics(FUNDAMENTALS) == {}
