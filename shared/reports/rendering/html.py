"""A report as one HTML page that needs nothing else: no script, no font, no picture from elsewhere."""

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from shared.reports.rendering.charts import Drawings
from shared.reports.rendering.palette import DARK, LIGHT
from shared.reports.rendering.view import view_of
from shared.reports.report import Report
from shared.reports.templates import environment

_STYLE_SHEET: Final = Path(__file__).resolve().parents[1] / "templates/report.css"


def render_html(report: Report, drawings: Drawings) -> str:
    """The report as HTML; text from outside is escaped, the drawings are ours."""
    from markupsafe import Markup

    return (
        environment()
        .get_template("report.html")
        .render(
            report=view_of(report),
            drawings={kind: Markup(_themed(drawing)) for kind, drawing in drawings.items()},  # noqa: S704
            style=Markup(_style()),  # noqa: S704
        )
    )


@cache
def content_security_policy() -> str:
    """The policy for the page: its own style sheet, and nothing else."""
    digest = b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


@cache
def _style() -> str:
    # Without Jinja2: the policy is also wanted by workers that render nothing.
    style = _STYLE_SHEET.read_text("utf-8")
    return style.replace("/* light chart */", _variables(LIGHT)).replace("/* dark chart */", _variables(DARK))


def _variables(colours: Mapping[str, str]) -> str:
    return " ".join(f"--chart-{name}: {colour};" for name, colour in colours.items())


def _themed(drawing: str) -> str:
    """The drawing with variables in place of its colours."""
    for name, colour in LIGHT.items():
        drawing = drawing.replace(f'"{colour}"', f'"var(--chart-{name})"')
    return drawing
