"""Statements of vendors: quarters, first days, twelve months, what is not told."""

from datetime import UTC, date, datetime

import pytest

from shared.domain.market_data import Provenance
from shared.domain.statements import Statements, StatementsRequest
from shared.domain.terms import StatementFrequency, StatementKind
from shared.errors import ProviderNotCoveredError
from shared.market.providers.vendor_statements import VendorPeriod, check_request, vendor_statements

PROVENANCE = Provenance(source="vendor", as_of=None, fetched_at=datetime(2026, 11, 24, tzinfo=UTC))


def request(
    statement: StatementKind = "income", period: StatementFrequency = "quarterly", limit: int = 8
) -> StatementsRequest:
    return StatementsRequest(symbol="ACME", statement=statement, period=period, limit=limit)


def built(wanted: StatementsRequest, *found: VendorPeriod) -> Statements:
    return vendor_statements(wanted, PROVENANCE, found)


def year(end: date, revenue: float = 100.0) -> VendorPeriod:
    return VendorPeriod(end, 12, "USD", {"revenue": revenue})


def quarter(end: date, revenue: float = 25.0, **changes: float) -> VendorPeriod:
    return VendorPeriod(end, 3, "USD", {"revenue": revenue, **changes})


@pytest.mark.parametrize(
    ("year_end", "labels"),
    [
        (date(2025, 12, 31), ["Q4", "Q3", "Q2", "Q1"]),
        (date(2025, 9, 27), ["Q1", "Q4", "Q3", "Q2"]),
        (date(2025, 1, 31), ["Q4", "Q3", "Q2", "Q1"]),
    ],
)
def test_quarters_are_numbered_by_the_end_of_the_year(year_end: date, labels: list[str]) -> None:
    shift = 1 if year_end.month == 1 else 0
    ends = [date(2025 + shift, 1, 31), date(2025, 10, 31), date(2025, 7, 31), date(2025, 4, 30)]
    if not shift:
        ends = [date(2025, 12, 31), date(2025, 9, 30), date(2025, 6, 30), date(2025, 3, 31)]
    found = built(request(), year(year_end), *(quarter(end) for end in ends))
    assert [period.fiscal_period for period in found.periods] == labels


def test_half_years_are_halves() -> None:
    halves = (
        VendorPeriod(end, 6, "EUR", {"revenue": 1.5}) for end in (date(2025, 6, 30), date(2025, 12, 31))
    )
    found = built(request(), year(date(2025, 12, 31)), *halves)
    assert [(period.fiscal_period, period.start) for period in found.periods] == [
        ("H2", date(2025, 7, 1)),
        ("H1", date(2025, 1, 1)),
    ]


def test_first_day_is_known_only_where_periods_end_with_a_month() -> None:
    found = built(request(period="annual"), year(date(2024, 2, 29)), year(date(2025, 9, 27)))
    assert [period.start for period in found.periods] == [None, date(2023, 3, 1)]


def test_twelve_months_are_four_quarters_in_a_row() -> None:
    ends = (date(2025, 12, 31), date(2025, 9, 30), date(2025, 6, 30), date(2025, 3, 31), date(2024, 9, 30))
    found = built(request(period="ttm"), *(quarter(end) for end in ends))
    assert [(period.end, period.lines["revenue"].value) for period in found.periods] == [
        (date(2025, 12, 31), 100)
    ]


def test_lines_in_another_currency_have_a_reason_instead_of_a_value() -> None:
    found = built(
        request(period="annual"),
        VendorPeriod(date(2025, 12, 31), 12, "TWD", {"revenue": 5.0}, foreign=frozenset({"eps_basic"})),
    )
    lines = found.periods[0].lines
    assert (lines["revenue"].value, lines["eps_basic"].value) == (5, None)
    assert "another currency" in str(lines["eps_basic"].reason)
    assert lines["pretax_income"].reason == "not reported"


def test_free_cash_flow_and_the_rest_are_derived() -> None:
    values = {"operating_cash_flow": 50.0, "capital_expenditure": -20.0, "depreciation_amortisation": 5.0}
    found = built(
        request("cash_flow", "annual"), VendorPeriod(date(2025, 12, 31), 12, "USD", values, net_income=40.0)
    )
    lines = found.periods[0].lines
    assert (lines["free_cash_flow"].value, lines["free_cash_flow"].derived) == (30, True)
    assert lines["other_operating"].value == 5


def test_periods_are_the_newest_up_to_the_limit() -> None:
    ends = [date(2020 + number, 12, 31) for number in range(5)]
    found = built(request(period="annual", limit=2), *(year(end) for end in ends))
    assert [period.end for period in found.periods] == [date(2024, 12, 31), date(2023, 12, 31)]


def test_nothing_of_this_length_is_not_covered() -> None:
    with pytest.raises(ProviderNotCoveredError, match="no quarterly income statement"):
        built(request(), year(date(2025, 12, 31)))


def test_what_was_known_on_a_day_is_not_told() -> None:
    asked = request().model_copy(update={"known_on": date(2025, 1, 1)})
    with pytest.raises(ProviderNotCoveredError, match="when figures became known"):
        check_request("vendor", asked)


def test_a_flow_with_the_opposite_sign_is_withheld_with_the_rest_that_would_contain_it() -> None:
    values = {"financing_cash_flow": -100.0, "dividends_paid": -30.0, "debt_repaid": 4.0}
    found = built(request("cash_flow", "annual"), VendorPeriod(date(2025, 12, 31), 12, "USD", values))
    lines = found.periods[0].lines
    assert (lines["debt_repaid"].value, lines["other_financing"].value) == (None, None)
    assert "opposite" in str(lines["debt_repaid"].reason)
    assert lines["other_financing"].reason == "debt_repaid is not known for this period"
    assert lines["dividends_paid"].value == -30


def test_a_line_that_cannot_be_known_is_not_derived() -> None:
    flows = ("operating_cash_flow", "investing_cash_flow", "financing_cash_flow")
    withheld = {"net_change_in_cash": "no effect of exchange rates"}
    known = VendorPeriod(date(2025, 12, 31), 12, "USD", dict.fromkeys(flows, 10.0))
    unknown = VendorPeriod(date(2024, 12, 31), 12, "USD", dict.fromkeys(flows, 10.0), withheld=withheld)
    found = built(request("cash_flow", "annual"), known, unknown)
    lines = [period.lines["net_change_in_cash"] for period in found.periods]
    assert [(line.value, line.reason) for line in lines] == [
        (30, None),
        (None, "no effect of exchange rates"),
    ]
