"""Charts as SVG, drawn by matplotlib.

matplotlib is loaded on first use and draws through its object interface: no pyplot, nothing is shared between
drawings but the settings of the drawing under way. So one thread at a time may draw.
"""

import io
import math
import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any, Final

from shared.domain.formatting import large, number
from shared.reports.charts import Chart, ChartKind, ChartSeries
from shared.reports.rendering.palette import LIGHT
from shared.reports.rendering.svg import tidy_svg
from shared.reports.rendering.view import with_minus

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Drawings = Mapping[ChartKind, str]
"""SVG by kind of chart."""

_WIDTH: Final = 7.2
_HEIGHTS: Final[Mapping[ChartKind, float]] = {"price": 3.0, "rsi": 1.55, "macd": 1.8}
"""Inches."""
_LINES: Final[Mapping[str, tuple[str, str, float]]] = {
    "Close": ("main", "-", 1.4),
    "SMA 50": ("fast", "-", 1.1),
    "SMA 200": ("slow", "--", 1.1),
    "RSI 14": ("main", "-", 1.2),
    "MACD": ("main", "-", 1.2),
    "Signal": ("fast", "--", 1.1),
}
"""Colour, dashes and width of each line: no two of a chart differ by colour alone."""
_GAP_DAYS: Final = 14
"""A line is interrupted when there was no trade for longer."""
_FEW: Final = 8
"""Up to this number of days, each day has a label."""
_SETTINGS: Final[Mapping[str, Any]] = {
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "text.color": LIGHT["text"],
    "axes.edgecolor": LIGHT["axis"],
    "axes.labelcolor": LIGHT["text"],
    "axes.spines.top": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.xmargin": 0.01,
    "grid.color": LIGHT["grid"],
    "grid.linewidth": 0.7,
    "xtick.color": LIGHT["axis"],
    "xtick.labelcolor": LIGHT["text"],
    "ytick.color": LIGHT["axis"],
    "ytick.labelcolor": LIGHT["text"],
    "ytick.left": False,
    "ytick.labelleft": False,
    "ytick.right": True,
    "ytick.labelright": True,
}


def draw_charts(charts: Sequence[Chart]) -> Drawings:
    """Returns each chart as SVG in the light colours with a transparent background."""
    # Its list of fonts goes where a deployed app may write; it looks at this when it is first loaded.
    os.environ.setdefault("MPLCONFIGDIR", str(Path(gettempdir()) / "matplotlib"))
    import matplotlib as mpl

    drawings: dict[ChartKind, str] = {}
    for chart in charts:
        with mpl.rc_context({**_SETTINGS, "svg.hashsalt": chart.kind}):
            drawings[chart.kind] = _draw(chart)
    return drawings


def _draw(chart: Chart) -> str:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDTH, _HEIGHTS[chart.kind]), facecolor="none")
    axes, volume = _axes(figure, chart)
    for series in chart.series:
        if series.axis == "volume":
            _draw_bars(volume, chart.dates, series, ("volume", "volume"))
        elif series.style == "bars":
            _draw_bars(axes, chart.dates, series, ("up", "down"))
        else:
            _draw_line(axes, chart.dates, series)
    for level in chart.levels:
        axes.axhline(level, color=LIGHT["level"], linewidth=0.9, linestyle=(0, (2, 2)))
    _label(chart, axes, volume)
    written = io.StringIO()
    figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return tidy_svg(written.getvalue())


def _axes(figure: "Figure", chart: Chart) -> "tuple[Axes, Axes]":
    """Returns the axes of prices and volume; the same axes twice without volume."""
    height = _HEIGHTS[chart.kind]
    room = {"left": 0.012, "right": 0.905, "bottom": 0.27 / height, "top": 1 - 0.27 / height}
    if any(series.axis == "volume" for series in chart.series):
        grid = figure.add_gridspec(2, 1, height_ratios=(4, 1), hspace=0.2, **room)
        volume = figure.add_subplot(grid[1])
        axes = figure.add_subplot(grid[0], sharex=volume)
        axes.tick_params(labelbottom=False, bottom=False)
    else:
        axes = volume = figure.add_subplot(figure.add_gridspec(1, 1, **room)[0])
    for one in (axes, volume):
        one.set_facecolor("none")
        one.tick_params(axis="y", length=0)
        one.grid(visible=False, axis="x")
    return axes, volume


