"""Market data as numbered facts: what the model reads, cites, and is checked with."""

import json

from shared.clock import rfc3339
from shared.llm.base_model_client import Fact
from shared.market.metrics import (
    Metrics,
    analyst_metrics,
    business_metrics,
    health_metrics,
    price_metrics,
    technical_metrics,
    valuation_metrics,
)
from shared.market.models import Fundamentals, History, News, Provenance, Quote
from shared.market.technicals import Technicals


def fact_of(number: int, kind: str, symbol: str, part: Provenance) -> Fact:
    """One piece of market data as fact ``[number]``."""
    return Fact(
        id=number,
        kind=kind,
        symbol=symbol,
        text=_text(part),
        data=part.model_dump(mode="json"),
        source=part.source,
        as_of=rfc3339(part.as_of) if part.as_of else None,
        stale=part.stale,
    )


def _text(part: Provenance) -> str:
    if isinstance(part, Quote):
        return _line({"Name": quoted(part.name or part.symbol), **price_metrics(part)})
    if isinstance(part, Technicals):
        signals = "".join(f" {signal.detail}." for signal in part.signals)
        return f"{_line(technical_metrics(part))}.{signals}"
    if isinstance(part, Fundamentals):
        groups = (valuation_metrics, business_metrics, health_metrics, analyst_metrics)
        return "; ".join(line for group in groups if (line := _line(group(part)))) or "no figures"
    if isinstance(part, News):
        return "; ".join(quoted(article.title) for article in part.articles) or "no articles"
    if isinstance(part, History):
        return _history_line(part)
    raise TypeError(f"no text for {type(part).__name__}")


def _history_line(history: History) -> str:
    if not history.candles:
        return "no candles"
    first, last = history.candles[0], history.candles[-1]
    low = min(candle.low for candle in history.candles)
    high = max(candle.high for candle in history.candles)
    return (
        f"{len(history.candles)} candles of {history.interval} from {rfc3339(first.timestamp)} to "
        f"{rfc3339(last.timestamp)}: first close {first.close:,.2f}, last close {last.close:,.2f}, "
        f"lowest {low:,.2f}, highest {high:,.2f} {history.currency or ''}".rstrip()
    )


def quoted(text: str) -> str:
    """Somebody else's words as one JSON string, which cannot close the list of facts it stands in."""
    return json.dumps(text, ensure_ascii=False).replace("<", "\\u003c")


def _line(metrics: Metrics) -> str:
    return "; ".join(f"{label} {value}" for label, value in metrics.items())
