"""A report's data as numbered facts, and the sources under the same numbers."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from shared.domain.facts import Fact
from shared.domain.formatting import money
from shared.grounding.market_facts import calculation_fact, fact_of
from shared.reports.data import ReportData
from shared.reports.performance import PERFORMANCE
from shared.reports.report import ReportSource
from shared.reports.valuation.model import Valuation


class _Calculation(NamedTuple):
    """A result of our own code that prose may cite."""

    kind: str
    text: str
    data: Mapping[str, Any]


def facts_of(data: ReportData) -> tuple[Fact, ...]:
    """Returns the facts, numbered from 1; the index is left out, since no prose is about it."""
    numbered = enumerate(data.parts.items(), start=1)
    symbol = data.quote.symbol
    facts = [fact_of(number, kind, symbol, part) for number, (kind, part) in numbered if kind != "index"]
    facts += [
        calculation_fact(number, symbol, calculation.text, calculation.data)
        for number, calculation in enumerate(_calculations(data), start=len(data.parts) + 1)
    ]
    return tuple(facts)


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
        )
        for number, (kind, part) in enumerate(data.parts.items(), start=1)
    ]
    stale = any(part.stale for part in data.parts.values())
    sources += [
        ReportSource(
            id=number,
            kind=calculation.kind,
            symbol=data.quote.symbol,
            source="calculation",
            as_of=data.quote.as_of,
            stale=stale,
        )
        for number, calculation in enumerate(_calculations(data), start=len(sources) + 1)
    ]
    return tuple(sources)


def _calculations(data: ReportData) -> Iterator[_Calculation]:
    """Yields the valuation, which ``ReportData.cite_valuation`` counts as the first, and the performance."""
    if data.valuation is not None:
        yield _Calculation("valuation", _text_of(data.valuation), data.valuation.model_dump())
    if (metrics := PERFORMANCE.metrics(data)) is not None:
        text = ", ".join(f"{label} {change}" for label, change in metrics.items())
        figures = [figure.model_dump() for figure in PERFORMANCE.structured(data)]
        yield _Calculation("performance", f"change of price over the last {text}", {"returns": figures})


def _text_of(valuation: Valuation) -> str:
    """Returns the valuation as a model reads it."""
    currency = valuation.currency
    ends = (valuation.fair_value_low, valuation.fair_value_base, valuation.fair_value_high)
    if valuation.fair_value_base is None:
        return f"no fair value: {valuation.reason}"
    low, base, high = (money(end, currency) for end in ends)
    parts = [f"fair value per share {low} to {high}, middle {base}"]
    for method in valuation.methods:
        if method.applicable:
            low, base, high = (money(end, currency) for end in (method.low, method.base, method.high))
            parts.append(f"{method.label}: {low} to {high}, middle {base}")
        else:
            parts.append(f"{method.label} does not apply: {method.reason}")
    parts += [f"scenario {view.name} {money(view.value, currency)}" for view in valuation.scenarios]
    return "; ".join(parts)
