"""Completes the lines of a statement: derived lines, and the reason of every line without a value.

Sources fill in what is filed and call ``complete_lines``; twelve months up to a quarter come from
``trailing_twelve_months``. Both follow the signs of ``shared.domain.statements``.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from shared.domain.statements import LineItem, StatementLine, StatementPeriod, absent, statement_items
from shared.domain.terms import StatementKind

NOT_REPORTED: Final = "not reported"
NOT_ADDITIVE: Final = "values per share and share counts do not add up over quarters"

LinesByName = dict[str, StatementLine]

_PART_DAYS: Final[Mapping[int, range]] = {4: range(77, 127), 2: range(160, 211)}
"""Days between the ends of two quarters or halves, by how many make twelve months. Quarters have 11 to 18
weeks: some retailers have one of 16 or 17."""

_SAME_DAY: Final = 5
"""Some periods are filed with a first or last day that differs by some days."""

_Terms = Mapping[str, int]
"""Sign of each line in a sum."""

_SUMS: Final[Mapping[StatementKind, tuple[tuple[str, _Terms], ...]]] = {
    "income": (
        ("gross_profit", {"revenue": 1, "cost_of_revenue": -1}),
        ("cost_of_revenue", {"revenue": 1, "gross_profit": -1}),
    ),
    "balance": (
        ("total_equity", {"parent_equity": 1, "minority_interest": 1}),
        ("parent_equity", {"total_equity": 1, "minority_interest": -1}),
        ("total_liabilities", {"total_assets": 1, "total_equity": -1}),
        ("total_equity", {"total_assets": 1, "total_liabilities": -1}),
    ),
    "cash_flow": (("free_cash_flow", {"operating_cash_flow": 1, "capital_expenditure": 1}),),
}
"""Lines that follow from others when they are not filed; every term must be known."""

RESIDUALS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "other_investing": ("investing_cash_flow", ("capital_expenditure", "acquisitions")),
    "other_financing": (
        "financing_cash_flow",
        ("dividends_paid", "share_repurchases", "debt_issued", "debt_repaid"),
    ),
}
"""What the named lines leave of a total; a line that is not reported is part of the rest."""

OPERATING_ADJUSTMENTS: Final = (
    "depreciation_amortisation",
    "stock_compensation",
    "change_in_receivables",
    "change_in_inventory",
    "change_in_payables",
)
"""Lines between consolidated profit and operating cash flow, beside ``other_operating``."""


def complete_lines(
    statement: StatementKind,
    lines: Mapping[str, StatementLine],
    *,
    net_income: StatementLine | None = None,
    reason: str = NOT_REPORTED,
) -> LinesByName:
    """Returns every line of the statement in order: as given, derived, or absent with the reason.

    Args:
        statement: The statement.
        lines: The lines that the source has. Lines without a value keep their reason unless they follow from
            others; an ``other_`` line without a value is not derived: a part of it is known to be missing.
        net_income: Consolidated profit of the same period, which operating cash flow starts from; without it
            ``other_operating`` is absent.
        reason: Reason of the lines that the source lacks.
    """
    found = {name: line for name, line in lines.items() if line.value is not None}
    for name, terms in _SUMS[statement]:
        if name not in found and all(term in found for term in terms):
            found[name] = derive(found, terms)
    if statement == "balance":
        _add_net_debt(found)
    if statement == "cash_flow":
        _add_residuals(found, net_income, lines)
        _add_net_change(found)
        lines = _with_reason_of_free_cash_flow(lines, found)
    return {
        item.name: found.get(item.name) or lines.get(item.name) or absent(reason)
        for item in statement_items(statement)
    }


def _with_reason_of_free_cash_flow(
    lines: Mapping[str, StatementLine], found: LinesByName
) -> Mapping[str, StatementLine]:
    """Returns the lines with the part that free cash flow lacks, where a source says why it lacks it."""
    parts = ("operating_cash_flow", "capital_expenditure")
    missing = next((name for name in parts if name in lines and name not in found), None)
    if missing is None or "free_cash_flow" in {*lines, *found}:
        return lines
    return {**lines, "free_cash_flow": absent(f"{missing} is not known for this period")}


def derive(lines: Mapping[str, StatementLine], terms: _Terms) -> StatementLine:
    """Returns the signed sum of known lines, marked as derived; lines that are absent count as zero."""
    known = [
        (line, sign) for name, sign in terms.items() if (line := lines.get(name)) and line.value is not None
    ]
    return StatementLine(
        value=sum((line.value or 0) * sign for line, sign in known),
        derived=True,
        restated=any(line.restated for line, _ in known),
    )


def trailing_twelve_months(
    quarters: Sequence[StatementPeriod], items: Sequence[LineItem], count: int = 4
) -> StatementPeriod | None:
    """Returns the sum of four consecutive quarters, or None when they are not consecutive.

    Args:
        quarters: The periods, newest first, in one currency.
        items: The lines to add up. Lines that are not additive are absent in the sum.
        count: Number of periods in twelve months: 4 quarters, or 2 halves.
    """
    lengths, oldest = _PART_DAYS[count], quarters[-1] if quarters else None
    if oldest is None or len(quarters) != count:
        return None
    if not all(_follows(later, earlier, lengths) for later, earlier in pairwise(quarters)):
        return None
    if oldest.start is not None and (oldest.end - oldest.start).days not in lengths:
        # Some companies report quarters in one half of the year only.
        return None
    if len({quarter.currency for quarter in quarters}) != 1:
        return None
    newest = quarters[0]
    return newest.model_copy(
        update={
            "start": quarters[-1].start,
            "fiscal_period": "TTM",
            "known_from": max(days) if (days := _known_from(quarters)) else None,
            "lines": {item.name: _sum_of_quarters(item, quarters) for item in items},
        }
    )


def _follows(later: StatementPeriod, earlier: StatementPeriod, lengths: range) -> bool:
    """Returns whether no day lies between two periods: there may be a transition between fiscal years."""
    if later.start is not None and abs((later.start - earlier.end).days - 1) > _SAME_DAY:
        return False
    return (later.end - earlier.end).days in lengths


def _known_from(quarters: Sequence[StatementPeriod]) -> list[date]:
    return [quarter.known_from for quarter in quarters if quarter.known_from is not None]


def _sum_of_quarters(item: LineItem, quarters: Sequence[StatementPeriod]) -> StatementLine:
    lines = [quarter.lines[item.name] for quarter in quarters]
    if not item.additive:
        return absent(NOT_ADDITIVE)
    missing = [quarter for quarter, line in zip(quarters, lines, strict=True) if line.value is None]
    if len(missing) == len(lines):
        return absent(lines[0].reason or NOT_REPORTED)
    if missing:
        return absent(f"not known for the quarter to {missing[0].end}")
    return StatementLine(
        value=sum(line.value or 0 for line in lines),
        derived=True,
        restated=any(line.restated for line in lines),
    )


def _add_net_debt(found: LinesByName) -> None:
    """Adds net debt where cash and some debt are known; a company without one kind of debt reports none."""
    has_debt = "short_term_debt" in found or "long_term_debt" in found
    if "net_debt" not in found and "cash" in found and has_debt:
        terms = {"short_term_debt": 1, "long_term_debt": 1, "cash": -1, "short_term_investments": -1}
        found["net_debt"] = derive(found, terms)


def _add_residuals(
    found: LinesByName, net_income: StatementLine | None, given: Mapping[str, StatementLine]
) -> None:
    for name, (total, parts) in RESIDUALS.items():
        if total in found and name not in given:
            found[name] = derive(found, {total: 1} | dict.fromkeys(parts, -1))
    if "operating_cash_flow" not in found or "other_operating" in given:
        return
    if net_income is not None and net_income.value is not None:
        terms = {"operating_cash_flow": 1, "net_income": -1} | dict.fromkeys(OPERATING_ADJUSTMENTS, -1)
        found["other_operating"] = derive({**found, "net_income": net_income}, terms)


def _add_net_change(found: LinesByName) -> None:
    """Adds the change in cash where it is not filed; without foreign cash there is no exchange effect."""
    activities = ("operating_cash_flow", "investing_cash_flow", "financing_cash_flow")
    if "net_change_in_cash" not in found and all(name in found for name in activities):
        terms = dict.fromkeys((*activities, "exchange_rate_effect"), 1)
        found["net_change_in_cash"] = derive(found, terms)
