"""Filers that are not like most: new, foreign, with negative equity, with amended or late reports."""

from collections.abc import Sequence
from datetime import date

import pytest

from tests.support.edgar_documents import Row, year
from tests.support.statement_rows import PERIOD, PROFIT, REVENUE, balance, line, rows_of, values


def test_a_new_registrant_has_filed_its_years_in_other_forms() -> None:
    facts = [
        row
        for form in ("8-K", "S-1")
        for row in (
            year(REVENUE, 100, 2024, form=form, filed="2025-06-02"),
            year(REVENUE, 130, 2025, form=form, filed="2026-03-02"),
        )
    ]
    rows = rows_of(facts, "revenue")
    assert [(row.end.year, row.form, row.lines["revenue"].value) for row in rows] == [
        (2025, "8-K", 130),
        (2024, "8-K", 100),
    ]


def test_twelve_months_of_interim_reports_are_no_year_of_a_new_registrant() -> None:
    facts = [
        year(REVENUE, 130, 2025, form="8-K"),
        Row(REVENUE, 140, "2026-03-31", "2025-04-01", form="10-Q"),
    ]
    assert [row.end.isoformat() for row in rows_of(facts, "revenue")] == ["2025-12-31"]


@pytest.mark.parametrize(("form", "currency"), [("20-F", "EUR"), ("40-F", "CAD"), ("20-F/A", "TWD")])
def test_annual_reports_of_foreign_companies(form: str, currency: str) -> None:
    facts = [
        row
        for of in (2024, 2025)
        for row in (
            year("Revenue", of, of, form=form, unit=currency, taxonomy="ifrs-full"),
            year("ProfitLoss", 7, of, form=form, unit=currency, taxonomy="ifrs-full"),
            year(
                "BasicEarningsLossPerShare",
                0.7,
                of,
                form=form,
                unit=f"{currency}/shares",
                taxonomy="ifrs-full",
            ),
        )
    ]
    # The last year in US dollars as well, as many concepts and one more.
    facts += [
        year("Revenue", 1, 2025, form=form, unit="USD", taxonomy="ifrs-full"),
        year("ProfitLoss", 2, 2025, form=form, unit="USD", taxonomy="ifrs-full"),
    ]
    newest = rows_of(facts, "revenue")[0]
    lines = {name: newest.lines[name].value for name in ("revenue", "net_income", "eps_basic")}
    assert (newest.currency, newest.form, lines) == (
        currency,
        form,
        {"revenue": 2025, "net_income": 7, "eps_basic": 0.7},
    )


def test_equity_may_be_negative() -> None:
    facts = [
        *PERIOD,
        balance("Assets", 100),
        balance("Liabilities", 130),
        balance("StockholdersEquity", -30),
    ]
    row = rows_of(facts, "total_equity")[0]
    lines = {name: row.lines[name].value for name in ("parent_equity", "total_equity", "total_liabilities")}
    assert lines == {"parent_equity": -30, "total_equity": -30, "total_liabilities": 130}


def test_liabilities_of_a_company_with_negative_equity_follow() -> None:
    facts = [*PERIOD, balance("Assets", 100), balance("StockholdersEquity", -30)]
    assert line(facts, "total_liabilities").value == 130


def test_quarters_that_only_the_annual_report_has() -> None:
    spans = (("01-01", "03-31"), ("04-01", "06-30"), ("07-01", "09-30"), ("10-01", "12-31"))
    facts = [year(REVENUE, 100, 2025), year(PROFIT, 10, 2025)]
    facts += [
        Row(REVENUE, 25 + number, f"2025-{end}", f"2025-{start}", filed="2026-02-09")
        for number, (start, end) in enumerate(spans)
    ]
    assert values(facts, "revenue", "quarterly") == [28, 27, 26, 25]
    assert not line(facts, "revenue", "quarterly").derived


def test_an_amended_report_counts_and_has_its_link() -> None:
    facts = [
        year(REVENUE, 100, 2025),
        year(PROFIT, 10, 2025),
        year(REVENUE, 90, 2025, form="10-K/A", filed="2026-06-01"),
        year(PROFIT, 8, 2025, form="10-K/A", filed="2026-06-01"),
    ]
    (row,) = rows_of(facts, "revenue")
    assert (row.form, row.lines["revenue"].value, row.lines["revenue"].restated) == ("10-K/A", 90, True)
    assert (row.known_from, rows_of(facts, "revenue", known_on=date(2026, 5, 31))[0].form) == (
        date(2026, 6, 1),
        "10-K",
    )


