"""Whatever the calendar of a company: a value is the sum of the days of its period, and no period lacks."""

import random
from datetime import date

import pytest

from shared.domain.statements import StatementPeriod
from shared.domain.terms import StatementFrequency, StatementKind
from shared.market.providers.sec_edgar.mapping import StatementMapper
from tests.support.daily_filer import CONCEPTS, DailyFiler
from tests.support.edgar_documents import company_facts

SEEDS = range(15)
LINES: dict[StatementKind, tuple[str, ...]] = {
    "income": ("revenue", "net_income"),
    "cash_flow": ("operating_cash_flow",),
}
NEXT_DAY = 1
"""Where periods are filed from one day early, a quarter may begin on the day of either."""


def periods(
    filer: DailyFiler, statement: StatementKind, frequency: StatementFrequency
) -> list[StatementPeriod]:
    mapper = StatementMapper(company_facts(filer.rows))
    return list(mapper.statement(statement, frequency, 100))


@pytest.mark.parametrize("seed", SEEDS)
def test_values_are_the_sums_of_their_days(seed: int) -> None:
    filer = DailyFiler(random.Random(seed))
    count = 0
    for statement, lines in LINES.items():
        for frequency in ("annual", "quarterly", "ttm"):
            for period in periods(filer, statement, frequency):
                assert period.start is not None
                starts = [date.fromordinal(period.start.toordinal() + days) for days in (0, NEXT_DAY)]
                for line in lines:
                    right = [filer.value(line, start, period.end) for start in starts]
                    assert period.lines[line].value in (None, *right), (frequency, period.end, line)
                    count += period.lines[line].value is not None
    assert count > 80
    assert set(CONCEPTS) == {line for lines in LINES.values() for line in lines}


@pytest.mark.parametrize("seed", SEEDS)
def test_years_and_quarters_are_those_that_were_reported(seed: int) -> None:
    filer = DailyFiler(random.Random(seed))
    for statement in LINES:
        assert {period.end for period in periods(filer, statement, "annual")} == filer.years
        quarters = {period.end: period.fiscal_period for period in periods(filer, statement, "quarterly")}
        assert quarters == filer.quarters
