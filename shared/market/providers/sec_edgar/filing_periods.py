"""The fiscal calendar of a company, found from the periods of its facts.

Fiscal years are the periods of about a year in annual reports, or in other filings before the first of these.
Quarters are the steps between the ends of the year-to-date figures, or periods of about three months. Both
follow the company: years of 52 or 53 weeks, years that end in January, quarters of 12 to 17 weeks. A year of
which no quarter is known, but the first six months are, has halves: some foreign companies report these. A
transition between two calendars has no fiscal year.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from shared.domain.statements import FiscalPeriod
from shared.market.providers.sec_edgar.filed_facts import CompanyFacts, FactSpan, FiledSeries, SourceFiling

_YEAR_DAYS: Final = range(350, 381)
_YEAR_TO_DATE_DAYS: Final = {1: range(75, 126), 2: range(160, 211), 3: range(245, 296)}
"""Length of the figures from the start of the year to the end of a quarter."""
_QUARTER_DAYS: Final = _YEAR_TO_DATE_DAYS[1]
_INTERIM_FORMS: Final = ("10-Q", "6-K")
_ABOUT_A_YEAR: Final = timedelta(days=363)
_OVERLAP_DAYS: Final = 20
_OWN_REPORT_DAYS: Final = 200
"""A report on its own period is filed within this time; later ones repeat it."""
_LABEL_LAG: Final = timedelta(days=10)
"""A year that ends in the first days of January is counted with the December before."""
_QUARTER_NAMES: Final[tuple[FiscalPeriod, ...]] = ("Q1", "Q2", "Q3", "Q4")
_HALF_NAMES: Final[Mapping[int, FiscalPeriod]] = {2: "H1", 4: "H2"}
_HALF_DAYS: Final = _YEAR_TO_DATE_DAYS[2]

Support = Mapping[FactSpan, int]
"""How many concepts have a value for each period."""


@dataclass(frozen=True)
class ReportingPeriod:
    """A fiscal year, quarter or half of the company.

    Attributes:
        start: First day.
        end: Last day.
        fiscal_year: The company's name for the year; None in a year of transition.
        number: 1 to 4 for a quarter, 2 or 4 for a half, 0 for a year.
        year_start: First day of the fiscal year.
        previous_end: Last day of the part before in the same year; None for first parts and for years.
        is_half: Whether it is a half.
    """

    start: date
    end: date
    fiscal_year: int | None
    number: int
    year_start: date
    previous_end: date | None
    is_half: bool = False

    @property
    def fiscal_period(self) -> FiscalPeriod:
        """``FY``, ``Q1`` to ``Q4``, ``H1`` or ``H2``."""
        if self.is_half:
            return _HALF_NAMES[self.number]
        return "FY" if self.number == 0 else _QUARTER_NAMES[self.number - 1]


@dataclass(frozen=True)
class FiscalCalendar:
    """The fiscal years and quarters (or halves) that were reported, newest first."""

    years: tuple[ReportingPeriod, ...]
    quarters: tuple[ReportingPeriod, ...]


@dataclass(frozen=True)
class _Year:
    """A fiscal year; without an end it is not over, or its annual report is not known."""

    start: date
    end: date | None
    label: int | None


def fiscal_calendar(facts: CompanyFacts) -> FiscalCalendar:
    """Returns the fiscal years and quarters of a company."""
    flows = list(_flows(facts))
    support = Counter(span for span, _ in flows)
    years = _fiscal_years(flows, support)
    offset = _label_offset(flows, years)
    labelled = [_Year(start, end, _year_of(end) + offset) for start, end in years]
    reported = [
        ReportingPeriod(year.start, year.end, year.label, 0, year.start, None)
        for year in labelled
        if year.end is not None
    ]
    named = _named_years(flows, support)
    if not years:
        offset = _offset_of_named(named)
    quarters = [
        quarter
        for year in (*labelled, *_years_without_report(labelled, support, named, offset))
        for quarter in _parts(year, support)
    ]
    return _current(FiscalCalendar(_newest_first(reported), _newest_first(quarters)))


def _current(calendar: FiscalCalendar) -> FiscalCalendar:
    """Returns a calendar without quarters if the newest of them ended before the newest fiscal year began.

    The company files years only since then: old quarters are not given out as its latest ones.
    """
    years, quarters = calendar.years, calendar.quarters
    outdated = bool(years and quarters) and quarters[0].end < years[0].start
    return FiscalCalendar(years, ()) if outdated else calendar


def days(span: FactSpan) -> int:
    """Returns the length of a period in days, both ends included; 0 for a balance."""
    start, end = span
    return 0 if start is None else (end - start).days + 1


def _flows(facts: CompanyFacts) -> Iterator[tuple[FactSpan, FiledSeries]]:
    for units in facts.concepts.values():
        for spans in units.values():
            for span, series in spans.items():
                if span[0] is not None:
                    yield span, series


def _fiscal_years(flows: Iterable[tuple[FactSpan, FiledSeries]], support: Support) -> list[tuple[date, date]]:
    """Returns the fiscal years, oldest first; of periods that overlap, the one a report of its own has."""
    own: Counter[FactSpan] = Counter()
    candidates: set[FactSpan] = set()
    years = [(span, series) for span, series in flows if days(span) in _YEAR_DAYS]
    has_annual_reports = any(series.annual for _, series in years)
    for span, series in years:
        # A new registrant has filed its years in other forms (S-1, 8-K) until its first annual report.
        if series.annual or not (has_annual_reports or _is_interim(series)):
            candidates.add(span)
            own[span] += (series.versions[0].first.filed - span[1]).days <= _OWN_REPORT_DAYS
    accepted: list[tuple[date, date]] = []
    for span in sorted(candidates, key=lambda item: (own[item] > 0, support[item], item[1]), reverse=True):
        start, end = span
        if start is not None and all(_overlap((start, end), other) <= _OVERLAP_DAYS for other in accepted):
            accepted.append((start, end))
    return sorted(accepted)


def _is_interim(series: FiledSeries) -> bool:
    """Returns whether only interim reports have a period: twelve months in these may end with any quarter."""
    return all(version.first.form.startswith(_INTERIM_FORMS) for version in series.versions)


def _overlap(one: tuple[date, date], other: tuple[date, date]) -> int:
    return (min(one[1], other[1]) - max(one[0], other[0])).days + 1


def _label_offset(flows: Iterable[tuple[FactSpan, FiledSeries]], years: Iterable[tuple[date, date]]) -> int:
    """Returns what the company adds to the calendar year of a year's end to name it: -1, 0 or 1."""
    ends = {end for _, end in years}
    offsets: Counter[int] = Counter()
    for span, series in flows:
        filing = series.versions[0].first
        if span[1] in ends and days(span) in _YEAR_DAYS and _reports_on(filing, span[1]):
            offset = (filing.fiscal_year or 0) - _year_of(span[1])
            offsets[offset] += offset in (-1, 0, 1)
    return offsets.most_common(1)[0][0] if any(offsets.values()) else 0


