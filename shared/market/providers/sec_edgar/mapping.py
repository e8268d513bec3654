"""The statements of a company in our vocabulary, from the facts that it filed."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from shared.domain.statements import StatementPeriod, statement_items
from shared.domain.terms import StatementFrequency, StatementKind
from shared.market.analysis.statement_lines import trailing_twelve_months
from shared.market.providers.sec_edgar.amounts import Amount, AmountFinder
from shared.market.providers.sec_edgar.filed_facts import CompanyFacts, SourceFiling
from shared.market.providers.sec_edgar.filing_periods import FiscalCalendar, ReportingPeriod, fiscal_calendar
from shared.market.providers.sec_edgar.lines import PeriodLines
from shared.market.providers.sec_edgar.splits import find_splits

_QUARTERS_OF_A_YEAR: Final = 4


class StatementMapper:
    """Builds the statements of one company.

    Args:
        facts: What was filed, up to the day that counts.
    """

    def __init__(self, facts: CompanyFacts) -> None:
        self._facts = facts
        self._splits = find_splits(facts)
        self._calendar: FiscalCalendar = fiscal_calendar(facts)
        self._currencies = _currencies(facts)

    def statement(
        self, statement: StatementKind, frequency: StatementFrequency, limit: int
    ) -> tuple[StatementPeriod, ...]:
        """Returns at most ``limit`` periods, newest first; periods without any filed line are left out."""
        if frequency == "ttm":
            return self._trailing(statement, limit)
        periods = self._calendar.years if frequency == "annual" else self._calendar.quarters
        return self._built(statement, periods, limit)

    def _built(
        self, statement: StatementKind, periods: Iterable[ReportingPeriod], limit: int
    ) -> tuple[StatementPeriod, ...]:
        built: list[StatementPeriod] = []
        for period in periods:
            if len(built) == limit:
                break
            if (row := self._period(statement, period)) is not None:
                built.append(row)
            # Lets the event loop go on: it would wait for its turn of 5 ms otherwise.
            time.sleep(0)
        return tuple(built)

    def _period(self, statement: StatementKind, period: ReportingPeriod) -> StatementPeriod | None:
        currency = self._currency(period)
        if currency is None:
            return None
        finder = AmountFinder(self._facts, currency, self._splits)
        lines = PeriodLines(finder, period, self._related(period))
        amounts = lines.amounts(statement)
        if not amounts:
            return None
        filing = _main_filing(amounts.values())
        return StatementPeriod(
            start=None if statement == "balance" else period.start,
            end=period.end,
            fiscal_year=period.fiscal_year,
            fiscal_period=period.fiscal_period,
            currency=currency,
            form=filing.form,
            filed=filing.filed,
            accession=filing.accession,
            url=filing.url,
            lines=lines.completed(statement, amounts),
        )

    def _related(self, period: ReportingPeriod) -> Sequence[ReportingPeriod]:
        """Returns the fiscal year of a quarter, or the quarters of a year."""
        others = self._calendar.years if period.number else self._calendar.quarters
        return [other for other in others if other.year_start == period.year_start]

    def _currency(self, period: ReportingPeriod) -> str | None:
        for span in ((period.start, period.end), (period.year_start, period.end), (None, period.end)):
            if currencies := self._currencies.get(span):
                return currencies.most_common(1)[0][0]
        return None

    def _trailing(self, statement: StatementKind, limit: int) -> tuple[StatementPeriod, ...]:
        if statement == "balance":
            return self._built(statement, self._calendar.quarters, limit)
        quarters = self._built(statement, self._calendar.quarters, limit + _QUARTERS_OF_A_YEAR - 1)
        ends = {year.end: year for year in self._calendar.years}
        totals: list[StatementPeriod] = []
        for first in range(len(quarters) - _QUARTERS_OF_A_YEAR + 1):
            window = quarters[first : first + _QUARTERS_OF_A_YEAR]
            total = trailing_twelve_months(window, statement_items(statement))
            if total is not None:
                totals.append(self._with_year(total, statement, ends.get(total.end)))
        return tuple(totals[:limit])

    def _with_year(
        self, total: StatementPeriod, statement: StatementKind, year: ReportingPeriod | None
    ) -> StatementPeriod:
        """Returns twelve months with the values of the fiscal year where they are one."""
        whole = self._period(statement, year) if year else None
        if whole is None:
            return total
        return whole.model_copy(update={"fiscal_period": "TTM"})


def _main_filing(amounts: Iterable[Amount]) -> SourceFiling:
    """Returns the filing that the most lines come from; of several, the latest."""
    count = Counter(amount.filing for amount in amounts)
    return max(count, key=lambda filing: (count[filing], filing.filed))


def _currencies(facts: CompanyFacts) -> dict[tuple[object, object], Counter[str]]:
    """Returns how many concepts each period has in each currency."""
    counts: dict[tuple[object, object], Counter[str]] = {}
    for units in facts.concepts.values():
        for unit, spans in units.items():
            if len(unit) == 3 and unit.isupper():
                for span in spans:
                    counts.setdefault(span, Counter())[unit] += 1
    return counts
