"""Share splits that no filing knows yet: earnings per share are those of today's shares."""

from dataclasses import replace
from datetime import date

import pytest

from shared.domain.market_data import Split
from shared.domain.statements import StatementPeriod, Statements
from shared.market.analysis.share_splits import restated_for_pending_splits
from tests.support.edgar_documents import Row, year
from tests.support.statement_data import FETCHED
from tests.support.statement_rows import PROFIT, REVENUE, rows_of

BASIC = "WeightedAverageNumberOfSharesOutstandingBasic"
DILUTED = "WeightedAverageNumberOfDilutedSharesOutstanding"
FACTS = [
    row
    for of in (2024, 2025)
    for row in (
        year(REVENUE, 5_000, of),
        year(PROFIT, 1_200, of),
        year("EarningsPerShareDiluted", 12.0, of, unit="USD/shares"),
        year(BASIC, 100, of, unit="shares"),
    )
]
"""Filed 40 days after the end of each year."""
TEN_FOR_ONE = Split(date=date(2026, 6, 10), numerator=10, denominator=1)
TODAY = date(2026, 6, 12)


def after(*splits: Split, facts: list[Row] = FACTS, today: date = TODAY) -> tuple[StatementPeriod, ...]:
    statements = Statements(
        source="sec_edgar",
        as_of=FETCHED,
        fetched_at=FETCHED,
        symbol="EXMP",
        statement="income",
        period="annual",
        periods=rows_of(facts, "revenue"),
    )
    return restated_for_pending_splits(statements, splits, today).periods


def test_values_of_shares_are_restated_and_amounts_are_not() -> None:
    for period in after(TEN_FOR_ONE):
        lines = period.lines
        assert [lines[name].value for name in ("revenue", "net_income")] == [5_000, 1_200]
        assert [lines[name].value for name in ("eps_diluted", "shares_basic")] == [1.2, 1_000]
        original = lines["eps_diluted"].original
        assert original is not None
        assert (original.value, original.split_factor) == (12.0, 10.0)
        assert (period.known_from, lines["eps_basic"].value) == (TEN_FOR_ONE.date, None)


@pytest.mark.parametrize(
    "split",
    [
        # Not yet; in the annual report already; a spin-off; of a company that had the ticker later.
        Split(date=date(2026, 6, 13), numerator=10, denominator=1),
        Split(date=date(2026, 2, 9), numerator=10, denominator=1),
        Split(date=date(2026, 6, 10), numerator=1046, denominator=1000),
    ],
)
def test_other_splits_change_nothing(split: Split) -> None:
    assert after(split) == after()


def test_a_split_long_after_the_last_filing_is_of_another_company() -> None:
    split = Split(date=date(2029, 6, 10), numerator=2, denominator=1)
    assert after(split, today=date(2030, 1, 1)) == after()


def test_a_split_of_receipts_is_none_of_the_shares_of_a_company_abroad() -> None:
    facts = [replace(row, form="20-F") for row in FACTS]
    assert after(TEN_FOR_ONE, facts=facts) == after(facts=facts)


def test_reverse_splits_and_several_splits() -> None:
    one = after(Split(date=date(2026, 6, 10), numerator=1, denominator=15))[0].lines
    assert (one["eps_diluted"].value, one["shares_basic"].value) == (180.0, 7)
    two = after(TEN_FOR_ONE, Split(date=date(2026, 6, 11), numerator=11, denominator=10))[0]
    assert two.lines["eps_diluted"].value == pytest.approx(12 / 11)
    assert two.known_from == date(2026, 6, 11)


def test_a_split_that_a_filing_has_restated_for_is_not_applied_twice() -> None:
    # The report on the second quarter has the share count of the year before on the new basis.
    quarter = [
        Row(concept, shares, "2025-06-30", "2025-04-01", filed, "10-Q", "shares")
        for concept in (BASIC, DILUTED)
        for filed, shares in (("2025-08-01", 100), ("2026-08-01", 1_000))
    ]
    newest = after(TEN_FOR_ONE, facts=[*FACTS, *quarter], today=date(2026, 8, 2))[0]
    assert (newest.lines["eps_diluted"].value, newest.lines["shares_basic"].value) == (1.2, 1_000)


def test_a_split_after_one_that_a_filing_knows_keeps_the_value_as_filed() -> None:
    quarter = [
        Row(concept, shares, "2025-06-30", "2025-04-01", filed, "10-Q", "shares")
        for concept in (BASIC, DILUTED)
        for filed, shares in (("2025-08-01", 100), ("2026-08-01", 1_000))
    ]
    later = Split(date=date(2026, 9, 1), numerator=3, denominator=1)
    line = after(TEN_FOR_ONE, later, facts=[*FACTS, *quarter], today=date(2026, 9, 2))[0].lines["eps_diluted"]
    assert line.original is not None
    assert (line.value, line.original.value, line.original.split_factor) == (0.4, 12.0, 30.0)