def _reports_on(filing: SourceFiling, end: date) -> bool:
    own = (filing.filed - end).days <= _OWN_REPORT_DAYS
    return own and filing.fiscal_year is not None and filing.fiscal_period == "FY"


def _year_of(end: date) -> int:
    return (end - _LABEL_LAG).year


def _named_years(flows: Iterable[tuple[FactSpan, FiledSeries]], support: Support) -> dict[date, int]:
    """Returns the fiscal years that quarterly reports name for their own period, by the first day.

    First quarters alone tell where a year begins; the first report of a new registrant may be one of them.
    """
    named: dict[date, int] = {}
    for (start, end), series in flows:
        filing = series.versions[0].first
        number = _quarter_number((start, end))
        own = (filing.filed - end).days <= _OWN_REPORT_DAYS and filing.fiscal_period == f"Q{number}"
        if start is not None and number and own and filing.fiscal_year is not None:
            named[start] = filing.fiscal_year
    later = [start for start in named if any(_is_later_quarter(start, span) for span in support)]
    return {start: year for start, year in named.items() if start not in later}


def _offset_of_named(named: Mapping[date, int]) -> int:
    """Returns what a company without annual reports adds to the calendar year of a year's end."""
    offsets = Counter(year - _year_of(start + _ABOUT_A_YEAR) for start, year in named.items())
    likely = offsets.most_common(1)[0][0] if offsets else 0
    return likely if likely in (-1, 0, 1) else 0


def _years_without_report(
    years: list[_Year], support: Support, named: Mapping[date, int], offset: int
) -> Iterator[_Year]:
    """Yields the years whose quarters are known, but not their annual report: the current one, mostly."""
    starts: Counter[date] = Counter()
    for (start, end), concepts in support.items():
        if start is not None and _quarter_number((start, end)) and not _inside(start, years):
            starts[start] += concepts
    taken: list[date] = []
    for start, count in starts.most_common():
        follows = any(
            year.end is not None and abs((start - year.end).days) <= _OVERLAP_DAYS for year in years
        )
        near_another = any(abs((start - other).days) < min(_YEAR_DAYS) - _OVERLAP_DAYS for other in taken)
        if count < 2 or near_another or not (follows or _begins_a_year(start, support, named)):
            continue
        taken.append(start)
        end = start + _ABOUT_A_YEAR
        transition = any(start < year.start <= end - timedelta(days=_OVERLAP_DAYS) for year in years)
        yield _Year(start, None, None if transition else _year_of(end) + offset)


