"""A report as Markdown."""

from collections.abc import Mapping
from typing import Any

from shared.market.formatting import fraction, money
from shared.reports.templates import environment


def render_markdown(report: Mapping[str, Any]) -> str:
    """The report (as stored, in its JSON form) as Markdown; text from outside is escaped."""
    recommendation = report["recommendation"]
    return (
        environment()
        .get_template("report.md")
        .render(
            report=report,
            title=_words(report["report_type"]),
            horizon=_words(report["time_horizon"]),
            action=_words(recommendation["action"]),
            target=money(recommendation["target_price"], report["currency"]),
            confidence=fraction(recommendation["confidence"], 0),
        )
    )


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
