"""Fundamentals of the sample companies, computed from their published statements."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from shared.market.providers.sample.accounts import Quarter, quarters_of
from shared.market.providers.sample.sample_company import annual_dividend, per_share
from shared.market.providers.sample.sample_instruments import SampleInstrument

_YEAR: Final = 4
"""Quarters."""
_NOT_OF_DEPOSIT_FUNDED: Final = (
    "gross_margin", "current_ratio", "debt_to_equity", "free_cash_flow", "enterprise_value", "ev_to_ebitda",
)  # fmt: skip
"""Figures that say nothing about banks and insurers: borrowing is their business."""


def reported_figures(instrument: SampleInstrument, price: float, today: date) -> dict[str, Any]:
    """Returns the fundamentals that follow from the statements which are published by a day, by name.

    Flows are those of the last four quarters, balances those of the last day. Growth compares the last
    quarter with the same quarter a year before, as Yahoo Finance does. Figures that say nothing about a bank
    or an insurer are None.

    Args:
        instrument: A company.
        price: Price per share.
        today: The day.
    """
    quarters = [quarter for quarter in quarters_of(instrument, today.year) if quarter.filed <= today]
    figures = _figures(quarters, instrument.shares)
    last_year = quarters[-_YEAR:]
    figures |= _multiples(figures, instrument, price, last_year)
    if instrument.is_deposit_funded:
        return figures | dict.fromkeys(_NOT_OF_DEPOSIT_FUNDED)
    return figures | _of_goods(last_year)


def _figures(quarters: Sequence[Quarter], shares: int) -> dict[str, Any]:
    year, last, before = quarters[-_YEAR:], quarters[-1].lines, quarters[-1 - _YEAR].lines
    revenue, profit = _sum(year, "revenue"), _sum(year, "net_income")
    debt, equity = last["short_term_debt"] + last["long_term_debt"], last["parent_equity"]
    return {
        "revenue": round(revenue),
        "net_income": round(profit),
        "earnings_per_share": _earnings(year),
        "book_value_per_share": per_share(equity / shares),
        "return_on_equity": round(profit / equity, 4),
        "return_on_assets": round(profit / last["total_assets"], 4),
        "operating_margin": round(_sum(year, "operating_income") / revenue, 4),
        "profit_margin": round(profit / revenue, 4),
        "total_cash": round(last["cash"] + last["short_term_investments"]),
        "total_debt": round(debt),
        "debt_to_equity": round(debt / equity, 4),
        "revenue_growth": _growth(last, before, "revenue"),
        "earnings_growth": _growth(last, before, "net_income"),
    }


def _multiples(
    figures: Mapping[str, Any],
    instrument: SampleInstrument,
    price: float,
    year: Sequence[Quarter],
) -> dict[str, object]:
    earnings, growth = figures["earnings_per_share"], figures["earnings_growth"]
    value = price * instrument.shares
    enterprise_value = value + figures["total_debt"] - figures["total_cash"]
    ebitda = _sum(year, "operating_income") + _sum(year, "depreciation_amortisation")
    return {
        "trailing_pe": round(price / earnings, 2),
        "forward_pe": round(price / (earnings * (1 + growth)), 2),
        "peg_ratio": round(price / earnings / (growth * 100), 2) if growth > 0.01 else None,
        "price_to_book": round(price / figures["book_value_per_share"], 2),
        "price_to_sales": round(value / figures["revenue"], 2),
        "enterprise_value": round(enterprise_value),
        "ev_to_ebitda": round(enterprise_value / ebitda, 2),
        "payout_ratio": round(annual_dividend(instrument) / earnings, 4),
        "period_end": year[-1].end,
    }


def _sum(quarters: Sequence[Quarter], name: str) -> float:
    return sum(quarter.lines[name] for quarter in quarters)


def _of_goods(year: Sequence[Quarter]) -> dict[str, Any]:
    """Returns the figures of lines that banks and insurers do not report."""
    last = year[-1].lines
    return {
        "gross_margin": round(_sum(year, "gross_profit") / _sum(year, "revenue"), 4),
        "current_ratio": round(last["current_assets"] / last["current_liabilities"], 2),
        "free_cash_flow": round(_sum(year, "operating_cash_flow") + _sum(year, "capital_expenditure")),
    }


def _earnings(year: Sequence[Quarter]) -> float:
    return per_share(_sum(year, "net_income") / year[-1].lines["shares_diluted"])


def _growth(last: Mapping[str, float], before: Mapping[str, float], name: str) -> float:
    return round(last[name] / before[name] - 1, 4)
