"""Share splits, found from what companies file: after a split they restate earlier periods.

A later filing with a share count four times as large for the same period tells of a 4-for-1 split between the
two filings. Values per share and share counts filed before it, and not restated since, are restated here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Final

from shared.domain.statements import OriginalValue
from shared.market.providers.sec_edgar.concepts import FORMULAS
from shared.market.providers.sec_edgar.filed_facts import CompanyFacts, FiledSeries, FiledValue

_SIMPLE_RATIOS: Final = (*(float(number) for number in range(2, 101)), 1.25, 1.5, 2.5, 4 / 3)
_TOLERANCE: Final = 0.02
"""Share counts are filed in thousands or millions: ratios are not exact."""
_LEAST_RATIO: Final = 1.2
"""A smaller change of a share count is a correction or a stock dividend."""
_SAME_SPLIT_DAYS: Final = 200
"""Filings restate the periods that they show: one split appears in the filings of some months."""


@dataclass(frozen=True)
class ShareSplit:
    """A share split.

    Attributes:
        old_basis_until: Day of the last filing with values from before the split.
        new_basis_from: Day of the first filing with restated values.
        factor: New shares per old share; below 1 for a reverse split.
    """

    old_basis_until: date
    new_basis_from: date
    factor: float


@dataclass(frozen=True)
class _Hint:
    """One share count that a filing restated."""

    before: date
    after: date
    ratio: float


def find_splits(facts: CompanyFacts) -> tuple[ShareSplit, ...]:
    """Returns the splits that restated share counts tell of, oldest first."""
    hints = sorted(_hints(facts), key=lambda hint: hint.after)
    splits: list[ShareSplit] = []
    for group in _groups(hints):
        factor = _simple(median(hint.ratio for hint in group))
        if factor is not None and len(group) >= 2:
            splits.append(ShareSplit(max(hint.before for hint in group), group[0].after, factor))
    return tuple(splits)


def split_factor(splits: Iterable[ShareSplit], filed: date) -> float:
    """Returns new shares per old share over the splits after a filing; 1.0 without any."""
    factor = 1.0
    for split in splits:
        if filed < split.new_basis_from:
            factor *= split.factor
    return factor


def restated_for_splits(
    value: float, factor: float, *, per_share: bool
) -> tuple[int | float, OriginalValue | None]:
    """Returns a value per share or a share count after splits, with the value as filed if it changed."""
    if factor == 1.0:
        return value, None
    original = OriginalValue(value=value, split_factor=factor)
    return (round(value / factor, 6) if per_share else round(value * factor)), original


def _hints(facts: CompanyFacts) -> Iterator[_Hint]:
    for line in ("shares_basic", "shares_diluted"):
        for formula in FORMULAS[line]:
            for concept in formula.terms[0].concepts:
                for series in facts.concepts.get(concept.name, {}).get("shares", {}).values():
                    yield from _changes(series)


def _changes(series: FiledSeries) -> Iterator[_Hint]:
    for older, newer in pairwise(series.versions):
        if older.value > 0 and newer.value > 0:
            ratio = newer.value / older.value
            if max(ratio, 1 / ratio) >= _LEAST_RATIO:
                yield _Hint(_last_before(older, newer), newer.first.filed, ratio)


def _last_before(older: FiledValue, newer: FiledValue) -> date:
    return min(older.last_filed, newer.first.filed)


def _groups(hints: list[_Hint]) -> Iterator[list[_Hint]]:
    """Yields hints of the same split: close in time and alike in ratio."""
    group: list[_Hint] = []
    for hint in hints:
        if group and not _same_split(group[0], hint):
            yield group
            group = []
        group.append(hint)
    if group:
        yield group


def _same_split(first: _Hint, hint: _Hint) -> bool:
    alike = abs(hint.ratio / first.ratio - 1) <= 2 * _TOLERANCE
    # A restated period of a year ago was last filed before the split, whenever it is shown again.
    return alike and hint.before < first.after


def _simple(ratio: float) -> float | None:
    """Returns the whole or simple ratio nearest to a measured one, or None."""
    reverse = ratio < 1
    measured = 1 / ratio if reverse else ratio
    nearest = min(_SIMPLE_RATIOS, key=lambda simple: abs(measured / simple - 1))
    if abs(measured / nearest - 1) > _TOLERANCE:
        return None
    return 1 / nearest if reverse else nearest