def test_a_period_is_known_when_its_last_value_is() -> None:
    facts = [
        year(REVENUE, 100, 2025, filed="2026-02-09"),
        year(PROFIT, 10, 2025, filed="2026-02-09"),
        year("OperatingIncomeLoss", 20, 2025, filed="2027-02-08"),
    ]
    (row,) = rows_of(facts, "revenue")
    assert (row.filed, row.known_from) == (date(2026, 2, 9), date(2027, 2, 8))


def test_a_value_restated_for_a_split_is_known_from_the_split() -> None:
    shares = "WeightedAverageNumberOfDilutedSharesOutstanding"
    basic = "WeightedAverageNumberOfSharesOutstandingBasic"
    facts = [
        row
        for concept in (shares, basic)
        for row in (
            year(concept, 100, 2024, filed="2025-02-10", unit="shares"),
            year(concept, 100, 2025, filed="2026-02-09", unit="shares"),
            year(concept, 400, 2025, filed="2027-02-08", unit="shares"),
        )
    ] + [year(REVENUE, 1, of) for of in (2024, 2025)]
    by_year = {row.end.year: row for row in rows_of(facts, "shares_diluted")}
    assert (by_year[2024].lines["shares_diluted"].value, by_year[2024].known_from) == (400, date(2027, 2, 8))


@pytest.mark.parametrize("revenues", [None, 155, 104])
def test_fees_of_contracts_are_a_part_of_the_revenue_of_a_bank(revenues: int | None) -> None:
    # ``Revenues`` is absent, before interest expense, or the sum itself.
    facts = [
        year("InterestIncomeExpenseNet", 61, 2025),
        year("NoninterestIncome", 43, 2025),
        year("RevenueFromContractWithCustomerExcludingAssessedTax", 7, 2025),
        year(PROFIT, 30, 2025),
    ]
    facts += [] if revenues is None else [year(REVENUE, revenues, 2025)]
    revenue = line(facts, "revenue")
    assert (revenue.value, revenue.derived) == (104, revenues != 104)


@pytest.mark.parametrize("total", [REVENUE, "RegulatedAndUnregulatedOperatingRevenue"])
def test_contracts_are_a_part_of_the_revenue_whichever_concept_is_filed_longer(total: str) -> None:
    contracts = "RevenueFromContractWithCustomerExcludingAssessedTax"
    facts = [
        *(year(total, 100, 2023, filed=f"{filed}-02-09") for filed in (2024, 2025)),
        *(year(contracts, 60, 2023, filed=f"{filed}-02-09") for filed in (2024, 2025, 2026)),
        year(PROFIT, 30, 2023),
    ]
    assert values(facts, "revenue") == [100]


@pytest.mark.parametrize(
    "net", [REVENUE, "HealthCareOrganizationRevenueNetOfPatientServiceRevenueProvisions"]
)
def test_revenue_of_a_hospital_is_after_doubtful_accounts(net: str) -> None:
    gross = year("HealthCareOrganizationRevenue", 436, 2016)
    assert line([gross, year(net, 415, 2016), year(PROFIT, 30, 2016)], "revenue").value == 415
    assert line([gross, year(PROFIT, 30, 2016)], "revenue").value == 436


def test_earnings_per_share_in_the_unit_of_amounts() -> None:
    eps = line([*PERIOD, year("EarningsPerShareDiluted", -0.42, 2025)], "eps_diluted")
    assert eps.value == -0.42


def test_more_lines_in_dollars_do_not_make_the_dollar_the_currency_of_the_last_year() -> None:
    facts = [
        year(concept, value, of, unit="CNY", form="20-F")
        for of in (2024, 2025)
        for concept, value in ((REVENUE, 700), (PROFIT, 70))
    ]
    facts += [
        year(concept, value, 2025, unit="USD", form="20-F")
        for concept, value in ((REVENUE, 100), (PROFIT, 10), ("GrossProfit", 40))
    ]
    periods = rows_of(facts, "revenue")
    assert [(row.currency, row.lines["revenue"].value) for row in periods] == [("CNY", 700), ("CNY", 700)]


