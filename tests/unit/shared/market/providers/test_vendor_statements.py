"""Statements of vendors: quarters, first days, twelve months, what is not told."""

from datetime import UTC, date, datetime

import pytest

from shared.domain.market_data import Provenance
from shared.domain.statements import Statements, StatementsRequest
from shared.domain.terms import StatementFrequency, StatementKind
from shared.errors.provider_errors import ProviderNotCoveredError
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


def test_quarters_have_no_number_while_the_end_of_the_year_is_not_known() -> None:
    found = built(request(), quarter(date(2025, 12, 31)), quarter(date(2025, 9, 30)))
    assert [period.fiscal_period for period in found.periods] == [None, None]
    assert [remark.code for remark in found.quality] == ["unknown_fiscal_year"]


def test_end_of_the_year_may_come_from_elsewhere() -> None:
    quarters = (quarter(date(2025, 12, 31)), quarter(date(2025, 9, 30)))
    found = vendor_statements(request(), PROVENANCE, quarters, date(2024, 3, 31))
    assert [period.fiscal_period for period in found.periods] == ["Q3", "Q2"]
    assert found.quality == ()


def test_quarters_belong_to_the_year_that_they_end_in() -> None:
    # The year ended in June until 2024, and in December since.
    years = (year(date(2023, 6, 30)), year(date(2024, 6, 30)), year(date(2025, 12, 31)))
    ends = (date(2025, 12, 31), date(2025, 3, 31), date(2024, 3, 31), date(2023, 9, 30))
    found = built(request(), *years, *(quarter(end) for end in ends))
    assert [period.fiscal_period for period in found.periods] == ["Q4", "Q1", "Q3", "Q1"]


@pytest.mark.parametrize(
    ("year_end", "ends"),
    [
        # 52 or 53 weeks to the Saturday next to the end of December.
        (date(2024, 12, 28), ("2025-01-03", "2024-09-28", "2024-06-29", "2024-03-30")),
        (date(2022, 1, 1), ("2022-01-01", "2021-10-02", "2021-07-03", "2021-04-03")),
        # Quarters of 16, 12, 12 and 12 weeks, and of 12, 12, 12 and 16.
        (date(2025, 2, 1), ("2025-02-01", "2024-11-09", "2024-08-17", "2024-05-25")),
        (date(2024, 9, 1), ("2024-09-01", "2024-05-12", "2024-02-18", "2023-11-26")),
    ],
)
def test_quarters_of_weeks_are_numbered(year_end: date, ends: tuple[str, ...]) -> None:
    days = [date.fromisoformat(end) for end in ends]
    found = built(request(), year(year_end), *(quarter(end) for end in days))
    assert [period.fiscal_period for period in found.periods] == ["Q4", "Q3", "Q2", "Q1"]


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


def test_first_day_follows_the_period_before() -> None:
    # The quarter that ends on 31 January ends on a Saturday.
    ends = (date(2026, 1, 31), date(2025, 11, 1), date(2025, 8, 2), date(2025, 5, 3))
    found = built(request(), *(quarter(end) for end in ends))
    assert [period.start for period in found.periods] == [
        date(2025, 11, 2),
        date(2025, 8, 3),
        date(2025, 5, 4),
        None,
    ]


@pytest.mark.parametrize("statement", ["income", "balance"])
def test_a_period_between_two_fiscal_years_is_no_year(statement: StatementKind) -> None:
    """Vendors call the half-year of a change from December to June a year."""
    ends = (date(2023, 12, 31), date(2024, 12, 31), date(2025, 6, 30), date(2026, 6, 30))
    found = built(request(statement, "annual"), *(year(end) for end in ends))
    assert [period.end for period in found.periods] == [ends[3], ends[1], ends[0]]


def test_twelve_months_are_four_quarters_in_a_row() -> None:
    ends = (date(2025, 12, 31), date(2025, 9, 30), date(2025, 6, 30), date(2025, 3, 31), date(2024, 9, 30))
    found = built(request(period="ttm"), *(quarter(end) for end in ends))
    assert [(period.end, period.lines["revenue"].value) for period in found.periods] == [
        (date(2025, 12, 31), 100)
    ]


def test_a_half_year_is_no_quarter_of_twelve_months() -> None:
    # Quarters since a change of the company's practice, and the half-year before.
    half = VendorPeriod(date(2024, 12, 31), 6, "USD", {"revenue": 60.0})
    quarters = [quarter(end) for end in (date(2025, 9, 30), date(2025, 6, 30), date(2025, 3, 31))]
    with pytest.raises(ProviderNotCoveredError):
        built(request(period="ttm"), *quarters, half)
    assert [period.start for period in built(request(), *quarters, half).periods][-1] == date(2024, 7, 1)


def test_two_halves_are_twelve_months() -> None:
    ends = (date(2025, 6, 30), date(2024, 12, 31), date(2023, 12, 31))
    halves = [VendorPeriod(end, 6, "AUD", {"revenue": 50.0 + index}) for index, end in enumerate(ends)]
    (total,) = built(request(period="ttm"), *halves).periods
    assert (total.start, total.end, total.fiscal_period) == (date(2024, 7, 1), date(2025, 6, 30), "TTM")
    assert total.lines["revenue"].value == 101


@pytest.mark.parametrize("turned", [False, True])
def test_of_a_half_year_and_its_second_quarter_the_quarter_counts(turned: bool) -> None:
    both = [quarter(date(2025, 6, 30), 25.0), VendorPeriod(date(2025, 6, 30), 6, "USD", {"revenue": 52.0})]
    (period,) = built(request(), *(both[::-1] if turned else both)).periods
    assert (period.start, period.lines["revenue"].value) == (date(2025, 4, 1), 25)


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
