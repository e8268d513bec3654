"""Fetches histories: from the database, or from the sources since the last stored session, or whole."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from shared.cache.cache_entry import TtlClass
from shared.domain.formatting import decimals_of
from shared.domain.market_data import Actions, History, HistoryRequest, Remark
from shared.domain.terms import Interval
from shared.errors.request_errors import NotFoundError, RateLimitedError
from shared.errors.service_errors import DependencyUnavailableError, ServiceError
from shared.market.analysis.adjustment import apply_unapplied_splits, split_adjusted
from shared.market.analysis.calendar import MarketCalendars
from shared.market.analysis.coarser_candles import COARSER_INTERVALS, coarser_candles
from shared.market.analysis.quality import check_history
from shared.market.database import DatabaseHistory, MarketDatabase
from shared.market.history_pieces import CandleLines, to_lines
from shared.market.source_chain import SourceChain
from shared.market.source_outcomes import SourceResult
from shared.market.stored_span import HistoryChange, SpanHead, change_of, overlap_start, updated


@dataclass(frozen=True)
class SpanRequest:
    """The candles of one symbol and interval since a date.

    Attributes:
        start: First exchange date.
        partial: Whether less will do where the plan of the source does not reach back to ``start``.
    """

    symbol: str
    interval: Interval
    start: date
    partial: bool


@dataclass(frozen=True)
class FetchedHistory:
    """A history with its candles as JSON.

    Attributes:
        head: The description.
        lines: The JSON of the candles, oldest first.
        is_placeholder: Whether it is sample data in place of a real source that failed.
        fetched_at: When the source was asked; None for just now.
        change: The change to write to the database; None if there is nothing to write or no database.
    """

    head: SpanHead
    lines: CandleLines
    is_placeholder: bool = False
    fetched_at: datetime | None = None
    change: HistoryChange | None = None


class HistoryFetcher:
    """Fetches histories.

    Args:
        chain: The sources.
        actions: Returns the corporate actions of a symbol, for sources whose prices are not adjusted.
        calendars: Sessions of the exchanges.
        database: The stored histories; None without a database.
    """

    def __init__(
        self,
        chain: SourceChain,
        actions: Callable[[str], Awaitable[Actions]],
        calendars: MarketCalendars,
        database: MarketDatabase | None,
    ) -> None:
        self._chain = chain
        self._actions = actions
        self._calendars = calendars
        self._database = database

    async def fetch(self, request: SpanRequest, ttl_class: TtlClass, *, refresh: bool) -> FetchedHistory:
        """Returns the history of the database if it is fresh, else that of the sources.

        Where the database has an older history, only the candles since its last sessions are requested.

        Args:
            request: The span.
            ttl_class: How long a stored history is fresh.
            refresh: Request the sources even if the stored history is fresh.

        Raises:
            SymbolNotFoundError: No source knows the symbol.
            ServiceError: No source could answer.
        """
        stored, available = await self._stored(request)
        if stored is not None and not refresh and self._is_fresh(ttl_class, stored):
            return FetchedHistory(stored.head, stored.lines, fetched_at=stored.span.fetched_at)
        if stored is not None:
            before = await asyncio.to_thread(stored.parsed)
            found = await self._ask(request, overlap_start(before.candles))
            newer = await self._adjusted(found.value)
            if (history := updated(before, newer)) is not None:
                return await asyncio.to_thread(self._continued, stored, before, history, found)
        found = await self._ask(request, request.start)
        history = await self._adjusted(found.value)
        return await asyncio.to_thread(self._whole, request, history, found, available)

    async def stored(self, symbol: str, interval: Interval) -> FetchedHistory | None:
        """Returns the history of the database, whatever its age; None without one.

        The refresh stores daily candles. Longer ones are made of these; for shorter ones there is none.
        """
        if self._database is None:
            return None
        stored = await self._database.history(symbol, interval)
        if stored is None and interval in COARSER_INTERVALS:
            stored = await self._database.history(symbol, "1d")
            return await asyncio.to_thread(_coarser, stored, interval) if stored else None
        if stored is None:
            return None
        return FetchedHistory(stored.head, stored.lines, fetched_at=stored.span.fetched_at)

    async def _stored(self, request: SpanRequest) -> tuple[DatabaseHistory | None, bool]:
        """Returns the stored history if it covers the span, and whether the database is available."""
        if self._database is None:
            return None, True
        try:
            stored = await self._database.require_history(request.symbol, request.interval)
        except DependencyUnavailableError:
            return None, False
        if stored is None:
            return None, True
        covers = stored.head.start <= request.start or (stored.head.partial and request.partial)
        return (stored if covers else None), True

    def _is_fresh(self, ttl_class: TtlClass, stored: DatabaseHistory) -> bool:
        return self._database is not None and self._database.is_fresh(ttl_class, stored.span.fetched_at)

    async def _ask(self, request: SpanRequest, start: date) -> SourceResult[History]:
        wanted = HistoryRequest(
            symbol=request.symbol,
            period=None,
            interval=request.interval,
            start=datetime.combine(start, time(), UTC),
            partial=request.partial,
        )
        return await self._chain.ask("history", request.symbol, lambda source: source.history(wanted))

    async def _adjusted(self, history: History) -> History:
        """Returns split-adjusted prices; prices as traded when no source lists the splits."""
        if history.adjustment == "none":
            try:
                return split_adjusted(history, history.actions or await self._actions(history.symbol))
            except (ServiceError, NotFoundError, RateLimitedError):
                return history
        if history.actions is None or not history.actions.splits:
            return history
        repaired, splits = await asyncio.to_thread(apply_unapplied_splits, history, history.actions.splits)
        remarks = tuple(
            Remark(
                code="repaired_candles",
                detail=f"The split {split.numerator}:{split.denominator} of {split.date} was applied to the "
                "earlier prices.",
            )
            for split in splits
        )
        return repaired.model_copy(update={"quality": (*history.quality, *remarks)})

    def _continued(
        self,
        stored: DatabaseHistory,
        before: History,
        history: History,
        found: SourceResult[History],
    ) -> FetchedHistory:
        head = self._head(history, stored.head.start, found)
        known = {candle.timestamp: candle for candle in before.candles}
        change = change_of(history, head, stored.span, known)
        return FetchedHistory(head, to_lines(history.candles), found.is_placeholder, change=change)

    def _whole(
        self, request: SpanRequest, history: History, found: SourceResult[History], available: bool
    ) -> FetchedHistory:
        start = request.start
        if history.partial and history.candles:
            start = history.candles[0].timestamp.date()
        head = self._head(history, start, found)
        change = None
        if available and history.candles and not found.is_placeholder:
            change = change_of(history, head, None, {})
        return FetchedHistory(head, to_lines(history.candles), found.is_placeholder, change=change)

    def _head(self, history: History, start: date, found: SourceResult[History]) -> SpanHead:
        last = history.candles[-1].close if history.candles else None
        update = {
            "candles": (),
            "fallback_reason": found.fallback_reason,
            "price_decimals": decimals_of(history.symbol, last, history.currency, history.price_decimals),
        }
        return SpanHead(
            history=history.model_copy(update=update),
            start=start,
            partial=history.partial,
            actions=history.actions,
            findings=check_history(history, self._calendars),
        )


def _coarser(daily: DatabaseHistory, interval: Interval) -> FetchedHistory:
    candles = coarser_candles(daily.parsed().candles, interval, daily.head.start)
    history = daily.head.history.model_copy(update={"interval": interval})
    head = daily.head.model_copy(update={"history": history})
    return FetchedHistory(head, to_lines(candles), fetched_at=daily.span.fetched_at)
