"""A made-up company that files like real ones, with the values that statements of it must have.

The documents have what users of EDGAR libraries were misled by: fiscal years of 52 or 53 weeks or to the end
of January, wrong ``fy`` and ``fp``, year-to-date figures beside quarters with the same end, concepts that
change over the years, restatements, splits, years that only amended reports have, values in US dollars beside
those in the company's currency.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.support.edgar_documents import Row

REVENUES = ("SalesRevenueNet", "Revenues", "RevenueFromContractWithCustomerExcludingAssessedTax")
CASH_FLOWS = {
    "operating_cash_flow": ("NetCashProvidedByUsedInOperatingActivities", 1),
    "capital_expenditure": ("PaymentsToAcquirePropertyPlantAndEquipment", -1),
    "share_repurchases": ("PaymentsForRepurchaseOfCommonStock", -1),
}
YEARS = 6


@dataclass
class GeneratedFiler:
    """A company with its documents.

    Attributes:
        rows: What it filed.
        annual: By line and last day of the year, the value that counts.
        quarterly: The same for quarters; a fourth quarter has no value per share.
        currency: Of its statements.
        labels: Number of each quarter by its last day.
    """

    currency: str = "USD"
    rows: list[Row] = field(default_factory=list)
    annual: dict[tuple[str, date], float] = field(default_factory=dict)
    quarterly: dict[tuple[str, date], float] = field(default_factory=dict)
    labels: dict[date, str] = field(default_factory=dict)


def generated_filer(rng: random.Random) -> GeneratedFiler:
    """Returns a company with random habits."""
    filer = GeneratedFiler(rng.choice(("USD", "USD", "ZAR", "CNY")))
    ends = _year_ends(rng)
    concept_changes = rng.randrange(1, YEARS)
    names = rng.sample(REVENUES, 2)
    split_year, factor = rng.randrange(2, YEARS), rng.choice((2.0, 4.0, 0.1))
    for number in range(1, len(ends)):
        _Year(
            filer,
            rng,
            start=ends[number - 1] + timedelta(days=1),
            end=ends[number],
            revenue=names[number > concept_changes],
            shares=round(1_000_000 * (factor if number > split_year else 1.0)),
            later=factor if number <= split_year else 1.0,
            restated=rng.random() < 0.3,
            is_last=number == len(ends) - 1,
            restates_shares=number == split_year,
        ).file()
    return filer


def _year_ends(rng: random.Random) -> list[date]:
    first = rng.choice((date(2015, 12, 31), date(2016, 1, 31), date(2016, 1, 30), date(2015, 9, 26)))
    if first.day in (30, 26):
        # The same weekday: 52 weeks, and 53 about every six years.
        ends = [first]
        for _ in range(YEARS):
            following = ends[-1] + timedelta(weeks=52)
            last_of_month = first.month
            if (following + timedelta(weeks=1)).month == last_of_month:
                following += timedelta(weeks=1)
            ends.append(following)
        return ends
    return [first.replace(year=first.year + number) for number in range(YEARS + 1)]


@dataclass
class _Year:
    filer: GeneratedFiler
    rng: random.Random
    start: date
    end: date
    revenue: str
    shares: int
    later: float
    restated: bool
    is_last: bool
    restates_shares: bool

    def file(self) -> None:
        """Adds the filings of the year, and what statements must give for it."""
        quarter_ends = self._quarter_ends()
        starts = [self.start, *(end + timedelta(days=1) for end in quarter_ends[:-1])]
        for label, end in zip(("Q1", "Q2", "Q3", "Q4"), quarter_ends, strict=True):
            self.filer.labels[end] = label
        revenue = [self.rng.randrange(1_000, 9_000) for _ in range(4)]
        self._flow("revenue", self.revenue, 1, revenue, starts, quarter_ends, with_quarters=True)
        for line, (concept, sign) in CASH_FLOWS.items():
            amounts = [self.rng.randrange(1, 900) for _ in range(4)]
            self._flow(line, concept, sign, amounts, starts, quarter_ends, with_quarters=False)
        self._per_share(starts, quarter_ends)

    def _quarter_ends(self) -> list[date]:
        if (self.end - self.start).days + 1 in (364, 371):
            return [self.start + timedelta(weeks=13 * number, days=-1) for number in (1, 2, 3)] + [self.end]
        days = [_months_after(self.start, 3 * number) - timedelta(days=1) for number in (1, 2, 3)]
        return [*days, self.end]

    def _flow(
        self,
        line: str,
        concept: str,
        sign: int,
        amounts: list[int],
        starts: list[date],
        ends: list[date],
        *,
        with_quarters: bool,
    ) -> None:
        rows = self.filer.rows
        for number in range(3):
            filed = ends[number] + timedelta(days=35)
            to_date = sum(amounts[: number + 1])
            rows += self._both(concept, to_date, self.start, ends[number], filed, "10-Q")
            if with_quarters and number:
                rows += self._both(concept, amounts[number], starts[number], ends[number], filed, "10-Q")
            self.filer.quarterly[line, ends[number]] = sign * amounts[number]
        filed = self.end + timedelta(days=55)
        total = sum(amounts)
        form = self.rng.choice(("10-K", "10-K", "10-K/A"))
        rows += self._both(concept, total, self.start, self.end, filed, form)
        self.filer.quarterly[line, self.end] = sign * amounts[3]
        self.filer.annual[line, self.end] = sign * total
        # The report of the next year repeats the year, and now and then changes it.
        changed = total + 7 if self.restated else total
        rows += self._both(concept, changed, self.start, self.end, filed + timedelta(days=365), "10-K")
        self.filer.annual[line, self.end] = sign * changed

    def _both(
        self, concept: str, value: int, start: date, end: date, filed: date, form: str
    ) -> Iterator[Row]:
        """Yields a fact, and of the last year of a foreign currency also in US dollars."""
        currencies = [self.filer.currency]
        if self.is_last and self.filer.currency != "USD":
            currencies.append("USD")
        for currency in currencies:
            yield Row(
                concept,
                value if currency == self.filer.currency else round(value * 0.14, 2),
                end.isoformat(),
                start.isoformat(),
                filed=filed.isoformat(),
                form=form,
                unit=currency,
                fiscal_year=self.rng.choice((None, filed.year)),
                fiscal_period=self.rng.choice((None, "FY", "Q1", "Q3")),
            )

    def _per_share(self, starts: list[date], ends: list[date]) -> None:
        filed = self.end + timedelta(days=55)
        eps = self.rng.randrange(100, 900) / 100
        for concept, value, unit in (
            ("EarningsPerShareDiluted", eps, f"{self.filer.currency}/shares"),
            ("WeightedAverageNumberOfDilutedSharesOutstanding", self.shares, "shares"),
            ("WeightedAverageNumberOfSharesOutstandingBasic", self.shares, "shares"),
        ):
            for start, end, day, form in (
                (starts[1], ends[1], ends[1] + timedelta(days=35), "10-Q"),
                (self.start, self.end, filed, "10-K"),
            ):
                self.filer.rows.append(self._share_row(concept, value, start, end, day, form, unit))
            if self.restates_shares:
                after = value * self.later if unit == "shares" else round(value / self.later, 4)
                for start, end in ((starts[1], ends[1]), (self.start, self.end)):
                    day = filed + timedelta(days=200)
                    self.filer.rows.append(self._share_row(concept, after, start, end, day, "10-K", unit))
        self.filer.annual["shares_diluted", self.end] = self.shares * self.later
        self.filer.annual["eps_diluted", self.end] = eps / self.later

    @staticmethod
    def _share_row(
        concept: str, value: float, start: date, end: date, filed: date, form: str, unit: str
    ) -> Row:
        return Row(
            concept,
            value,
            end.isoformat(),
            start.isoformat(),
            filed=filed.isoformat(),
            form=form,
            unit=unit,
        )


def _months_after(day: date, months: int) -> date:
    month = day.month - 1 + months
    return date(day.year + month // 12, month % 12 + 1, day.day)
