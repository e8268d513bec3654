"""Statements made from small documents of the SEC's data service."""

from collections.abc import Iterable
from datetime import date

from shared.domain.statements import LINE_ITEMS, StatementLine, StatementPeriod
from shared.domain.terms import StatementFrequency
from shared.market.providers.sec_edgar.mapping import StatementMapper
from tests.support.edgar_documents import Row, company_facts, year

REVENUE, PROFIT, OPERATING = "Revenues", "NetIncomeLoss", "NetCashProvidedByUsedInOperatingActivities"


def rows_of(
    facts: Iterable[Row], line: str, frequency: StatementFrequency = "annual", known_on: date | None = None
) -> tuple[StatementPeriod, ...]:
    """Returns the periods of the statement that a line belongs to, newest first."""
    filed = company_facts(facts)
    mapper = StatementMapper(filed.known_on(known_on) if known_on else filed)
    return mapper.statement(LINE_ITEMS[line].statement, frequency, 100)


def line(facts: Iterable[Row], name: str, frequency: StatementFrequency = "annual") -> StatementLine:
    """Returns a line of the newest period."""
    return rows_of(facts, name, frequency)[0].lines[name]


def values(facts: Iterable[Row], name: str, frequency: StatementFrequency = "annual") -> list[object]:
    """Returns a line of all periods, newest first."""
    return [row.lines[name].value for row in rows_of(facts, name, frequency)]


def balance(concept: str, value: object) -> Row:
    """Returns a value of the end of 2025."""
    return Row(concept, value, "2025-12-31")


PERIOD = [year(REVENUE, 100, 2025), year(PROFIT, 10, 2025)]
"""What makes a year a fiscal year."""
