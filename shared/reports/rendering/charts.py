"""Charts as SVG, drawn by matplotlib.

matplotlib is loaded on first use and draws through its object interface: no pyplot, nothing is shared between
drawings but the settings of the drawing under way. So one thread at a time may draw.
"""

import io
import math
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any, Final

from shared.reports.chart_data import Chart, ChartKind, ChartSeries
from shared.reports.language.writer import Writer
from shared.reports.rendering.date_labels import PHONE_FONT, ems, label_dates
from shared.reports.rendering.palette import LIGHT
from shared.reports.rendering.svg import tidy_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Drawings = Mapping[ChartKind, str]
"""SVG by kind of chart."""

_WIDTH: Final = 5.6
_HEIGHTS: Final[Mapping[ChartKind, float]] = {"price": 2.5, "rsi": 1.35, "macd": 1.55, "multiples": 1.9}
"""Inches."""
_LINES: Final[Mapping[str, tuple[str, str, float]]] = {
    "close": ("main", "-", 1.4),
    "sma_50": ("fast", "-", 1.1),
    "sma_200": ("slow", "--", 1.1),
    "rsi_14": ("main", "-", 1.2),
    "macd": ("main", "-", 1.2),
    "macd_signal": ("fast", "--", 1.1),
    "price_earnings": ("main", "-", 1.3),
}
"""Colour, dashes and width of each line: no two of a chart differ by colour alone."""
_KEYS_OF_NAMES: Final = {"Signal": "macd_signal"}
"""Of reports of before December 2026, whose lines have no key; other keys follow from the name."""
_GAP_DAYS: Final = 14
"""A line is interrupted when there was no trade for longer."""
_LARGE_PRICE: Final = 1000
"""From here on the latest price is labelled without decimals, so that it fits beside the chart."""
_LEGEND_GAP: Final = 1.0
"""Between the names of a legend on a phone, in ems."""
_FONT: Final = 8
"""Size of letters in points."""
_PHONE_LETTERS: Final = PHONE_FONT / _FONT - 1
"""How much wider letters are on a phone: the style sheet sets them larger there than they are measured."""
_ROOM_OF_LABEL: Final = 0.15
"""Height of the label of the latest price on a phone, as a share of the axis."""
_FONTS_OF_HAN: Final = tuple(
    Path(__file__).resolve().parents[1] / "fonts" / f"NotoSansCJK-{weight}.otf"
    for weight in ("Regular", "Bold")
)
_HAN_LANGUAGES: Final = frozenset({"ja", "zh"})
_SETTINGS: Final[Mapping[str, Any]] = {
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": _FONT,
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


def height_of(kind: ChartKind) -> float:
    """Returns the height of a drawing by its width."""
    return _HEIGHTS[kind] / _WIDTH


def draw_charts(charts: Sequence[Chart], writer: Writer) -> Drawings:
    """Returns each chart as SVG in the light colours with a transparent background."""
    # Its list of fonts goes where a deployed app may write; it looks at this when it is first loaded.
    os.environ.setdefault("MPLCONFIGDIR", str(Path(gettempdir()) / "matplotlib"))
    import matplotlib as mpl

    drawings: dict[ChartKind, str] = {}
    for chart in charts:
        with mpl.rc_context({**_SETTINGS, **_fonts(writer), "svg.hashsalt": chart.kind}):
            drawings[chart.kind] = _draw(chart, writer)
    return drawings


def _fonts(writer: Writer) -> dict[str, Any]:
    """Returns the fonts that text is measured with; Han and Kana are not in the default one."""
    if writer.language not in _HAN_LANGUAGES:
        return {}
    from matplotlib.font_manager import FontProperties, fontManager

    name = FontProperties(fname=str(_FONTS_OF_HAN[0])).get_name()
    if name not in {font.name for font in fontManager.ttflist}:
        for path in _FONTS_OF_HAN:
            fontManager.addfont(str(path))
    return {"font.family": ["DejaVu Sans", name]}


def _draw(chart: Chart, writer: Writer) -> str:
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
    _label(chart, axes, volume, writer)
    written = io.StringIO()
    figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return tidy_svg(written.getvalue())


def _axes(figure: "Figure", chart: Chart) -> "tuple[Axes, Axes]":
    """Returns the axes of prices and volume; the same axes twice without volume."""
    height = _HEIGHTS[chart.kind]
    room = {"left": 0.012, "right": 0.852, "bottom": 0.27 / height, "top": 1 - 0.27 / height}
    if any(series.axis == "volume" for series in chart.series):
        grid = figure.add_gridspec(2, 1, height_ratios=(4, 1), hspace=0.24, **room)
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

    colour, dashes, width = _LINES[_key(series)]
    days: list[float] = []
    values: list[float] = []
    for day, value in zip(date2num(dates), series.values, strict=True):
        if days and day - days[-1] > _GAP_DAYS:
            days.append(day)
            values.append(math.nan)
        days.append(day)
        values.append(math.nan if value is None else value)
    axes.plot(days, values, linestyle=dashes, color=LIGHT[colour], linewidth=width, label=series.name)


def _key(series: ChartSeries) -> str:
    return series.key or _KEYS_OF_NAMES.get(series.name) or series.name.lower().replace(" ", "_")


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


def _label(chart: Chart, axes: "Axes", volume: "Axes", writer: Writer) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    label_dates(volume, chart.dates, writer)
    if chart.kind == "rsi":
        axes.set_ylim(0, 100)
        axes.set_yticks([0, *chart.levels, 100])
    else:
        axes.yaxis.set_major_locator(MaxNLocator(5 if chart.kind == "price" else 4))
        low, high = axes.get_ylim()
        digits = _digits(axes.get_yticks().tolist())
        hidden = _hidden(chart, high - low)
        axes.yaxis.set_major_formatter(
            FuncFormatter(lambda value, _: "" if hidden(value) else writer.number(value, digits))
        )
    if volume is not axes:
        volume_name = next(series.name for series in chart.series if series.axis == "volume")
        volume.annotate(
            volume_name, (0, 1), xycoords="axes fraction", xytext=(1, 3), textcoords="offset points"
        )
        volume.yaxis.set_major_locator(MaxNLocator(1))
        volume.yaxis.set_major_formatter(
            FuncFormatter(lambda value, _: _short(value, writer) if value else "")
        )
    if chart.kind == "price":
        _label_latest(chart, axes, writer)
    _legend(axes)


def _hidden(chart: Chart, span: float) -> Callable[[float], bool]:
    """Returns whether a tick of an axis of this length would touch the label of the latest price."""
    latest = chart.series[0].values[-1] if chart.kind == "price" else None
    if latest is None:
        return lambda _: False
    return lambda value: abs(value - latest) < _ROOM_OF_LABEL * span


def _label_latest(chart: Chart, axes: "Axes", writer: Writer) -> None:
    """Writes the latest price at its height beside the chart."""
    latest = chart.series[0].values[-1]
    if latest is None:
        return
    text = writer.number(latest, 0 if latest >= _LARGE_PRICE else writer.points_decimals)
    axes.annotate(
        text, (1, latest), xycoords=("axes fraction", "data"), xytext=(4, 0), textcoords="offset points",
        va="center", color=LIGHT["main"], weight="bold", annotation_clip=False,
    )  # fmt: skip


def _legend(axes: "Axes") -> None:
    handles, names = axes.get_legend_handles_labels()
    legend = axes.legend(
        handles, names, loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False,
        columnspacing=_legend_gap(names), borderaxespad=0.2, borderpad=0, handlelength=1.8,
    )  # fmt: skip
    legend.set_in_layout(False)


def _legend_gap(names: Sequence[str]) -> float:
    """Returns the gap between the columns of a legend in ems: a name grows into it on a phone."""
    longest = max((ems(name) for name in names[:-1]), default=0.0)
    return _LEGEND_GAP + _PHONE_LETTERS * longest


def _digits(ticks: Sequence[float]) -> int:
    """Returns the decimals that equidistant ticks need: at steps of 2.5, 17.5 is not written as 18."""
    step = ticks[1] - ticks[0]
    first = max(0, -math.floor(math.log10(step)))
    return first if math.isclose(round(step, first), step, rel_tol=1e-6) else first + 1


def _short(value: float, writer: Writer) -> str:
    """Returns a tick of the volume: whole numbers of the largest scale that it reaches."""
    scale = next((one for one in writer.catalogue.chart_scales if abs(value) >= one.factor), None)
    if scale is None:
        return writer.number(value, 0)
    scaled = value / scale.factor
    digits = writer.number(scaled, 0 if scaled == round(scaled) else 1)
    return writer.text("format.scaled").format(number=digits, scale=scale.word)
