"""Statements and filings as a model reads them."""

from datetime import UTC, date, datetime

from shared.domain.company import Filings
from shared.domain.market_data import Provenance
from shared.domain.statements import Statements, StatementsRequest
from shared.domain.terms import StatementKind
from shared.grounding.market_facts import MAX_TEXT, fact_of
from shared.market.providers.sample.published_accounts import sample_filings, sample_statements
from shared.market.providers.sample.sample_instruments import INSTRUMENTS

NOW = datetime(2026, 11, 28, tzinfo=UTC)
TODAY = NOW.date()
PROVENANCE = Provenance(source="sample", as_of=NOW, fetched_at=NOW)


def statements(statement: StatementKind, today: date = TODAY) -> Statements:
    request = StatementsRequest(symbol="AAPL", statement=statement, period="annual", limit=4)
    return sample_statements(INSTRUMENTS["AAPL"], request, PROVENANCE, today)


def filings(today: date) -> Filings:
    return sample_filings(INSTRUMENTS["AAPL"], "10-K", 2, PROVENANCE, today)


def test_statement_names_period_currency_and_filing() -> None:
    fact = fact_of(1, "statements", "AAPL", statements("income"))
    assert fact.text.startswith(
        "annual income statement: FY 2025 to 2025-12-31 in USD, 10-K 2026-02-14: revenue "
    )
    assert "eps diluted" in fact.text
    assert "FY 2022" in fact.text


def test_the_largest_statement_fits_into_a_fact() -> None:
    for statement in ("income", "balance", "cash_flow"):
        assert len(fact_of(1, "statements", "AAPL", statements(statement)).text) < MAX_TEXT


def test_derived_values_are_marked() -> None:
    assert "free cash flow" in fact_of(1, "statements", "AAPL", statements("cash_flow")).text
    assert "(derived)" in fact_of(1, "statements", "AAPL", statements("cash_flow")).text


def test_data_holds_values_and_nothing_that_is_unknown() -> None:
    (newest, *_) = fact_of(1, "statements", "AAPL", statements("income")).data["periods"]
    assert newest["revenue"] == statements("income").periods[0].lines["revenue"].value
    assert (newest["fiscal_year"], newest["currency"]) == (2025, "USD")
    assert "lines" not in newest


def test_without_periods_the_reason_is_said() -> None:
    text = fact_of(1, "statements", "AAPL", statements("income", date(2012, 1, 1))).text
    assert text == "no annual income statement: nothing had been published by this day"


def test_filings_have_links() -> None:
    text = fact_of(1, "filings", "AAPL", filings(TODAY)).text
    assert text.startswith("10-K filed 2026-02-14 for the period to 2025-12-31, https://example.com/")
    assert fact_of(1, "filings", "AAPL", filings(date(2012, 1, 1))).text.startswith("no filings: ")
