"""Made-up accounts of the sample companies: statements that fit together, quarter by quarter.

Each quarter starts from the balance sheet of the one before. Profit and cash flows change it, so the balance
sheet balances, the cash flows explain the change in cash, and quarters add up to years. A quarter, once over,
never changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from typing import Final

from shared.market.providers.sample.sample_company import sample_figures
from shared.market.providers.sample.sample_instruments import SampleInstrument
from shared.market.providers.sample.walk import seeded_generator

AccountLines = Mapping[str, float]

FIRST_YEAR: Final = 2012
_SIZED_IN: Final = FIRST_YEAR + 14
"""In this year the accounts have the size of the company's fundamentals."""
_QUARTER_ENDS: Final = ((3, 31), (6, 30), (9, 30), (12, 31))
_SEASONS: Final = (0.94, 0.97, 1.0, 1.09)
_DAYS_TO_FILING: Final = {1: 35, 2: 35, 3: 35, 4: 45}
_UNCHANGED: Final = ("short_term_investments", "goodwill", "intangibles")
_STEP: Final = 1000
"""Amounts are in thousands."""
_NOT_OF_DEPOSIT_FUNDED: Final = frozenset(
    {
        *("cost_of_revenue", "gross_profit", "research_and_development", "receivables", "inventory"),
        *("change_in_receivables", "change_in_inventory", "payables", "change_in_payables"),
        *("current_assets", "current_liabilities", "capital_expenditure", "acquisitions"),
    }
)
"""Lines that banks and insurers do not report."""
_ENTRUSTED: Final = {"Banks": 12.0, "Insurance": 3.0}
"""Deposits of customers, or what is set aside for insured losses, by revenue of a year."""


@dataclass(frozen=True)
class _SampleCompany:
    """What the accounts of a company are made from; shares of revenue unless stated otherwise.

    Attributes:
        revenue: Revenue of the year of reference, in whole units.
        growth: A year, as a fraction.
        payout: Share of profit that is paid as dividends.
    """

    revenue: float
    growth: float
    gross_margin: float
    operating_margin: float
    research: float
    capital_expenditure: float
    payout: float
    debt: float
    cash: float


@dataclass(frozen=True)
class Quarter:
    """The accounts of one quarter.

    Attributes:
        lines: Filed values by name; balances are those of the last day.
    """

    year: int
    number: int
    lines: AccountLines

    @property
    def start(self) -> date:
        """First day."""
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def end(self) -> date:
        """Last day."""
        return date(self.year, *_QUARTER_ENDS[self.number - 1])

    @property
    def filed(self) -> date:
        """Day of publication."""
        return self.end + timedelta(days=_DAYS_TO_FILING[self.number])


def quarters_of(instrument: SampleInstrument, last_year: int) -> list[Quarter]:
    """Returns the quarters of a company up to the end of a year, oldest first."""
    company = _company(instrument)
    numbers = [(year, number) for year in range(FIRST_YEAR, last_year + 1) for number in (1, 2, 3, 4)]
    opening = Quarter(FIRST_YEAR - 1, 4, _opening(company))
    steps = accumulate(
        numbers, lambda before, item: _next(company, instrument, before, *item), initial=opening
    )
    return [_reported(company, instrument, quarter) for quarter in list(steps)[1:]]


def _reported(company: _SampleCompany, instrument: SampleInstrument, quarter: Quarter) -> Quarter:
    """Returns the accounts as published: banks and insurers lend and invest what is entrusted to them."""
    if not instrument.is_deposit_funded:
        return quarter
    lines = {name: line for name, line in quarter.lines.items() if name not in _NOT_OF_DEPOSIT_FUNDED}
    by_revenue = _ENTRUSTED[instrument.industry or ""]
    # The fourth quarter has the number 0 of the next year.
    entrusted, before = (
        _amount(by_revenue * _revenue_of_year(company, quarter.year, number))
        for number in (quarter.number, quarter.number - 1)
    )
    lines["total_assets"] += entrusted
    lines["total_liabilities"] += entrusted
    lines["investing_cash_flow"] -= entrusted - before
    lines["financing_cash_flow"] += entrusted - before
    return replace(quarter, lines=lines)


def _company(instrument: SampleInstrument) -> _SampleCompany:
    figures = sample_figures(instrument)
    random = seeded_generator(instrument.seed, "accounts")
    growth, research = 0.02 + 0.1 * float(random.random()), 0.02 + 0.04 * float(random.random())
    deposit_funded = instrument.is_deposit_funded
    return _SampleCompany(
        revenue=float(figures["revenue"]),
        growth=growth,
        gross_margin=1.0 if deposit_funded else float(figures["gross_margin"]),
        operating_margin=float(figures["operating_margin"]),
        research=0.0 if deposit_funded else research,
        capital_expenditure=0.03 + 0.05 * float(random.random()),
        payout=float(figures["payout_ratio"]),
        debt=float(figures["total_debt"]) / float(figures["revenue"]),
        cash=float(figures["total_cash"]) / float(figures["revenue"]),
    )


def _opening(company: _SampleCompany) -> AccountLines:
    revenue = _revenue(company, FIRST_YEAR, 1)
    debt = revenue * 4 * company.debt
    return _with_totals(
        {
            "cash": _amount(revenue * 4 * company.cash),
            "short_term_investments": _amount(revenue * 0.3),
            "receivables": _amount(revenue * 0.5),
            "inventory": _amount(revenue * (1 - company.gross_margin) * 0.4),
            "property_plant_equipment": _amount(revenue * 4 * company.capital_expenditure * 6),
            # Enough for equity to be positive: debt alone would exceed the assets of some companies.
            "goodwill": _amount(revenue * 0.6 + debt),
            "intangibles": _amount(revenue * 0.25),
            "payables": _amount(revenue * (1 - company.gross_margin) * 0.5),
            "short_term_debt": _amount(debt * 0.1),
            "long_term_debt": _amount(debt * 0.9),
        }
    )


