"""Annual statements of a company that grows evenly."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Final

from shared.domain.statements import StatementLine, StatementPeriod, Statements, absent, statement_items
from shared.domain.terms import StatementFrequency, StatementKind

FETCHED: Final = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)


def growing_statements(
    symbol: str, currency: str, shares: int, eps: float, *, years: int = 6
) -> dict[StatementKind, Statements]:
    """Returns the three statements: revenue grows by 5 % a year, the operating margin is 20 to 24 %."""
    return {
        kind: _statements(
            symbol, kind, "annual", (_period(kind, currency, shares, eps, number) for number in range(years))
        )
        for kind in ("income", "balance", "cash_flow")
    }


def growing_quarters(
    symbol: str, currency: str, shares: int, eps: float, *, quarters: int = 12
) -> dict[str, Statements]:
    """Returns ``quarterly_income`` and ``quarterly_cash_flow`` in the manner of ``growing_statements``."""
    return {
        f"quarterly_{kind}": _statements(
            symbol,
            kind,
            "quarterly",
            (_quarter(kind, currency, shares, eps / 4, number) for number in range(quarters)),
        )
        for kind in ("income", "cash_flow")
    }


def _statements(
    symbol: str, kind: StatementKind, frequency: StatementFrequency, periods: Iterable[StatementPeriod]
) -> Statements:
    return Statements(
        source="yahoo",
        as_of=FETCHED,
        fetched_at=FETCHED,
        symbol=symbol,
        statement=kind,
        period=frequency,
        periods=tuple(periods),
    )


def _quarter(kind: StatementKind, currency: str, shares: int, eps: float, number: int) -> StatementPeriod:
    """Returns a quarter, counted back from the third of 2026."""
    index = 2026 * 4 + 2 - number
    year, quarter = divmod(index, 4)
    period = _period(kind, currency, shares, eps * (1 + 0.003 * (number % 3)), number / 4)
    ends = ((3, 31), (6, 30), (9, 30), (12, 31))
    update = {
        "start": date(year, quarter * 3 + 1, 1),
        "end": date(year, *ends[quarter]),
        "fiscal_year": year,
        "fiscal_period": f"Q{quarter + 1}",
    }
    return period.model_copy(update=update)


def _period(kind: StatementKind, currency: str, shares: int, eps: float, number: float) -> StatementPeriod:
    back = int(number)
    values = _values(shares, eps * 1.05**-number, number)
    return StatementPeriod(
        start=None if kind == "balance" else date(2025 - back, 1, 1),
        end=date(2025 - back, 12, 31),
        fiscal_year=2025 - back,
        fiscal_period="FY",
        currency=currency,
        lines={
            item.name: StatementLine(value=values[item.name])
            if item.name in values
            else absent("not reported")
            for item in statement_items(kind)
        },
    )


def _values(shares: int, eps: float, number: float) -> dict[str, float]:
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
        "gross_profit": revenue * 0.44,
        "cash": operating * 0.5,
        "operating_cash_flow": net * (1.15 - 0.02 * (number % 4)),
        "free_cash_flow": net * (1.15 - 0.02 * (number % 4)) - operating * 0.4,
        "dividends_paid": -net * 0.3,
        "share_repurchases": -net * 0.2,
    }
