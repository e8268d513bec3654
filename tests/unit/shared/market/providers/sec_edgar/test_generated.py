"""Statements of made-up companies that file in every way that misleads: no value is wrong."""

import random
from datetime import date

import pytest

from shared.domain.statements import LINE_ITEMS
from shared.domain.terms import StatementFrequency
from shared.market.providers.sec_edgar.mapping import StatementMapper
from tests.support.edgar_documents import company_facts
from tests.support.generated_filer import GeneratedFiler, generated_filer

SEEDS = range(20)


def found(filer: GeneratedFiler, frequency: StatementFrequency) -> dict[tuple[str, date], float]:
    """The values by line and last day, of the lines that the company knows."""
    mapper = StatementMapper(company_facts(filer.rows))
    lines = {line for line, _ in filer.annual}
    return {
        (name, period.end): line.value
        for statement in ("income", "cash_flow")
        for period in mapper.statement(statement, frequency, 100)
        for name, line in period.lines.items()
        if name in lines and line.value is not None
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_years_have_the_values_that_count(seed: int) -> None:
    filer = generated_filer(random.Random(seed))
    assert found(filer, "annual") == pytest.approx(filer.annual)


@pytest.mark.parametrize("seed", SEEDS)
def test_quarters_have_the_values_that_count_and_none_is_made_up(seed: int) -> None:
    filer = generated_filer(random.Random(seed))
    values = found(filer, "quarterly")
    additive = {key: value for key, value in values.items() if LINE_ITEMS[key[0]].additive}
    assert additive == pytest.approx(filer.quarterly)
    # Values per share were filed for second quarters only.
    assert {filer.labels[end] for line, end in values if not LINE_ITEMS[line].additive} == {"Q2"}


@pytest.mark.parametrize("seed", SEEDS)
def test_quarters_are_named_and_periods_are_in_the_currency_of_the_company(seed: int) -> None:
    filer = generated_filer(random.Random(seed))
    mapper = StatementMapper(company_facts(filer.rows))
    quarters = mapper.statement("income", "quarterly", 100)
    assert {period.end: period.fiscal_period for period in quarters} == filer.labels
    periods = (*quarters, *mapper.statement("income", "annual", 100))
    assert {period.currency for period in periods} == {filer.currency}


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_of_a_day_became_known_later(seed: int) -> None:
    rng = random.Random(seed)
    filer = generated_filer(rng)
    facts = company_facts(filer.rows)
    known_on = date(2016, 6, 1).fromordinal(date(2016, 6, 1).toordinal() + rng.randrange(2_500))
    early = company_facts(row for row in filer.rows if row.filed_on <= known_on.isoformat())
    for frequency in ("annual", "quarterly"):
        past = StatementMapper(facts.known_on(known_on)).statement("income", frequency, 100)
        assert past == StatementMapper(early).statement("income", frequency, 100)
        assert all(period.known_from is None or period.known_from <= known_on for period in past)
