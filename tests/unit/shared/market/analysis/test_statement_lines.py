from datetime import date, timedelta

import pytest

from shared.domain.statements import StatementLine, StatementPeriod, absent, statement_items
from shared.domain.terms import StatementKind
from shared.market.analysis.statement_lines import NOT_ADDITIVE, complete_lines, trailing_twelve_months


def _complete(statement: StatementKind, **values: int) -> dict[str, int | float | None]:
    given = {name: StatementLine(value=value) for name, value in values.items()}
    return {name: line.value for name, line in complete_lines(statement, given).items()}


def test_gross_profit_is_derived_and_marked() -> None:
    given = {"revenue": StatementLine(value=100), "cost_of_revenue": StatementLine(value=60, restated=True)}
    line = complete_lines("income", given)["gross_profit"]
    assert (line.value, line.derived, line.restated) == (40, True, True)


def test_a_filed_value_is_not_replaced_by_a_derived_one() -> None:
    assert _complete("income", revenue=100, cost_of_revenue=60, gross_profit=39)["gross_profit"] == 39


def test_lines_without_value_keep_their_reason() -> None:
    lines = complete_lines("income", {"eps_basic": absent("reported per class of shares only")})
    assert lines["eps_basic"].reason == "reported per class of shares only"
    assert lines["revenue"].reason == "not reported"


def test_free_cash_flow_names_the_part_that_it_lacks() -> None:
    lines = {"operating_cash_flow": StatementLine(value=100), "capital_expenditure": absent("not plausible")}
    reason = complete_lines("cash_flow", lines)["free_cash_flow"].reason
    assert reason == "capital_expenditure is not known for this period"
    alone = complete_lines("cash_flow", {"operating_cash_flow": StatementLine(value=100)})
    assert alone["free_cash_flow"].reason == "not reported"


def test_the_balance_balances_with_minority_interest_in_equity() -> None:
    lines = _complete("balance", total_assets=100, parent_equity=30, minority_interest=5)
    assert (lines["total_equity"], lines["total_liabilities"]) == (35, 65)


def test_parent_equity_is_not_taken_for_total_equity() -> None:
    lines = _complete("balance", total_assets=100, parent_equity=30)
    assert lines["total_equity"] is None
    assert lines["total_liabilities"] is None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"cash": 10, "long_term_debt": 50, "short_term_debt": 5, "short_term_investments": 20}, 25),
        ({"cash": 10, "long_term_debt": 50}, 40),
        ({"cash": 10}, None),
        ({"long_term_debt": 50}, None),
    ],
)
def test_net_debt_needs_cash_and_some_debt(values: dict[str, int], expected: int | None) -> None:
    assert _complete("balance", **values)["net_debt"] == expected


def test_operating_lines_add_up_from_consolidated_net_income() -> None:
    given = {
        "operating_cash_flow": StatementLine(value=100),
        "depreciation_amortisation": StatementLine(value=30),
        "change_in_receivables": StatementLine(value=-12),
    }
    lines = complete_lines("cash_flow", given, net_income=StatementLine(value=70))
    assert lines["other_operating"].value == 100 - 70 - 30 + 12
    assert complete_lines("cash_flow", given)["other_operating"].value is None


def test_financing_and_investing_lines_add_up() -> None:
    lines = _complete(
        "cash_flow",
        operating_cash_flow=100,
        capital_expenditure=-20,
        investing_cash_flow=-50,
        financing_cash_flow=-30,
        dividends_paid=-10,
        debt_issued=5,
    )
    assert lines["free_cash_flow"] == 80
    assert lines["other_investing"] == -30
    assert lines["other_financing"] == -25
    assert lines["net_change_in_cash"] == 20


def _quarter(end: date, revenue: int | None, currency: str = "USD") -> StatementPeriod:
    line = StatementLine(value=revenue) if revenue is not None else absent("not reported")
    given = {"revenue": line, "eps_basic": StatementLine(value=1)}
    return StatementPeriod(
        start=end - timedelta(days=90),
        end=end,
        fiscal_year=end.year,
        fiscal_period="Q1",
        currency=currency,
        lines=complete_lines("income", given),
    )


ENDS = (date(2025, 9, 27), date(2025, 6, 28), date(2025, 3, 29), date(2024, 12, 28))


def test_twelve_months_are_the_sum_of_four_quarters() -> None:
    quarters = [_quarter(end, 10 + index) for index, end in enumerate(ENDS)]
    total = trailing_twelve_months(quarters, statement_items("income"))
    assert total is not None
    assert (total.start, total.end, total.fiscal_period) == (quarters[-1].start, ENDS[0], "TTM")
    assert (total.lines["revenue"].value, total.lines["revenue"].derived) == (46, True)
    assert total.lines["eps_basic"].reason == NOT_ADDITIVE


def test_twelve_months_lack_a_line_that_one_quarter_lacks() -> None:
    quarters = [_quarter(end, None if end == ENDS[2] else 10) for end in ENDS]
    total = trailing_twelve_months(quarters, statement_items("income"))
    assert total is not None
    assert total.lines["revenue"].reason == "not known for the quarter to 2025-03-29"


@pytest.mark.parametrize(("days", "is_twelve_months"), [(1, True), (-2, True), (28, False), (31, False)])
def test_quarters_around_a_transition_between_years_are_not_added(days: int, is_twelve_months: bool) -> None:
    starts = [*(end + timedelta(days=1) for end in ENDS[1:]), date(2024, 9, 29)]
    quarters = [
        _quarter(end, 1).model_copy(update={"start": start}) for end, start in zip(ENDS, starts, strict=True)
    ]
    later = quarters[0].model_copy(update={"start": starts[0] + timedelta(days=days)})
    total = trailing_twelve_months([later, *quarters[1:]], statement_items("income"))
    assert (total is not None) == is_twelve_months


def test_a_half_year_before_three_quarters_is_not_added() -> None:
    quarters = [_quarter(end, 1) for end in ENDS]
    half = quarters[-1].model_copy(update={"start": ENDS[-1] - timedelta(days=181)})
    assert trailing_twelve_months([*quarters[:-1], half], statement_items("income")) is None


def test_quarters_with_a_gap_or_in_two_currencies_are_not_added() -> None:
    gap = [_quarter(end, 1) for end in (*ENDS[:3], date(2024, 9, 28))]
    mixed = [_quarter(end, 1, "EUR" if end == ENDS[0] else "USD") for end in ENDS]
    assert trailing_twelve_months(gap, statement_items("income")) is None
    assert trailing_twelve_months(mixed, statement_items("income")) is None
    assert trailing_twelve_months(mixed[1:], statement_items("income")) is None
