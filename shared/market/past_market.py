"""Market data as they were known at the end of a past day: nothing in them became known later."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from shared.cache.cache_entry import CacheEntry
from shared.domain.market_data import (
    Fundamentals,
    History,
    HistoryRequest,
    News,
    Provenance,
    Quote,
    RemarkCode,
    Split,
)
from shared.domain.statements import Statements, StatementsRequest
from shared.domain.technicals import Technicals
from shared.domain.terms import Period
from shared.errors import FieldError, InvalidRequestError, NotFoundError, SymbolNotFoundError
from shared.market.analysis.adjustment import as_known
from shared.market.analysis.calendar import exchange_date
from shared.market.analysis.indicators import WARM_UP
from shared.market.analysis.indicators import technicals as compute_technicals
from shared.market.analysis.periods import EARLIEST, LAST_SESSIONS, last_day, period_start
from shared.market.answers import Answer, encode, with_body
from shared.market.database import MarketDatabase, day_end
from shared.market.last_closes import close_quote

if TYPE_CHECKING:
    from shared.market.data_manager import DataManager

T = TypeVar("T", bound=Provenance)

_OF_CANDLES: Final[frozenset[RemarkCode]] = frozenset(
    {"missing_sessions", "unexplained_jump", "short_history", "dropped_candles"}
)
"""Remarks that concern candles alone; others may mention a later split or dividend."""


class PastMarket:
    """Market data as known on a day at the exchange.

    Args:
        market: Serves the present data.
        database: The stored snapshots; None without a database.
        known_on: The day; nothing that became known later is returned.
    """

    def __init__(self, market: "DataManager", database: MarketDatabase | None, known_on: date) -> None:
        self._market = market
        self._database = database
        self._known_on = known_on

    async def quote(self, symbol: str) -> Answer[Quote]:
        """Returns the quote of the last close that was known.

        Raises:
            SymbolNotFoundError: No source knows the symbol.
            NotFoundError: The symbol had no close by then.
            ServiceError: No source could answer, and nothing is stored.
        """
        answer = await self.history(HistoryRequest(symbol=symbol, period="1mo", interval="1d", partial=True))
        history = answer.value
        if not history.candles:
            raise self._not_known(symbol, "price")
        return _answer(answer.entry, close_quote(history, history.candles, history.as_of), Quote)

    async def history(self, request: HistoryRequest, *, unadjusted: bool = False) -> Answer[History]:
        """Returns the sessions up to the day, adjusted for corporate actions up to the day.

        Args:
            request: A period counts back from the day.
            unadjusted: Return prices as they were traded.

        Raises:
            InvalidRequestError: The range begins after the day.
            SymbolNotFoundError: No source knows the symbol.
            NotEntitledError: The plan of the source does not reach back to the start.
            ServiceError: No source could answer, and nothing is stored.
        """
        end = datetime.combine(self._known_on + timedelta(days=1), time(), UTC)
        now = day_end(request.symbol, self._known_on) - timedelta(seconds=1)
        start = request.start or period_start(request.period or "1mo", request.symbol, now)
        if start >= end:
            message = f"must not be after known_on, {self._known_on}"
            raise InvalidRequestError(f"start {message}.", errors=[FieldError("start", message)])
        # Up to the day, though less may be requested: the last known candle is the basis of adjusted closes.
        span = request.model_copy(update={"period": None, "start": start, "end": end})
        answer = await self._market.history(span)
        splits = await self._splits(request.symbol)
        return await asyncio.to_thread(
            lambda: _answer(
                answer.entry, self._known(answer.value, request, splits, unadjusted=unadjusted), History
            )
        )

    async def technicals(self, symbol: str, period: Period) -> Answer[Technicals]:
        """Returns the technical figures of a period that ends with the day; see :meth:`history`."""
        now = day_end(symbol, self._known_on) - timedelta(seconds=1)
        shown_from = period_start(period, symbol, now)
        earliest = datetime.combine(EARLIEST, time(), UTC)
        request = HistoryRequest(
            symbol=symbol,
            period=None,
            interval="1d",
            start=max(shown_from - WARM_UP, earliest),
            partial=True,
        )
        answer = await self.history(request)

        def compute() -> Answer[Technicals]:
            figures = compute_technicals(answer.value, period, shown_from, with_series=False)
            return _answer(answer.entry, figures, Technicals)

        return await asyncio.to_thread(compute)

    async def fundamentals(self, symbol: str) -> Answer[Fundamentals]:
        """Returns the newest snapshot that was known.

        Raises:
            NotFoundError: None was stored by then.
            DependencyUnavailableError: The database is unavailable.
        """
        if not self._is_past(symbol):
            return await self._market.fundamentals(symbol)
        stored = await self._database.fundamentals(symbol, self._known_on) if self._database else None
        return self._stored(symbol, "fundamentals", stored, Fundamentals)

    async def statements(self, request: StatementsRequest) -> Answer[Statements]:
        """Returns a statement with what had been published; see :meth:`DataManager.statements`."""
        return await self._market.statements(request.model_copy(update={"known_on": self._known_on}))

    async def news(self, symbol: str, limit: int) -> Answer[News]:
        """Returns at most ``limit`` articles that had been published, newest first.

        Raises:
            NotFoundError: None is stored.
            DependencyUnavailableError: The database is unavailable.
        """
        if not self._is_past(symbol):
            return await self._market.news(symbol, limit)
        stored = await self._database.news(symbol, self._known_on) if self._database else None
        if stored is not None:
            stored = stored.model_copy(update={"articles": stored.articles[:limit]})
        return self._stored(symbol, "news", stored, News)

    async def _splits(self, symbol: str) -> tuple[Split, ...]:
        try:
            return (await self._market.actions(symbol)).value.splits
        except SymbolNotFoundError:
            # An index or a currency, of which no source lists actions.
            return ()

    def _known(
        self, history: History, request: HistoryRequest, splits: tuple[Split, ...], *, unadjusted: bool
    ) -> History:
        known = as_known(history, splits, self._known_on, unadjusted=unadjusted)
        candles = tuple(
            candle
            for candle in known.candles
            # A weekly or monthly candle that is not complete has prices of later days.
            if last_day(request.interval, candle.timestamp.date()) <= self._known_on
            and (request.end is None or candle.timestamp < request.end)
        )
        if request.period is not None and (count := LAST_SESSIONS.get(request.period)):
            candles = candles[-count:]
        quality = tuple(remark for remark in known.quality if remark.code in _OF_CANDLES)
        return known.model_copy(update={"candles": candles, "period": request.period, "quality": quality})

    def _stored(self, symbol: str, kind: str, value: T | None, model: type[T]) -> Answer[T]:
        if value is None:
            raise self._not_known(symbol, kind)
        entry = CacheEntry(b"", value.fetched_at.timestamp(), 0, "", value.source)
        return _answer(entry, value, model)

    def _is_past(self, symbol: str) -> bool:
        return self._known_on < exchange_date(symbol, self._market.now())

    def _not_known(self, symbol: str, kind: str) -> NotFoundError:
        return NotFoundError(f"No {kind} of {symbol} known on {self._known_on} is stored.")


def _answer(entry: CacheEntry, value: T, model: type[T]) -> Answer[T]:
    return Answer(with_body(entry, encode(value)), model)
