"""Renders a report as PDF with Typst and the fonts of this repository."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unicodedata import bidirectional

from shared.reports.rendering.charts import Drawings
from shared.reports.rendering.view import view_of
from shared.reports.report import Report
from shared.reports.text import breakable

if TYPE_CHECKING:
    import typst

_REPORTS: Final = Path(__file__).resolve().parents[1]
_TEMPLATE: Final = _REPORTS / "templates/report.typ"
_FIRST_FONTS: Final = ("Noto Sans", "Noto Sans CJK JP")
"""Preferred fonts; the others are fallbacks for other scripts. The second has the Han letters of Japan and
China, in forms that the language of the document decides."""


_SMALLER_CHARTS: Final = (84, 72, 60)
"""Widths in percent of the text that are tried when a page is nearly empty."""
_NEARLY_EMPTY: Final = 0.25
"""Share of the last page that the text reaches."""


def render_pdf(report: Report, drawings: Drawings) -> bytes:
    """Returns the report as tagged PDF on A4: accessible to screen readers, searchable."""
    fonts = _fonts()
    families = [*_FIRST_FONTS, *(name for name in fonts.families() if name not in _FIRST_FONTS)]
    report_view = _with_breaks(asdict(view_of(report)))
    report_view["name"] = _closed(report_view["name"])
    described = {"report": report_view, "drawings": dict(drawings), "fonts": families}
    moment = int(report.timestamp.timestamp())
    made, pages, share = _compiled(described, moment, 100)
    if not drawings or pages == 1 or share >= _NEARLY_EMPTY:
        return made
    for width in _SMALLER_CHARTS:
        smaller, fewer, _ = _compiled(described, moment, width)
        if fewer < pages:
            return smaller
    return made


def _compiled(described: Mapping[str, Any], moment: int, chart_width: int) -> tuple[bytes, int, float]:
    """Returns the document, its pages, and how far down the last page it reaches, 0 to 1."""
    import typst

    inputs = {"report": json.dumps({**described, "chart-width": chart_width})}
    compiler = typst.Compiler(str(_TEMPLATE), font_paths=_fonts(), sys_inputs=inputs)
    made = compiler.compile(format="pdf", timestamp=moment)
    end = json.loads(compiler.query("<end>", field="value", one=True))
    assert isinstance(made, bytes)  # noqa: S101 - one document in one format
    return (
        made,
        end["page"],
        float(end["share"].removesuffix("%")) / 100 if isinstance(end["share"], str) else end["share"],
    )


def _closed(name: str) -> str:
    """Returns a right-to-left name with a mark at its end, since the symbol after it is left to right."""
    return f"{name}\u200e" if any(bidirectional(letter) in {"R", "AL"} for letter in name) else name


@cache
def _fonts() -> "typst.Fonts":
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
