"""Market data as they were known at the end of a past day: nothing in them became known later."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from shared.cache.cache_entry import CacheEntry
from shared.domain.market_data import (
    Candle,
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
from shared.domain.terms import EARLIEST, Period
from shared.errors import FieldError
from shared.errors.request_errors import InvalidRequestError, NotFoundError, SymbolNotFoundError
from shared.market.analysis.adjustment import as_known
from shared.market.analysis.calendar import exchange_date
from shared.market.analysis.indicators import WARM_UP
from shared.market.analysis.indicators import technicals as compute_technicals
from shared.market.analysis.periods import LAST_SESSIONS, REACH_DAYS, is_intraday, last_day, period_start
from shared.market.answers import Answer, encode, with_body
from shared.market.database import MarketDatabase, day_end
from shared.market.history_pieces import last_sessions
from shared.market.last_closes import close_quote

if TYPE_CHECKING:
    from shared.market.data_manager import DataManager

T = TypeVar("T", bound=Provenance)

_DAYS_OF_LAST_SESSIONS: Final = timedelta(days=21)
"""Days that contain five sessions of every exchange, also around its longest holidays."""

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
            InvalidRequestError: The range begins after the day, or no source reaches back to it.
            SymbolNotFoundError: No source knows the symbol.
            NotEntitledError: The plan of the source does not reach back to the start.
            ServiceError: No source could answer, and nothing is stored.
        """
        end = datetime.combine(self._known_on + timedelta(days=1), time(), UTC)
        start = request.start or self._start_of(request)
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
        now = self._last_moment(symbol)
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

    def _start_of(self, request: HistoryRequest) -> datetime:
        period = request.period or "1mo"
        if period in LAST_SESSIONS:
            # The sessions are counted afterwards; the day may follow a week of holidays.
            start = datetime.combine(self._known_on - _DAYS_OF_LAST_SESSIONS, time(), UTC)
        else:
            start = period_start(period, request.symbol, self._last_moment(request.symbol))
        return max(start, datetime.combine(self._earliest(request), time(), UTC))

    def _earliest(self, request: HistoryRequest) -> date:
        """Returns the first day that candles of the requested length reach back to."""
        reach = REACH_DAYS.get(request.interval)
        if reach is None:
            return EARLIEST
        earliest = exchange_date(request.symbol, self._market.now()) - timedelta(days=reach)
        if earliest > self._known_on:
            message = f"must not be before {earliest}: {request.interval} candles reach back {reach} days"
            raise InvalidRequestError(f"known_on {message}.", errors=[FieldError("known_on", message)])
        return earliest

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
        candles: Sequence[Candle] = [candle for candle in known.candles if self._is_wanted(candle, request)]
        if request.period is not None and (count := LAST_SESSIONS.get(request.period)):
            candles = last_sessions(candles, known, count, lambda candle: candle.timestamp)
        quality = tuple(remark for remark in known.quality if remark.code in _OF_CANDLES)
        # Sessions of cryptocurrencies and currencies close in the first moment of the next day.
        as_of = None if known.as_of is None else min(known.as_of, self._last_moment(request.symbol))
        return known.model_copy(
            update={"candles": tuple(candles), "period": request.period, "quality": quality, "as_of": as_of}
        )

    def _is_wanted(self, candle: Candle, request: HistoryRequest) -> bool:
        day = candle.timestamp.date()
        if is_intraday(request.interval):
            # Stamped with their moment, which may be on another day in UTC than at the exchange.
            day = exchange_date(request.symbol, candle.timestamp)
        if request.end is not None and day >= request.end.date():
            return False
        # A weekly or monthly candle that is not complete has prices of later days.
        return last_day(request.interval, day) <= self._known_on

    def _stored(self, symbol: str, kind: str, value: T | None, model: type[T]) -> Answer[T]:
        if value is None:
            raise self._not_known(symbol, kind)
        entry = CacheEntry(b"", value.fetched_at.timestamp(), 0, "", value.source)
        return _answer(entry, value, model)

    def _last_moment(self, symbol: str) -> datetime:
        """Returns the last second of the day at the exchange of a symbol."""
        return day_end(symbol, self._known_on) - timedelta(seconds=1)

    def _is_past(self, symbol: str) -> bool:
        return self._known_on < exchange_date(symbol, self._market.now())

    def _not_known(self, symbol: str, kind: str) -> NotFoundError:
        return NotFoundError(f"This service has no {kind} of {symbol} from {self._known_on} or before.")


def _answer(entry: CacheEntry, value: T, model: type[T]) -> Answer[T]:
    return Answer(with_body(entry, encode(value)), model)
