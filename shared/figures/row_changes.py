"""Changes within a row of a table: ``| EPS | $3.74 | $3.86 | +3.2% |``."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.derivations.operands import Stated
from shared.figures.facts.known_figures import KnownFigure

_SLACK: Final = 1.25
"""The writer may have computed with figures as they are shown, which are rounded themselves."""


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


def _in_order(one: Stated, other: Stated) -> tuple[KnownFigure | None, KnownFigure | None]:
    """Returns the figures of two cells, the earlier one first."""
    first, second = one.figure, other.figure
    start = first.period.end if first is not None and first.period is not None else None
    end = second.period.end if second is not None and second.period is not None else None
    return (second, first) if start is not None and end is not None and start > end else (first, second)


def _states(claim: Claim, change: float) -> bool:
    if claim.numeral.sign * change < 0:
        return False
    return claim.equals(abs(change), _SLACK)
