"""A report's data as numbered facts, and the sources under the same numbers."""

from shared.domain.facts import Fact
from shared.domain.formatting import money
from shared.grounding.market_facts import calculation_fact, fact_of
from shared.reports.data import ReportData
from shared.reports.report import ReportSource
from shared.reports.valuation.model import Valuation


def facts_of(data: ReportData) -> tuple[Fact, ...]:
    """Returns the facts, numbered from 1; the index is left out, since no prose is about it."""
    numbered = enumerate(data.parts.items(), start=1)
    facts = [
        fact_of(number, kind, data.quote.symbol, part) for number, (kind, part) in numbered if kind != "index"
    ]
    if data.valuation is not None:
        text, number = _text_of(data.valuation), len(data.parts) + 1
        facts.append(calculation_fact(number, data.quote.symbol, text, data.valuation.model_dump()))
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
    if data.valuation is not None:
        sources.append(
            ReportSource(
                id=len(sources) + 1,
                kind="valuation",
                symbol=data.quote.symbol,
                source="calculation",
                as_of=data.quote.as_of,
                stale=any(part.stale for part in data.parts.values()),
            )
        )
    return tuple(sources)


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
