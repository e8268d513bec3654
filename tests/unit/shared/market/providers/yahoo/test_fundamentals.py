"""Units of fundamentals: pence and pounds, two currencies, share counts."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.market.providers.yahoo.fundamentals import fundamentals_from_summary

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


def summary(
    currency: str = "GBp", price: float | None = 71.5, detail: object = None, statistics: object = None
) -> dict[str, Any]:
    return {
        "price": {"currency": currency, "regularMarketPrice": price, "marketCap": 18_000_000_000},
        "summaryDetail": detail or {},
        "defaultKeyStatistics": statistics or {},
        "financialData": {"financialCurrency": "GBP"},
    }


@pytest.mark.parametrize(("stated", "expected"), [(135.0, 1.35), (1.35, 1.35)])
@pytest.mark.parametrize("book_value", [0.53, None])
@pytest.mark.parametrize("price", [71.5, None])
def test_price_to_book_is_pounds_over_pounds(
    stated: float, expected: float, book_value: float | None, price: float | None
) -> None:
    statistics = {"priceToBook": stated, "bookValue": book_value}
    record = fundamentals_from_summary("VOD.L", summary(price=price, statistics=statistics), NOW)
    assert record.price_to_book == pytest.approx(expected)
    assert record.book_value_per_share == book_value


def test_book_value_in_pence_becomes_pounds() -> None:
    statistics = {"priceToBook": 1.35, "bookValue": 53.0}
    record = fundamentals_from_summary("VOD.L", summary(statistics=statistics), NOW)
    assert record.price_to_book == 1.35
    assert record.book_value_per_share == pytest.approx(0.53)


@pytest.mark.parametrize(
    ("stated", "earnings", "expected", "expected_earnings"),
    [
        (20.0, 0.03575, 20.0, 0.03575),
        (20.0, 3.575, 20.0, 0.03575),
        (2000.0, 0.03575, 20.0, 0.03575),
        (120.0, 0.00596, 120.0, 0.00596),
        (20.0, None, 20.0, None),
    ],
)
def test_earnings_and_their_multiple_are_in_pounds(
    stated: float, earnings: float | None, expected: float, expected_earnings: float | None
) -> None:
    one = summary(detail={"trailingPE": stated}, statistics={"trailingEps": earnings})
    record = fundamentals_from_summary("VOD.L", one, NOW)
    assert record.trailing_pe == pytest.approx(expected)
    assert record.earnings_per_share == pytest.approx(expected_earnings)


def test_forward_multiple_and_dividend_are_in_pounds() -> None:
    detail = {"forwardPE": 900.0, "dividendRate": 0.04, "dividendYield": 0.000559}
    one = summary(detail=detail, statistics={"forwardEps": 0.0794})
    record = fundamentals_from_summary("VOD.L", one, NOW)
    assert record.forward_pe == pytest.approx(9.0)
    assert record.dividend_per_share == 0.04
    assert record.dividend_yield == pytest.approx(0.0559)


@pytest.mark.parametrize(
    ("code", "currency", "price"),
    [
        ("GBp", "GBP", 2.5),
        ("GBX", "GBP", 2.5),
        ("ZAc", "ZAR", 2.5),
        ("ILA", "ILS", 2.5),
        ("USX", "USD", 2.5),
        ("KWF", "KWD", 0.25),
        ("XXQ1", None, 250.0),
        ("usd", None, 250.0),
    ],
)
def test_target_prices_are_in_whole_currency(code: str, currency: str | None, price: float) -> None:
    one = {**summary(code), "financialData": {"targetMeanPrice": 250.0}}
    record = fundamentals_from_summary("X", one, NOW)
    assert (record.currency, record.target_mean_price) == (currency, price)


def test_ratios_of_a_whole_currency_are_as_stated() -> None:
    one = summary("GBP", 0.715, {"trailingPE": 2000.0}, {"trailingEps": 3.5, "priceToBook": 135.0})
    record = fundamentals_from_summary("X", one, NOW)
    assert (record.trailing_pe, record.earnings_per_share, record.price_to_book) == (2000.0, 3.5, 135.0)


def test_figures_across_two_currencies_are_withheld_with_a_reason() -> None:
    """The shape of TSM: price in USD, statements in TWD, one receipt for five shares."""
    one = {
        "price": {"currency": "USD", "regularMarketPrice": 200.0, "marketCap": 1_037_000_000_000},
        "summaryDetail": {
            "trailingPE": 28.0,
            "priceToSalesTrailing12Months": 0.35,
            "trailingAnnualDividendYield": 0.08,
        },
        "defaultKeyStatistics": {
            "enterpriseValue": 3_450_000_000_000,
            "priceToBook": 1.07,
            "bookValue": 186.0,
            "enterpriseToEbitda": 1.7,
            "trailingEps": 7.1,
            "sharesOutstanding": 5_186_000_000,
        },
        "financialData": {
            "financialCurrency": "TWD",
            "totalRevenue": 2_900_000_000_000,
            "grossMargins": 0.55,
        },
    }
    record = fundamentals_from_summary("TSM", one, NOW)
    withheld = ("enterprise_value", "price_to_book", "price_to_sales", "ev_to_ebitda", "book_value_per_share")
    assert {getattr(record, name) for name in (*withheld, "revenue", "dividend_yield")} == {None}
    assert (record.currency, record.trailing_pe, record.earnings_per_share) == ("USD", 28.0, 7.1)
    assert record.gross_margin == 0.55
    (remark,) = record.quality
    assert remark.code == "mixed_currency_withheld"
    assert all(name in remark.detail for name in ("USD", "TWD", *withheld, "revenue"))


@pytest.mark.parametrize(
    ("stated", "implied", "shares", "codes"),
    [
        (1000, 1000, 1000, []),
        (990, None, 990, []),
        (500, 1000, 1000, []),
        (500, 600, 500, ["market_value_mismatch"]),
        (None, 1000, 1000, []),
        (None, None, None, []),
        (0, 0, None, []),
    ],
)
def test_market_value_is_price_times_shares(
    stated: int | None, implied: int | None, shares: int | None, codes: list[str]
) -> None:
    one = {
        "price": {"currency": "USD", "regularMarketPrice": 10.0, "marketCap": 10_000},
        "defaultKeyStatistics": {"sharesOutstanding": stated, "impliedSharesOutstanding": implied},
    }
    record = fundamentals_from_summary("X", one, NOW)
    assert (record.shares_outstanding or None) == shares
    assert [remark.code for remark in record.quality] == codes


@pytest.mark.parametrize(("stated", "expected"), [(-5.0, -0.05), (-0.05, -0.05), (-0.2, -0.2)])
def test_a_loss_per_share_is_in_pounds_as_the_loss_is(stated: float, expected: float) -> None:
    # A loss has no P/E to tell its unit: 1.25 billion pounds over 25 billion shares are 5 pence.
    statistics = {
        "trailingEps": stated,
        "netIncomeToCommon": -1_250_000_000,
        "sharesOutstanding": 25_000_000_000,
    }
    record = fundamentals_from_summary("VOD.L", summary(statistics=statistics), NOW)
    assert record.earnings_per_share == pytest.approx(expected)
    assert record.trailing_pe is None


@pytest.mark.parametrize("stated", [95.0, 0.95])
def test_target_prices_are_in_pounds(stated: float) -> None:
    one = summary()
    one["financialData"]["targetMeanPrice"] = stated
    assert fundamentals_from_summary("VOD.L", one, NOW).target_mean_price == pytest.approx(0.95)


def receipts(**fields: Any) -> dict[str, Any]:
    """A depositary receipt in dollars of a company that reports in Taiwan dollars."""
    one = summary("USD", 250.0, {"trailingPE": 25.0, "dividendYield": 0.012}, fields)
    one["summaryDetail"]["dividendRate"] = fields.get("dividendRate")
    one["financialData"] = {"financialCurrency": "TWD", "totalRevenue": 3_800_000_000_000}
    return one


@pytest.mark.parametrize(
    ("earnings", "dividend", "withheld"),
    [
        (10.0, 3.0, "revenue."),
        (65.0, 3.0, "revenue, earnings_per_share."),
        (10.0, 19.0, "revenue, dividend_per_share."),
    ],
)
def test_figures_per_share_in_the_reporting_currency_are_withheld(
    earnings: float, dividend: float, withheld: str
) -> None:
    one = receipts(trailingEps=earnings, dividendRate=dividend)
    record = fundamentals_from_summary("TSM", one, NOW)
    assert record.earnings_per_share == (10.0 if earnings == 10.0 else None)
    assert record.dividend_per_share == (3.0 if dividend == 3.0 else None)
    assert (record.trailing_pe, record.dividend_yield) == (25.0, 0.012)
    (remark,) = (remark for remark in record.quality if remark.code == "mixed_currency_withheld")
    assert remark.detail.endswith(f"withheld: {withheld}")


@pytest.mark.parametrize("stated", [-5.0, 0, None, "Infinity"])
def test_multiples_of_a_loss_are_null(stated: object) -> None:
    detail = {"trailingPE": stated, "forwardPE": stated, "priceToSalesTrailing12Months": stated}
    statistics = {"priceToBook": stated, "enterpriseToEbitda": stated, "pegRatio": stated}
    one = summary("GBP", 5.0, detail, {**statistics, "bookValue": -2.0, "trailingEps": -1.1})
    record = fundamentals_from_summary("LOSS", one, NOW)
    names = ("trailing_pe", "forward_pe", "price_to_sales", "price_to_book", "ev_to_ebitda", "peg_ratio")
    assert [getattr(record, name) for name in names] == [None] * 6
    assert (record.book_value_per_share, record.earnings_per_share) == (-2.0, -1.1)


def test_negative_book_value_in_pence_becomes_pounds() -> None:
    # 100 pence for -25 pence of equity: a price to book of -4, which is not given.
    one = summary("GBp", 100.0, statistics={"priceToBook": -4.0, "bookValue": -25.0})
    record = fundamentals_from_summary("VOD.L", one, NOW)
    assert record.price_to_book is None
    assert record.book_value_per_share == pytest.approx(-0.25)


@pytest.mark.parametrize(("loss", "given"), [(-1.45, None), (-5.4, -5.4)])
def test_loss_per_share_of_the_statements_is_not_given_in_the_currency_of_the_price(
    loss: float, given: float | None
) -> None:
    # 1.639 billion dollars over 1.123 billion shares are 1.46 dollars, or 5.4 shekels.
    statistics = {
        "trailingEps": loss,
        "netIncomeToCommon": -1_639_000_000,
        "sharesOutstanding": 1_123_000_000,
    }
    one = summary("ILS", 65.0, statistics=statistics)
    one["financialData"]["financialCurrency"] = "USD"
    record = fundamentals_from_summary("TEVA.TA", one, NOW)
    assert record.earnings_per_share == given
    remark = next(remark for remark in record.quality if remark.code == "mixed_currency_withheld")
    assert ("earnings_per_share" in remark.detail) == (given is None)


@pytest.mark.parametrize(
    ("module", "name", "field", "stated", "expected"),
    [
        ("defaultKeyStatistics", "trailingEps", "earnings_per_share", 3.5, 0.035),
        ("defaultKeyStatistics", "trailingEps", "earnings_per_share", 0.035, 0.035),
        ("defaultKeyStatistics", "bookValue", "book_value_per_share", 53.0, 0.53),
        ("defaultKeyStatistics", "bookValue", "book_value_per_share", 0.53, 0.53),
        ("summaryDetail", "dividendRate", "dividend_per_share", 4.5, 0.045),
        ("summaryDetail", "dividendRate", "dividend_per_share", 0.045, 0.045),
    ],
)
def test_figure_without_a_ratio_is_in_pounds(
    module: str, name: str, field: str, stated: float, expected: float
) -> None:
    one = summary()
    one[module] = {name: stated}
    assert getattr(fundamentals_from_summary("VOD.L", one, NOW), field) == pytest.approx(expected)


@pytest.mark.parametrize(("dividend", "stated"), [(0, 0.0121), (None, 0.0121), (0.0121, None), (0.0121, 0)])
def test_yield_of_a_fund_is_no_placeholder(dividend: float | None, stated: float | None) -> None:
    one = summary("USD", 590.0, {"dividendYield": dividend, "yield": stated})
    assert fundamentals_from_summary("SPY", one, NOW).dividend_yield == 0.0121


@pytest.mark.parametrize(
    ("revenue", "margins", "expected"),
    [
        # A bank, a company before its first sales, one whose revenue is not known, and real margins.
        (9_000, {"grossMargins": 0.0, "operatingMargins": 0.4, "profitMargins": 0.3}, (None, 0.4, 0.3)),
        (0, {"grossMargins": 0.0, "operatingMargins": 0.0, "profitMargins": 0.0}, (None, None, None)),
        (None, {"grossMargins": 0, "operatingMargins": 0.0, "profitMargins": 0.0}, (None, None, None)),
        (9_000, {"grossMargins": -0.1, "operatingMargins": 0.0, "profitMargins": -0.2}, (-0.1, 0.0, -0.2)),
    ],
)
def test_margin_of_zero_without_revenue_or_gross_profit_is_not_known(
    revenue: int | None, margins: dict[str, float], expected: tuple[float | None, ...]
) -> None:
    one = summary()
    one["financialData"] |= {"totalRevenue": revenue, **margins}
    record = fundamentals_from_summary("VOD.L", one, NOW)
    assert (record.gross_margin, record.operating_margin, record.profit_margin) == expected


@pytest.mark.parametrize(
    ("dividend", "payout", "expected"), [(0.5, 0.0, None), (0.5, 0.8, 0.8), (None, 0.0, 0)]
)
def test_payout_of_zero_beside_a_dividend_is_not_known(
    dividend: float | None, payout: float, expected: float | None
) -> None:
    one = summary("USD", detail={"dividendRate": dividend, "payoutRatio": payout})
    assert fundamentals_from_summary("ABC", one, NOW).payout_ratio == expected


@pytest.mark.parametrize(
    ("price", "expected"), [(71.5, (0.8, 0.6)), (81.0, (0.81, 0.6)), (55.0, (0.8, 0.55)), (None, (0.8, 0.6))]
)
def test_range_of_52_weeks_contains_the_price(price: float | None, expected: tuple[float, float]) -> None:
    one = summary(price=price, detail={"fiftyTwoWeekHigh": 80.0, "fiftyTwoWeekLow": 60.0})
    record = fundamentals_from_summary("VOD.L", one, NOW)
    assert (record.week_52_high, record.week_52_low) == expected
    without = fundamentals_from_summary("VOD.L", summary(price=price), NOW)
    assert (without.week_52_high, without.week_52_low) == (None, None)
