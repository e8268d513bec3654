"""The report, as stored and as returned to clients."""

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field

from shared.domain.disclaimer import DISCLAIMER
from shared.domain.item_ids import HEX_ID_PATTERN
from shared.domain.market_data import Currency, Figure, Moment, Remark
from shared.domain.terms import Symbol
from shared.domain.track_record import TrackRecordRow
from shared.reports.chart_data import Chart
from shared.reports.language.language_catalogue import Language
from shared.reports.parts import ReportPart
from shared.reports.request import ReportType, TimeHorizon
from shared.reports.valuation.model import Valuation

COMPOSED: Final = "offline"
"""``metadata.provider`` of prose that no model wrote."""
Action = Literal["strong_buy", "buy", "hold", "sell", "strong_sell", "not_rated"]


class PriceRange(ReportPart):
    """A range of prices in the quote's currency."""

    low: Figure
    high: Figure


class RatingComponent(ReportPart):
    """One of the four components of a rating.

    Attributes:
        weight: In the score, 0 to 1; 0 when the component is left out.
        score: Mean of the votes of its figures, -1 to 1; None without a figure.
        figures: Number of its known figures.
    """

    name: Literal["valuation", "quality", "growth", "momentum"]
    weight: Annotated[float, Field(ge=0, le=1)]
    score: Annotated[float, Field(ge=-1, le=1)] | None
    figures: int


class Recommendation(ReportPart):
    """The result of the rule in ``shared.reports.recommendation``.

    Attributes:
        target_price: The fair value in the quote's currency; None without one.
        technical_range: One standard deviation around the price over the time frame, from prices alone; None
            without a volatility, and in reports of before December 2026.
        confidence: 0 to 1: how many figures are known, and how far they agree.
        coverage: Known figures over all figures of the rule; None in reports of before December 2026.
        components: Scores and weights; empty in reports of before December 2026.
        rationale: The evidence, in sentences.
    """

    action: Action
    target_price: Figure | None
    technical_range: PriceRange | None = None
    confidence: Annotated[float, Field(ge=0, le=1)]
    coverage: Annotated[float, Field(ge=0, le=1)] | None = None
    components: tuple[RatingComponent, ...] = ()
    time_frame_months: int
    rationale: str


class ReportArticle(ReportPart):
    """An article of the news section; ``url`` is None unless it is a web address."""

    title: str
    publisher: str | None
    url: Annotated[str, Field(pattern=r"^https?://")] | None
    published_at: Moment | None


class SectionFigure(ReportPart):
    """One figure of a section as a number.

    Attributes:
        name: Key that stays the same in every language.
        unit: ISO 4217 code, ``points``, ``percent`` (8 for 8 %), ``fraction`` (0.08 for 8 %), ``ratio``,
            ``count``, ``units``, ``index`` (0 to 100) or ``score`` (-1 to 1).
        period: Day (``2026-11-28``) or span (``1y``) it is of; None when not known.
        source_id: Number of the report's source.
        symbol: Another company or index that it is of; None for the subject of the report.
    """

    name: str
    label: str
    value: Annotated[int | Figure, Field(union_mode="left_to_right")]
    unit: str
    period: str | None
    source_id: int | None
    symbol: Symbol | None = None


class TableRow(ReportPart):
    """A row of a table: its label and a formatted cell per column."""

    label: str
    cells: tuple[str, ...]


class ReportTable(ReportPart):
    """A table of a section, formatted in the language of the report; its numbers are among the figures.

    Attributes:
        name: Key that stays the same in every language.
        note: Unit of the cells; None when every cell names its own.
    """

    name: str
    title: str
    note: str | None = None
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


class AnalysisSection(ReportPart):
    """One section: prose by the model, figures from the data.

    Attributes:
        name: Key that stays the same in every language; empty in reports of before December 2026.
        key_metrics: Label to figure as people read it, in order; without those of tables.
        figures: All figures of the section as numbers; empty in reports of before December 2026.
        tables: Figures by period, company or scenario.
        risk_factors: Risks that belong to this section.
        articles: In the section on news, newest first.
    """

    name: str = ""
    title: str
    content: str
    key_metrics: dict[str, str]
    figures: tuple[SectionFigure, ...] = ()
    tables: tuple[ReportTable, ...] = ()
    risk_factors: tuple[str, ...] = ()
    articles: tuple[ReportArticle, ...] = ()


