"""Renders a report as a self-contained HTML page: no script, no external font or image."""

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from shared.reports.rendering.charts import Drawings
from shared.reports.rendering.palette import DARK, LIGHT
from shared.reports.rendering.view import ReportView
from shared.reports.templates import environment

_STYLE_SHEET: Final = Path(__file__).resolve().parents[1] / "templates/report.css"


def render_html(view: ReportView, drawings: Drawings) -> str:
    """Returns the report as HTML; third-party text is escaped, drawings are inserted as they are."""
    from markupsafe import Markup

    return (
        environment()
        .get_template("report.html")
        .render(
            report=view,
            drawings={kind: Markup(_themed(drawing)) for kind, drawing in drawings.items()},  # noqa: S704
            style=Markup(_style()),  # noqa: S704
        )
    )


@cache
def content_security_policy() -> str:
    """Returns the content security policy of the page: only its own style sheet is allowed."""
    digest = b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


@cache
def _style() -> str:
    # Without Jinja2: workers that render nothing need the policy too.
    style = _STYLE_SHEET.read_text("utf-8")
    return style.replace("/* light chart */", _variables(LIGHT)).replace("/* dark chart */", _variables(DARK))


def _variables(colours: Mapping[str, str]) -> str:
    return " ".join(f"--chart-{name}: {colour};" for name, colour in colours.items())


def _themed(drawing: str) -> str:
    """Returns the drawing with CSS variables for its colours."""
    for name, colour in LIGHT.items():
        drawing = drawing.replace(f'"{colour}"', f'"var(--chart-{name})"')
    return drawing
