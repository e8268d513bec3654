"""Builds a report: data, recommendation by rule, prose, and the check of its figures."""

import asyncio
import time
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from shared.config.settings import Settings
from shared.domain.formatting import decimals_of
from shared.domain.market_data import Quote
from shared.domain.track_record import TrackRecordRow
from shared.figures.checker import check_figures
from shared.figures.lookup.fact_base import FactBase
from shared.figures.verdicts.verdicts import in_section, joined
from shared.llm.base_model_client import Routed
from shared.observability.telemetry import annotate
from shared.reports.calculations import calculations_of
from shared.reports.chart_data import Chart, charts_of
from shared.reports.data import ReportData
from shared.reports.gathering import gather
from shared.reports.index_record import index_record_of
from shared.reports.instrument_kinds import COMPANY, in_own_units, plans_for, sections_left_out
from shared.reports.jobs import Advance
from shared.reports.language.writer import Writer
from shared.reports.narrative import Assignment, Narrative, Narrator
from shared.reports.quality_remarks import remarks_of
from shared.reports.rating_votes import Indicators
from shared.reports.recommendation import recommend
from shared.reports.report import (
    COMPOSED,
    AnalysisSection,
    FiguresInProse,
    PriceRange,
    Report,
    ReportMetadata,
    StatementYear,
)
from shared.reports.report_events import ProgressEvent
from shared.reports.report_facts import facts_of, sources_of
from shared.reports.request import ReportRequest
from shared.reports.sections.about_company import next_earnings_of
from shared.reports.sections.fair_value import FAIR_VALUE
from shared.reports.sections.market import covers_a_year
from shared.reports.sections.own_multiples import multiples_chart
from shared.reports.subject import high_inflation_currency, instrument_of, subject_of, with_own_multiples
from shared.reports.valuation.applicability import other_claim
from shared.reports.valuation.company_valuation import value
from shared.reports.valuation.cost_of_capital import EquityPremium
from shared.reports.valuation.history import fiscal_years
from shared.runtime.clock import Clock

if TYPE_CHECKING:
    from shared.llm.model_factory import ModelClientFactory
    from shared.market.data_manager import DataManager
    from shared.market.past_market import PastMarket


class TrackRecordSource(Protocol):
    """Tells how earlier recommendations turned out."""

    async def row(self, report_type: str, time_horizon: str) -> TrackRecordRow | None:
        """Returns the scores of one kind of report; None if they are unknown."""


class ReportBuilder:
    """Builds reports."""

    steps = 2

    def __init__(
        self,
        market_data: "DataManager",
        models: "ModelClientFactory",
        settings: Settings,
        clock: Clock,
        track_record: TrackRecordSource | None = None,
    ) -> None:
        self._track_record = track_record
        self._market_data = market_data
        self._narrator = Narrator(models, settings, clock)
        self._premium = EquityPremium(settings.reports.equity_premium, settings.reports.equity_premium_source)
        self._clock = clock

    async def build(self, request: ReportRequest, advance: Advance) -> Report:
        """Returns a new report; reports prose as it is written, and when the data and the prose are complete.

        Raises:
            SymbolNotFoundError: No source knows the symbol.
            RequestError: The requested model provider is unknown or not configured.
            ServiceError: The quote is unavailable, or no model answered.
        """
        started = time.perf_counter()
        market: DataManager | PastMarket = self._market_data
        present: DataManager | None = self._market_data
        if request.known_on is not None:
            present = None
            market = self._market_data.known_on(request.symbol, request.known_on)
        gathered = await gather(market, request.symbol, request.report_type, present)
        # Off the loop: it computes a beta from thousands of candles.
        assignment = await asyncio.to_thread(
            self._assignment, with_own_multiples(in_own_units(gathered)), request
        )
        advance(ProgressEvent("data", 1, self.steps))
        narrative = await self._narrator.write(assignment, advance)
        record = await self._record_of(request)
        advance(ProgressEvent("narrative", 2, self.steps))
        # Also of prose that no model wrote.
        routed = narrative.routed
        annotate(provider=routed.provider, model=routed.model, fallback=routed.fallback)
        # Off the loop: it computes indicators, and reads long prose number by number.
        return await asyncio.to_thread(self._report, assignment, narrative, record, started)

    def _assignment(self, gathered: ReportData, request: ReportRequest) -> Assignment:
        writer = _writer(request, gathered.quote)
        dated = replace(gathered, day=request.known_on or self._clock().date())
        valued = _with_valuation(dated, request, self._premium, writer)
        data = replace(valued, calculations=calculations_of(valued))
        plans = plans_for(request.report_type, data, writer)
        left_out = sections_left_out(request.report_type, data, plans)
        data = replace(data, missing=(*data.missing, *left_out))
        recommendation = recommend(_indicators(data), request.time_horizon, writer)
        return Assignment(request, data, facts_of(data, writer), plans, recommendation, writer)

    async def _record_of(self, request: ReportRequest) -> TrackRecordRow | None:
        if self._track_record is None or request.known_on is not None:
            return None
        return await self._track_record.row(request.report_type, request.time_horizon)

    def _report(
        self, assignment: Assignment, narrative: Narrative, record: TrackRecordRow | None, started: float
    ) -> Report:
        request, data = assignment.request, assignment.data
        return Report(
            report_id=uuid.uuid4().hex,
            symbol=request.symbol,
            name=data.quote.name,
            currency=data.quote.currency,
            price=data.quote.price,
            price_decimals=assignment.writer.decimals,
            timestamp=self._clock(),
            report_type=request.report_type,
            time_horizon=request.time_horizon,
            language=request.language,
            market_cap=data.quote.market_cap,
            week_52_range=_year_range(data),
            next_earnings=coming.date if (coming := next_earnings_of(data)) else None,
            summary=narrative.summary,
            recommendation=assignment.recommendation,
            valuation=data.valuation,
            statements=_statements(data),
            analysis_sections=_sections(assignment, narrative),
            charts=_charts(assignment),
            sources=sources_of(data),
            figures=_checked_figures(assignment, narrative),
            disclaimer=assignment.writer.text("view.disclaimer"),
            metadata=_metadata(
                assignment, narrative, round((time.perf_counter() - started) * 1000)
            ).model_copy(update={"track_record": record}),
        )


