"""Two invented companies whose figures fill the phrasings: each figure differs from all others."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from shared.domain.facts import Fact
from shared.figures.lookup.fact_base import FactBase
from shared.figures.reading.lexicon import word_set

_AS_OF: Final = "2026-11-20T21:00:00Z"
_YEARS: Final = (2025, 2024)


@dataclass(frozen=True)
class Company:
    """A company of the facts.

    Attributes:
        values: Its figures by metric, percentages as such.
    """

    name: str
    symbol: str
    values: Mapping[str, float]


_QUOTE: Final = (
    "price previous_close change change_percent open day_high day_low volume market_cap pre_market_price"
    " post_market_price"
)
_TECHNICALS: Final = (
    "sma_20 sma_50 sma_200 ema_12 ema_26 rsi_14 macd macd_signal macd_histogram bollinger_upper"
    " bollinger_lower atr_14 volatility week_52_high week_52_low"
)
_FUNDAMENTALS: Final = (
    "enterprise_value shares_outstanding trailing_pe forward_pe peg_ratio price_to_book price_to_sales"
    " ev_to_ebitda earnings_per_share book_value_per_share revenue net_income gross_margin operating_margin"
    " profit_margin return_on_equity return_on_assets revenue_growth earnings_growth total_cash total_debt"
    " debt_to_equity current_ratio free_cash_flow dividend_per_share dividend_yield payout_ratio beta"
    " analyst_count target_mean_price target_high_price target_low_price employees"
)
_INCOME: Final = (
    "cost_of_revenue gross_profit research_and_development selling_general_administrative operating_income"
    " interest_expense pretax_income income_tax"
)
_BALANCE: Final = (
    "short_term_investments receivables inventory current_assets property_plant_equipment goodwill"
    " intangibles total_assets payables short_term_debt current_liabilities long_term_debt"
    " total_liabilities parent_equity net_debt"
)
_CASH_FLOW: Final = (
    "operating_cash_flow capital_expenditure acquisitions investing_cash_flow dividends_paid"
    " share_repurchases debt_issued debt_repaid financing_cash_flow stock_compensation"
    " depreciation_amortisation net_change_in_cash"
)
_ESTIMATES: Final = "eps_mean revenue_mean"
_HOLDERS: Final = "percent_held_by_institutions percent_held_by_insiders institution_count percent_held worth"
_METRICS: Final[Mapping[str, str]] = {
    "earnings_per_share": "eps", "parent_equity": "total_equity", "eps_mean": "eps_estimate",
    "revenue_mean": "revenue_estimate", "percent_held_by_institutions": "institutional_ownership",
    "percent_held_by_insiders": "insider_ownership", "percent_held": "stake", "worth": "stake_value",
}  # fmt: skip
"""The metric that a field holds, where it is called otherwise."""
_IN_FRACTIONS: Final = word_set(
    "volatility gross_margin operating_margin profit_margin return_on_equity return_on_assets"
    " revenue_growth earnings_growth dividend_yield payout_ratio percent_held_by_institutions"
    " percent_held_by_insiders percent_held"
)
_OUTFLOWS: Final = word_set(
    "capital_expenditure acquisitions investing_cash_flow dividends_paid share_repurchases debt_repaid"
    " financing_cash_flow"
)
_BILLIONS: Final = word_set(
    "market_cap enterprise_value shares_outstanding revenue net_income total_cash total_debt"
    f" free_cash_flow revenue_mean worth {_INCOME} {_BALANCE} {_CASH_FLOW}"
)
_VELMORA: Final[Mapping[str, str]] = {
    _QUOTE: "214.37 211.85 2.52 1.19 212.46 215.93 210.72 8431276 249.31 216.58 213.64",
    _TECHNICALS: (
        "208.91 203.28 187.65 210.14 205.77 63.8 4.37 3.92 0.45 221.49 196.33 4.86 27.4 228.16 148.72"
    ),
    _FUNDAMENTALS: (
        "268.74 1.163 27.6 24.3 2.18 8.42 3.85 17.9 7.77 25.46 64.83 9.04 43.7 18.6 13.9 30.5 10.8 8.3 11.7"
        " 12.76 32.19 1.09 1.43 7.58 3.12 1.46 40.2 1.17 34 238.45 275.5 182.25 148932"
    ),
    _INCOME: "35.27 27.21 4.63 10.97 11.61 1.28 10.33 1.82",
    _BALANCE: "2.37 7.86 6.71 29.43 18.35 14.28 5.19 83.64 6.32 3.47 20.58 27.91 54.02 29.62 19.44",
    _CASH_FLOW: "11.37 3.94 1.16 5.23 3.56 4.81 5.68 4.15 6.84 0.742 2.87 0.684",
    _ESTIMATES: "8.46 67.35",
    _HOLDERS: "71.6 0.83 2318 8.7 21.69",
}
_KESTRIN: Final[Mapping[str, str]] = {
    _QUOTE: "96.58 98.24 -1.66 -1.69 97.93 99.15 95.47 3268514 57.08 94.76 97.19",
    _TECHNICALS: (
        "101.34 105.62 112.87 99.71 103.46 36.2 -3.75 -2.98 -0.77 109.83 92.85 2.64 35.9 131.27 88.41"
    ),
    _FUNDAMENTALS: (
        "66.39 0.591 19.4 16.8 3.07 5.29 1.98 12.5 4.98 18.26 28.79 2.94 33.6 12.1 10.2 26.7 7.42 4.9 6.4"
        " 5.87 15.18 1.38 1.76 2.46 2.28 2.36 45.8 0.84 21 103.92 124.6 78.35 61247"
    ),
    _INCOME: "19.13 9.66 1.57 4.42 3.49 0.636 2.85 0.562",
    _BALANCE: "0.927 4.36 3.18 14.91 9.57 6.13 2.08 41.75 3.83 1.94 8.47 13.24 30.96 10.79 9.31",
    _CASH_FLOW: "4.58 2.12 0.473 2.65 1.34 0.869 3.07 2.74 1.88 0.318 1.43 0.157",
    _ESTIMATES: "5.36 30.24",
    _HOLDERS: "58.3 2.17 894 6.9 3.94",
}


def _fields(table: Mapping[str, str]) -> dict[str, float]:
    """Returns the figures of a company by the fields of the contract, as the contract has them."""
    fields: dict[str, float] = {}
    for names, numbers in table.items():
        for name, number in zip(names.split(), numbers.split(), strict=True):
            value = float(number)
            if name in _IN_FRACTIONS:
                value /= 100
            elif name in _BILLIONS:
                value *= 1e9
            fields[name] = round(-value if name in _OUTFLOWS else value, 6)
    return fields


def _with_computed(values: dict[str, float]) -> Mapping[str, float]:
    """Adds what the check computes from other figures."""
    of = values.__getitem__
    values["upside"] = (of("target_mean_price") / of("price") - 1) * 100
    values["fcf_margin"] = of("free_cash_flow") / of("revenue") * 100
    values["fcf_yield"] = of("free_cash_flow") / of("market_cap") * 100
    values["earnings_yield"] = 100 / of("trailing_pe")
    values["equity_ratio"] = of("total_equity") / of("total_assets") * 100
    values["tax_rate"] = of("income_tax") / of("pretax_income") * 100
    values["interest_coverage"] = of("operating_income") / of("interest_expense")
    values["ev_to_revenue"] = of("enterprise_value") / of("revenue")
    values["cash_per_share"] = of("total_cash") / of("shares_outstanding")
    values["revenue_per_share"] = of("revenue") / of("shares_outstanding")
    values["fcf_per_share"] = of("free_cash_flow") / of("shares_outstanding")
    values["shareholder_returns"] = abs(of("share_repurchases")) + abs(of("dividends_paid"))
    return values


def _documents(name: str, symbol: str, fields: Mapping[str, float]) -> list[tuple[str, dict[str, Any]]]:
    """Returns the facts of a company as kinds and data."""

    def part(names: str) -> dict[str, Any]:
        return {field: fields[field] for field in names.split()}

    def years(names: str, kind: str, **more: float) -> tuple[str, dict[str, Any]]:
        periods = [
            {
                "start": f"{year}-01-01",
                "end": f"{year}-12-31",
                "fiscal_year": year,
                "fiscal_period": "FY",
                "currency": "USD",
                **{field: round(value * (1 if year == _YEARS[0] else 0.93), 2) for field, value in rows},
            }
            for year in _YEARS
            for rows in [(part(names) | more).items()]
        ]
        return "statements", {"statement": kind, "period": "annual", "periods": periods}

    holder = {"name": "Ridgeway Asset Management", **part("percent_held worth")}
    held = part("percent_held_by_institutions percent_held_by_insiders institution_count")
    expected = {"period": "current_year", "period_end": "2026-12-31", **part(_ESTIMATES)}
    documents = [
        ("quote", {"name": name, "currency": "USD", **part(_QUOTE)}),
        ("technicals", {"currency": "USD", "close": fields["price"], **part(_TECHNICALS)}),
        ("fundamentals", {"name": name, "currency": "USD", **part(_FUNDAMENTALS)}),
        years(_INCOME, "income"),
        years(_BALANCE, "balance"),
        years(_CASH_FLOW, "cash_flow"),
        ("earnings", {"currency": "USD", "history": [], "estimates": [expected]}),
        ("holders", {"currency": "USD", "institutions": [holder], **held}),
    ]
    return [(kind, {"symbol": symbol, "as_of": _AS_OF, **data}) for kind, data in documents]


def _company(name: str, symbol: str, table: Mapping[str, str]) -> tuple[Company, list[Fact]]:
    fields = _fields(table)
    values = {
        _METRICS.get(field, field): round(value * 100, 4) if field in _IN_FRACTIONS else value
        for field, value in fields.items()
    }
    facts = [
        Fact(0, kind, symbol, "", data, "sample", _AS_OF, stale=False)
        for kind, data in _documents(name, symbol, fields)
    ]
    return Company(name, symbol, _with_computed(values)), facts


@cache
def world() -> tuple[FactBase, Company, Company]:
    """Returns the facts, the company that the phrasings are about, and the other one."""
    one, of_one = _company("Velmora", "VLMR", _VELMORA)
    other, of_other = _company("Kestrin", "KSTN", _KESTRIN)
    return FactBase(of_one + of_other), one, other
