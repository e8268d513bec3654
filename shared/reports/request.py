"""Which report is wanted."""

from dataclasses import dataclass
from typing import Literal

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
    """Which report is wanted.

    Attributes:
        symbol: A checked ticker symbol.
        report_type: Decides the sections.
        time_horizon: Decides how evidence is weighed, and the time frame of the target price.
        provider: Model provider to write it; None for the configured one.
        refresh: Make a new one even if a fresh one is kept.
    """

    symbol: str
    report_type: ReportType = "comprehensive_analysis"
    time_horizon: TimeHorizon = "medium_term"
    provider: str | None = None
    refresh: bool = False