def test_two_splits_within_a_year() -> None:
    # 20 for 1 in June 2015, 10 for 1 in April 2016: the first quarter of 2015 was restated for both together.
    filings = {
        ("2014-01-01", "2014-03-31"): (("2014-05-05", 10), ("2015-05-05", 10)),
        ("2014-04-01", "2014-06-30"): (("2014-08-05", 10), ("2015-08-05", 200)),
        ("2015-01-01", "2015-03-31"): (("2015-05-05", 10), ("2016-05-05", 2_000)),
        ("2015-04-01", "2015-06-30"): (("2015-08-05", 200), ("2016-08-05", 2_000)),
        ("2014-01-01", "2014-12-31"): (("2015-02-10", 10), ("2016-02-10", 200)),
        ("2015-01-01", "2015-12-31"): (("2016-02-10", 200), ("2017-02-10", 2_000)),
    }
    facts = [
        Row(concept, count, end, start, filed=filed, form="10-Q" if end[5:] != "12-31" else "10-K", unit=unit)
        for (start, end), versions in filings.items()
        for filed, count in versions
        for concept, unit in (
            ("WeightedAverageNumberOfDilutedSharesOutstanding", "shares"),
            ("WeightedAverageNumberOfSharesOutstandingBasic", "shares"),
            (REVENUE, "USD"),
        )
    ]
    assert values(facts, "shares_diluted") == [2_000, 2_000]
    quarters = rows_of(facts, "shares_diluted", "quarterly")
    shares = {row.end.isoformat(): row.lines["shares_diluted"].value for row in quarters}
    ends = ("2015-06-30", "2015-03-31", "2014-06-30", "2014-03-31")
    assert shares == dict.fromkeys(ends, 2_000)


def test_a_year_restated_under_another_first_day_is_restated() -> None:
    # Nine months are of the year as first filed: so is the fourth quarter.
    facts = [
        Row(REVENUE, 100, "2025-12-31", "2024-12-31", filed="2026-02-09"),
        Row(REVENUE, 140, "2025-12-31", "2025-01-01", filed="2027-02-08"),
        Row(REVENUE, 75, "2025-09-30", "2025-01-01", filed="2025-11-05", form="10-Q"),
        Row(PROFIT, 75, "2025-09-30", "2025-01-01", filed="2025-11-05", form="10-Q"),
        year(PROFIT, 10, 2025),
    ]
    (quarter,) = (row for row in rows_of(facts, "revenue", "quarterly") if row.fiscal_period == "Q4")
    annual = line(facts, "revenue")
    assert (quarter.lines["revenue"].value, annual.value, annual.restated) == (25, 140, True)


def first_report(quarter: str, end: str, starts: Sequence[str], fiscal_year: int = 2025) -> list[Row]:
    """Facts of a company whose only filing is a report on a quarter: flows from each start to its end."""
    return [
        Row(
            concept,
            100 - number,
            end,
            start,
            form="10-Q",
            fiscal_year=fiscal_year,
            fiscal_period=quarter,
        )
        for concept in ("Revenues", "NetIncomeLoss")
        for number, start in enumerate(starts)
    ]


@pytest.mark.parametrize(
    ("quarter", "end", "starts"),
    [
        ("Q1", "2025-03-31", ["2025-01-01"]),
        ("Q1", "2025-05-03", ["2025-02-02"]),
        ("Q2", "2025-06-30", ["2025-04-01", "2025-01-01"]),
        ("Q3", "2025-09-30", ["2025-07-01", "2025-01-01"]),
        ("Q3", "2026-06-27", ["2026-03-29", "2025-09-28"]),
    ],
)
def test_the_first_report_of_a_company_may_be_one_on_any_quarter(
    quarter: str, end: str, starts: list[str]
) -> None:
    fiscal_year = 2026 if end.startswith("2026") else 2025
    (period,) = rows_of(first_report(quarter, end, starts, fiscal_year), "revenue", "quarterly")
    assert (str(period.start), str(period.end)) == (starts[0], end)
    assert (period.fiscal_period, period.fiscal_year) == (quarter, fiscal_year)
    assert period.lines["revenue"].value == 100


def test_quarter_of_the_year_before_in_a_first_report_is_named_too() -> None:
    rows = first_report("Q1", "2025-05-03", ["2025-02-02"])
    before = [
        Row(row.concept, 90, "2024-05-04", "2024-02-04", row.filed_on, "10-Q", fiscal_year=2025)
        for row in rows
    ]
    periods = rows_of([*rows, *before], "revenue", "quarterly")
    assert [(period.fiscal_period, period.fiscal_year) for period in periods] == [("Q1", 2025), ("Q1", 2024)]


