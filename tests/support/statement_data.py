"""Annual statements of a company that grows evenly."""

from datetime import UTC, date, datetime
from typing import Final

from shared.domain.statements import StatementLine, StatementPeriod, Statements, absent, statement_items
from shared.domain.terms import StatementKind

FETCHED: Final = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)


def growing_statements(
    symbol: str, currency: str, shares: int, eps: float, *, years: int = 6
) -> dict[StatementKind, Statements]:
    """Returns the three statements: revenue grows by 5 % a year, the operating margin is 20 to 24 %."""
    return {
        kind: Statements(
            source="yahoo",
            as_of=FETCHED,
            fetched_at=FETCHED,
            symbol=symbol,
            statement=kind,
            period="annual",
            periods=tuple(_period(kind, currency, shares, eps, number) for number in range(years)),
        )
        for kind in ("income", "balance", "cash_flow")
    }


def _period(kind: StatementKind, currency: str, shares: int, eps: float, number: int) -> StatementPeriod:
    values = _values(shares, eps * 1.05**-number, number)
    return StatementPeriod(
        start=None if kind == "balance" else date(2025 - number, 1, 1),
        end=date(2025 - number, 12, 31),
        fiscal_year=2025 - number,
        fiscal_period="FY",
        currency=currency,
        lines={
            item.name: StatementLine(value=values[item.name])
            if item.name in values
            else absent("not reported")
            for item in statement_items(kind)
        },
    )


def _values(shares: int, eps: float, number: int) -> dict[str, float]:
    net = eps * shares
    operating = net / 0.75
    revenue = operating / (0.2 + 0.01 * (number % 5))
    return {
        "revenue": revenue,
        "operating_income": operating,
        "pretax_income": operating * 0.96,
        "income_tax": operating * 0.24,
        "interest_expense": operating * 0.04,
        "net_income": net,
        "eps_diluted": eps,
        "shares_diluted": shares,
        "total_equity": operating * 4,
        "parent_equity": operating * 4,
        "short_term_debt": operating * 0.2,
        "long_term_debt": operating * 0.8,
        "net_debt": operating * 0.5,
        "depreciation_amortisation": operating * 0.2,
        "capital_expenditure": -operating * 0.4,
        "change_in_receivables": -operating * 0.05,
    }
