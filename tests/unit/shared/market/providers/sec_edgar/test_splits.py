"""Splits and stock dividends year after year: every period is on the basis of today's shares."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests.support.edgar_documents import Row
from tests.support.statement_rows import PROFIT, REVENUE, rows_of

YEARS = range(2015, 2026)
SHARES = 60_000_000
CONCEPTS = {
    "WeightedAverageNumberOfSharesOutstandingBasic": 1.0,
    "WeightedAverageNumberOfDilutedSharesOutstanding": 1.01,
}
QUARTERS = (("01-01", "03-31", "05-08"), ("04-01", "06-30", "08-08"), ("07-01", "09-30", "11-08"))


class SplittingFiler:
    """A company that splits its shares in April, and files thousands of shares.

    Args:
        ratio: New shares per old share.
        every: Years from one split to the next.
    """

    def __init__(self, ratio: float, every: int) -> None:
        self.days = [date(year, 4, 15) for year in YEARS[::every]]
        self.ratio = ratio
        self.rows = list(self._rows())

    def basis(self, filed: date) -> float:
        """Shares of the first day in shares of a day."""
        return self.ratio ** sum(day <= filed for day in self.days)

    def _rows(self) -> Iterator[Row]:
        for year in YEARS:
            for number, (start, end, filed) in enumerate(QUARTERS):
                for of in (year, year - 1):
                    yield from self._values(f"{of}-{start}", f"{of}-{end}", f"{year}-{filed}", "10-Q")
                    if number:
                        yield from self._values(f"{of}-01-01", f"{of}-{end}", f"{year}-{filed}", "10-Q")
            for of in (year, year - 1, year - 2):
                yield from self._values(f"{of}-01-01", f"{of}-12-31", f"{year + 1}-02-20", "10-K")

    def _values(self, start: str, end: str, filed: str, form: str) -> Iterator[Row]:
        thousands = SHARES / 1_000 * self.basis(date.fromisoformat(filed))
        for concept, share in CONCEPTS.items():
            yield Row(concept, round(thousands * share) * 1_000, end, start, filed, form, "shares")
        yield from (Row(concept, 100, end, start, filed, form) for concept in (REVENUE, PROFIT))


@pytest.mark.parametrize(
    ("ratio", "every"),
    [(1.02, 1), (1.03, 1), (1.05, 3), (1.1, 2), (1.2, 2), (1.5, 1), (2.0, 3), (7.0, 8), (0.1, 3), (0.04, 8)],
)
def test_every_period_is_on_the_basis_of_the_last_filing(ratio: float, every: int) -> None:
    filer = SplittingFiler(ratio, every)
    now = SHARES * filer.basis(date(YEARS[-1] + 1, 2, 20))
    for frequency in ("annual", "quarterly"):
        periods = rows_of(filer.rows, "shares_basic", frequency)
        shares = [value for period in periods if (value := period.lines["shares_basic"].value) is not None]
        assert len(shares) > len(YEARS)
        assert shares == pytest.approx([now] * len(shares), rel=2e-3)
