"""Scores past recommendations after 1, 3, 6 and 12 months, and aggregates the scores."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from shared.data.documents import RecommendationScore, StoredRecommendation
from shared.domain.market_data import Candle, HistoryRequest
from shared.domain.track_record import MIN_CASES, SCORED_MONTHS, TrackRecordRow
from shared.errors.request_errors import SymbolNotFoundError
from shared.errors.service_errors import DependencyUnavailableError, NotEntitledError, ServiceError
from shared.market.analysis.quality import has_remark
from shared.market.analysis.share_indexes import share_indexes_of
from shared.observability.telemetry import annotate
from shared.runtime.clock import Clock
from shared.track_record.scoring import (
    MAX_GAP,
    Span,
    knows_dividends,
    price_return,
    score,
    total_return,
)

if TYPE_CHECKING:
    from shared.data.repositories.recommendations_repository import RecommendationRepository
    from shared.market.data_manager import DataManager

_MAX_SCORED: Final = 200
"""Recommendations that one run scores."""
_SECONDS: Final = 60.0
_RETRY: Final = timedelta(days=1)


class TrackRecord:
    """The track record of all reports together, of all requesters.

    Args:
        market_data: Gives the prices.
        recommendations: The stored recommendations.
        clock: The present moment.
    """

    def __init__(
        self, market_data: "DataManager", recommendations: "RecommendationRepository", clock: Clock
    ) -> None:
        self._market_data = market_data
        self._recommendations = recommendations
        self._clock = clock

    async def score_due(self) -> int:
        """Scores the recommendations that are due, each once per span; returns how many.

        A recommendation whose prices cannot be read now is scored a day later. Without the database nothing
        is done.
        """
        scored = 0
        try:
            async with asyncio.timeout(_SECONDS):
                for recommendation in await self._recommendations.due(self._clock(), _MAX_SCORED):
                    scored += await self._score(recommendation)
        except (DependencyUnavailableError, TimeoutError) as error:
            annotate(track_record_error=str(error) or "the deadline ended the scoring")
        annotate(recommendations_scored=scored)
        return scored

    async def rows(self, symbol: str | None, report_type: str | None) -> Sequence[TrackRecordRow]:
        """Returns the aggregated scores, by type, horizon and months.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        return await self._recommendations.rows(symbol, report_type)

    async def row(self, report_type: str, time_horizon: str) -> TrackRecordRow | None:
        """Returns the scores of one kind of report; None without the database.

        They are those after the longest time with enough cases for a success rate; without one, those with
        the most cases. A kind without scores has a row with no cases.
        """
        try:
            rows = await self.rows(None, report_type)
        except DependencyUnavailableError as error:
            annotate(track_record_error=error.detail)
            return None
        none = TrackRecordRow(
            report_type=report_type,
            time_horizon=time_horizon,
            months=SCORED_MONTHS[0],
            cases=0,
            success_rate=None,
            mean_excess_return_percent=None,
        )
        same = [row for row in rows if row.time_horizon == time_horizon]
        return max(same, key=_telling, default=none)

    async def _score(self, recommendation: StoredRecommendation) -> int:
        now = self._clock()
        starts = recommendation.timestamp.astimezone(UTC).date()
        scores: list[RecommendationScore] = []
        try:
            for months in SCORED_MONTHS:
                span = Span(starts, months)
                if months in recommendation.scored or due_at(span) > now:
                    continue
                found = await self._score_of(recommendation, span)
                if found is not None:
                    scores.append(found)
        except SymbolNotFoundError:
            # No source knows the symbol any more: what is due now stays without a score.
            annotate(track_record_unknown=recommendation.symbol)
        except ServiceError:
            await self._recommendations.postpone(recommendation.report_id, now + _RETRY)
            return 0
        await self._recommendations.add_scores(
            recommendation.report_id, scores, next_due(recommendation.timestamp, now)
        )
        return len(scores)

    async def _score_of(self, recommendation: StoredRecommendation, span: Span) -> RecommendationScore | None:
        candles = await self._candles(recommendation.symbol, span)
        own = total_return(candles, span)
        if own is None:
            return None
        return score(
            recommendation.action, span, own, await self._excess(recommendation.symbol, candles, span)
        )

    async def _excess(self, symbol: str, candles: Sequence[Candle], span: Span) -> float | None:
        """Returns the return over the index in percent, with dividends on both sides or on neither."""
        for benchmark in share_indexes_of(symbol):
            if benchmark.counts_dividends and not knows_dividends(candles):
                continue
            measure = total_return if benchmark.counts_dividends else price_return
            index = await self._index_return(benchmark.symbol, span)
            own = measure(candles, span)
            if index is not None and own is not None:
                return own - index
        return None

    async def _index_return(self, symbol: str, span: Span) -> float | None:
        try:
            return price_return(await self._candles(symbol, span), span)
        except (NotEntitledError, SymbolNotFoundError):
            return None

    async def _candles(self, symbol: str, span: Span) -> Sequence[Candle]:
        request = HistoryRequest(
            symbol=symbol,
            period=None,
            interval="1d",
            start=datetime.combine(span.starts - MAX_GAP, time(), UTC),
            end=datetime.combine(span.ends + timedelta(days=1), time(), UTC),
            partial=True,
        )
        history = (await self._market_data.history(request)).value
        # A split that is not known would be a great success, or a great loss.
        is_unknown = history.adjustment == "none" or has_remark(history.quality, "unexplained_jump")
        return () if is_unknown else history.candles


def _telling(row: TrackRecordRow) -> tuple[bool, int, int]:
    """Returns how much a row tells, for comparison."""
    enough = row.cases >= MIN_CASES
    return (True, row.months, row.cases) if enough else (False, row.cases, row.months)


def due_at(span: Span) -> datetime:
    """Returns when a span can be scored: the day after its last one, when every exchange has closed."""
    return datetime.combine(span.ends + timedelta(days=2), time(), UTC)


def next_due(timestamp: datetime, now: datetime) -> datetime | None:
    """Returns when a recommendation is due next after ``now``; None after the last span."""
    starts = timestamp.astimezone(UTC).date()
    coming = (due_at(Span(starts, months)) for months in SCORED_MONTHS)
    return next((moment for moment in coming if moment > now), None)
