"""Changes in tables: within a row (``| EPS | $3.74 | $3.86 | +3.2% |``), and of each period."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.derivations.operands import Stated, comparable, of_metrics
from shared.figures.derivations.period_pairs import same_period
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.known_metrics import METRICS
from shared.figures.reading.stated_periods import FactPeriod, agrees
from shared.figures.reading.units import Unit

_HUNDRED: Final = 100.0
_MAX_PARTS: Final = 6
_YEAR: Final = range(357, 374)
"""Days between the ends of two fiscal years; some end on a day of the week."""
_QUARTER: Final = range(83, 100)


def change_of_row(claim: Claim, row: Sequence[Stated]) -> KnownFigure | None:
    """Returns a figure of the two cells whose change a percentage is; None where it is not.

    Args:
        claim: A percentage under a title such as ``Change``.
        row: The supported numbers of the cells before it.
    """
    for one, other in pairwise(row) if claim.is_row_change else ():
        first, second = _in_order(one, other)
        if first is None or second is None or first.metric != second.metric:
            continue
        exact = (abs(first.value), abs(second.value))
        shown = (
            (abs(one.value), abs(other.value)) if first is one.figure else (abs(other.value), abs(one.value))
        )
        for start, end in (exact, shown):
            if start and _states(claim, (end / start - 1) * 100):
                return second
    return None


def total_of_row(claim: Claim, row: Sequence[Stated]) -> KnownFigure | None:
    """``| Dividends | Buybacks | Total |``: returns a figure of the last amounts of the row, added up."""
    if not claim.is_row_total or claim.numeral.unit not in (Unit.MONEY, Unit.NONE):
        return None
    parts = [one for one in row if comparable(one.claim.numeral, claim.numeral)][-_MAX_PARTS:]
    for size in range(2, len(parts) + 1):
        if parts[-1].figure is not None and claim.equals(sum(abs(one.value) for one in parts[-size:]), SLACK):
            return parts[-1].figure
    return None


def share_of_row(claim: Claim, row: Sequence[Stated], index: FactIndex) -> KnownFigure | None:
    """``| Total | % of FCF |``: returns the figure of the last amount of the row, in percent of a whole."""
    if not claim.whole or claim.numeral.unit is not Unit.PERCENT:
        return None
    parts = [one for one in row if one.claim.numeral.unit in (Unit.MONEY, Unit.NONE)][-_MAX_PARTS:]
    last = parts[-1].figure if parts else None
    for whole in of_metrics(index, last.symbol, claim.whole) if last is not None else ():
        if last is None or whole.figure is None or not whole.value or not same_period(last, whole.figure):
            continue
        sums = [sum(abs(one.value) for one in parts[-size:]) for size in range(1, len(parts) + 1)]
        if any(claim.equals(abs(part / whole.value) * _HUNDRED, SLACK) for part in sums):
            return last
    return None


def change_of_period(
    claim: Claim, row: Sequence[Stated], cells: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """Returns the figure whose change from the period before a percentage is; None where it is not.

    ``| Year | Revenue | YoY |`` has the figure in the row, ``| Growth | | 9.9% | 8.1% |`` in the row above,
    also under the names of companies.
    The corner of ``| 2025 | ABB | Eaton |`` tells of which year the growth of revenue is.

    Args:
        claim: A percentage, under a title such as ``Growth`` or ``Revenue growth``.
        row: The supported numbers of the cells before it.
        cells: Those of the rows above as well.
        index: The figures of the facts.
    """
    for figure in _changing(claim, row, cells, index):
        for earlier in index.of(figure.symbol, (figure.metric,)):
            if (
                earlier.value
                and _is_before(earlier.period, figure.period)
                and _states(claim, (figure.value - earlier.value) / abs(earlier.value) * 100)
            ):
                return figure
    return None


def _changing(
    claim: Claim, row: Sequence[Stated], cells: Sequence[Stated], index: FactIndex
) -> Iterator[KnownFigure]:
    """Yields the metric that the title names, or the nearest one: in the row, or above in the same column."""
    bases = [base for name in claim.metrics if (metric := METRICS.get(name)) and (base := metric.base)]
    period = claim.period or claim.topic_period
    for company in claim.companies if period is not None else ():
        yield from (one for one in index.of(company, bases) if period and agrees(period, one.period))
    if not claim.is_row_change:
        return
    in_row = [one.figure for one in row if one.figure is not None and not one.claim.is_row_change]
    if in_row:
        yield in_row[-1]
    elif period is not None:
        above = [
            one.figure
            for one in cells
            if one.figure is not None and not one.claim.is_row_change and one.claim.period == period
        ]
        yield from above[-1:]
    elif len(claim.companies) == 1:
        # "| | BMW | Mercedes |", "| Revenue 2025 | … |", "| Change | … |"
        above = [
            one.figure
            for one in cells
            if one.figure is not None
            and not one.claim.is_row_change
            and one.claim.companies == claim.companies
        ]
        yield from above[-1:]


def _is_before(earlier: FactPeriod | None, later: FactPeriod | None) -> bool:
    """Returns whether a period is the one before another one, or the same one a year earlier."""
    if earlier is None or later is None or earlier.end is None or later.end is None:
        return False
    if earlier.is_day or earlier.is_snapshot or (earlier.quarter is None) != (later.quarter is None):
        return False
    days = (later.end - earlier.end).days
    return days in _YEAR or (later.quarter is not None and days in _QUARTER)


def _in_order(one: Stated, other: Stated) -> tuple[KnownFigure | None, KnownFigure | None]:
    """Returns the figures of two cells, the earlier one first."""
    first, second = one.figure, other.figure
    start = first.period.end if first is not None and first.period is not None else None
    end = second.period.end if second is not None and second.period is not None else None
    return (second, first) if start is not None and end is not None and start > end else (first, second)


def _states(claim: Claim, change: float) -> bool:
    if claim.numeral.sign * change < 0 or claim.direction * change < 0:
        return False
    return claim.equals(abs(change), SLACK)
