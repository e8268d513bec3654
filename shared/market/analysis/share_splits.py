"""Restates values per share and share counts for share splits after they were filed."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import prod
from typing import Final

from shared.domain.market_data import Split
from shared.domain.statements import LINE_ITEMS, OriginalValue, StatementLine, StatementPeriod, Statements

_LONGEST_PENDING: Final = timedelta(days=500)
"""Foreign companies file once a year. A later split may be that of another company with the same ticker."""
_OF_RECEIPTS: Final = ("20-F", "6-K")
"""Forms of companies abroad. Their values are per ordinary share, the splits those of depositary receipts,
which may be a change of the number of shares that one represents."""
_LARGEST_PART: Final = 100
"""Of a split of several shares for several. Sources list spin-offs as splits, too (1046 for 1000 shares)."""


def restated_for_pending_splits(statements: Statements, splits: Sequence[Split], today: date) -> Statements:
    """Returns statements after the splits that are too recent to be in any filing.

    Filings restate earlier periods for splits, the first of them up to three months after a split. Until then
    earnings per share would be those of the old shares, beside prices of the new ones.

    Args:
        statements: Periods restated for the splits of all filings; one without a filing stays as it is.
        splits: The splits of the symbol.
        today: Splits after this day are left out.
    """
    known = [period.known_from for period in statements.periods if period.known_from is not None]
    if not known or any((period.form or "").startswith(_OF_RECEIPTS) for period in statements.periods):
        return statements
    newest = max(known)
    last = min(today, newest + _LONGEST_PENDING)
    pending = [split for split in splits if newest < split.date <= last and _is_share_split(split)]
    if not pending:
        return statements
    factor = prod(split.numerator / split.denominator for split in pending)
    since = max(split.date for split in pending)
    periods = tuple(_restated(period, factor, since) for period in statements.periods)
    return statements.model_copy(update={"periods": periods})


def restated_for_splits(
    value: float, factor: float, *, per_share: bool
) -> tuple[int | float, OriginalValue | None]:
    """Returns a value per share or a share count after splits, with the value as filed if it changed."""
    if factor == 1.0:
        return value, None
    original = OriginalValue(value=value, split_factor=factor)
    return (round(value / factor, 6) if per_share else round(value * factor)), original


def _is_share_split(split: Split) -> bool:
    parts = split.numerator, split.denominator
    return min(parts) == 1 or max(parts) <= _LARGEST_PART


def _restated(period: StatementPeriod, factor: float, since: date) -> StatementPeriod:
    lines = {name: _restated_line(name, line, factor) for name, line in period.lines.items()}
    if period.known_from is None or lines == period.lines:
        return period
    return period.model_copy(update={"lines": lines, "known_from": since})


def _restated_line(name: str, line: StatementLine, factor: float) -> StatementLine:
    unit = LINE_ITEMS[name].unit
    if line.value is None or unit == "currency":
        return line
    before = line.original or OriginalValue(value=line.value, split_factor=1.0)
    total = before.split_factor * factor
    value, original = restated_for_splits(before.value, total, per_share=unit == "currency_per_share")
    return line.model_copy(update={"value": value, "original": original})
