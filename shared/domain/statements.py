"""Financial statements: one vocabulary of lines, whatever the source, and the records that carry them.

Monetary values are in whole units of the period's currency (not thousands), share counts in shares, values
per share in units of currency. Income and balance lines have the sign of the statement: costs, taxes and debt
are positive numbers. Cash-flow lines are signed by their effect on cash: payments are negative.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from shared.domain.company import Issuer
from shared.domain.market_data import Currency, Figure, Provenance, Record
from shared.domain.terms import (
    DEFAULT_STATEMENT_LIMIT,
    MAX_STATEMENT_LIMIT,
    StatementFrequency,
    StatementKind,
    Symbol,
)

FiscalPeriod = Literal["FY", "Q1", "Q2", "Q3", "Q4", "H1", "H2", "TTM"]
LineUnit = Literal["currency", "currency_per_share", "shares"]
LineValue = Annotated[int | Figure, Field(union_mode="left_to_right")]
"""A whole number stays whole in JSON; values per share have decimals."""


@dataclass(frozen=True)
class LineItem:
    """A line of the vocabulary.

    Attributes:
        name: Key in the lines of a period.
        statement: The statement it belongs to.
        unit: What its values are counted in.
        additive: Whether the quarters of a year add up to the year. False for balances, values per share and
            share counts.
        description: What it is, with the sign where that is not plain.
    """

    name: str
    statement: StatementKind
    unit: LineUnit
    additive: bool
    description: str


def _income(name: str, description: str, unit: LineUnit = "currency") -> LineItem:
    return LineItem(name, "income", unit, unit == "currency", description)


def _balance(name: str, description: str) -> LineItem:
    return LineItem(name, "balance", "currency", False, description)


def _cash_flow(name: str, description: str) -> LineItem:
    return LineItem(name, "cash_flow", "currency", True, description)


LINE_ITEMS: Final[Mapping[str, LineItem]] = {
    item.name: item
    for item in (
        _income("revenue", "Total revenue, net of returns and sales taxes."),
        _income("cost_of_revenue", "Cost of the goods and services sold."),
        _income("gross_profit", "Revenue less cost of revenue."),
        _income("research_and_development", "Research and development expense."),
        _income("selling_general_administrative", "Selling, marketing, general and administrative expense."),
        _income("operating_income", "Profit from operations; a loss is negative."),
        _income("interest_expense", "Interest on debt."),
        _income("pretax_income", "Profit before income tax, including minority interest."),
        _income("income_tax", "Income tax expense; a benefit is negative."),
        _income("net_income", "Profit that belongs to the parent's shareholders."),
        _income("net_income_consolidated", "Profit of the group, including minority interest."),
        _income("eps_basic", "Parent's profit per share outstanding.", "currency_per_share"),
        _income("eps_diluted", "Parent's profit per share after dilution.", "currency_per_share"),
        _income("shares_basic", "Average number of shares outstanding.", "shares"),
        _income("shares_diluted", "Average number of shares after dilution.", "shares"),
        _balance("cash", "Cash and cash equivalents, without restricted cash."),
        _balance("short_term_investments", "Marketable securities and deposits due within a year."),
        _balance("receivables", "Accounts receivable from customers, net of allowances."),
        _balance("inventory", "Inventories."),
        _balance("current_assets", "Total assets due within a year."),
        _balance("property_plant_equipment", "Property, plant and equipment, net of depreciation."),
        _balance("goodwill", "Goodwill."),
        _balance("intangibles", "Intangible assets other than goodwill, net of amortisation."),
        _balance("total_assets", "Total assets."),
        _balance("payables", "Accounts payable to suppliers."),
        _balance("short_term_debt", "Borrowings due within a year, with the current part of long-term debt."),
        _balance("current_liabilities", "Total liabilities due within a year."),
        _balance("long_term_debt", "Borrowings due after a year, without leases."),
        _balance("total_liabilities", "Total assets less total equity."),
        _balance("minority_interest", "Equity that belongs to other owners of subsidiaries."),
        _balance("parent_equity", "Equity that belongs to the parent's shareholders."),
        _balance("total_equity", "Equity including minority interest: assets = liabilities + equity."),
        _balance("net_debt", "Short-term and long-term debt less cash and short-term investments."),
        _cash_flow("operating_cash_flow", "Net cash from operating activities."),
        _cash_flow("capital_expenditure", "Payments for property, plant and equipment: negative."),
        _cash_flow("free_cash_flow", "Operating cash flow plus capital expenditure."),
        _cash_flow("change_in_receivables", "Effect on cash of the change in receivables."),
        _cash_flow("change_in_inventory", "Effect on cash of the change in inventories."),
        _cash_flow("change_in_payables", "Effect on cash of the change in payables."),
        _cash_flow(
            "other_operating",
            "Operating cash flow less consolidated net income and the other operating lines.",
        ),
        _cash_flow("acquisitions", "Payments for businesses, net of cash acquired: negative."),
        _cash_flow("other_investing", "The part of investing cash flow that no other line explains."),
        _cash_flow("investing_cash_flow", "Net cash from investing activities."),
        _cash_flow("dividends_paid", "Dividends paid to shareholders: negative."),
        _cash_flow("share_repurchases", "Payments for own shares: negative."),
        _cash_flow("debt_issued", "Proceeds from borrowings."),
        _cash_flow("debt_repaid", "Repayments of borrowings: negative."),
        _cash_flow("other_financing", "The part of financing cash flow that no other line explains."),
        _cash_flow("financing_cash_flow", "Net cash from financing activities."),
        _cash_flow("exchange_rate_effect", "Effect of exchange rates on cash held."),
        _cash_flow("stock_compensation", "Share-based compensation added back to profit."),
        _cash_flow("depreciation_amortisation", "Depreciation and amortisation added back to profit."),
        _cash_flow(
            "net_change_in_cash", "Operating, investing, financing and exchange-rate effect together."
        ),
    )
}
"""Every line by name, in the order of the statements."""


def statement_items(statement: StatementKind) -> tuple[LineItem, ...]:
    """Returns the lines of one statement in their order."""
    return tuple(item for item in LINE_ITEMS.values() if item.statement == statement)


class ConvertedFrom(Record):
    """The value before a conversion of currency.

    Attributes:
        currency: ISO 4217 code of the reporting currency.
        value: The value in it.
        rate: Units of the period's currency per unit of ``currency``.
        date: Day of the rate.
    """

    currency: Currency
    value: LineValue
    rate: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    date: date


class OriginalValue(Record):
    """The value as filed, before it was restated for a share split.

    Attributes:
        value: As filed.
        split_factor: New shares per old share over all splits since: 4.0 after a 4-for-1 split. Values per
            share were divided by it, share counts multiplied.
    """

    value: LineValue
    split_factor: Annotated[float, Field(gt=0, allow_inf_nan=False)]


class StatementLine(Record):
    """One value of a statement.

    Attributes:
        value: In the unit of its ``LineItem``; None when it is not known.
        derived: Computed from other values rather than filed (fourth quarters, free cash flow, sums).
        restated: A later filing changed the value; this is the latest known.
        converted_from: The value in the reporting currency; None when nothing was converted.
        original: The value as filed; None when no share split came after it.
        reason: Why ``value`` is None; None otherwise.
    """

    value: LineValue | None
    derived: bool = False
    restated: bool = False
    converted_from: ConvertedFrom | None = None
    original: OriginalValue | None = None
    reason: str | None = None

    @model_validator(mode="after")
    def _check_reason(self) -> Self:
        if (self.value is None) == (self.reason is None):
            raise ValueError("a line has either a value or the reason why it has none")
        return self


def absent(reason: str) -> StatementLine:
    """Returns a line without a value, with the reason."""
    return StatementLine(value=None, reason=reason)


class StatementPeriod(Record):
    """The lines of one statement for one period.

    Attributes:
        start: First day; None for a balance sheet.
        end: Last day, or the day of the balance sheet.
        fiscal_year: The company's name for the year; None when the source does not tell.
        fiscal_period: ``FY``, a quarter, a half-year, or ``TTM``; None for a quarter when the source does not
            tell the end of the fiscal year.
        currency: ISO 4217 code of all monetary values in ``lines``.
        form: Form of the filing that the values come from (10-K, 10-Q, 20-F); None when not from a filing.
        filed: Day of that filing. Where lines come from several filings, the latest one.
        accession: Its accession number at EDGAR.
        url: Its page.
        known_from: Day from which all of the values count: that of the last filing they come from, or the
            next session where it was accepted after the close. None when not from a filing.
        lines: Every line of the statement by name, in the order of the vocabulary.
    """

    start: date | None
    end: date
    fiscal_year: int | None
    fiscal_period: FiscalPeriod | None
    currency: Currency
    form: str | None = None
    filed: date | None = None
    accession: str | None = None
    url: str | None = None
    known_from: date | None = None
    lines: Mapping[str, StatementLine]


class Statements(Provenance):
    """One statement of a company over several periods.

    Attributes:
        symbol: Symbol the statement was requested for.
        issuer: The company that reports, with its predecessors; None when the source does not tell.
        statement: The statement.
        period: Length of the periods.
        known_on: Only what had been published by this day counts; None for everything published so far.
        periods: Newest first, without duplicates.
        reason: Why there are no periods; None when there are some.
    """

    symbol: Symbol
    issuer: Issuer | None = None
    statement: StatementKind
    period: StatementFrequency
    known_on: date | None = None
    periods: tuple[StatementPeriod, ...]
    reason: str | None = None

    @model_validator(mode="after")
    def _check_periods(self) -> Self:
        names = [item.name for item in statement_items(self.statement)]
        if any(list(period.lines) != names for period in self.periods):
            raise ValueError(f"every period must have the lines of the {self.statement} statement in order")
        ends = [period.end for period in self.periods]
        if ends != sorted(set(ends), reverse=True):
            raise ValueError("periods must be sorted newest first, without duplicates")
        return self


class StatementsRequest(Record):
    """Which statement is requested.

    Attributes:
        limit: Maximum number of periods, counted from the newest.
        known_on: Only what had been published by this day counts; None for everything published so far.
    """

    symbol: Symbol
    statement: StatementKind
    period: StatementFrequency
    limit: Annotated[int, Field(ge=1, le=MAX_STATEMENT_LIMIT)] = DEFAULT_STATEMENT_LIMIT
    known_on: date | None = None
