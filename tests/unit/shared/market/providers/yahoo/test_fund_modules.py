"""Costs and contents of a fund, in the shapes that Yahoo sends."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.market.providers.yahoo.fund_modules import fund_from_summary
from shared.market.providers.yahoo.fundamentals import fundamentals_from_summary

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


def summary(kind: Any = "ETF", **modules: Any) -> dict[str, Any]:
    return {
        "quoteType": {"quoteType": kind},
        "price": {"currency": "USD", "regularMarketPrice": 500.0, "marketCap": 200_000_000_000},
        "summaryDetail": {"yield": 0.005, "totalAssets": 328_302_690_304},
        "defaultKeyStatistics": {"fundInceptionDate": 921_024_000},
        "fundProfile": {
            "family": "Invesco",
            "categoryName": "Large Growth",
            # The net assets of this module are in units of its own.
            "feesExpensesInvestment": {
                "annualReportExpenseRatio": 0.002,
                "annualHoldingsTurnover": 0.080699995,
                "totalNetAssets": 521_778.34,
            },
        },
        "topHoldings": {
            "holdings": [
                {"symbol": "MSFT", "holdingName": "Microsoft Corp", "holdingPercent": 0.077915505},
                {"symbol": "AAPL", "holdingName": "Apple Inc", "holdingPercent": 0.090070695},
            ],
            "sectorWeightings": [{"realestate": 0.002}, {"consumer_cyclical": 0.1476}, {"energy": 0.0}],
        },
        **modules,
    }


def test_costs_and_contents() -> None:
    fund = fundamentals_from_summary("QQQ", summary(), NOW).fund
    assert fund is not None
    assert (fund.family, fund.category, fund.inception_date) == ("Invesco", "Large Growth", date(1999, 3, 10))
    assert (fund.expense_ratio, fund.turnover, fund.net_assets) == (0.002, 0.0807, 328_302_690_304)
    assert [(one.symbol, one.name, one.weight) for one in fund.holdings] == [
        ("AAPL", "Apple Inc", 0.0900707),
        ("MSFT", "Microsoft Corp", 0.0779155),
    ]
    assert [(one.sector, one.weight) for one in fund.sectors] == [
        ("Consumer Cyclical", 0.1476),
        ("Real Estate", 0.002),
    ]


@pytest.mark.parametrize("kind", ["EQUITY", "INDEX", "CURRENCY", None, ["ETF"]])
def test_what_is_no_fund_has_none(kind: Any) -> None:
    assert fund_from_summary(summary(kind), NOW) is None


@pytest.mark.parametrize(
    ("fees", "expected"),
    [
        # Zero is a placeholder, 0.75 a ratio in percent.
        ({"annualReportExpenseRatio": 0}, None),
        ({"annualReportExpenseRatio": 0, "netExpRatio": 0.0033}, 0.0033),
        ({"annualReportExpenseRatio": 0.75}, None),
        ({"annualReportExpenseRatio": -0.01}, None),
        ({"annualReportExpenseRatio": "n/a"}, None),
        ({}, None),
    ],
)
def test_implausible_costs_are_not_known(fees: dict[str, Any], expected: float | None) -> None:
    fund = fund_from_summary(summary(fundProfile={"feesExpensesInvestment": fees}), NOW)
    assert fund is not None
    assert fund.expense_ratio == expected


def test_holdings_without_a_usable_symbol_keep_their_name() -> None:
    rows = [
        {"symbol": "0700 HK", "holdingName": "Tencent", "holdingPercent": 0.08},
        {"symbol": "", "holdingName": None, "holdingPercent": 0.5},
        {"symbol": "AAPL", "holdingName": "Apple", "holdingPercent": "x"},
        "malformed",
    ]
    fund = fund_from_summary(summary(topHoldings={"holdings": rows}), NOW)
    assert fund is not None
    assert [(one.symbol, one.name, one.weight) for one in fund.holdings] == [(None, "Tencent", 0.08)]


def test_weights_in_percent_are_not_taken_for_fractions() -> None:
    rows = [{"symbol": "AAPL", "holdingName": "Apple", "holdingPercent": 9.0}]
    contents = {"holdings": rows, "sectorWeightings": [{"technology": 50.8}]}
    fund = fund_from_summary(summary(topHoldings=contents), NOW)
    assert fund is not None
    assert (fund.holdings, fund.sectors) == ((), ())