def test_second_quarter_that_its_filing_calls_the_first_follows_the_figures_to_date() -> None:
    rows = first_report("Q1", "2025-06-30", ["2025-04-01", "2025-01-01"])
    (period,) = rows_of(rows, "revenue", "quarterly")
    assert (period.fiscal_period, period.fiscal_year) == ("Q2", 2025)


def test_value_restated_to_zero_is_restated() -> None:
    rows = [
        Row("Revenues", 400_000, "2024-12-31", "2024-01-01", "2025-02-10"),
        Row("Revenues", 0, "2024-12-31", "2024-01-01", "2026-02-10"),
    ]
    (period,) = rows_of(rows, "revenue")
    assert (period.lines["revenue"].value, period.lines["revenue"].restated) == (0, True)


def halves_filer() -> list[Row]:
    """Facts of a company abroad that files its year and its first half."""
    spans = (
        (100, "2024-12-31", "2024-01-01", "2025-03-10", "20-F"),
        (45, "2024-06-30", "2024-01-01", "2024-08-14", "6-K"),
        (120, "2025-12-31", "2025-01-01", "2026-03-09", "20-F"),
        (50, "2025-06-30", "2025-01-01", "2025-08-13", "6-K"),
        (70, "2026-06-30", "2026-01-01", "2026-08-12", "6-K"),
    )
    facts = [
        Row(concept, value * scale, end, start, filed, form, "EUR", "ifrs-full")
        for value, end, start, filed, form in spans
        for concept, scale in (
            ("Revenue", 1),
            ("ProfitLoss", 0.1),
            ("CashFlowsFromUsedInOperatingActivities", 2),
        )
    ]
    return [*facts, Row("Assets", 900, "2026-06-30", None, "2026-08-12", "6-K", "EUR", "ifrs-full")]


def test_halves_of_a_year_are_those_of_interim_reports_and_the_rest_of_the_year() -> None:
    rows = rows_of(halves_filer(), "revenue", "quarterly")
    assert [(row.fiscal_period, row.fiscal_year, str(row.start), row.form) for row in rows] == [
        ("H1", 2026, "2026-01-01", "6-K"),
        ("H2", 2025, "2025-07-01", "20-F"),
        ("H1", 2025, "2025-01-01", "6-K"),
        ("H2", 2024, "2024-07-01", "20-F"),
        ("H1", 2024, "2024-01-01", "6-K"),
    ]
    assert [row.lines["revenue"].value for row in rows] == [70, 70, 50, 55, 45]
    assert [row.lines["revenue"].derived for row in rows] == [False, True, False, True, False]
    assert rows[1].lines["eps_basic"].value is None


def test_twelve_months_of_a_company_with_halves_are_two_of_them() -> None:
    rows = rows_of(halves_filer(), "revenue", "ttm")
    assert [(str(row.start), str(row.end), row.lines["revenue"].value) for row in rows] == [
        ("2025-07-01", "2026-06-30", 140),
        ("2025-01-01", "2025-12-31", 120),
        ("2024-07-01", "2025-06-30", 105),
        ("2024-01-01", "2024-12-31", 100),
    ]
    assert values(halves_filer(), "operating_cash_flow", "ttm")[0] == 280


def test_balance_of_a_half_is_that_of_its_last_day() -> None:
    assert line(halves_filer(), "total_assets", "quarterly").value == 900


def test_six_months_of_a_single_line_are_no_half() -> None:
    facts = [*PERIOD, Row(REVENUE, 60, "2025-06-30", "2025-01-01", form="10-K")]
    assert rows_of(facts, "revenue", "quarterly") == ()


def test_six_months_of_transition_to_another_fiscal_year_are_no_half() -> None:
    spans = (
        (100, "2024-12-31", "2024-01-01", "10-K"),
        (60, "2025-06-30", "2025-01-01", "10-KT"),
        (130, "2026-06-30", "2025-07-01", "10-K"),
    )
    facts = [
        Row(concept, value, end, start, form=form)
        for value, end, start, form in spans
        for concept in (REVENUE, PROFIT)
    ]
    assert values(facts, "revenue") == [130, 100]
    assert rows_of(facts, "revenue", "quarterly") == ()


def test_quarters_count_where_a_company_files_halves_beside_them() -> None:
    second = [
        Row(concept, 25, "2026-06-30", "2026-04-01", "2026-08-12", "6-K", "EUR", "ifrs-full")
        for concept in ("Revenue", "ProfitLoss")
    ]
    newest = rows_of([*halves_filer(), *second], "revenue", "quarterly")[0]
    assert (newest.fiscal_period, newest.lines["revenue"].value) == ("Q2", 25)
