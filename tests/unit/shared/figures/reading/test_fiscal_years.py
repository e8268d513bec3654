"""The calendar year in which a fiscal year ends, from the end of it or of one of its quarters."""

from datetime import date

import pytest

from shared.figures.reading.stated_periods import fiscal_year_of


@pytest.mark.parametrize(
    ("end", "quarter", "year"),
    [
        (date(2024, 12, 31), None, 2024),
        (date(2024, 9, 28), 4, 2024),
        (date(2024, 12, 28), 1, 2025),
        (date(2025, 1, 26), None, 2025),
        (date(2024, 4, 28), 1, 2025),
        (date(2025, 9, 30), 3, 2025),
    ],
)
def test_fiscal_year(end: date, quarter: int | None, year: int) -> None:
    assert fiscal_year_of(end, quarter) == year
