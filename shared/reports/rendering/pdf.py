"""Renders a report as PDF with Typst and the fonts of this repository."""

import json
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
_FIRST_FONTS: Final = ("Noto Sans", "Noto Sans CJK JP")
"""Preferred fonts; the others are fallbacks for other scripts. The second has the Han letters of Japan and
China, in forms that the language of the document decides."""


def render_pdf(report: Report, drawings: Drawings) -> bytes:
    """Returns the report as tagged PDF on A4: accessible to screen readers, searchable."""
    import typst

    fonts = _fonts()
    families = [*_FIRST_FONTS, *(name for name in fonts.families() if name not in _FIRST_FONTS)]
    report_view = _with_breaks(asdict(view_of(report)))
    report_view["name"] = _closed(report_view["name"])
    described = json.dumps({"report": report_view, "drawings": dict(drawings), "fonts": families})
    made = typst.compile(
        _template(), format="pdf", font_paths=fonts, sys_inputs={"report": described},
        timestamp=int(report.timestamp.timestamp()),
    )  # fmt: skip
    assert isinstance(made, bytes)  # noqa: S101 - one document in one format
    return made


def _closed(name: str) -> str:
    """Returns a right-to-left name with a mark at its end, since the symbol after it is left to right."""
    return f"{name}\u200e" if any(bidirectional(letter) in {"R", "AL"} for letter in name) else name


@cache
def _fonts() -> "typst.Fonts":
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[_REPORTS / "fonts"]
    )


@cache
def _template() -> bytes:
    return (_REPORTS / "templates/report.typ").read_bytes()


def _with_breaks(value: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    if isinstance(value, str):
        return breakable(value)
    if isinstance(value, dict):
        return {key: item if key == "url" else _with_breaks(item) for key, item in value.items()}
    return [_with_breaks(item) for item in value] if isinstance(value, list | tuple) else value
