"""The request for a report."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.reports.language.language_catalogue import Language

ReportType = Literal[
    "comprehensive_analysis",
    "technical_analysis",
    "fundamental_analysis",
    "quick_overview",
    "market_sentiment",
]
TimeHorizon = Literal["short_term", "medium_term", "long_term"]


@dataclass(frozen=True)
class ReportRequest:
    """The request for a report.

    Attributes:
        symbol: A checked ticker symbol.
        report_type: Decides the sections.
        time_horizon: Decides the weights of the rating and its time frame.
        provider: Model provider of the prose; None for the configured one.
        language: Language of prose, labels and number formats.
        refresh: Whether a new report is generated although a fresh one is stored.
        known_on: Only what was known on this day is used; None for everything.
    """

    symbol: str
    report_type: ReportType = "comprehensive_analysis"
    time_horizon: TimeHorizon = "medium_term"
    provider: str | None = None
    refresh: bool = False
    known_on: date | None = None
    language: Language = "en"

    @property
    def variant(self) -> str:
        """Returns what tells requests for one symbol apart, for use in cache keys."""
        past = f":{self.known_on:%Y%m%d}" if self.known_on else ""
        return f"{self.report_type}:{self.time_horizon}:{self.provider or ''}:{self.language}{past}"