def _begins_a_year(start: date, support: Support, named: Mapping[date, int]) -> bool:
    """Returns whether a fiscal year begins on a day: figures to date, or first quarters, tell so.

    The report on a first quarter has that of the year before, too.
    """
    if any(first == start and _quarter_number((first, end)) > 1 for first, end in support):
        return True
    return any(other == start or (other - start).days in _YEAR_DAYS for other in named)


def _is_later_quarter(start: date, span: FactSpan) -> bool:
    """Returns whether the quarter that begins on a day is not the first of the figures to date."""
    first, end = span
    return (
        first is not None
        and first < start
        and _quarter_number(span) > 1
        and days((start, end)) in _QUARTER_DAYS
    )


def _inside(start: date, years: Iterable[_Year]) -> bool:
    """Returns whether a period that starts on a day belongs to a known year."""
    margin = timedelta(days=_OVERLAP_DAYS)
    return any(year.end is not None and year.start - margin <= start <= year.end - margin for year in years)


def _quarter_number(span: FactSpan) -> int:
    return next((number for number, lengths in _YEAR_TO_DATE_DAYS.items() if days(span) in lengths), 0)


def _parts(year: _Year, support: Support) -> Sequence[ReportingPeriod]:
    """Returns the quarters of a year whose start is known; its halves where no quarter is known."""
    ends = _quarter_ends(year, support)
    return list(_quarters(year, ends, support)) or list(_halves(year, ends, support))


def _halves(year: _Year, ends: Mapping[int, date], support: Support) -> Iterator[ReportingPeriod]:
    """Yields the halves of a year; six months of a single concept, or of a transition, are none."""
    middle = ends.get(2)
    if middle is None or year.label is None or support.get((year.start, middle), 0) < 2:
        return
    yield ReportingPeriod(year.start, middle, year.label, 2, year.start, None, is_half=True)
    second = middle + timedelta(days=1)
    if year.end is not None and days((second, year.end)) in _HALF_DAYS:
        yield ReportingPeriod(second, year.end, year.label, 4, year.start, middle, is_half=True)


def _quarters(year: _Year, ends: Mapping[int, date], support: Support) -> Iterator[ReportingPeriod]:
    for number, end in sorted(ends.items()):
        before = ends.get(number - 1)
        if number == 1:
            start: date | None = year.start
        elif before is not None:
            start = before + timedelta(days=1)
        else:
            start = _start_of_quarter(end, support)
        if start is not None and days((start, end)) in _QUARTER_DAYS:
            yield ReportingPeriod(start, end, year.label, number, year.start, before)


def _quarter_ends(year: _Year, support: Support) -> dict[int, date]:
    """Returns the last day of each quarter; where dates differ between concepts, that of the most of them."""
    votes: dict[int, Counter[date]] = {1: Counter(), 2: Counter(), 3: Counter()}
    limit = year.end or year.start + timedelta(days=max(_YEAR_DAYS))
    for (start, end), count in support.items():
        if start is None or not year.start <= start <= limit or end > limit:
            continue
        to_date = (year.start, end)
        if start == year.start or days((start, end)) in _QUARTER_DAYS:
            number = _quarter_number(to_date)
            if number:
                votes[number][end] += count
    ends = {number: count.most_common(1)[0][0] for number, count in votes.items() if count}
    return ends if year.end is None else {**ends, 4: year.end}


def _start_of_quarter(end: date, support: Support) -> date | None:
    starts = Counter(
        {
            start: count
            for (start, last), count in support.items()
            if start is not None and last == end and days((start, last)) in _QUARTER_DAYS
        }
    )
    return starts.most_common(1)[0][0] if starts else None


def _newest_first(periods: Iterable[ReportingPeriod]) -> tuple[ReportingPeriod, ...]:
    """Returns the periods by their ends; of two that end within days of each other, the longer known one."""
    ordered = sorted(periods, key=lambda period: period.end, reverse=True)
    if not ordered:
        return ()
    kept = [ordered[0]]
    kept += [later for earlier, later in pairwise(ordered) if (earlier.end - later.end).days > _OVERLAP_DAYS]
    return tuple(kept)
