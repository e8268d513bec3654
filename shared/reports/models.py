"""What a report is, as it is stored and as clients get it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.market.models import Currency, Figure, Moment
from shared.market.terms import Symbol
from shared.reports.request import ReportType, TimeHorizon

Action = Literal["strong_buy", "buy", "hold", "sell", "strong_sell"]

DISCLAIMER = (
    "For information only. This is not investment advice, nor an offer to buy or sell. "
    "Figures come from the sources named and may be late or wrong; check them before you act."
)


class ReportPart(BaseModel):
    """Base of the parts of a report: frozen, nothing unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Recommendation(ReportPart):
    """What the rule in ``shared.reports.recommendation`` makes of the data.

    Attributes:
        target_price: In the quote's currency at the end of the time frame; None without a volatility.
        confidence: 0 to 1: how much evidence there was, and how far it agrees.
        rationale: The evidence, in sentences.
    """

    action: Action
    target_price: Figure | None
    confidence: Annotated[float, Field(ge=0, le=1)]
    time_frame_months: int
    rationale: str


class AnalysisSection(ReportPart):
    """One section: prose by the model, figures from the data.

    Attributes:
        key_metrics: Label to figure as people read it, in order.
        risk_factors: Risks that belong to this section.
    """

    title: str
    content: str
    key_metrics: dict[str, str]
    risk_factors: tuple[str, ...] = ()


class ReportSource(ReportPart):
    """One source of facts; ``id`` is what the prose cites as ``[1]``."""

    id: int
    kind: str
    symbol: Symbol
    source: str
    as_of: Moment | None
    stale: bool


class ReportMetadata(ReportPart):
    """How the report came about.

    Attributes:
        missing: Data that could not be had, with the reason.
        data_as_of: The oldest moment any of the facts is from.
    """

    provider: str
    model: str
    fallback: bool
    fallback_reason: str | None
    prompt_tokens: int
    completion_tokens: int
    data_sources: tuple[str, ...]
    data_as_of: Moment | None
    duration_ms: int
    missing: tuple[str, ...] = ()


class Report(ReportPart):
    """A research report."""

    report_id: str
    symbol: Symbol
    name: str | None
    currency: Currency | None
    timestamp: Moment
    report_type: ReportType
    time_horizon: TimeHorizon
    summary: str
    recommendation: Recommendation
    analysis_sections: tuple[AnalysisSection, ...]
    charts: tuple[dict[str, Any], ...] = ()
    sources: tuple[ReportSource, ...]
    figures: dict[str, Any]
    metadata: ReportMetadata
    disclaimer: str = DISCLAIMER
