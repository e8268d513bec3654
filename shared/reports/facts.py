"""A report's data as numbered facts, and the sources under the same numbers."""

from shared.domain.facts import Fact
from shared.grounding.market_facts import fact_of, page_of
from shared.reports.data import ReportData
from shared.reports.report import ReportSource


def facts_of(data: ReportData) -> tuple[Fact, ...]:
    """The facts, numbered from 1."""
    numbered = enumerate(data.parts.items(), start=1)
    return tuple(fact_of(number, kind, data.quote.symbol, part) for number, (kind, part) in numbered)


def sources_of(data: ReportData) -> tuple[ReportSource, ...]:
    """Where the facts are from."""
    return tuple(
        ReportSource(
            id=number,
            kind=kind,
            symbol=data.quote.symbol,
            source=part.source,
            as_of=part.as_of,
            stale=part.stale,
            **page_of(part),
        )
        for number, (kind, part) in enumerate(data.parts.items(), start=1)
    )