def _writer(request: ReportRequest, quote: Quote) -> Writer:
    decimals = decimals_of(quote.symbol, quote.price, quote.currency, quote.price_decimals)
    return Writer.of(request.language, quote.currency, decimals)


def _with_valuation(
    data: ReportData, request: ReportRequest, premium: EquityPremium, writer: Writer
) -> ReportData:
    if data.quote.asset_type != "equity" or FAIR_VALUE not in COMPANY[request.report_type]:
        return data
    return replace(data, valuation=value(subject_of(data, premium, writer), writer))


def _indicators(data: ReportData) -> Indicators:
    technicals, fundamentals = data.technicals, data.fundamentals
    # A rise of prices is no growth.
    claim = other_claim(instrument_of(data))
    # The profit of the issuer is that of its ordinary shares.
    earned = fundamentals if claim is None else None
    grown = earned if high_inflation_currency(data) is None else None
    return Indicators(
        price=data.quote.price,
        currency=data.quote.currency,
        asset_type=data.quote.asset_type,
        other_claim=claim,
        untraded_since=data.untraded_since,
        sma_50=technicals.sma_50 if technicals else None,
        sma_200=technicals.sma_200 if technicals else None,
        rsi_14=technicals.rsi_14 if technicals else None,
        macd_histogram=technicals.macd_histogram if technicals else None,
        volatility=technicals.volatility if technicals else None,
        fair_value=data.valuation.fair_value_base if data.valuation else None,
        trailing_pe=fundamentals.trailing_pe if fundamentals else None,
        earnings_per_share=fundamentals.earnings_per_share if fundamentals else None,
        revenue_growth=grown.revenue_growth if grown else None,
        earnings_growth=grown.earnings_growth if grown else None,
        profit_margin=earned.profit_margin if earned else None,
        return_on_equity=earned.return_on_equity if earned else None,
        target_mean_price=fundamentals.target_mean_price if fundamentals else None,
        analyst_count=fundamentals.analyst_count if fundamentals else None,
        index_record=index_record_of(data),
    )


def _statements(data: ReportData) -> tuple[StatementYear, ...]:
    if data.valuation is None:
        return ()
    return tuple(
        StatementYear(end=year.end, currency=year.currency, lines=year.lines)
        for year in fiscal_years((data.income, data.balance, data.cash_flow))
    )


def _year_range(data: ReportData) -> PriceRange | None:
    known = data.technicals
    if known is None or known.week_52_low is None or known.week_52_high is None or not covers_a_year(data):
        return None
    return PriceRange(low=known.week_52_low, high=known.week_52_high)


def _sections(assignment: Assignment, narrative: Narrative) -> tuple[AnalysisSection, ...]:
    written = narrative.sections
    return tuple(
        plan.section(
            assignment.data,
            assignment.writer,
            written[plan.key].content,
            tuple(written[plan.key].risk_factors),
        )
        for plan in assignment.plans
    )


def _charts(assignment: Assignment) -> tuple[Chart, ...]:
    history, writer = assignment.data.history, assignment.writer
    if history is None:
        return ()
    sections = [(plan.title(writer), plan.charts) for plan in assignment.plans]
    multiples = [title for title, kinds in sections if "multiples" in kinds]
    over_time = multiples_chart(assignment.data, multiples[0], writer) if multiples else ()
    return (*charts_of(history, sections, writer), *over_time)


def _checked_figures(assignment: Assignment, narrative: Narrative) -> FiguresInProse:
    # The prompt also contains the recommendation, so its figures count as facts.
    symbol = assignment.data.quote.symbol
    rated = {"symbol": symbol, **assignment.recommendation.model_dump()}
    known = FactBase([*assignment.facts, rated])
    checks = [check_figures(narrative.summary, known, symbol)]
    for index, plan in enumerate(assignment.plans):
        section = narrative.sections[plan.key]
        text = "\n".join((section.content, *section.risk_factors))
        checks.append(in_section(check_figures(text, known, symbol), index))
    return FiguresInProse.model_validate(joined(checks).as_dict(with_sections=True))


def _metadata(assignment: Assignment, narrative: Narrative, duration_ms: int) -> ReportMetadata:
    parts = assignment.data.parts.values()
    return ReportMetadata(
        provider=narrative.routed.provider,
        model=narrative.routed.model,
        fallback=narrative.routed.fallback,
        fallback_reason=_fallback_reason(narrative.routed, assignment.writer),
        prompt_tokens=narrative.usage.prompt_tokens,
        completion_tokens=narrative.usage.completion_tokens,
        data_sources=tuple(dict.fromkeys(part.source for part in parts)),
        data_as_of=min((part.as_of for part in parts if part.as_of is not None), default=None),
        duration_ms=duration_ms,
        missing=assignment.missing,
        quality=remarks_of(assignment.data.parts, assignment.writer),
        known_on=assignment.request.known_on,
    )


def _fallback_reason(routed: Routed, writer: Writer) -> str | None:
    """Returns why another model wrote the prose; what providers say is English."""
    if routed.fallback_reason is None or routed.provider == COMPOSED or writer.writes_details:
        return routed.fallback_reason
    return writer.text("narrative.other_model")
