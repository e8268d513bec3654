"""The section on performance: returns over several spans, for a company also those of its index."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from shared.domain.formatting import fraction
from shared.domain.market_data import History
from shared.market.section_metrics import Metrics
from shared.reports.data import MARKETS, ReportData
from shared.reports.report import SectionFigure
from shared.reports.section_plan import SectionPlan

SPANS: Final = (
    ("1w", "1 week", 7),
    ("1mo", "1 month", 30),
    ("3mo", "3 months", 91),
    ("6mo", "6 months", 182),
    ("1y", "1 year", 365),
    ("3y", "3 years", 1096),
    ("5y", "5 years", 1826),
)
"""Code, label and length in days."""
_SLACK: Final = timedelta(days=7)
"""The first close may be so much later than the start of a span: five years of candles begin after it."""


def returns_of(history: History | None) -> dict[str, float]:
    """Returns the change of price over each span that the history covers, as fractions by code.

    Prices are adjusted for splits. Dividends count only when the source adjusts all closes for them.
    """
    if history is None or history.adjustment == "none" or not history.candles:
        return {}
    candles = history.candles
    adjusted = all(candle.adjusted_close is not None for candle in candles)
    closes = [
        candle.adjusted_close if adjusted and candle.adjusted_close is not None else candle.close
        for candle in candles
    ]
    days = [candle.timestamp.date() for candle in candles]
    found = {}
    for code, _, length in SPANS:
        first = _first(days, days[-1] - timedelta(days=length))
        if first is not None and closes[first] > 0:
            found[code] = closes[-1] / closes[first] - 1
    return found


def _first(days: Sequence[date], start: date) -> int | None:
    """Returns the index of the last day up to the start of a span; None when the history begins later."""
    index = bisect_right(days, start) - 1
    if index >= 0:
        return index
    return 0 if days[0] - start <= _SLACK < days[-1] - days[0] else None


def _figures(data: ReportData) -> tuple[SectionFigure, ...]:
    own, index = returns_of(data.history), returns_of(data.index)
    market = MARKETS.get(data.quote.currency or "")
    figures = []
    for code, label, _ in SPANS:
        if code not in own:
            continue
        figures.append(_figure(f"return_{code}", label, own[code], code, data.source_id("history")))
        if market is not None and code in index:
            name = f"{label}, {market.index_name}"
            figures.append(_figure(f"index_return_{code}", name, index[code], code, data.source_id("index")))
    return tuple(figures)


def _figure(name: str, label: str, value: float, period: str, source_id: int | None) -> SectionFigure:
    return SectionFigure(
        name=name, label=label, value=value, unit="fraction", period=period, source_id=source_id
    )


def _metrics(data: ReportData) -> Metrics | None:
    return {figure.label: fraction(figure.value, signed=True) for figure in _figures(data)} or None


def _compose(data: ReportData) -> str:
    own, index = returns_of(data.history), returns_of(data.index)
    market = MARKETS.get(data.quote.currency or "")
    cite = data.cite("history")
    rises = [label for code, label, _ in SPANS if own.get(code, 0) > 0]
    falls = [label for code, label, _ in SPANS if own.get(code, 0) < 0]
    parts = [
        f"It {verb} over the last {_listed(labels)} {cite}."
        for verb, labels in (("rose", rises), ("fell", falls))
        if labels
    ]
    if market is not None and (common := [code for code, _, _ in SPANS if code in own and code in index]):
        ahead = own[common[-1]] > index[common[-1]]
        label = next(label for code, label, _ in SPANS if code == common[-1])
        word = "more" if ahead else "less"
        parts.append(f"Over the longest span, {label}, it returned {word} than the {market.index_name}.")
    return " ".join(parts) or f"The price did not change {cite}."


def _listed(labels: Sequence[str]) -> str:
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"


PERFORMANCE = SectionPlan("Performance", _metrics, _compose, figures=_figures)
