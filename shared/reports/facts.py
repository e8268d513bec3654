"""A report's data as numbered facts: what the model reads, what the prose cites."""

import json

from shared.clock import rfc3339
from shared.llm.base_model_client import Fact
from shared.reports.data import ReportData
from shared.reports.metrics import (
    Metrics,
    analyst_metrics,
    business_metrics,
    health_metrics,
    price_metrics,
    technical_metrics,
    valuation_metrics,
)
from shared.reports.models import ReportSource


def facts_of(data: ReportData) -> tuple[Fact, ...]:
    """The facts, numbered from 1."""
    texts = _fact_texts(data)
    return tuple(
        Fact(
            id=number,
            kind=kind,
            symbol=data.quote.symbol,
            text=texts[kind],
            data=part.model_dump(mode="json"),
            source=part.source,
            as_of=rfc3339(part.as_of) if part.as_of else None,
            stale=part.stale,
        )
        for number, (kind, part) in enumerate(data.parts.items(), start=1)
    )


def _fact_texts(data: ReportData) -> dict[str, str]:
    texts = {"quote": _line(price_metrics(data.quote))}
    if data.technicals:
        signals = " ".join(signal.detail for signal in data.technicals.signals)
        texts["technicals"] = f"{_line(technical_metrics(data.technicals))}. {signals}"
    if data.fundamentals:
        groups = (valuation_metrics, business_metrics, health_metrics, analyst_metrics)
        texts["fundamentals"] = "; ".join(_line(group(data.fundamentals)) for group in groups)
    if data.news:
        texts["news"] = "; ".join(_quoted(article.title) for article in data.news.articles) or "no articles"
    return texts


def _quoted(text: str) -> str:
    """Somebody else's words as one JSON string that cannot close the list of facts it stands in."""
    return json.dumps(text, ensure_ascii=False).replace("<", "\\u003c")


def _line(metrics: Metrics) -> str:
    return "; ".join(f"{label} {value}" for label, value in metrics.items())


def sources_of(data: ReportData) -> tuple[ReportSource, ...]:
    """Where the facts are from, under the same numbers."""
    return tuple(
        ReportSource(
            id=number,
            kind=kind,
            symbol=data.quote.symbol,
            source=part.source,
            as_of=part.as_of,
            stale=part.stale,
        )
        for number, (kind, part) in enumerate(data.parts.items(), start=1)
    )
