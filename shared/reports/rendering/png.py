"""Renders the charts of a report as PNG, for clients that show no SVG."""

from pathlib import Path
from typing import Final

from shared.reports.rendering.pdf import typst_fonts

_TEMPLATE: Final = Path(__file__).resolve().parents[1] / "templates/chart.typ"
_DOTS_PER_INCH: Final = 144
"""Twice the usual resolution: about 980 pixels wide."""


def render_png(drawing: str) -> bytes:
    """Returns a chart in SVG as PNG on white. Blocks for some 50 ms."""
    import typst

    compiler = typst.Compiler(str(_TEMPLATE), font_paths=typst_fonts(), sys_inputs={"drawing": drawing})
    image = compiler.compile(format="png", ppi=_DOTS_PER_INCH)
    assert isinstance(image, bytes)  # noqa: S101 - the chart is one page
    return image