def _draw_line(axes: "Axes", dates: Sequence[date], series: ChartSeries) -> None:
    from matplotlib.dates import date2num

    colour, dashes, width = _LINES[series.name]
    days: list[float] = []
    values: list[float] = []
    for day, value in zip(date2num(dates), series.values, strict=True):
        if days and day - days[-1] > _GAP_DAYS:
            days.append(day)
            values.append(math.nan)
        days.append(day)
        values.append(math.nan if value is None else value)
    axes.plot(days, values, linestyle=dashes, color=LIGHT[colour], linewidth=width, label=series.name)


def _draw_bars(axes: "Axes", dates: Sequence[date], series: ChartSeries, colours: tuple[str, str]) -> None:
    """Draws bars from zero; all bars of a colour are one shape, since hundreds are slow and large."""
    from matplotlib.dates import date2num
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    bars = [(day, value) for day, value in zip(date2num(dates), series.values, strict=True) if value]
    for colour, sign in zip(colours, (1, -1), strict=True):
        corners = [
            corner
            for day, value in bars
            if value * sign > 0
            for corner in ((day - 0.35, 0), (day - 0.35, value), (day + 0.35, value), (day + 0.35, 0), (0, 0))
        ]
        if corners:
            codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * (len(corners) // 5)
            axes.add_patch(PathPatch(Path(corners, codes), facecolor=LIGHT[colour], linewidth=0))
    axes.update_datalim([(day, value) for day, value in bars])
    axes.update_datalim([(date2num(dates[0]) - 0.5, 0), (date2num(dates[-1]) + 0.5, 0)])
    axes.autoscale_view()


def _label(chart: Chart, axes: "Axes", volume: "Axes") -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    _label_dates(volume, chart.dates)
    if chart.kind == "rsi":
        axes.set_ylim(0, 100)
        axes.set_yticks([0, *chart.levels, 100])
    else:
        axes.yaxis.set_major_locator(MaxNLocator(5 if chart.kind == "price" else 4))
        low, high = axes.get_ylim()
        digits = _digits(high - low)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: with_minus(number(value, digits))))
    if volume is not axes:
        _note(volume, "Volume", x=0, across=1)
        volume.yaxis.set_major_locator(MaxNLocator(2))
        volume.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _short(value)))
    _legend(chart, axes)


def _legend(chart: Chart, axes: "Axes") -> None:
    handles, names = axes.get_legend_handles_labels()
    legend = axes.legend(
        handles, names, loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False,
        borderaxespad=0.2, borderpad=0, handlelength=2.2,
    )  # fmt: skip
    legend.set_in_layout(False)
    if chart.currency:
        _note(axes, chart.currency, x=1, across=4)


def _note(axes: "Axes", text: str, *, x: float, across: float) -> None:
    """Writes a note above the axes: at the left (0) or right end (1), shifted right by ``across`` points."""
    axes.annotate(text, (x, 1), xycoords="axes fraction", xytext=(across, 5), textcoords="offset points")


def _label_dates(axes: "Axes", dates: Sequence[date]) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

    if len(dates) <= _FEW:
        axes.set_xticks(date2num(dates), [f"{day.day} {day:%b}" for day in dates])
        return
    locator = AutoDateLocator(minticks=4, maxticks=9)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))


def _digits(span: float) -> int:
    """Returns the decimals that distinguish the ticks of an axis of this length."""
    return next((digits for digits, least in enumerate((8, 1.5, 0.15, 0.015)) if span >= least), 4)


def _short(value: float) -> str:
    return large(value).replace(".00", "")
