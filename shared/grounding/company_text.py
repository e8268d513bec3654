"""Statements and filings as a model reads them."""

from typing import Any

from shared.domain.company import Filing, Filings
from shared.domain.formatting import large, number
from shared.domain.statements import LINE_ITEMS, StatementPeriod, Statements


def statements_digest(part: Statements) -> dict[str, Any]:
    """Returns the values of a statement without what is unknown; the figures check compares with it."""
    about = part.model_dump(mode="json", exclude={"periods"})
    return about | {"periods": [_period_digest(period) for period in part.periods]}


def statements_text(part: Statements) -> str:
    """Returns a statement in words: one group of values per period, newest first."""
    if not part.periods:
        return f"no {part.period} {part.statement} statement: {part.reason}"
    title = f"{part.period} {part.statement.replace('_', ' ')} statement"
    return f"{title}: " + "; ".join(_period_text(period) for period in part.periods)


def filings_text(part: Filings) -> str:
    """Returns filings in words, newest first."""
    if not part.filings:
        return f"no filings: {part.reason}"
    return "; ".join(_filing_text(filing) for filing in part.filings)


def _filing_text(filing: Filing) -> str:
    period = f" for the period to {filing.period_end}" if filing.period_end else ""
    return f"{filing.form} filed {filing.filed}{period}, {filing.url}"


def _period_digest(period: StatementPeriod) -> dict[str, Any]:
    about = period.model_dump(mode="json", exclude={"lines"})
    return about | {name: line.value for name, line in period.lines.items() if line.value is not None}


def _period_text(period: StatementPeriod) -> str:
    values = ", ".join(
        f"{name.replace('_', ' ')} {_value(name, line.value)}{' (derived)' if line.derived else ''}"
        for name, line in period.lines.items()
        if line.value is not None
    )
    filed = f", {period.form or 'published'} {period.filed}" if period.filed else ""
    year = f" {period.fiscal_year}" if period.fiscal_year else ""
    return f"{period.fiscal_period or 'period'}{year} to {period.end} in {period.currency}{filed}: {values}"


def _value(name: str, value: float) -> str:
    return number(value) if LINE_ITEMS[name].unit == "currency_per_share" else large(value)
