"""The dates below a chart: none is cut off, and none touches another one, on a phone too."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from shared.reports.chart_data import Chart, ChartSeries
from shared.reports.language.writer import Writer
from shared.reports.rendering.charts import draw_charts
from shared.reports.rendering.date_labels import PHONE_FONT, ems

END_OF_AXIS = 0.852 * 5.6 * 72
"""In points; the numbers of the other axis begin there."""
STYLE_SHEET = Path(__file__).parents[5] / "shared/reports/templates/report.css"


def multiples(first: date, weeks: int) -> Chart:
    """The P/E of a week each, from a day on."""
    dates = tuple(first + timedelta(weeks=week) for week in range(weeks))
    values = tuple(20.0 + week % 7 for week in range(weeks))
    series = (ChartSeries(key="price_earnings", name="P/E", style="line", values=values),)
    return Chart(
        kind="multiples", title="P/E", section="Multiples", currency=None, dates=dates, series=series
    )


def labels_of(chart: Chart) -> list[tuple[str, float, float]]:
    """The dates of a drawing from left to right, with where they begin and end on a phone."""
    drawing = draw_charts([chart], Writer.of("en"))["multiples"]
    labels = []
    for attributes, text in re.findall(r"<text ([^>]*)>([^<]*)</text>", drawing):
        place = float(re.search(r' x="([0-9.]+)"', f" {attributes}")[1])  # type: ignore[index]
        if place > END_OF_AXIS or text == "P/E":
            continue
        anchor = re.search(r'text-anchor="(\w+)"', attributes)
        width = ems(text) * PHONE_FONT
        begin = place - width * {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor[1] if anchor else "start"]
        labels.append((text, begin, begin + width))
    return sorted(labels, key=lambda label: label[1])


def test_year_at_the_left_end_is_written_whole() -> None:
    text, begin, _ = labels_of(multiples(date(2021, 12, 31), 255))[0]
    assert text == "2022"
    assert begin >= 0


@pytest.mark.parametrize("weeks", [2, 3, 5, 8, 9, 12, 30, 52, 105, 260])
@pytest.mark.parametrize(
    "first", [date(2021, 1, 1), date(2021, 6, 28), date(2021, 11, 5), date(2021, 12, 30)]
)
def test_dates_are_within_the_axis_and_apart(first: date, weeks: int) -> None:
    labels = labels_of(multiples(first, weeks))
    assert len(labels) >= 2
    assert labels[0][1] >= 0
    assert labels[-1][2] <= END_OF_AXIS
    ends = [0.0, *(end for _, _, end in labels)]
    assert all(begin > end for (_, begin, _), end in zip(labels, ends, strict=False))


def test_latest_day_keeps_its_label_where_not_all_have_room() -> None:
    texts = [text for text, _, _ in labels_of(multiples(date(2026, 10, 2), 8))]
    assert texts[-1] == "20 Nov"
    assert 3 <= len(texts) < 8


def test_letters_on_a_phone_are_as_large_as_in_the_style_sheet() -> None:
    assert f"figure text {{ font-size: {PHONE_FONT}px; }}" in STYLE_SHEET.read_text("utf-8")
