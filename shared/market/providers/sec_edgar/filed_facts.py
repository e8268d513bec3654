"""The facts of a company as filed: values by concept, unit and period, with the filings they come from.

``fy`` and ``fp`` of a fact describe the filing, not the fact: facts are keyed by their first and last day.
Filings repeat values of earlier periods; consecutive filings with the same value are kept as one version.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Final

FactSpan = tuple[date | None, date]
"""First and last day of a flow; no first day for a balance."""

ANNUAL_FORMS: Final = frozenset({"10-K", "10-K405", "10-KT", "10-KSB", "20-F", "20-FR", "40-F"})
"""Forms that report fiscal years, without the ``/A`` of an amendment."""


@dataclass(frozen=True, slots=True)
class SourceFiling:
    """A filing that values come from.

    Attributes:
        fiscal_year: Fiscal year of the filing's own period, as the company counts.
        fiscal_period: Fiscal period of the filing's own period: ``FY`` or a quarter.
    """

    cik: str
    accession: str
    form: str
    filed: date
    fiscal_year: int | None = None
    fiscal_period: str | None = None

    @property
    def url(self) -> str:
        """Page of the filing with its documents."""
        return filing_url(self.cik, self.accession)


@dataclass(frozen=True, slots=True)
class FiledValue:
    """A value that one or more consecutive filings give for the same period.

    Attributes:
        value: As filed.
        first: The first filing with it.
        annual: The first annual report with it, or None.
        last_filed: Day of the last filing with it.
    """

    value: int | float
    first: SourceFiling
    annual: SourceFiling | None
    last_filed: date


@dataclass(frozen=True, slots=True)
class FiledSeries:
    """What was filed for one concept, unit and period.

    Attributes:
        versions: Oldest first; the last one counts.
    """

    versions: tuple[FiledValue, ...]

    @property
    def annual(self) -> bool:
        """Returns whether an annual report has it."""
        return any(version.annual is not None for version in self.versions)


UnitFacts = Mapping[str, Mapping[FactSpan, FiledSeries]]
"""Facts of one concept: by unit (``USD``, ``USD/shares``, ``shares``), then by period."""


@dataclass(frozen=True)
class CompanyFacts:
    """The facts of one company.

    Attributes:
        cik: Ten digits.
        name: Name of the company.
        concepts: Facts by concept; names under IFRS have the prefix ``ifrs-full:``.
    """

    cik: str
    name: str
    concepts: Mapping[str, UnitFacts]

    def series(self, concept: str, unit: str, span: FactSpan) -> FiledSeries | None:
        """Returns what was filed for a concept in a unit over a period, or None."""
        return self.concepts.get(concept, {}).get(unit, {}).get(span)

    def known_on(self, day: date, known_from: Mapping[str, date] = MappingProxyType({})) -> "CompanyFacts":
        """Returns the facts that had been filed by the end of a day.

        Args:
            day: The day.
            known_from: By accession number, the day from which a filing counts if not its filing date.
        """
        return replace(self, concepts=_trimmed(self.concepts, day, known_from))

    def joined(self, predecessor: "CompanyFacts") -> "CompanyFacts":
        """Returns these facts together with those of a predecessor."""
        concepts: dict[str, UnitFacts] = dict(predecessor.concepts)
        for concept, units in self.concepts.items():
            concepts[concept] = _merged(concepts.get(concept, {}), units)
        return replace(self, concepts=concepts)


def filing_url(cik: str, accession: str) -> str:
    """Returns the address of a filing's page at the SEC."""
    folder = accession.replace("-", "")
    return f"https://www.sec.gov/Archives/edgar/data/{int(cik)}/{folder}/{accession}-index.htm"


def condensed(values: Iterable[tuple[int | float, SourceFiling]]) -> FiledSeries:
    """Returns the values of one period as versions, oldest first.

    Args:
        values: The values with their filings, in any order.
    """
    versions: list[FiledValue] = []
    for value, filing in sorted(values, key=lambda pair: _order(pair[1])):
        annual = filing if is_annual(filing.form) else None
        if versions and versions[-1].value == value:
            same = versions[-1]
            versions[-1] = replace(same, last_filed=filing.filed, annual=same.annual or annual)
        else:
            versions.append(FiledValue(value, filing, annual, filing.filed))
    return FiledSeries(tuple(versions))


def joined_series(parts: Sequence[FiledSeries]) -> FiledSeries:
    """Returns what was filed for one period under first days that differ a little, as one series.

    Args:
        parts: At least one series.
    """
    if len(parts) == 1:
        return parts[0]
    versions: list[FiledValue] = []
    for version in sorted((one for part in parts for one in part.versions), key=_last_filed):
        if versions and versions[-1].value == version.value:
            same = versions[-1]
            first = min(same.first, version.first, key=_order)
            annual = same.annual or version.annual
            versions[-1] = replace(same, first=first, annual=annual, last_filed=version.last_filed)
        else:
            versions.append(version)
    return FiledSeries(tuple(versions))


def _last_filed(version: FiledValue) -> date:
    return version.last_filed


def is_annual(form: str) -> bool:
    """Returns whether a form reports a fiscal year."""
    return form.removesuffix("/A") in ANNUAL_FORMS


def _order(filing: SourceFiling) -> tuple[date, bool, str]:
    """Returns the order of filings: of the same day, the annual report first."""
    return filing.filed, not is_annual(filing.form), filing.accession


def _trimmed(
    concepts: Mapping[str, UnitFacts], day: date, known_from: Mapping[str, date]
) -> dict[str, UnitFacts]:
    return {
        concept: {
            unit: {
                span: replace(series, versions=known)
                for span, series in spans.items()
                if (known := _known(series.versions, day, known_from))
            }
            for unit, spans in units.items()
        }
        for concept, units in concepts.items()
    }


def _known(
    versions: tuple[FiledValue, ...], day: date, known_from: Mapping[str, date]
) -> tuple[FiledValue, ...]:
    def is_known(filing: SourceFiling) -> bool:
        return known_from.get(filing.accession, filing.filed) <= day

    return tuple(
        replace(
            version,
            last_filed=min(version.last_filed, day),
            annual=version.annual if version.annual is not None and is_known(version.annual) else None,
        )
        for version in versions
        if is_known(version.first)
    )


def _merged(older: UnitFacts, newer: UnitFacts) -> UnitFacts:
    units: dict[str, Mapping[FactSpan, FiledSeries]] = dict(older)
    for unit, spans in newer.items():
        merged = dict(units.get(unit, {}))
        for span, series in spans.items():
            before = merged.get(span)
            merged[span] = series if before is None else _in_order(before, series)
        units[unit] = merged
    return units


def _in_order(one: FiledSeries, other: FiledSeries) -> FiledSeries:
    versions = sorted((*one.versions, *other.versions), key=lambda version: version.first.filed)
    return FiledSeries(tuple(versions))
