"""The section on performance: returns over several spans, for a company also those of its index."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from shared.domain.market_data import History
from shared.reports.data import MARKETS, ReportData
from shared.reports.key_figure import KeyFigure
from shared.reports.language.writer import Writer
from shared.reports.report import ReportTable, TableRow
from shared.reports.sections.section_plan import SectionPlan

SPANS: Final = {"1w": 7, "1mo": 30, "3mo": 91, "6mo": 182, "1y": 365, "3y": 1096, "5y": 1826}
"""Length in days by code."""
_SLACK: Final = timedelta(days=7)
"""The first close may be so much later than the start of a span: five years of candles begin after it."""
_KIND: Final = "performance"


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
    returns = {}
    for code, length in SPANS.items():
        first = _first(days, days[-1] - timedelta(days=length))
        if first is not None and closes[first] > 0:
            returns[code] = closes[-1] / closes[first] - 1
    return returns


def performance_figures(data: ReportData) -> tuple[KeyFigure, ...]:
    """Returns the returns of the instrument, and beside them those of its index."""
    own, index = returns_of(data.history), returns_of(data.index)
    market = MARKETS.get(data.quote.currency or "")
    figures = []
    for code, value in own.items():
        figures.append(_figure(f"return_{code}", value, code))
        if market is not None and code in index:
            figures.append(_figure(f"index_return_{code}", index[code], code, market.index))
    return tuple(figures)


def _figure(name: str, value: float, code: str, symbol: str | None = None) -> KeyFigure:
    return KeyFigure(
        name, value, "signed_fraction", _KIND, code, label=f"return_{code}", symbol=symbol, in_table=True
    )


def _first(days: Sequence[date], start: date) -> int | None:
    """Returns the index of the last day up to the start of a span; None when the history begins later."""
    index = bisect_right(days, start) - 1
    if index >= 0:
        return index
    return 0 if days[0] - start <= _SLACK < days[-1] - days[0] else None


def _tables(data: ReportData, writer: Writer) -> tuple[ReportTable, ...]:
    figures = {figure.name: figure for figure in data.calculations.get(_KIND, ())}
    codes = [code for code in SPANS if f"return_{code}" in figures]
    rows = [("return", data.quote.symbol)]
    market = MARKETS.get(data.quote.currency or "")
    if market is not None and any(name.startswith("index_") for name in figures):
        rows.append(("index_return", market.index_name))
    return (
        ReportTable(
            name=_KIND,
            title=writer.text("tables.performance"),
            columns=tuple(writer.text(f"labels.return_{code}") for code in codes),
            rows=tuple(
                TableRow(
                    label=label,
                    cells=tuple(
                        figures[name].written(writer) if (name := f"{kind}_{code}") in figures else "–"
                        for code in codes
                    ),
                )
                for kind, label in rows
            ),
        ),
    )


def _compose(data: ReportData, writer: Writer) -> str:
    own, index = returns_of(data.history), returns_of(data.index)
    market = MARKETS.get(data.quote.currency or "")
    cite, what = data.cite(_KIND), writer.text(f"what.{data.priced_as}")
    sentences = []
    for way, sign in (("rose", 1), ("fell", -1)):
        spans = [writer.text(f"labels.return_{code}") for code, value in own.items() if value * sign > 0]
        if spans:
            sentences.append(
                writer.say(f"performance.{way}", what=what, spans=writer.listed(spans), cite=cite)
            )
    if market is not None and (common := [code for code in own if code in index]):
        longest = common[-1]
        side = (
            "more" if own[longest] > index[longest] else "less" if own[longest] < index[longest] else "same"
        )
        label = writer.text(f"labels.return_{longest}")
        sentences.append(writer.say(f"performance.{side}", span=label, index=market.index_name, cite=cite))
    return writer.paragraph(*sentences) or writer.say("performance.unchanged", what=what, cite=cite)


PERFORMANCE = SectionPlan(_KIND, lambda data: data.calculations.get(_KIND, ()), _compose, tables=_tables)
