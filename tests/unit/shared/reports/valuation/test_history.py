"""Figures of several periods: the last four quarters, and the fiscal years that periods belong to."""

from dataclasses import replace
from datetime import date

import pytest

from shared.domain.statements import FiscalPeriod
from shared.reports.valuation.history import FiscalYear, fiscal_quarters, fiscal_years, last_four_quarters
from tests.support.statement_data import growing_quarters, growing_statements

ENDS = (date(2026, 9, 30), date(2026, 6, 30), date(2026, 3, 31), date(2025, 12, 31), date(2025, 9, 30))
QUARTERS = tuple(FiscalYear(end, "USD", {"revenue": 10.0 + number}) for number, end in enumerate(ENDS))
YEARS = (FiscalYear(date(2025, 12, 31), "USD", {"revenue": 40.0}),)


def test_last_four_quarters_are_summed() -> None:
    assert last_four_quarters(QUARTERS, YEARS, "revenue") == 10 + 11 + 12 + 13


def test_quarters_that_do_not_make_up_a_recent_year_have_no_sum() -> None:
    assert last_four_quarters(QUARTERS[:3], YEARS, "revenue") is None
    # One quarter is missing among them.
    assert last_four_quarters((*QUARTERS[:2], *QUARTERS[3:]), YEARS, "revenue") is None
    without = (QUARTERS[0], replace(QUARTERS[1], lines={}), *QUARTERS[2:])
    assert last_four_quarters(without, YEARS, "revenue") is None
    assert last_four_quarters(QUARTERS, YEARS, "eps_diluted") is None
    # The year has ended after them.
    assert last_four_quarters(QUARTERS, (replace(YEARS[0], end=date(2026, 12, 31)),), "revenue") is None
    assert last_four_quarters(QUARTERS, (replace(YEARS[0], currency="EUR"),), "revenue") is None
    assert last_four_quarters(QUARTERS, (), "revenue") is None


@pytest.mark.parametrize(
    ("end", "quarter", "year"),
    [
        # A year that ends in February, in March, in January and in August; weeks around the end of December.
        ("2025-05-31", "Q1", 2026),
        ("2026-02-28", "Q4", 2026),
        ("2025-12-31", "Q3", 2026),
        ("2026-06-30", "Q1", 2027),
        ("2025-10-31", "Q3", 2026),
        ("2025-11-23", "Q1", 2026),
        ("2026-08-30", "Q4", 2026),
        ("2026-01-03", "Q4", 2025),
        ("2026-04-04", "Q1", 2026),
        ("2026-09-30", "Q3", 2026),
    ],
)
def test_quarters_belong_to_the_fiscal_year_in_which_they_end(
    end: str, quarter: FiscalPeriod, year: int
) -> None:
    statement = growing_quarters("ACME", "USD", 1000, 4.0, quarters=1)["quarterly_income"]
    unnamed = {"end": date.fromisoformat(end), "fiscal_year": None, "fiscal_period": quarter}
    period = statement.periods[0].model_copy(update=unnamed)
    (found,) = fiscal_quarters([statement.model_copy(update={"periods": (period,)})])
    assert found.fiscal == (year, quarter)


def test_years_of_weeks_that_end_in_one_calendar_year_have_names_of_their_own() -> None:
    statement = growing_statements("ACME", "USD", 1000, 4.0, years=2)["income"]
    ends = (date(2022, 12, 31), date(2022, 1, 1))
    periods = tuple(
        period.model_copy(update={"end": end, "fiscal_year": None})
        for period, end in zip(statement.periods, ends, strict=True)
    )
    found = fiscal_years([statement.model_copy(update={"periods": periods})])
    assert [year.fiscal for year in found] == [(2022, "FY"), (2021, "FY")]
