"""Every recorded response of statements passes through the mapping; Apple has the values of its reports."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.domain.market_data import Provenance
from shared.domain.statements import Statements, StatementsRequest
from shared.domain.terms import StatementFrequency, StatementKind
from shared.errors.provider_errors import ProviderNotCoveredError
from shared.market.providers.vendor_statements import vendor_statements
from shared.market.providers.yahoo.statement_series import periods_from_series
from tests.support.recorded import recorded_folder

FOLDER = recorded_folder("yahoo")
FILES = sorted(FOLDER.glob("fundamentalsTimeSeries-*.json"))
WITHOUT = ("BTC-USD", "EURUSD=X", "GC=F", "QQQ", "0P000071W8.TO")
PROVENANCE = Provenance(source="yahoo", as_of=None, fetched_at=datetime(2025, 2, 21, tzinfo=UTC))

APPLE_2024 = {
    "income": {
        "revenue": 391_035,
        "cost_of_revenue": 210_352,
        "gross_profit": 180_683,
        "research_and_development": 31_370,
        "selling_general_administrative": 26_097,
        "operating_income": 123_216,
        "pretax_income": 123_485,
        "income_tax": 29_749,
        "net_income": 93_736,
    },
    "balance": {
        "cash": 29_943,
        "short_term_investments": 35_228,
        "receivables": 33_410,
        "inventory": 7_286,
        "current_assets": 152_987,
        "property_plant_equipment": 45_680,
        "total_assets": 364_980,
        "payables": 68_960,
        "short_term_debt": 20_879,
        "current_liabilities": 176_392,
        "long_term_debt": 85_750,
        "total_liabilities": 308_030,
        "total_equity": 56_950,
    },
    "cash_flow": {
        "operating_cash_flow": 118_254,
        "capital_expenditure": -9_447,
        "free_cash_flow": 108_807,
        "change_in_receivables": -3_788,
        "change_in_inventory": -1_046,
        "change_in_payables": 6_020,
        "investing_cash_flow": 2_935,
        "dividends_paid": -15_234,
        "share_repurchases": -94_949,
        "debt_repaid": -9_958,
        "financing_cash_flow": -121_983,
        "stock_compensation": 11_688,
        "depreciation_amortisation": 11_445,
        "net_change_in_cash": -794,
    },
}
"""In millions, as in the annual report of fiscal 2024."""


def results(name: str) -> list[Any]:
    body = json.loads((FOLDER / name).read_text("utf-8"))["body"]
    parsed = json.loads(body) if isinstance(body, str) else body
    found = parsed["timeseries"]["result"]
    assert isinstance(found, list)
    return found


def built(name: str, statement: StatementKind, period: StatementFrequency) -> Statements:
    request = StatementsRequest(symbol="AAPL", statement=statement, period=period, limit=8)
    return vendor_statements(request, PROVENANCE, periods_from_series(results(name)))


@pytest.mark.parametrize("name", [file.name for file in FILES])
def test_every_recording_is_read(name: str) -> None:
    found = periods_from_series(results(name))
    without = any(f"-{symbol}-" in name for symbol in WITHOUT)
    assert (found == []) is without


@pytest.mark.parametrize("statement", ["income", "balance", "cash_flow"])
def test_annual_values_of_apple(statement: StatementKind) -> None:
    period = built("fundamentalsTimeSeries-AAPL-all-annual.json", statement, "annual").periods[0]
    assert (period.end, period.currency, period.fiscal_period) == (date(2024, 9, 30), "USD", "FY")
    values = {name: period.lines[name].value for name in APPLE_2024[statement]}
    assert values == {name: value * 1_000_000 for name, value in APPLE_2024[statement].items()}


def test_per_share_values_of_apple() -> None:
    lines = built("fundamentalsTimeSeries-AAPL-all-annual.json", "income", "annual").periods[0].lines
    assert (lines["eps_basic"].value, lines["eps_diluted"].value) == (6.11, 6.08)
    assert lines["shares_diluted"].value == 15_408_095_000


def test_statements_of_a_depositary_receipt_are_in_the_company_s_currency() -> None:
    found = built("fundamentalsTimeSeries-BABA-financials-quarterly.json", "income", "quarterly")
    assert {period.currency for period in found.periods} == {"CNY"}
    # Marked as USD, but 5.76 times 2,517 million shares are the profit of 14.4 billion CNY.
    lines = found.periods[0].lines
    assert (lines["eps_basic"].value, lines["eps_diluted"].value) == (5.76, 5.68)


def test_repayments_of_a_fourth_quarter_that_would_bring_in_cash_are_withheld() -> None:
    found = built("fundamentalsTimeSeries-AAPL-cash-flow-quarterly.json", "cash_flow", "quarterly")
    repaid = {period.end.isoformat(): period.lines["debt_repaid"].value for period in found.periods}
    assert (repaid["2024-09-30"], repaid["2024-06-30"]) == (None, -3_253_000_000)


@pytest.mark.parametrize("symbol", WITHOUT)
def test_instruments_without_statements_are_not_covered(symbol: str) -> None:
    with pytest.raises(ProviderNotCoveredError):
        built(f"fundamentalsTimeSeries-{symbol}-financials-quarterly.json", "income", "quarterly")
