"""The sample accounts obey the identities of accounting, for every company and quarter."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.market_data import Provenance
from shared.domain.statements import (
    LINE_ITEMS,
    StatementPeriod,
    StatementsRequest,
    statement_items,
)
from shared.domain.terms import StatementFrequency, StatementKind
from shared.market.providers.sample.published_accounts import sample_filings, sample_statements
from shared.market.providers.sample.sample_company import sample_figures
from shared.market.providers.sample.sample_instruments import INSTRUMENTS

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
PROVENANCE = Provenance(source="sample", as_of=NOW, fetched_at=NOW)
COMPANIES = sorted(symbol for symbol, one in INSTRUMENTS.items() if one.asset_type == "equity")
companies = st.sampled_from(COMPANIES)
days = st.dates(date(2013, 6, 1), date(2035, 12, 31))


def periods(
    symbol: str, statement: StatementKind, frequency: StatementFrequency, today: date, limit: int = 40
) -> tuple[StatementPeriod, ...]:
    request = StatementsRequest(symbol=symbol, statement=statement, period=frequency, limit=limit)
    return sample_statements(INSTRUMENTS[symbol], request, PROVENANCE, today).periods


def reported(row: StatementPeriod, line: str) -> float:
    """Returns the value of a line, 0 for one that a bank does not report."""
    return row.lines[line].value or 0.0


def value(row: StatementPeriod, line: str) -> float:
    found = row.lines[line].value
    assert found is not None, line
    return found


@given(companies, days)
def test_the_balance_sheet_balances(symbol: str, today: date) -> None:
    for row in periods(symbol, "balance", "quarterly", today):
        assert value(row, "total_assets") == value(row, "total_liabilities") + value(row, "total_equity")
        assert value(row, "total_equity") == value(row, "parent_equity") + value(row, "minority_interest")
        assert value(row, "cash") >= 0
        assert value(row, "total_equity") > 0


@given(companies, days)
def test_cash_flows_explain_the_change_in_cash(symbol: str, today: date) -> None:
    names = ("operating_cash_flow", "investing_cash_flow", "financing_cash_flow", "exchange_rate_effect")
    flows = periods(symbol, "cash_flow", "quarterly", today)
    balances = {row.end: row for row in periods(symbol, "balance", "quarterly", today)}
    for later, earlier in pairwise(flows):
        change = value(balances[later.end], "cash") - value(balances[earlier.end], "cash")
        assert value(later, "net_change_in_cash") == change
        assert sum(value(later, name) for name in names) == change


@given(companies, days)
def test_the_lines_of_each_activity_add_up(symbol: str, today: date) -> None:
    income = periods(symbol, "income", "quarterly", today)
    for flow, profit in zip(periods(symbol, "cash_flow", "quarterly", today), income, strict=True):
        operating = ("depreciation_amortisation", "stock_compensation", "change_in_receivables",
                     "change_in_inventory", "change_in_payables", "other_operating")  # fmt: skip
        financing = ("dividends_paid", "share_repurchases", "debt_issued", "debt_repaid", "other_financing")
        investing = ("capital_expenditure", "acquisitions", "other_investing")
        assert value(flow, "operating_cash_flow") == value(profit, "net_income_consolidated") + sum(
            reported(flow, name) for name in operating
        )
        assert value(flow, "financing_cash_flow") == sum(value(flow, name) for name in financing)
        assert value(flow, "investing_cash_flow") == sum(reported(flow, name) for name in investing)
        if not INSTRUMENTS[symbol].is_deposit_funded:
            cost = value(profit, "cost_of_revenue")
            assert value(profit, "gross_profit") == value(profit, "revenue") - cost
        assert value(profit, "net_income") == value(profit, "pretax_income") - value(profit, "income_tax")


@given(companies, days, st.sampled_from(["income", "cash_flow"]))
def test_quarters_add_up_to_years(symbol: str, today: date, statement: StatementKind) -> None:
    quarters = periods(symbol, statement, "quarterly", today)
    for year in periods(symbol, statement, "annual", today):
        parts = [row for row in quarters if row.fiscal_year == year.fiscal_year]
        if len(parts) == 4:
            for item in statement_items(statement):
                if item.additive:
                    assert reported(year, item.name) == sum(reported(row, item.name) for row in parts)


@given(companies, days, days)
def test_a_published_period_never_changes(symbol: str, first: date, second: date) -> None:
    earlier, later = sorted((first, second))
    known = periods(symbol, "balance", "quarterly", earlier)
    still = {row.end: row for row in periods(symbol, "balance", "quarterly", later)}
    assert all(still.get(row.end, row) == row for row in known)


@given(companies, days)
def test_nothing_is_shown_before_it_is_published(symbol: str, today: date) -> None:
    for statement in ("income", "balance", "cash_flow"):
        for row in periods(symbol, statement, "quarterly", today):
            assert row.filed is not None
            assert row.end < row.filed <= today
    filings = sample_filings(INSTRUMENTS[symbol], None, 100, PROVENANCE, today).filings
    assert all(filing.filed <= today for filing in filings)


@pytest.mark.parametrize("symbol", COMPANIES)
def test_accounts_have_the_size_of_the_fundamentals(symbol: str) -> None:
    (newest,) = periods(symbol, "income", "ttm", NOW.date(), 1)
    assert value(newest, "revenue") == pytest.approx(sample_figures(INSTRUMENTS[symbol])["revenue"], rel=0.15)


@pytest.mark.parametrize("symbol", ["JPM", "BNP.PA", "ALV.DE"])
def test_banks_and_insurers_sell_no_goods_and_live_on_deposits(symbol: str) -> None:
    (income,) = periods(symbol, "income", "annual", NOW.date(), 1)
    (balance,) = periods(symbol, "balance", "annual", NOW.date(), 1)
    for name in ("cost_of_revenue", "gross_profit", "research_and_development"):
        assert income.lines[name].value is None
    for name in ("receivables", "inventory", "current_assets", "current_liabilities"):
        assert balance.lines[name].value is None
    (flows,) = periods(symbol, "cash_flow", "annual", NOW.date(), 1)
    assert flows.lines["free_cash_flow"].value is None
    assert value(balance, "total_equity") < value(balance, "total_assets") / 4
    assert value(balance, "total_assets") > 2 * value(income, "revenue")
    costs = value(income, "selling_general_administrative")
    assert value(income, "operating_income") == value(income, "revenue") - costs


def test_every_line_has_a_value() -> None:
    for statement in ("income", "balance", "cash_flow"):
        (row,) = periods("AAPL", statement, "annual", NOW.date(), 1)
        assert [name for name, line in row.lines.items() if line.value is None] == []
    assert set(LINE_ITEMS) >= set(row.lines)
