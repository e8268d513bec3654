"""The statements of a company in our vocabulary, from the facts that it filed."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final

from shared.domain.statements import FiscalPeriod, StatementPeriod, statement_items
from shared.domain.terms import StatementFrequency, StatementKind
from shared.market.analysis.statement_lines import trailing_twelve_months
from shared.market.providers.sec_edgar.amounts import Amount, AmountFinder
from shared.market.providers.sec_edgar.filed_facts import CompanyFacts, SourceFiling
from shared.market.providers.sec_edgar.filing_periods import FiscalCalendar, ReportingPeriod, fiscal_calendar
from shared.market.providers.sec_edgar.lines import PeriodLines
from shared.market.providers.sec_edgar.splits import find_splits

_QUARTERS_OF_A_YEAR: Final = 4
_HALVES_OF_A_YEAR: Final = 2
_HALVES: Final = frozenset[FiscalPeriod | None]({"H1", "H2"})
_SIMILAR_NUMBER: Final = 0.5


class StatementMapper:
    """Builds the statements of one company.

    Args:
        facts: What was filed, up to the day that counts.
        late: By accession number, the day from which a filing counts if not its filing date.
    """

    def __init__(self, facts: CompanyFacts, late: Mapping[str, date] = MappingProxyType({})) -> None:
        self._facts = facts
        self._late = late
        self._splits = find_splits(facts)
        self._calendar: FiscalCalendar = fiscal_calendar(facts)
        self._currencies = _currencies(facts)
        self._usual_currencies = sum(self._currencies.values(), Counter[str]())

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
        finder = AmountFinder(self._facts, currency, self._splits, self._late)
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
            known_from=max(amount.known_from for amount in amounts.values()),
            lines=lines.completed(statement, amounts),
        )

    def _related(self, period: ReportingPeriod) -> Sequence[ReportingPeriod]:
        """Returns the fiscal year of a quarter, or the quarters of a year."""
        others = self._calendar.years if period.number else self._calendar.quarters
        return [other for other in others if other.year_start == period.year_start]

    def _currency(self, period: ReportingPeriod) -> str | None:
        currencies = self._currencies.get(period.end)
        if not currencies:
            return None
        # Many filers give their last year in US dollars too, some with even more lines: of those with a
        # similar number of values, the currency of all years counts.
        most = max(currencies.values())
        similar = (code for code, count in currencies.items() if count >= most * _SIMILAR_NUMBER)
        return max(similar, key=lambda code: (self._usual_currencies[code], currencies[code]))

    def _trailing(self, statement: StatementKind, limit: int) -> tuple[StatementPeriod, ...]:
        if statement == "balance":
            return self._built(statement, self._calendar.quarters, limit)
        parts = self._built(statement, self._calendar.quarters, limit + _QUARTERS_OF_A_YEAR - 1)
        ends = {year.end: year for year in self._calendar.years}
        totals: list[StatementPeriod] = []
        for first, newest in enumerate(parts):
            count = _HALVES_OF_A_YEAR if newest.fiscal_period in _HALVES else _QUARTERS_OF_A_YEAR
            total = trailing_twelve_months(parts[first : first + count], statement_items(statement), count)
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


def _currencies(facts: CompanyFacts) -> dict[date, Counter[str]]:
    """Returns how many values there are in each currency, by the last day of their periods."""
    counts: dict[date, Counter[str]] = {}
    for units in facts.concepts.values():
        for unit, spans in units.items():
            if len(unit) == 3 and unit.isupper():
                for _, end in spans:
                    counts.setdefault(end, Counter())[unit] += 1
    return counts
