"""Names the fiscal years of estimates as the statements of their company do."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

_WHOLE_YEAR: Final = "FY"
_YEARS: Final = frozenset({"current_year", "next_year"})


def fiscal_shift(data: Mapping[str, Any]) -> int | None:
    """Returns what is added to the year in which a fiscal year ends to get its name.

    Kroger's fiscal year 2025 ended in January 2026 (-1); Dell's that ended then is 2026 (0).

    Args:
        data: The data of a fact.

    Returns:
        The shift; None where the data name no fiscal year.
    """
    shifts = (
        period["fiscal_year"] - int(str(period["end"])[:4])
        for period in _mappings(data.get("periods"))
        if period.get("fiscal_period") == _WHOLE_YEAR
        and isinstance(period.get("fiscal_year"), int)
        and str(period.get("end"))[:4].isdecimal()
    )
    return next(shifts, None)


def with_fiscal_years(data: Mapping[str, Any], shift: int) -> Mapping[str, Any]:
    """Returns the data of a fact; its estimates of whole years get the names of the fiscal years."""
    rows = list(_mappings(data.get("estimates")))
    if not rows or not shift:
        return data
    return {**data, "estimates": [_named(row, shift) for row in rows]}


def _named(row: Mapping[str, Any], shift: int) -> Mapping[str, Any]:
    end = str(row.get("period_end"))[:4]
    if row.get("period") not in _YEARS or not end.isdecimal():
        return row
    return {**row, "fiscal_year": int(end) + shift}


def _mappings(rows: object) -> Iterator[Mapping[str, Any]]:
    return (row for row in rows if isinstance(row, Mapping)) if isinstance(rows, list | tuple) else iter(())
