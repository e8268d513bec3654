"""Renders a report as Markdown."""

from shared.reports.rendering.view import view_of
from shared.reports.report import Report
from shared.reports.templates import environment


def render_markdown(report: Report) -> str:
    """Returns the report as Markdown; third-party text is escaped."""
    return environment().get_template("report.md").render(report=view_of(report))
