"""The value of a concept for a period: as filed, or derived from year-to-date figures of the same concept.

Quarterly reports give cash flows from the start of the year only, and no report gives the fourth quarter:
these are differences. Both values of a difference are from before a restatement, or both from after it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Final

from shared.domain.statements import LineItem, OriginalValue
from shared.market.analysis.share_splits import restated_for_splits
from shared.market.providers.sec_edgar.filed_facts import (
    CompanyFacts,
    FiledSeries,
    FiledValue,
    SourceFiling,
    joined_series,
)
from shared.market.providers.sec_edgar.filing_periods import ReportingPeriod
from shared.market.providers.sec_edgar.splits import ShareSplit, split_factor

_START_SHIFTS: Final = (0, 1, -1, 2, -2)
"""Some concepts are filed with the last day of the period before as their first day."""
_MOST_ROUNDING: Final = 1_000_000
"""Companies change from thousands to millions; a coarser step is no rounding."""


@dataclass(frozen=True)
class Amount:
    """The value of a line, with where it comes from.

    Attributes:
        filing: The first filing with the value, of a year the first annual report; of a derived value, the
            filing of the longer period.
        last_filed: Day of the last filing that has it.
        known_from: Day from which the value counts: of the last filing or split that it takes.
        original: The value before splits; None without a split.
    """

    value: int | float
    filing: SourceFiling
    last_filed: date
    known_from: date
    derived: bool = False
    restated: bool = False
    original: OriginalValue | None = None


class AmountFinder:
    """Finds the values of concepts of one company in one currency.

    Args:
        facts: What was filed.
        currency: ISO 4217 code of monetary values.
        splits: Share splits of the company.
        late: By accession number, the day from which a filing counts if not its filing date.
    """

    def __init__(
        self, facts: CompanyFacts, currency: str, splits: Sequence[ShareSplit], late: Mapping[str, date]
    ) -> None:
        self._facts = facts
        self._currency = currency
        self._splits = splits
        self._late = late

    def find(self, concept: str, item: LineItem, period: ReportingPeriod) -> Amount | None:
        """Returns the value of a concept for a line and period, or None when it is not known."""
        unit = self._unit(concept, item)
        if item.statement == "balance":
            return self._filed(self._facts.series(concept, unit, (None, period.end)), item, period)
        filed = self._filed(self._flow(concept, unit, period.start, period.end), item, period)
        if period.number == 0 or not item.additive:
            return filed
        derived = self._derived(concept, unit, period)
        if filed is None or derived is None:
            return filed or derived
        # Of a filed quarter and one derived from a year restated since, the derived one is newer.
        return derived if derived.filing.filed > filed.last_filed else filed

    def _unit(self, concept: str, item: LineItem) -> str:
        if item.unit != "currency_per_share":
            return "shares" if item.unit == "shares" else self._currency
        per_share = f"{self._currency}/shares"
        # Some small companies file values per share in the unit of amounts.
        filed = self._facts.concepts.get(concept, {})
        return self._currency if per_share not in filed and self._currency in filed else per_share

    def _flow(self, concept: str, unit: str, start: date, end: date) -> FiledSeries | None:
        """Returns what was filed for a period, also where its first day differs by a day or two."""
        spans = ((start + timedelta(days=shift), end) for shift in _START_SHIFTS)
        found = [series for span in spans if (series := self._facts.series(concept, unit, span)) is not None]
        return joined_series(found) if found else None

    def _filed(self, series: FiledSeries | None, item: LineItem, period: ReportingPeriod) -> Amount | None:
        if series is None:
            return None
        latest = series.versions[-1]
        value, original = self._after_splits(latest, item)
        restated = any(
            not same_value(self._after_splits(version, item)[0], value, per_share=item.unit != "currency")
            for version in series.versions[:-1]
        )
        filing = latest.annual if period.number == 0 and latest.annual else latest.first
        known_from = self._known_from(latest.first)
        if original is not None:
            known_from = max(known_from, *(split.new_basis_from for split in self._splits_after(latest)))
        return Amount(value, filing, latest.last_filed, known_from, restated=restated, original=original)

    def _known_from(self, filing: SourceFiling) -> date:
        return self._late.get(filing.accession, filing.filed)

    def _splits_after(self, version: FiledValue) -> Iterator[ShareSplit]:
        return (split for split in self._splits if version.last_filed < split.new_basis_from)

    def _after_splits(self, version: FiledValue, item: LineItem) -> tuple[int | float, OriginalValue | None]:
        if item.unit == "currency":
            return version.value, None
        factor = split_factor(self._splits, version.last_filed)
        return restated_for_splits(version.value, factor, per_share=item.unit == "currency_per_share")

    def _derived(self, concept: str, unit: str, period: ReportingPeriod) -> Amount | None:
        if period.previous_end is None:
            return None
        longer = self._flow(concept, unit, period.year_start, period.end)
        shorter = self._flow(concept, unit, period.year_start, period.previous_end)
        if longer is None or shorter is None:
            return None
        whole, part = same_basis(longer.versions, shorter.versions)
        return Amount(
            whole.value - part.value,
            whole.first,
            whole.last_filed,
            max(self._known_from(whole.first), self._known_from(part.first)),
            derived=True,
            restated=not (
                same_value(longer.versions[0].value, whole.value)
                and same_value(shorter.versions[0].value, part.value)
            ),
        )


def same_basis(longer: Sequence[FiledValue], shorter: Sequence[FiledValue]) -> tuple[FiledValue, FiledValue]:
    """Returns the newest pair of versions that are both from before or both from after a restatement.

    Args:
        longer: Versions of the longer period, oldest first.
        shorter: Versions of the shorter period, oldest first.

    Returns:
        A version of each; when no pair is certain, the two that were filed closest to each other.
    """
    pairs = list(product(reversed(range(len(longer))), reversed(range(len(shorter)))))
    for whole, part in pairs:
        if _on_same_basis(longer, whole, shorter, part):
            return longer[whole], shorter[part]
    whole, part = min(pairs, key=lambda pair: _days_between(longer[pair[0]], shorter[pair[1]]))
    return longer[whole], shorter[part]


_Window = tuple[date, date]
"""Time in which a value changed: after the first day, on the second at the latest."""


def _on_same_basis(
    longer: Sequence[FiledValue], whole: int, shorter: Sequence[FiledValue], part: int
) -> bool:
    """Returns whether no restatement lies between two versions, or the same one lies before both."""
    before, after = _change(longer, whole), _change(shorter, part)
    if before and after and _overlap(before, after):
        return True
    changes = [before, after, _change(longer, whole + 1), _change(shorter, part + 1)]
    gap = _gap(longer[whole], shorter[part])
    return gap is None or not any(change is not None and _overlap(change, gap) for change in changes)


def _change(versions: Sequence[FiledValue], index: int) -> _Window | None:
    """Returns when a value became the version of an index; None for the first one and beyond the last."""
    if not 0 < index < len(versions):
        return None
    return versions[index - 1].last_filed, versions[index].first.filed


def _gap(one: FiledValue, other: FiledValue) -> _Window | None:
    """Returns the time between two versions; None when they were in force together."""
    earlier, later = sorted((one, other), key=lambda version: version.first.filed)
    if later.first.filed <= earlier.last_filed:
        return None
    return earlier.last_filed, later.first.filed


def _days_between(one: FiledValue, other: FiledValue) -> int:
    return abs((one.first.filed - other.first.filed).days)


def _overlap(one: _Window, other: _Window) -> bool:
    return max(one[0], other[0]) < min(one[1], other[1])


def same_value(older: float, newer: float, *, per_share: bool = False) -> bool:
    """Returns whether two values are the same but for rounding."""
    if per_share:
        return abs(older - newer) <= 0.005 + 0.01 * abs(newer)
    if newer == 0:
        return older == 0
    step = 1
    while step < _MOST_ROUNDING and newer % (step * 10) == 0:
        step *= 10
    return abs(older - newer) <= step / 2
