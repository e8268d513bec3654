"""The labels of dates below a chart: within the drawing and apart from each other, on a phone too."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final, Literal, NamedTuple
from unicodedata import east_asian_width

from shared.reports.language.writer import Writer

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PHONE_FONT: Final = 12.5
"""Size of letters on a phone in points of the drawing; the style sheet sets it."""
_FEW: Final = 8
"""Up to this number of days, each day has a label where there is room."""
_POINTS: Final = 72.0
"""Points of an inch."""
_GAP: Final = 0.5
"""Between two labels, in ems."""


class _Label(NamedTuple):
    """A label of the axis; ``start`` and ``end`` are points from the left end of the axis."""

    tick: float
    text: str
    alignment: Literal["left", "center", "right"]
    start: float
    end: float


def label_dates(axes: "Axes", dates: Sequence[date], writer: Writer) -> None:
    """Labels the days of a chart, or the first days of months and years.

    A label at either end of the axis is moved inwards: it would be cut off at the left, and would touch the
    numbers at the right. Of labels that would overlap on a phone the later one is kept.
    """
    from matplotlib.dates import date2num

    if len(dates) <= _FEW:
        texts = [
            (float(tick), writer.short_date(day)) for tick, day in zip(date2num(dates), dates, strict=True)
        ]
    else:
        texts = _located(axes, writer)
    kept = _apart([label for tick, text in texts if (label := _placed(axes, tick, text))])
    axes.set_xticks([label.tick for label in kept], [label.text for label in kept])
    for drawn, label in zip(axes.get_xticklabels(), kept, strict=True):
        drawn.set_horizontalalignment(label.alignment)


def ems(text: str) -> float:
    """Returns about how wide a text is, in units of the size of its letters."""
    return sum(1.0 if east_asian_width(letter) in "WF" else 0.6 for letter in text)


def _located(axes: "Axes", writer: Writer) -> list[tuple[float, str]]:
    from matplotlib.dates import AutoDateLocator, num2date

    axes.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=7))
    return [(float(tick), _date_label(num2date(tick), writer)) for tick in axes.get_xticks()]


def _placed(axes: "Axes", tick: float, text: str) -> _Label | None:
    """Returns a label in its place within the axis; None if its day is outside."""
    first, last = axes.get_xlim()
    if not first <= tick <= last:
        return None
    length = axes.bbox.width / axes.figure.dpi * _POINTS
    place, width = (tick - first) / (last - first) * length, ems(text) * PHONE_FONT
    if place < width / 2:
        return _Label(tick, text, "left", place, place + width)
    if place + width / 2 > length:
        return _Label(tick, text, "right", place - width, place)
    return _Label(tick, text, "center", place - width / 2, place + width / 2)


def _apart(labels: Sequence[_Label]) -> list[_Label]:
    """Returns the labels without those that would touch the next one."""
    kept: list[_Label] = []
    for label in reversed(labels):
        if not kept or label.end + _GAP * PHONE_FONT <= kept[-1].start:
            kept.append(label)
    return kept[::-1]


def _date_label(day: date, writer: Writer) -> str:
    """Returns the year for its first day, the month for the first of a month, else day and month."""
    if day.day > 1:
        return writer.short_date(day)
    return f"{day:%Y}" if day.month == 1 else writer.month(day)
