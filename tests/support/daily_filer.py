"""A made-up company with an amount for each day: the right value of any period is the sum of its days.

Its calendar is random: months or weeks, quarters of 12, 13 and 16 weeks, years of 53 weeks, a transition from
one fiscal year to another. It files what real companies file beside quarters and years: figures from the
start of the year, comparatives, twelve months up to a quarter, amounts since its foundation.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.support.edgar_documents import Row

FIRST = date(2012, 1, 1)
DAYS = 6_000
CONCEPTS = {
    "revenue": ("SalesRevenueNet", "Revenues"),
    "net_income": ("NetIncomeLoss", "NetIncomeLoss"),
    "operating_cash_flow": ("NetCashProvidedByUsedInOperatingActivities",) * 2,
}
"""By line, the concept of the first years and that of the later ones."""
WEEKS = ((13, 13, 13, 13), (12, 12, 12, 16), (16, 12, 12, 12))
YEARS = 7

Span = tuple[date, date]


@dataclass
class DailyFiler:
    """A company.

    Attributes:
        rng: Makes its habits.
        rows: What it filed.
        years: The fiscal years that it reported, by last day.
        quarters: The number of each quarter that it reported, by last day.
    """

    rng: random.Random
    rows: list[Row] = field(default_factory=list)
    years: set[date] = field(default_factory=set)
    quarters: dict[date, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Files everything."""
        self._sums = [0]
        for _ in range(DAYS):
            self._sums.append(self._sums[-1] + self.rng.randrange(1, 100))
        self._change = self.rng.randrange(YEARS)
        periods = list(self._calendar())
        self._founded = periods[0][0][0]
        for number, quarters in enumerate(periods):
            before = periods[number - 1] if number else ()
            years = [(spans[0][0], spans[-1][1]) for spans in periods[:number] if len(spans) == 4]
            if len(quarters) == 4:
                is_last = number == YEARS - 1
                count = self.rng.randrange(1, 5) if is_last else 4
                self._file_year(number, quarters[:count], before, years[-2:])
            else:
                filed = quarters[0][1] + timedelta(days=60)
                for span in (quarters[0], *years[-2:]):
                    self._file(number, span, filed, "10-KT")

    def value(self, line: str, first: date, last: date) -> int:
        """Returns the right value of a line for a period."""
        factor = list(CONCEPTS).index(line) + 1
        return factor * (self._sums[(last - FIRST).days + 1] - self._sums[(first - FIRST).days])

    def _calendar(self) -> Iterator[Sequence[Span]]:
        """Yields the quarters of each year, or one span that is a transition between two years."""
        by_months = self.rng.random() < 0.4
        start = self.rng.choice((date(2013, 1, 1), date(2013, 2, 1), date(2013, 7, 1)))
        start = start if by_months else date(2013, 2, 3)
        weeks = self.rng.choice(WEEKS)
        transition = self.rng.choice((None, None, 2, 3, 4))
        for number in range(YEARS):
            if number == transition:
                # Not of about three months, which would be a quarter.
                months = self.rng.choice((1, 5, 6, 7, 8, 9, 10, 11))
                lengths: Sequence[int] = (months,) if by_months else (months * 4,)
            elif by_months:
                lengths = (3, 3, 3, 3)
            else:
                lengths = (*weeks[:3], weeks[3] + (self.rng.random() < 0.2))
            spans: list[Span] = []
            for length in lengths:
                following = _months_after(start, length) if by_months else start + timedelta(weeks=length)
                spans.append((start, following - timedelta(days=1)))
                start = following
            yield spans

    def _file_year(
        self, number: int, quarters: Sequence[Span], before: Sequence[Span], years: Sequence[Span]
    ) -> None:
        first = quarters[0][0]
        for index, (start, end) in enumerate(quarters[:3]):
            filed = end + timedelta(days=35)
            self.quarters[end] = f"Q{index + 1}"
            self._file(number, (first, end), filed, "10-Q")
            self._file(number, (start, end), filed, "10-Q", with_cash_flow=False)
            if len(before) == 4 and self.rng.random() < 0.8:
                self._file(number, (before[0][0], before[index][1]), filed, "10-Q")
                self._file(number, before[index], filed, "10-Q", with_cash_flow=False)
            if number and self.rng.random() < 0.3:
                self._file(number, (end - timedelta(days=364), end), filed, "10-Q")
        if len(quarters) < 4:
            return
        end = quarters[3][1]
        self.quarters[end], filed = "Q4", end + timedelta(days=60)
        self.years.add(end)
        for span in ((first, end), *years):
            self._file(number, span, filed, "10-K")
        if self.rng.random() < 0.3:
            for span in quarters:
                self._file(number, span, filed, "10-K")
        if self.rng.random() < 0.1:
            self._file(number, (self._founded, end), filed, "10-K")

    def _file(self, number: int, span: Span, filed: date, form: str, *, with_cash_flow: bool = True) -> None:
        for line, concepts in CONCEPTS.items():
            if line == "operating_cash_flow" and not with_cash_flow:
                continue
            # Some periods are filed with the last day before as their first day.
            early = timedelta(days=self.rng.random() < 0.05)
            self.rows.append(
                Row(
                    concepts[number > self._change],
                    self.value(line, *span),
                    span[1].isoformat(),
                    (span[0] - early).isoformat(),
                    filed=filed.isoformat(),
                    form=form,
                    fiscal_year=self.rng.choice((None, filed.year, filed.year - 1)),
                    fiscal_period=self.rng.choice((None, "FY", "Q1", "Q2")),
                )
            )


def _months_after(day: date, months: int) -> date:
    month = day.month - 1 + months
    return date(day.year + month // 12, month % 12 + 1, 1)
