"""The discounted cash flow: ten years of free cash flow, then perpetual growth.

Method. Revenue starts with the growth of the company's history, which falls in equal steps to the terminal
growth in year ten. Operating income is revenue times the median operating margin, taxed at the median tax
rate. A part of it is reinvested: first the part of the company's history, and by year ten, in equal steps,
the part that terminal growth takes at the terminal return on new capital. The rest is free cash flow. After
year ten it grows with the terminal growth. All is discounted at the cost of capital to the end of the last
fiscal year.

The result is plausible when terminal growth is at least one percentage point below the discount rate, and the
terminal value is at most 80 % of enterprise value. Otherwise the method is left out with the reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from shared.reports.language.writer import Writer
from shared.reports.valuation.history import (
    FiscalYear,
    increase_in_working_capital,
    median_of,
    operating_margin,
    tax_rate,
)
from shared.reports.valuation.model import Assumption, AssumptionUnit, SensitivityCell
from shared.reports.valuation.valuation_formulas import (
    compound_growth,
    equity_value_per_share,
    free_cash_flow,
    present_value,
    reinvestment_for_growth,
    terminal_value,
)

YEARS: Final = 10
MIN_HISTORY: Final = 3
"""Fiscal years from which growth, margin and reinvestment can be read."""
MAX_TERMINAL_SHARE: Final = 0.8
MIN_SPREAD: Final = 0.01
"""Terminal growth stays at least so far below the discount rate."""
MAX_TERMINAL_GROWTH: Final = 0.025
MAX_GROWTH: Final = 0.2
MIN_GROWTH: Final = -0.1
MAX_TAX: Final = 0.4
_MAX_RETURN_MULTIPLE: Final = 1.5
"""The terminal return on new capital is at most so many times the cost of capital."""
_RATE_STEP: Final = 0.01
_GROWTH_STEP: Final = 0.005


class NotApplicableError(Exception):
    """The method does not apply.

    Attributes:
        reason: Key of the reason below ``reasons`` in the catalogues.
        values: Values of its placeholders.
    """

    def __init__(self, reason: str, **values: float | str | date) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values = values


@dataclass(frozen=True)
class CashFlowAssumptions:
    """The assumptions of the forecast; rates are fractions.

    Attributes:
        revenue: Revenue of the last fiscal year.
        growth: Growth of revenue in the first year.
        margin: Operating income by revenue.
        tax: Tax by operating income.
        reinvestment: Part of after-tax operating income that is reinvested in the first year.
        terminal_growth: After year ten.
        terminal_return: Return on new capital after year ten.
        net_debt: At the end of the last fiscal year; net cash is negative.
        minority_interest: The same day.
        shares: Diluted.
    """

    revenue: float
    growth: float
    margin: float
    tax: float
    reinvestment: float
    terminal_growth: float
    terminal_return: float
    net_debt: float
    minority_interest: float
    shares: float


@dataclass(frozen=True)
class CashFlowValue:
    """The result of discounting.

    Attributes:
        flows: Free cash flows of the ten years.
        terminal_share: Part of the enterprise value that the terminal value makes up.
        per_share: Value per share; never below zero, since shareholders owe nothing.
    """

    flows: tuple[float, ...]
    enterprise_value: float
    terminal_share: float
    per_share: float


def assumptions_from_history(
    years: Sequence[FiscalYear], risk_free: float, cost_of_capital: float
) -> CashFlowAssumptions:
    """Returns the assumptions that the company's last five years give.

    Args:
        years: Newest first.
        risk_free: Terminal growth is the lower of it and 2.5 %.
        cost_of_capital: The terminal return on new capital is the company's own, but at least this and at
            most half as much again: competition takes the rest.

    Raises:
        NotApplicableError: A figure is missing, or does not allow a forecast.
    """
    years = years[:5]
    if len(years) < MIN_HISTORY:
        raise NotApplicableError("few_years", years=len(years), least=MIN_HISTORY)
    newest = years[0]
    _check_profit(newest)
    known = sum(operating_margin(year) is not None for year in years)
    if known < MIN_HISTORY:
        raise NotApplicableError("few_years", years=known, least=MIN_HISTORY)
    margin, tax = median_of(years, operating_margin), median_of(years, tax_rate)
    if margin is None or margin <= 0 or tax is None:
        raise NotApplicableError("margin_not_positive")
    tax = min(max(tax, 0.0), MAX_TAX)
    return CashFlowAssumptions(
        revenue=newest.lines["revenue"],
        growth=_growth(years),
        margin=margin,
        tax=tax,
        reinvestment=_reinvestment(years, tax),
        terminal_growth=min(max(risk_free, 0.0), MAX_TERMINAL_GROWTH),
        terminal_return=_terminal_return(years, tax, cost_of_capital),
        net_debt=_net_debt(newest),
        minority_interest=newest.get("minority_interest") or 0.0,
        shares=_shares(newest),
    )


def value_cash_flows(assumed: CashFlowAssumptions, rate: float) -> CashFlowValue:
    """Returns the value at a discount rate.

    Raises:
        NotApplicableError: The result would not be plausible.
    """
    if rate - assumed.terminal_growth < MIN_SPREAD:
        raise NotApplicableError("terminal_growth", growth=assumed.terminal_growth, rate=rate)
    last = reinvestment_for_growth(assumed.terminal_growth, assumed.terminal_return)
    revenue, flows = assumed.revenue, []
    for year in range(1, YEARS + 1):
        faded = (year - 1) / (YEARS - 1)
        revenue *= 1 + assumed.growth + (assumed.terminal_growth - assumed.growth) * faded
        income = revenue * assumed.margin * (1 - assumed.tax)
        flows.append(income * (1 - assumed.reinvestment - (last - assumed.reinvestment) * faded))
    terminal = terminal_value(flows[-1] * (1 + assumed.terminal_growth), rate, assumed.terminal_growth)
    discounted = terminal / (1 + rate) ** YEARS
    enterprise = present_value(flows, rate) + discounted
    if enterprise <= 0:
        raise NotApplicableError("worthless")
    share = discounted / enterprise
    if share > MAX_TERMINAL_SHARE:
        raise NotApplicableError("terminal_share", share=share, most=MAX_TERMINAL_SHARE)
    per_share = equity_value_per_share(
        enterprise, assumed.net_debt, assumed.minority_interest, assumed.shares
    )
    return CashFlowValue(tuple(flows), enterprise, share, max(0.0, per_share))


def sensitivity(assumed: CashFlowAssumptions, rate: float) -> tuple[SensitivityCell, ...]:
    """Returns the value per share at three discount rates and three terminal growth rates."""
    cells = []
    for rate_step in (-1, 0, 1):
        for growth_step in (-1, 0, 1):
            growth = assumed.terminal_growth + growth_step * _GROWTH_STEP
            discount = rate + rate_step * _RATE_STEP
            try:
                value = value_cash_flows(replace(assumed, terminal_growth=growth), discount).per_share
            except NotApplicableError:
                value = None
            cells.append(SensitivityCell(discount_rate=discount, terminal_growth=growth, value=value))
    return tuple(cells)


def described(
    assumed: CashFlowAssumptions, years: Sequence[FiscalYear], writer: Writer
) -> tuple[Assumption, ...]:
    """Returns the assumptions as fields, each with its source."""
    used = years[:5]
    span = {"first": str(used[-1].end.year), "last": str(used[0].end.year)}
    last = writer.say("evidence.year", end=used[0].end)

    def field(name: str, unit: AssumptionUnit, source: str) -> Assumption:
        label = writer.text(f"assumptions.{name}")
        return Assumption(name=name, label=label, value=getattr(assumed, name), unit=unit, source=source)

    return (
        field("revenue", "currency", last),
        field("growth", "fraction", writer.say("evidence.growth", **span, low=MIN_GROWTH, high=MAX_GROWTH)),
        field("margin", "fraction", writer.say("evidence.median", **span)),
        field("tax", "fraction", writer.say("evidence.tax", **span, most=MAX_TAX)),
        field("reinvestment", "fraction", writer.say("evidence.reinvestment", **span, low=0.0, high=1.0)),
        field(
            "terminal_growth", "fraction", writer.say("evidence.terminal_growth", most=MAX_TERMINAL_GROWTH)
        ),
        field(
            "terminal_return", "fraction",
            writer.say("evidence.terminal_return", **span, times=_MAX_RETURN_MULTIPLE),
        ),
        field("net_debt", "currency", last),
        field("minority_interest", "currency", last),
        field("shares", "shares", last),
    )  # fmt: skip


def _check_profit(newest: FiscalYear) -> None:
    income = newest.get("operating_income")
    if income is None:
        raise NotApplicableError("operating_income_unknown")
    if income <= 0:
        raise NotApplicableError("operating_loss")
    if (newest.get("revenue") or 0) <= 0:
        raise NotApplicableError("revenue_not_positive")


def _growth(years: Sequence[FiscalYear]) -> float:
    first = years[-1]
    span = (years[0].end - first.end).days / 365.25
    try:
        growth = compound_growth(first.get("revenue") or 0.0, years[0].lines["revenue"], span)
    except ValueError:
        raise NotApplicableError("first_revenue_not_positive") from None
    return min(max(growth, MIN_GROWTH), MAX_GROWTH)


def _reinvestment(years: Sequence[FiscalYear], tax: float) -> float:
    """Returns the part of after-tax operating income that was reinvested, summed over the years.

    A single year says little: investment comes in lumps.
    """
    income = reinvested = 0.0
    for year in years:
        lines = year.all("operating_income", "depreciation_amortisation", "capital_expenditure")
        if lines is None:
            continue
        operating, depreciation, expenditure = lines
        after_tax = operating * (1 - tax)
        income += after_tax
        flow = free_cash_flow(operating, tax, depreciation, -expenditure, increase_in_working_capital(year))
        reinvested += after_tax - flow
    if income <= 0:
        raise NotApplicableError("reinvestment_unknown")
    return min(max(reinvested / income, 0.0), 1.0)


def _terminal_return(years: Sequence[FiscalYear], tax: float, cost_of_capital: float) -> float:
    def earned(year: FiscalYear) -> float | None:
        lines = year.all("operating_income", "total_equity", "net_debt")
        if lines is None or lines[1] + lines[2] <= 0:
            return None
        return lines[0] * (1 - tax) / (lines[1] + lines[2])

    own = median_of(years, earned)
    return min(max(own or cost_of_capital, cost_of_capital), _MAX_RETURN_MULTIPLE * cost_of_capital)


def _shares(newest: FiscalYear) -> float:
    shares = newest.get("shares_diluted") or newest.get("shares_basic")
    if not shares or shares <= 0:
        raise NotApplicableError("shares_unknown")
    return shares


def _net_debt(newest: FiscalYear) -> float:
    value = newest.get("net_debt")
    if value is None:
        raise NotApplicableError("net_debt_unknown")
    return value
