"""Fundamentals of Alpha Vantage: placeholders, and statements in a currency that it does not name."""

from datetime import UTC, datetime

import pytest

from shared.domain.market_data import Fundamentals
from shared.market.providers.alpha_vantage.fundamental_figures import fundamentals

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
OVERVIEW = {
    "Symbol": "ABC",
    "Currency": "USD",
    "RevenueTTM": "62000000000",
    "ProfitMargin": "0.10",
    "EPS": "6.7",
    "SharesOutstanding": "925000000",
    "PriceToBookRatio": "7.3",
    "PriceToSalesRatioTTM": "3.4",
    "EVToEBITDA": "15",
    "BookValue": "28.1",
    "PERatio": "33.1",
}


def read(**changes: str) -> Fundamentals:
    return fundamentals("ABC", {**OVERVIEW, **changes}, NOW)


def test_statements_in_the_currency_of_the_price_are_kept() -> None:
    figures = read()
    assert (figures.revenue, figures.price_to_book, figures.quality) == (62_000_000_000, 7.3, ())


def test_margin_of_zero_without_revenue_or_gross_profit_is_not_known() -> None:
    before_sales = read(RevenueTTM="0", GrossProfitTTM="0", OperatingMarginTTM="0", ProfitMargin="0")
    assert (before_sales.gross_margin, before_sales.operating_margin, before_sales.profit_margin) == (
        None,
    ) * 3
    bank = read(GrossProfitTTM="0", OperatingMarginTTM="0.4")
    assert (bank.gross_margin, bank.operating_margin, bank.profit_margin) == (None, 0.4, 0.1)
    assert read(GrossProfitTTM="31000000000").gross_margin == 0.5


@pytest.mark.parametrize(
    "changes",
    [
        # Taiwan dollars, yuan, yen; losses too.
        {"RevenueTTM": "1984000000000"},
        {"RevenueTTM": "446000000000"},
        {"RevenueTTM": "9300000000000"},
        {"RevenueTTM": "1984000000000", "ProfitMargin": "-0.10", "EPS": "-6.7"},
        # Euros; a currency that nothing tells.
        {"RevenueTTM": "56000000000", "Country": "Germany"},
        {"Country": "Israel", "EPS": "None"},
    ],
)
def test_figures_across_two_currencies_are_withheld_with_a_reason(changes: dict[str, str]) -> None:
    figures = read(**changes)
    withheld = (figures.revenue, figures.price_to_sales, figures.ev_to_ebitda, figures.price_to_book)
    assert (*withheld, figures.book_value_per_share) == (None,) * 5
    assert (figures.trailing_pe, figures.currency) == (33.1, "USD")
    assert [remark.code for remark in figures.quality] == ["mixed_currency_withheld"]


@pytest.mark.parametrize(
    "changes",
    [
        # Half of the shares are of another class; minority interests; figures too small to compare; unknown.
        {"SharesOutstanding": "450000000"},
        {"EPS": "2.3"},
        {"EPS": "-6.7"},
        {"EPS": "0.01"},
        {"EPS": "None"},
        {"ProfitMargin": "-"},
        {"SharesOutstanding": "0"},
        # A company abroad that reports in dollars.
        {"Country": "Ireland"},
    ],
)
def test_what_has_another_reason_is_kept(changes: dict[str, str]) -> None:
    figures = read(**changes)
    assert (figures.revenue, figures.quality) == (62_000_000_000, ())


def test_zero_is_no_multiple() -> None:
    figures = read(PERatio="0", PEGRatio="0", PriceToBookRatio="0", AnalystTargetPrice="0", DividendYield="0")
    multiples = (figures.trailing_pe, figures.peg_ratio, figures.price_to_book, figures.target_mean_price)
    assert multiples == (None,) * 4
    assert figures.dividend_yield == 0


def test_multiples_of_a_loss_are_null() -> None:
    figures = read(PERatio="-", ForwardPE="-4.2", PEGRatio="-0.3", PriceToBookRatio="-8", EVToEBITDA="-6.1")
    multiples = (figures.trailing_pe, figures.forward_pe, figures.peg_ratio)
    assert (*multiples, figures.price_to_book, figures.ev_to_ebitda) == (None,) * 5