class ReportSource(ReportPart):
    """A source of facts; the prose cites its ``id`` as ``[1]``."""

    id: int
    kind: str
    symbol: Symbol
    source: str
    as_of: Moment | None
    stale: bool
    url: str | None = None
    title: str | None = None


class ReportMetadata(ReportPart):
    """The origin of a report.

    Attributes:
        missing: Unavailable data, each with the reason.
        quality: Remarks on the quality of the data.
        data_as_of: Moment of the oldest data.
        track_record: How earlier recommendations of this kind turned out; None if that is unknown.
        known_on: The report uses only what was known on this day; None for everything.
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
    quality: tuple[Remark, ...] = ()
    known_on: date | None = None
    track_record: TrackRecordRow | None = None


class CheckedFact(ReportPart):
    """The figure of a fact that a number in the prose is, or really belongs to."""

    label: str
    value: float
    unit: str | None
    symbol: str | None
    period: str | None
    as_of: str | None


class CheckedFigure(ReportPart):
    """The verdict on one number in the prose.

    Attributes:
        fact_id: ``id`` of the source; None for a figure of the recommendation, and without a fact.
        start: Offset in the text of the section in UTF-16 code units: its content, then a line for each risk.
        section: Index of the section; None for the summary.
    """

    text: str
    verdict: Literal["supported", "unsupported", "misattributed"]
    fact_id: int | None
    fact: CheckedFact | None
    start: int
    end: int
    section: int | None


class UnsupportedFigure(ReportPart):
    """A number in the prose that no fact contains, with its sentence."""

    text: str
    sentence: str
    start: int = 0
    end: int = 0


class FigureOwner(ReportPart):
    """What a number in the prose really belongs to."""

    fact_id: int | None
    symbol: str | None
    metric: str
    period: str | None


class MisattributedFigure(UnsupportedFigure):
    """A number in the prose that the facts have for something else."""

    belongs_to: FigureOwner


class StatementYear(ReportPart):
    """The annual statements of one fiscal year.

    Attributes:
        end: Last day of the year.
        currency: ISO 4217 code of the amounts.
        lines: Known lines by name, in the vocabulary of ``shared.domain.statements``.
    """

    end: date
    currency: Currency
    lines: dict[str, Annotated[int | Figure, Field(union_mode="left_to_right")]]


class FiguresInProse(ReportPart):
    """The check of the prose: numbers stated, those that the data support, and the others."""

    stated: int
    supported: int
    unsupported: tuple[UnsupportedFigure, ...]
    misattributed: tuple[MisattributedFigure, ...] = ()
    marks: tuple[CheckedFigure, ...] = ()


ReportId = Annotated[str, Field(json_schema_extra={"pattern": HEX_ID_PATTERN})]
"""Identifier of a stored report."""


class Report(ReportPart):
    """A research report.

    Attributes:
        currency: Currency of prices, the target price among them.
        language: Language of prose, labels and number formats.
        price: The last price when the report was generated.
        price_decimals: Decimals of prices in texts and tables; None in reports of before December 2026.
        market_cap: Market value of the equity then, in ``currency``.
        week_52_range: Lowest and highest price of the 52 weeks before.
        next_earnings: Day of the next earnings, or the first day of its range; None when not known.
        statements: Fiscal years of a company, newest first; empty for other instruments, types of report
            without a valuation, and in reports of before December 2026.
        valuation: Fair value with its methods; None when the type of report has none, and in reports of
            before December 2026.
    """

    report_id: ReportId
    symbol: Symbol
    name: str | None
    currency: Currency | None
    timestamp: Moment
    report_type: ReportType
    time_horizon: TimeHorizon
    language: Language = "en"
    price: Figure | None = None
    price_decimals: Annotated[int, Field(ge=0)] | None = None
    market_cap: int | None = None
    week_52_range: PriceRange | None = None
    next_earnings: date | None = None
    summary: str
    recommendation: Recommendation
    valuation: Valuation | None = None
    statements: tuple[StatementYear, ...] = ()
    analysis_sections: tuple[AnalysisSection, ...]
    charts: tuple[Chart, ...] = ()
    sources: tuple[ReportSource, ...]
    figures: FiguresInProse
    metadata: ReportMetadata
    disclaimer: str = DISCLAIMER
