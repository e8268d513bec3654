"""The fiscal years of a company, from its three statements."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median
from typing import Final

from shared.domain.statements import Statements

_SAME_YEAR_DAYS: Final = 10
"""Sources may name the ends of one fiscal year a few days apart."""
_MONTHS_TO_YEAR_END: Final = {"Q1": 9, "Q2": 6, "Q3": 3}
"""Months from the end of a quarter to that of its fiscal year."""
_THREE_QUARTERS_DAYS: Final = 300
"""From the end of a quarter to that of the third one after it, at most: some quarters have 17 weeks."""


@dataclass(frozen=True)
class FiscalYear:
    """One fiscal year.

    Attributes:
        end: Its last day.
        currency: ISO 4217 code of the amounts.
        fiscal: The company's name for the year, and ``FY`` or the quarter; None when not known.
        lines: The known lines of all statements by name.
    """

    end: date
    currency: str
    lines: dict[str, float] = field(default_factory=dict)
    fiscal: tuple[int, str] | None = None

    def get(self, name: str) -> float | None:
        """Returns a line; None when it is not known."""
        return self.lines.get(name)

    def all(self, *names: str) -> tuple[float, ...] | None:
        """Returns the lines; None when one of them is not known."""
        values = tuple(self.lines[name] for name in names if name in self.lines)
        return values if len(values) == len(names) else None


def fiscal_years(statements: Iterable[Statements | None]) -> tuple[FiscalYear, ...]:
    """Returns the years, newest first, in the currency of the newest; others are left out."""
    return _periods(statements, ("FY",))


def fiscal_quarters(statements: Iterable[Statements | None]) -> tuple[FiscalYear, ...]:
    """Returns the quarters as ``fiscal_years`` returns the years."""
    return _periods(statements, ("Q1", "Q2", "Q3", "Q4"))


def _periods(statements: Iterable[Statements | None], names: Collection[str]) -> tuple[FiscalYear, ...]:
    years: list[FiscalYear] = []
    for statement in statements:
        for period in statement.periods if statement else ():
            label = period.fiscal_period
            if label is None or label not in names:
                continue
            year = next((one for one in years if abs((one.end - period.end).days) <= _SAME_YEAR_DAYS), None)
            if year is None:
                fiscal = (period.fiscal_year or _year_of(period.end, label), label)
                year = FiscalYear(period.end, period.currency, fiscal=fiscal)
                years.append(year)
            if year.currency == period.currency:
                known = {name: line.value for name, line in period.lines.items() if line.value is not None}
                year.lines.update({name: float(value) for name, value in known.items()})
    years.sort(key=lambda year: year.end, reverse=True)
    return tuple(year for year in years if year.currency == years[0].currency)


def _year_of(end: date, label: str) -> int:
    """Returns the year in which the fiscal year of a period ends, where the source names none.

    A year of 52 or 53 weeks that ends in the first days of a month is that of the month before.
    """
    counted = end - timedelta(days=_SAME_YEAR_DAYS)
    return counted.year + (counted.month - 1 + _MONTHS_TO_YEAR_END.get(label, 0)) // 12


def last_four_quarters(
    quarters: Sequence[FiscalYear], years: Sequence[FiscalYear], name: str
) -> float | None:
    """Returns the sum of a line over the last four quarters.

    Args:
        quarters: Newest first.
        years: Newest first.
        name: Of the line.

    Returns:
        None unless the quarters follow each other without a gap, reach as far as the newest fiscal year, and
        all have the line, in the currency of the years.
    """
    four = quarters[:4]
    values = [value for quarter in four if (value := quarter.get(name)) is not None]
    if len(values) < 4 or not years:
        return None
    is_gapless = (four[0].end - four[-1].end).days <= _THREE_QUARTERS_DAYS
    is_recent = (years[0].end - four[0].end).days <= _SAME_YEAR_DAYS
    return sum(values) if is_gapless and is_recent and four[0].currency == years[0].currency else None


def median_of(years: Sequence[FiscalYear], figure: Callable[[FiscalYear], float | None]) -> float | None:
    """Returns the median of a figure over the years that have it; None when none has."""
    values = [value for year in years if (value := figure(year)) is not None]
    return median(values) if values else None


def operating_margin(year: FiscalYear) -> float | None:
    """Returns operating income by revenue; None without revenue above zero."""
    lines = year.all("operating_income", "revenue")
    return lines[0] / lines[1] if lines and lines[1] > 0 else None


def tax_rate(year: FiscalYear) -> float | None:
    """Returns income tax by profit before tax; None for a year without profit before tax."""
    lines = year.all("income_tax", "pretax_income")
    return lines[0] / lines[1] if lines and lines[1] > 0 else None


def ebitda(year: FiscalYear) -> float | None:
    """Returns operating income before depreciation and amortisation."""
    lines = year.all("operating_income", "depreciation_amortisation")
    return sum(lines) if lines else None


def total_debt(year: FiscalYear) -> float | None:
    """Returns short-term and long-term debt; None when neither is known."""
    known = [value for name in ("short_term_debt", "long_term_debt") if (value := year.get(name)) is not None]
    return sum(known) if known else None


def increase_in_working_capital(year: FiscalYear) -> float:
    """Returns cash tied up in receivables, inventory and payables; lines that are not known count as zero."""
    names = ("change_in_receivables", "change_in_inventory", "change_in_payables")
    return -sum(year.lines.get(name, 0.0) for name in names)
