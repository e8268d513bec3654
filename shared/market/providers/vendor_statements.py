"""Statements from vendors that give values by line and last day, without filings.

Vendors do not tell when a value became known, what a company calls its fiscal year, or the first day of a
period. The quarter's number follows from the month in which the fiscal year ends; without it there is none.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import zip_longest
from typing import Final

from shared.domain.market_data import Provenance, Remark
from shared.domain.statements import (
    FiscalPeriod,
    StatementLine,
    StatementPeriod,
    Statements,
    StatementsRequest,
    absent,
    statement_items,
)
from shared.domain.terms import StatementKind
from shared.errors.provider_errors import ProviderNotCoveredError
from shared.market.analysis.statement_lines import (
    OPERATING_ADJUSTMENTS,
    RESIDUALS,
    LinesByName,
    complete_lines,
    trailing_twelve_months,
)

_QUARTERS: Final[tuple[FiscalPeriod, ...]] = ("Q1", "Q2", "Q3", "Q4")
_HALVES: Final[tuple[FiscalPeriod, ...]] = ("H1", "H2")
MONTHS_OF_A_YEAR: Final = 12
_MONTHS_OF_A_QUARTER: Final = 3
_SHORTEST_YEAR: Final = timedelta(days=340)
_DAYS: Final[Mapping[int, range]] = {12: range(340, 391), 6: range(160, 211), 3: range(77, 127)}
"""Days between the ends of two periods, by their months."""
_LABEL_LAG: Final = timedelta(days=10)
"""A period that ends in the first days of a month is counted with the month before."""
_NO_YEAR_END: Final = Remark(
    code="unknown_fiscal_year",
    detail="Quarters have no number: the source does not state when the fiscal year ends.",
)
_NOT_KNOWN: Final = "not known: the source gives it in another currency"
_WRONG_SIGN: Final = "not plausible: the source gives it with the sign of the opposite flow"
_SIGNS: Final[Mapping[str, int]] = {
    "capital_expenditure": -1,
    "acquisitions": -1,
    "dividends_paid": -1,
    "share_repurchases": -1,
    "debt_repaid": -1,
    "debt_issued": 1,
    "depreciation_amortisation": 1,
}
"""Signs of flows that have one direction. Vendors derive fourth quarters, and mix up lines doing so."""
_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "other_operating": OPERATING_ADJUSTMENTS,
    **{name: parts for name, (_, parts) in RESIDUALS.items()},
}
"""What is taken off a total for its ``other_`` line."""


@dataclass(frozen=True)
class VendorPeriod:
    """The values of one period.

    Attributes:
        end: Last day.
        months: Length: 12, 6 or 3.
        currency: ISO 4217 code of all monetary values.
        values: By the names of our lines, with our signs.
        net_income: Consolidated profit, which operating cash flow starts from; None when not known.
        foreign: Lines that the vendor gives in another currency.
        withheld: Lines that are not derived either, with the reason.
    """

    end: date
    months: int
    currency: str
    values: Mapping[str, float]
    net_income: float | None = None
    foreign: frozenset[str] = field(default_factory=frozenset)
    withheld: Mapping[str, str] = field(default_factory=dict)


def check_request(name: str, request: StatementsRequest) -> None:
    """Refuses what vendors cannot tell.

    Raises:
        ProviderNotCoveredError: The values known on a day are requested.
    """
    if request.known_on is not None:
        raise ProviderNotCoveredError(name, "does not tell when figures became known")


def vendor_statements(
    request: StatementsRequest,
    provenance: Provenance,
    found: Sequence[VendorPeriod],
    year_end: date | None = None,
) -> Statements:
    """Returns a statement over several periods, newest first.

    Args:
        request: The statement and its periods.
        provenance: Source and time of the answer.
        found: Annual and shorter periods, in any order.
        year_end: Last day of a fiscal year, for quarters without annual periods; None when not known.

    Raises:
        ProviderNotCoveredError: There are no periods of the requested length.
    """
    years = [one.end for one in found if one.months == MONTHS_OF_A_YEAR] or ([year_end] if year_end else [])
    annual = request.period == "annual"
    chosen = [one for one in found if (one.months == MONTHS_OF_A_YEAR) == annual]
    is_trailing = request.period == "ttm" and request.statement != "balance"
    # Companies of some countries report halves of the year.
    months = _MONTHS_OF_A_QUARTER if any(one.months == _MONTHS_OF_A_QUARTER for one in chosen) else 6
    if is_trailing:
        chosen = [one for one in chosen if one.months == months]
    # Of a quarter and the half-year with the same end, the quarter counts.
    by_end = {one.end: one for one in sorted(chosen, key=lambda one: one.months, reverse=True)}
    newest_first = sorted(by_end.values(), key=lambda one: one.end, reverse=True)
    if annual:
        newest_first = _without_transitions(newest_first)
    starts = _first_days(newest_first)
    periods = [
        _period(request.statement, one, start, years) for one, start in zip(newest_first, starts, strict=True)
    ]
    unlabelled = any(period.fiscal_period is None for period in periods)
    if is_trailing:
        periods = list(_trailing(request.statement, periods, MONTHS_OF_A_YEAR // months))
    if not periods:
        raise ProviderNotCoveredError(
            provenance.source, f"has no {request.period} {request.statement} statement of the company"
        )
    remarks = (*provenance.quality, *((_NO_YEAR_END,) if unlabelled else ()))
    return Statements(
        **{**dict(provenance), "quality": remarks},
        symbol=request.symbol,
        statement=request.statement,
        period=request.period,
        periods=tuple(periods[: request.limit]),
    )


def _without_transitions(years: Sequence[VendorPeriod]) -> list[VendorPeriod]:
    """Returns the years, newest first, without periods between two fiscal years, which vendors call years."""
    kept: list[VendorPeriod] = []
    for year in reversed(years):
        if not kept or year.end - kept[-1].end > _SHORTEST_YEAR:
            kept.append(year)
    return kept[::-1]


def _first_days(newest_first: Sequence[VendorPeriod]) -> list[date | None]:
    """Returns the first day of each period: that after the period before, or the first of a month.

    None where the period ends on a weekday and the one before is not known. Some weekdays are also the last
    day of a month: most periods of the company tell.
    """
    in_months = 2 * sum(_is_end_of_month(one.end) for one in newest_first) >= len(newest_first)
    starts: list[date | None] = []
    for one, before in zip_longest(newest_first, newest_first[1:]):
        if before is not None and (one.end - before.end).days in _DAYS[one.months]:
            starts.append(before.end + timedelta(days=1))
        else:
            ends_with_month = in_months and _is_end_of_month(one.end)
            starts.append(_first_day(one.end, one.months) if ends_with_month else None)
    return starts


def _period(
    statement: StatementKind, found: VendorPeriod, start: date | None, years: Sequence[date]
) -> StatementPeriod:
    names = {item.name for item in statement_items(statement)}
    lines = {
        name: StatementLine(value=_exact(value)) for name, value in found.values.items() if name in names
    }
    lines |= {name: absent(_NOT_KNOWN) for name in found.foreign & names}
    _withhold_wrong_signs(lines)
    profit = None if found.net_income is None else StatementLine(value=_exact(found.net_income))
    return StatementPeriod(
        start=None if statement == "balance" else start,
        end=found.end,
        fiscal_year=None,
        fiscal_period=_label(found, years),
        currency=found.currency,
        lines={
            **complete_lines(statement, lines, net_income=profit),
            **{name: absent(reason) for name, reason in found.withheld.items() if name in names},
        },
    )


def _withhold_wrong_signs(lines: LinesByName) -> None:
    """Removes values with the sign of the opposite flow, and the ``other_`` lines that would contain them."""
    wrong = [name for name, sign in _SIGNS.items() if name in lines and (lines[name].value or 0) * sign < 0]
    for name in wrong:
        lines[name] = absent(_WRONG_SIGN)
    for remainder, parts in _PARTS.items():
        if missing := [name for name in wrong if name in parts]:
            lines[remainder] = absent(f"{missing[0]} is not known for this period")


def _trailing(
    statement: StatementKind, parts: Sequence[StatementPeriod], count: int
) -> Iterable[StatementPeriod]:
    for first in range(len(parts)):
        total = trailing_twelve_months(parts[first : first + count], statement_items(statement), count)
        if total is not None:
            yield total


def _label(found: VendorPeriod, years: Sequence[date]) -> FiscalPeriod | None:
    """Returns the name of a period within its fiscal year; None when the end of the year is not known."""
    if found.months == MONTHS_OF_A_YEAR:
        return "FY"
    if not years:
        return None
    # Of its own year where that is known: companies change the end of their years.
    following = [end for end in years if end >= found.end - _LABEL_LAG]
    year_end = min(following) if following else max(years)
    months = (_month(found.end) - _month(year_end)) % 12 or 12
    if found.months == 6:
        return _HALVES[months > 9]
    # Some retailers have quarters of 12 and 16 weeks: three months are 2 to 4.
    return _QUARTERS[max(0, (months + 1) // 3 - 1)]


def _month(end: date) -> int:
    return (end - _LABEL_LAG).month


def _is_end_of_month(end: date) -> bool:
    return end.day == monthrange(end.year, end.month)[1]


def _first_day(end: date, months: int) -> date:
    """Returns the first day of a period that ends with a month."""
    before = end.year * 12 + end.month - months
    return date(before // 12, before % 12 + 1, 1)


def _exact(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value
