"""Renders a report as PDF with Typst and the fonts of this repository."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unicodedata import bidirectional

from shared.reports.chart_data import ChartKind
from shared.reports.rendering.charts import Drawings, height_of
from shared.reports.rendering.view import ReportView
from shared.reports.text import breakable

if TYPE_CHECKING:
    import typst

_REPORTS: Final = Path(__file__).resolve().parents[1]
_TEMPLATE: Final = _REPORTS / "templates/report.typ"
_FIRST_FONTS: Final = ("Noto Sans", "Noto Sans CJK JP")
"""Preferred fonts; the others are fallbacks for other scripts. The second has the Han letters of Japan and
China, in forms that the language of the document decides."""

_WHOLE_WIDTH: Final = 100
_SMALLEST_CHARTS: Final = 60
"""Width in percent of the text, with closer rows; smaller labels could not be read."""
_NEARLY_EMPTY: Final = 0.35
"""Share of the last page that the text reaches."""
_TEXT_WIDTH: Final = 170.0
"""Millimetres, as the template sets the margins."""
_TOP_MARGIN: Final = 20.0
_PAGE_HEIGHT: Final = 297.0
_SPARE: Final = 10.0
"""Millimetres that are saved beyond the need, since page breaks leave gaps."""


def render_pdf(view: ReportView, drawings: Drawings, chart_width: int | None = None) -> bytes:
    """Returns the report as tagged PDF on A4: accessible to screen readers, searchable.

    Args:
        view: The report as formatted text.
        drawings: Its charts; those that are missing are left out.
        chart_width: Result of ``chart_width_of``; None computes it.
    """
    width = chart_width_of(view, drawings.keys()) if chart_width is None else chart_width
    document = _compiler(_described(view), drawings, width).compile(format="pdf", timestamp=view.made_at)
    assert isinstance(document, bytes)  # noqa: S101 - one document in one format
    return document


def chart_width_of(view: ReportView, kinds: Collection[ChartKind]) -> int:
    """Returns the width of charts, in percent of the text, at which the last page is not nearly empty.

    It lays the pages out with empty charts of the same size. Typst keeps what it laid out: ``render_pdf`` in
    the same process then sets little more than the charts. So this can be done while they are drawn.

    Args:
        view: The report as formatted text.
        kinds: The charts that the document will have.
    """
    described = _described(view)
    pages, share = _end_of(described, kinds, _WHOLE_WIDTH)
    if kinds and pages > 1 and share < _NEARLY_EMPTY:
        for width in _smaller_widths(kinds, share):
            if _end_of(described, kinds, width)[0] < pages:
                return width
    return _WHOLE_WIDTH


def _smaller_widths(kinds: Collection[ChartKind], share: float) -> list[int]:
    """Returns the widths of charts in percent that may save the last page, which is filled up to a share."""
    charts = sum(map(height_of, kinds)) * _TEXT_WIDTH
    needed = share * _PAGE_HEIGHT - _TOP_MARGIN + _SPARE
    width = int(100 * (1 - needed / charts))
    return [width, _SMALLEST_CHARTS] if width > _SMALLEST_CHARTS else [_SMALLEST_CHARTS]


def _end_of(
    described: Mapping[str, Any], kinds: Collection[ChartKind], chart_width: int
) -> tuple[int, float]:
    """Returns the number of pages, and how far down the last one the text reaches, 0 to 1."""
    empty = {kind: _empty_chart(kind) for kind in kinds}
    end = json.loads(_compiler(described, empty, chart_width).query("<end>", field="value", one=True))
    return end["page"], end["share"]


def _empty_chart(kind: ChartKind) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 {1000 * height_of(kind):.4f}"/>'


def _described(view: ReportView) -> dict[str, Any]:
    """Returns the formatted text of the report, and the fonts in the order of preference."""
    report = _with_breaks(asdict(view))
    report["name"] = _closed(report["name"])
    families = typst_fonts().families()
    fonts = [*_FIRST_FONTS, *(name for name in families if name not in _FIRST_FONTS)]
    return {"report": report, "fonts": fonts}


def _compiler(described: Mapping[str, Any], drawings: Drawings, chart_width: int) -> "typst.Compiler":
    """Returns a compiler of a report.

    The data are files of the document, since after a change of its inputs Typst lays all text out again. They
    are not on disk: each access to a disk gives the lock of the interpreter away, and while charts are drawn
    it takes milliseconds to get it back.
    """
    import typst

    about = {**described, "drawings": list(drawings), "chart-width": chart_width}
    files = {
        "main.typ": _TEMPLATE.read_bytes(),
        "report.json": json.dumps(about).encode(),
        **{f"{kind}.svg": drawing.encode() for kind, drawing in drawings.items()},
    }
    # Its documentation has such files, its type stubs lack them.
    return typst.Compiler(files, font_paths=typst_fonts())  # type: ignore[type-var]


def _closed(name: str) -> str:
    """Returns a right-to-left name with a mark at its end, since the symbol after it is left to right."""
    return f"{name}\u200e" if any(bidirectional(letter) in {"R", "AL"} for letter in name) else name


@cache
def typst_fonts() -> "typst.Fonts":
    """Returns the fonts of this repository."""
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[_REPORTS / "fonts"]
    )


def _with_breaks(value: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    if isinstance(value, str):
        return breakable(value)
    if isinstance(value, dict):
        return {key: item if key == "url" else _with_breaks(item) for key, item in value.items()}
    return [_with_breaks(item) for item in value] if isinstance(value, list | tuple) else value
