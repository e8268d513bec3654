"""Share splits, found from what companies file: after a split they restate earlier periods.

A later filing with a share count four times as large for the same period tells of a 4-for-1 split between the
two filings. Values per share and share counts filed before it, and not restated since, are restated here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise
from math import log
from statistics import median
from typing import Final

from shared.market.providers.sec_edgar.concepts.line_concepts import FORMULAS
from shared.market.providers.sec_edgar.filed_facts import CompanyFacts, FiledSeries, FiledValue

_TOLERANCE: Final = 0.02
"""Share counts are filed in thousands or millions: ratios are not exact."""
_TOLERANCES: Final[Mapping[float, float]] = {
    **dict.fromkeys((*(float(number) for number in range(2, 101)), 1.5, 2.5), _TOLERANCE),
    **dict.fromkeys((120.0, 125.0, 150.0, 175.0, 180.0, 200.0, 225.0, 250.0, 300.0, 400.0, 500.0), 0.005),
    **dict.fromkeys((1.05, 1.1, 1.15, 1.2, 1.25, 4 / 3, 1.4, 1.6, 5 / 3, 1.75), 0.005),
    **dict.fromkeys((1.02, 1.03, 1.04), 0.001),
}
"""Ratios of splits and stock dividends, with the largest relative deviation from them. The small ones lie
close together: a change near one of them may be a correction."""
_LEAST_RATIO: Final = 1.2
"""Smaller changes count if they are close to a ratio of a split."""


@dataclass(frozen=True)
class ShareSplit:
    """A share split.

    Attributes:
        new_basis_from: Day of the first filing with restated values.
        factor: New shares per old share; below 1 for a reverse split.
    """

    new_basis_from: date
    factor: float


@dataclass(frozen=True)
class _Hint:
    """One share count that a filing restated, or several that were restated alike.

    Attributes:
        before: Day of the last filing with the old count.
        after: Day of the first filing with the new one.
        ratio: New count over old count.
    """

    before: date
    after: date
    ratio: float


def find_splits(facts: CompanyFacts) -> tuple[ShareSplit, ...]:
    """Returns the splits found in restated share counts, oldest first."""
    hints = sorted(_hints(facts), key=lambda hint: hint.after)
    changes = [_joined(group) for group in _groups(hints) if len(group) >= 2]
    pairs = {change: pair for change in changes if (pair := _pair_of(change, changes))}
    splits: list[ShareSplit] = []
    for change in changes:
        factor = _simple(change.ratio)
        if factor is None or change in pairs:
            continue
        # A count that was restated for two splits together may be the first that tells of the second one.
        both = (twice.after for twice, (_, second) in pairs.items() if second == change)
        splits.append(ShareSplit(min((change.after, *both)), factor))
    return tuple(splits)


def split_factor(splits: Iterable[ShareSplit], filed: date) -> float:
    """Returns new shares per old share over the splits after a filing; 1.0 without any."""
    factor = 1.0
    for split in splits:
        if filed < split.new_basis_from:
            factor *= split.factor
    return factor


def _joined(group: list[_Hint]) -> _Hint:
    before = max(hint.before for hint in group)
    return _Hint(before, group[0].after, median(hint.ratio for hint in group))


def _pair_of(change: _Hint, changes: Sequence[_Hint]) -> tuple[_Hint, _Hint] | None:
    """Returns the two splits, the earlier one first, that a change of share counts is made of, or None."""
    return next(
        (
            (first, second)
            for first, second in combinations(changes, 2)
            if change not in (first, second)
            and _alike(first.ratio * second.ratio, change.ratio)
            and change.before < first.after
            and second.before < change.after
        ),
        None,
    )


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
            if max(ratio, 1 / ratio) >= _LEAST_RATIO or _simple(ratio) is not None:
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
    # A restated period of a year ago was last filed before the split, whenever it is shown again.
    return _alike(hint.ratio, first.ratio) and hint.before < first.after


def _alike(one: float, other: float) -> bool:
    """Returns whether two ratios are the same; small ones lie close together."""
    return abs(one / other - 1) <= min(2 * _TOLERANCE, abs(log(other)) / 4)


def _simple(ratio: float) -> float | None:
    """Returns the whole or simple ratio nearest to a measured one, or None."""
    reverse = ratio < 1
    measured = 1 / ratio if reverse else ratio
    nearest = min(_TOLERANCES, key=lambda simple: abs(measured / simple - 1))
    if abs(measured / nearest - 1) > _TOLERANCES[nearest]:
        return None
    return 1 / nearest if reverse else nearest