def _next(
    company: _SampleCompany, instrument: SampleInstrument, before: Quarter, year: int, number: int
) -> Quarter:
    income = _income(company, before.lines, _revenue(company, year, number), instrument.shares)
    flows = _cash_flows(company, before.lines, income)
    balance = _balance(before.lines, flows)
    return Quarter(year, number, {**income, **flows, **balance})


def _income(company: _SampleCompany, before: AccountLines, revenue: float, shares: int) -> dict[str, float]:
    cost = _amount(revenue * (1 - company.gross_margin))
    operating = _amount(revenue * company.operating_margin)
    research = _amount(revenue * company.research)
    interest = _amount((before["short_term_debt"] + before["long_term_debt"]) * 0.01)
    pretax = operating - interest
    tax = _amount(pretax * 0.21)
    profit = pretax - tax
    return {
        "revenue": revenue,
        "cost_of_revenue": cost,
        "gross_profit": revenue - cost,
        "research_and_development": research,
        "selling_general_administrative": revenue - cost - research - operating,
        "operating_income": operating,
        "interest_expense": interest,
        "pretax_income": pretax,
        "income_tax": tax,
        "net_income": profit,
        "net_income_consolidated": profit,
        "shares_basic": float(shares),
        "shares_diluted": float(round(shares * 1.01)),
    }


def _cash_flows(company: _SampleCompany, before: AccountLines, income: AccountLines) -> dict[str, float]:
    revenue, cost = income["revenue"], income["cost_of_revenue"]
    flows = {
        "depreciation_amortisation": _amount(before["property_plant_equipment"] / 26),
        "stock_compensation": _amount(revenue * 0.01),
        "change_in_receivables": before["receivables"] - _amount(revenue * 0.5),
        "change_in_inventory": before["inventory"] - _amount(cost * 0.4),
        "change_in_payables": _amount(cost * 0.5) - before["payables"],
    }
    operating = income["net_income"] + sum(flows.values())
    spent = -_amount(min(revenue * company.capital_expenditure, 0.6 * max(0.0, operating)))
    dividends = -_amount(max(0.0, income["net_income"]) * company.payout)
    debt = before["short_term_debt"] + before["long_term_debt"]
    repaid = -before["short_term_debt"]
    issued = max(0.0, _amount(revenue * 4 * company.debt) - debt - repaid)
    left = min(operating + spent + dividends + issued + repaid, income["net_income"] + dividends)
    flows |= {
        "operating_cash_flow": operating,
        "capital_expenditure": spent,
        "investing_cash_flow": spent,
        "acquisitions": 0.0,
        "dividends_paid": dividends,
        "share_repurchases": -_amount(max(0.0, left) * 0.8),
        "debt_issued": issued,
        "debt_repaid": repaid,
    }
    flows["financing_cash_flow"] = sum(
        flows[name] for name in ("dividends_paid", "share_repurchases", "debt_issued", "debt_repaid")
    )
    flows["exchange_rate_effect"] = 0.0
    flows["net_change_in_cash"] = operating + spent + flows["financing_cash_flow"]
    return flows


def _balance(before: AccountLines, flows: AccountLines) -> dict[str, float]:
    debt = before["short_term_debt"] + before["long_term_debt"] + flows["debt_issued"] + flows["debt_repaid"]
    due = _amount(debt * 0.1)
    spent, written_off = -flows["capital_expenditure"], flows["depreciation_amortisation"]
    return _with_totals(
        {
            **{name: before[name] for name in _UNCHANGED},
            "cash": before["cash"] + flows["net_change_in_cash"],
            "receivables": before["receivables"] - flows["change_in_receivables"],
            "inventory": before["inventory"] - flows["change_in_inventory"],
            "property_plant_equipment": before["property_plant_equipment"] + spent - written_off,
            "payables": before["payables"] + flows["change_in_payables"],
            "short_term_debt": due,
            "long_term_debt": debt - due,
        }
    )


def _with_totals(balance: dict[str, float]) -> dict[str, float]:
    current = sum(balance[name] for name in ("cash", "short_term_investments", "receivables", "inventory"))
    fixed = sum(balance[name] for name in ("property_plant_equipment", "goodwill", "intangibles"))
    due = balance["payables"] + balance["short_term_debt"]
    liabilities = due + balance["long_term_debt"]
    equity = current + fixed - liabilities
    return {
        **balance,
        "current_assets": current,
        "total_assets": current + fixed,
        "current_liabilities": due,
        "total_liabilities": liabilities,
        "minority_interest": 0.0,
        "parent_equity": equity,
        "total_equity": equity,
    }


def _revenue(company: _SampleCompany, year: int, number: int) -> float:
    return _amount(_revenue_of_year(company, year, number) / 4 * _SEASONS[number - 1])


def _revenue_of_year(company: _SampleCompany, year: int, number: int) -> float:
    """Returns the revenue of a year at the pace of a quarter."""
    years = year - _SIZED_IN + (number - 1) / 4
    return company.revenue * float((1 + company.growth) ** years)


def _amount(value: float) -> float:
    return float(round(value / _STEP) * _STEP)
