"""Renders a report as Markdown."""

from shared.reports.rendering.view import ReportView
from shared.reports.templates import environment


def render_markdown(view: ReportView) -> str:
    """Returns the report as Markdown; third-party text is escaped."""
    return environment().get_template("report.md").render(report=view)
