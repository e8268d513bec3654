"""Figures of several periods: the last four quarters."""

from dataclasses import replace
from datetime import date

from shared.reports.valuation.history import FiscalYear, last_four_quarters

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
