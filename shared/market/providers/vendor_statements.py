"""Statements from vendors that give values by line and last day, without filings.

Vendors do not tell when a value became known, what a company calls its fiscal year, or the first day of a
period. The quarter's number follows from the month in which the years end.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from shared.domain.market_data import Provenance
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
from shared.errors import ProviderNotCoveredError
from shared.market.analysis.statement_lines import (
    OPERATING_ADJUSTMENTS,
    RESIDUALS,
    LinesByName,
    complete_lines,
    trailing_twelve_months,
)

_QUARTERS: Final[tuple[FiscalPeriod, ...]] = ("Q1", "Q2", "Q3", "Q4")
_HALVES: Final[tuple[FiscalPeriod, ...]] = ("H1", "H2")
_DECEMBER: Final = 12
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
    request: StatementsRequest, provenance: Provenance, found: Sequence[VendorPeriod]
) -> Statements:
    """Returns a statement over several periods, newest first.

    Args:
        request: Which statement, over which periods.
        provenance: Source and time of the answer.
        found: Annual and shorter periods, in any order.

    Raises:
        ProviderNotCoveredError: There are no periods of the requested length.
    """
    years = [one.end for one in found if one.months == _DECEMBER]
    year_end = max(years).month if years else _DECEMBER
    annual = request.period == "annual"
    chosen = [one for one in found if (one.months == _DECEMBER) == annual]
    newest_first = sorted({one.end: one for one in chosen}.values(), key=lambda one: one.end, reverse=True)
    periods = [_period(request.statement, one, year_end) for one in newest_first]
    if request.period == "ttm" and request.statement != "balance":
        periods = list(_trailing(request.statement, periods))
    if not periods:
        raise ProviderNotCoveredError(
            provenance.source, f"has no {request.period} {request.statement} statement of the company"
        )
    return Statements(
        **dict(provenance),
        symbol=request.symbol,
        statement=request.statement,
        period=request.period,
        periods=tuple(periods[: request.limit]),
    )


def _period(statement: StatementKind, found: VendorPeriod, year_end: int) -> StatementPeriod:
    names = {item.name for item in statement_items(statement)}
    lines = {
        name: StatementLine(value=_exact(value)) for name, value in found.values.items() if name in names
    }
    lines |= {name: absent(_NOT_KNOWN) for name in found.foreign & names}
    _withhold_wrong_signs(lines)
    profit = None if found.net_income is None else StatementLine(value=_exact(found.net_income))
    return StatementPeriod(
        start=None if statement == "balance" else _first_day(found.end, found.months),
        end=found.end,
        fiscal_year=None,
        fiscal_period=_label(found, year_end),
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


def _trailing(statement: StatementKind, quarters: Sequence[StatementPeriod]) -> Iterable[StatementPeriod]:
    for first in range(len(quarters)):
        total = trailing_twelve_months(quarters[first : first + 4], statement_items(statement))
        if total is not None:
            yield total


def _label(found: VendorPeriod, year_end: int) -> FiscalPeriod:
    if found.months == _DECEMBER:
        return "FY"
    months_into_year = (found.end.month - year_end - 1) % 12
    if found.months == 6:
        return _HALVES[months_into_year // 6]
    return _QUARTERS[months_into_year // 3]


def _first_day(end: date, months: int) -> date | None:
    """Returns the first day of a period that ends with a month; None for one that ends on a weekday."""
    if end.day != monthrange(end.year, end.month)[1]:
        return None
    before = end.year * 12 + end.month - months
    return date(before // 12, before % 12 + 1, 1)


def _exact(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value
