"""A report's data as numbered facts, and the sources under the same numbers."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from shared.domain.facts import Fact
from shared.grounding.market_facts import calculation_fact, fact_of, page_of
from shared.reports.data import ReportData
from shared.reports.key_figure import KeyFigure
from shared.reports.language.writer import Writer
from shared.reports.report import ReportSource

_UNCITED: Final = frozenset({"index"})
"""Data that no prose is about."""


def facts_of(data: ReportData, writer: Writer) -> tuple[Fact, ...]:
    """Returns the facts, numbered from 1: first the data, then the calculations."""
    numbered = enumerate(data.parts.items(), start=1)
    symbol = data.quote.symbol
    facts = [fact_of(number, kind, symbol, part) for number, (kind, part) in numbered if kind not in _UNCITED]
    for number, (kind, figures) in enumerate(data.calculations.items(), start=len(data.parts) + 1):
        facts += _calculated(number, kind, figures, data, writer)
    return tuple(facts)


def _calculated(
    number: int, kind: str, figures: Sequence[KeyFigure], data: ReportData, writer: Writer
) -> Iterator[Fact]:
    """Yields the facts of a calculation: the figures of the last fiscal year, and all others.

    The day of the quote tells that the year was the last one. It is not the day of a median.
    """
    last = max((figure.end for figure in figures if figure.end and figure.is_of_year), default=None)
    of_last = [figure for figure in figures if last is not None and figure.end == last and figure.is_of_year]
    others = [figure for figure in figures if figure not in of_last]
    traded = data.quote.as_of
    # The last trade may be older than the year.
    day = traded if traded and last and traded.date() > last else data.quote.fetched_at
    for shown, as_of, end in ((of_last, day, last), (others, None, None)):
        if shown:
            text = f"{kind.replace('_', ' ')}: {_text(shown, writer)}"
            yield calculation_fact(number, data.quote.symbol, text, _json(shown, writer, end), as_of)


def sources_of(data: ReportData) -> tuple[ReportSource, ...]:
    """Returns where the facts are from."""
    sources = [
        ReportSource(
            id=number,
            kind=kind,
            symbol=getattr(part, "symbol", data.quote.symbol),
            source=part.source,
            as_of=part.as_of,
            stale=part.stale,
            **page_of(part),
        )
        for number, (kind, part) in enumerate(data.parts.items(), start=1)
    ]
    stale = any(part.stale for part in data.parts.values())
    sources += [
        ReportSource(
            id=number,
            kind=kind,
            symbol=data.quote.symbol,
            source="calculation",
            as_of=data.quote.as_of,
            stale=stale,
        )
        for number, kind in enumerate(data.calculations, start=len(sources) + 1)
    ]
    return tuple(sources)


def _text(figures: Sequence[KeyFigure], writer: Writer) -> str:
    """Returns the figures as a model reads them."""
    return "; ".join(
        f"{figure.labelled(writer)}{f' ({figure.period})' if figure.period else ''} {figure.written(writer)}"
        for figure in figures
    )


def _json(figures: Sequence[KeyFigure], writer: Writer, end: date | None = None) -> dict[str, Any]:
    """Returns the figures for the figures check, which knows them by metric; labels may be said too.

    Args:
        figures: The figures.
        writer: Writes labels and values.
        end: Last day of their period, where they are all of one.
    """
    period = {} if end is None else {"end": end.isoformat()}
    records = [{**_record(figure, writer), **period} for figure in figures]
    return {"currency": writer.currency, "figures": records}


def _record(figure: KeyFigure, writer: Writer) -> dict[str, Any]:
    named: dict[str, Any] = {
        "label": figure.metric or figure.name,
        "text": f"{figure.labelled(writer)}: {figure.written(writer)}",
    }
    if figure.fiscal is not None:
        named |= {"fiscal_year": figure.fiscal[0], "fiscal_period": figure.fiscal[1]}
    structured = figure.structured(writer, None)
    if structured is None:
        return named | {"value": figure.value}
    return named | {"value": structured.value, "unit": structured.unit, "symbol": figure.symbol}
