from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from shared.domain.company import NextEarnings
from shared.domain.statements import (
    LINE_ITEMS,
    StatementLine,
    StatementPeriod,
    Statements,
    absent,
    statement_items,
)


def _balance(end: date, *, lines: dict[str, StatementLine] | None = None) -> StatementPeriod:
    names = [item.name for item in statement_items("balance")]
    return StatementPeriod(
        start=None,
        end=end,
        fiscal_year=2025,
        fiscal_period="FY",
        currency="USD",
        lines=lines if lines is not None else {name: absent("not reported") for name in names},
    )


def _statements(*periods: StatementPeriod) -> Statements:
    return Statements(
        source="sample",
        as_of=None,
        fetched_at=datetime(2026, 11, 28, tzinfo=UTC),
        symbol="ACME",
        statement="balance",
        period="annual",
        periods=periods,
    )


def test_every_line_of_the_contract_is_in_the_vocabulary_once() -> None:
    assert len(LINE_ITEMS) == 15 + 18 + 20
    assert {item.unit for item in statement_items("balance")} == {"currency"}


def test_only_sums_over_time_are_additive() -> None:
    assert not LINE_ITEMS["eps_diluted"].additive
    assert not LINE_ITEMS["shares_basic"].additive
    assert not LINE_ITEMS["cash"].additive
    assert LINE_ITEMS["revenue"].additive


@pytest.mark.parametrize(("value", "written"), [(416161000000, "416161000000"), (6.11, "6.11"), (7.0, "7")])
def test_whole_values_are_written_without_decimals(value: float, written: str) -> None:
    assert StatementLine(value=value).model_dump_json().startswith(f'{{"value":{written},')


def test_a_line_without_value_needs_a_reason() -> None:
    with pytest.raises(ValidationError, match="reason"):
        StatementLine(value=None)
    with pytest.raises(ValidationError, match="reason"):
        StatementLine(value=1, reason="not reported")


def test_a_period_must_have_every_line_of_its_statement() -> None:
    with pytest.raises(ValidationError, match="every period must have the lines"):
        _statements(_balance(date(2025, 9, 27), lines={"cash": StatementLine(value=1)}))


def test_periods_are_sorted_newest_first_without_duplicates() -> None:
    newer, older = _balance(date(2025, 9, 27)), _balance(date(2024, 9, 28))
    assert _statements(newer, older).periods == (newer, older)
    for wrong in ((older, newer), (newer, newer)):
        with pytest.raises(ValidationError, match="newest first"):
            _statements(*wrong)


def test_statements_survive_the_cache() -> None:
    statements = _statements(_balance(date(2025, 9, 27)))
    assert Statements.model_validate_json(statements.model_dump_json()) == statements


def test_an_estimated_earnings_date_is_a_range_and_never_confirmed() -> None:
    first, last = date(2026, 10, 28), date(2026, 11, 2)
    assert not NextEarnings(date=first, date_end=last, time_of_day=None, confirmed=False).confirmed
    with pytest.raises(ValidationError, match="not confirmed"):
        NextEarnings(date=first, date_end=last, time_of_day=None, confirmed=True)
