"""Fiscal years that the statements call by another year than the one in which they end."""

from typing import Any

import pytest

from shared.figures.facts.fiscal_years import fiscal_shift, with_fiscal_years


def _statement(year: int, end: str, period: str = "FY") -> dict[str, Any]:
    return {"periods": [{"fiscal_year": year, "fiscal_period": period, "end": end}]}


@pytest.mark.parametrize(
    ("data", "shift"),
    [
        (_statement(2025, "2026-01-31"), -1),
        (_statement(2026, "2026-01-30"), 0),
        (_statement(2025, "2025-11-08", "Q3"), None),
        ({"periods": None}, None),
        ({"periods": [{"fiscal_period": "FY", "fiscal_year": 2025, "end": None}]}, None),
    ],
)
def test_statements_tell_what_a_year_is_called(data: dict[str, Any], shift: int | None) -> None:
    assert fiscal_shift(data) == shift


def test_estimates_of_years_get_the_name_and_those_of_quarters_do_not() -> None:
    rows = [
        {"period": "current_quarter", "period_end": "2027-01-30"},
        {"period": "current_year", "period_end": "2027-01-30"},
    ]
    quarter, year = with_fiscal_years({"estimates": rows}, -1)["estimates"]
    assert "fiscal_year" not in quarter
    assert year["fiscal_year"] == 2026


def test_data_without_estimates_stay_as_they_are() -> None:
    data = {"price": 71.36}
    assert with_fiscal_years(data, -1) is data
