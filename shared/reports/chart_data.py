"""The charts of a report as data, for clients and for the rendered formats."""

from collections.abc import Mapping, Sequence, Set
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, Literal

from shared.domain.market_data import Candle, Currency, Figure, History
from shared.market.analysis.adjustment import indicator_candles
from shared.market.analysis.indicators import SeriesByIndicator, history_series, significant
from shared.market.analysis.signals import OVERBOUGHT, OVERSOLD
from shared.reports.language.writer import Writer
from shared.reports.parts import ReportPart

ChartKind = Literal["price", "rsi", "macd", "multiples"]
ChartValues = tuple[Figure | None, ...]

SHOWN: Final = timedelta(days=366)
"""Length of a chart; averages are computed from older candles too."""


class ChartSeries(ReportPart):
    """A series of a chart, drawn as a line or as bars.

    Attributes:
        key: Name that stays the same in every language; empty in reports of before December 2026.
        name: Name in the legend.
        style: ``bars`` start at zero.
        axis: ``volume`` has a scale of its own.
        values: One value per date; None where the history is too short.
    """

    key: str = ""
    name: str
    style: Literal["line", "bars"]
    axis: Literal["main", "volume"] = "main"
    values: ChartValues


class Chart(ReportPart):
    """The data of a chart.

    Attributes:
        kind: Kind of chart.
        section: Title of the section it belongs to.
        currency: Currency of the main axis; None when it does not show prices.
        dates: Trading days, oldest first.
        levels: Values of horizontal lines, such as 30 and 70 of the RSI.
    """

    kind: ChartKind
    title: str
    section: str
    currency: Currency | None
    dates: tuple[date, ...]
    series: tuple[ChartSeries, ...]
    levels: tuple[Figure, ...] = ()


def charts_of(
    history: History, sections: Sequence[tuple[str, Sequence[ChartKind]]], writer: Writer
) -> tuple[Chart, ...]:
    """Returns the charts of the sections for which the history is long enough. Blocks: it loads TA-Lib.

    Args:
        history: Daily candles; those before the last year serve the averages alone.
        sections: Titles of sections, each with the charts that belong there.
        writer: Writes titles and legends.
    """
    if len(history.candles) < 2:
        return ()
    series = _drawn_series(history)
    begin = _first_shown(history.candles)
    charts = (
        _chart(kind, title, history, series, begin, writer)
        for title, kinds in sections
        for kind in kinds
        if kind in _SERIES
    )
    return tuple(chart for chart in charts if _has_line(chart))


def _drawn_series(history: History) -> SeriesByIndicator:
    """Returns the indicators, and the closes in the prices that they are computed from."""
    series = history_series(history)
    if history.adjustment == "none":
        return series
    return {**series, "close": [candle.close for candle in indicator_candles(history.candles)]}


def _first_shown(candles: Sequence[Candle]) -> int:
    since = candles[-1].timestamp - SHOWN
    return next(index for index, candle in enumerate(candles) if candle.timestamp >= since)


def _has_line(chart: Chart) -> bool:
    """Returns whether the first series has two consecutive values; otherwise the chart would be empty."""
    values = chart.series[0].values
    return any(one is not None and other is not None for one, other in pairwise(values))


def _chart(
    kind: ChartKind, section: str, history: History, series: SeriesByIndicator, begin: int, writer: Writer
) -> Chart:
    def line(key: str) -> ChartSeries:
        name = writer.text(f"charts.{key}")
        return ChartSeries(key=key, name=name, style="line", values=_rounded(series[key][begin:]))

    lines: tuple[ChartSeries, ...] = tuple(line(key) for key in _SERIES[kind])
    if kind == "price":
        lines += (_volume(history.candles[begin:], writer),)
    elif kind == "macd":
        lines += (line("macd_histogram").model_copy(update={"style": "bars"}),)
    drawn = tuple(one for one in lines if any(value is not None for value in one.values)) or lines[:1]
    title = _price_title(history, {one.key for one in drawn}, writer) if kind == "price" else None
    return Chart(
        kind=kind,
        title=title or writer.text(f"charts.titles.{kind}"),
        section=section,
        currency=None if kind == "rsi" else history.currency,
        dates=tuple(candle.timestamp.date() for candle in history.candles[begin:]),
        series=drawn,
        levels=(OVERSOLD, OVERBOUGHT) if kind == "rsi" else (),
    )


_SERIES: Final[Mapping[ChartKind, tuple[str, ...]]] = {
    "price": ("close", "sma_50", "sma_200"),
    "rsi": ("rsi_14",),
    "macd": ("macd", "macd_signal"),
}


def _price_title(history: History, drawn: Set[str], writer: Writer) -> str:
    """Returns what the chart of the price shows; a young listing has no averages."""
    first = {"index": "level", "currency": "rate"}.get(history.asset_type or "", "price")
    averages = [next(key for key in ("sma_200", "sma_50") if key in drawn)] if "sma_50" in drawn else []
    volume = ["volume"] if "volume" in drawn else []
    parts = [writer.text(f"charts.titles.{key}") for key in (first, *averages, *volume)]
    return writer.text("format.comma").join(parts)


def _volume(candles: Sequence[Candle], writer: Writer) -> ChartSeries:
    # Indices and currency pairs come with a volume of zero throughout: then there is none to draw.
    traded = any(candle.volume for candle in candles)
    values = tuple(
        float(candle.volume) if traded and candle.volume is not None else None for candle in candles
    )
    return ChartSeries(
        key="volume", name=writer.text("charts.volume"), style="bars", axis="volume", values=values
    )


def _rounded(values: Sequence[float | None]) -> ChartValues:
    return tuple(None if value is None else significant(value) for value in values)
