"""Prices over time: histories, technical figures and corporate actions."""

import asyncio
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Final

from shared.cache.cache_entry import Cache, CacheEntry, CacheKey, TtlClass
from shared.domain.market_data import Actions, History, HistoryRequest
from shared.domain.symbols import normalise_symbol
from shared.domain.technicals import Technicals
from shared.domain.terms import EARLIEST, Period
from shared.market.analysis.adjustment import indicator_candles
from shared.market.analysis.calendar import MarketCalendars
from shared.market.analysis.indicators import WARM_UP, breaks_of, week_52_range
from shared.market.analysis.indicators import technicals as compute_technicals
from shared.market.analysis.periods import LAST_SESSIONS, is_intraday, period_start
from shared.market.answer_loader import AnswerLoader, for_client
from shared.market.answers import Answer, encode, with_body
from shared.market.database import MarketDatabase
from shared.market.history_fetcher import HistoryFetcher
from shared.market.source_chain import SourceChain
from shared.market.source_outcomes import NotInSampleDataError, SourceResult
from shared.market.stored_history import StoredHistories
from shared.market.stored_span import HistoryChange
from shared.runtime.clock import Clock

DEFAULT_TECHNICALS_PERIOD: Final[Period] = "1y"
"""The period of the technical figures that the refresh keeps warm."""
DEFAULT_HISTORY_PERIOD: Final[Period] = "1mo"
"""The period of a history when the request names none."""


class PriceService:
    """Serves histories and what is computed from them.

    Args:
        chain: The sources.
        loader: Loads answers through the cache.
        cache: Stores histories.
        database: The stored candles; None without a database.
        calendars: Sessions of the exchanges.
        clock: The present moment.
    """

    def __init__(
        self,
        chain: SourceChain,
        loader: AnswerLoader,
        cache: Cache,
        database: MarketDatabase | None,
        calendars: MarketCalendars,
        clock: Clock,
    ) -> None:
        self._chain = chain
        self._loader = loader
        self._database = database
        self._clock = clock
        fetcher = HistoryFetcher(chain, self._all_actions, calendars, database)
        self._histories = StoredHistories(fetcher, cache, calendars, clock)

    async def history(self, request: HistoryRequest, *, refresh: bool = False) -> Answer[History]:
        """Returns a price history.

        Candles shorter than a day are fresh as long as prices are, others for an hour. Periods are cached as
        finished responses; ranges and partial periods are cut from the stored history.

        Raises:
            SymbolNotFoundError: No source knows the symbol.
            NotEntitledError: The plan of the source does not reach back to the start.
            ServiceError: No source could answer, and nothing is stored.
        """
        read = partial(self._histories.read, request, refresh=refresh)
        if request.start is not None or request.partial:
            try:
                return Answer(await read(), History)
            except NotInSampleDataError as error:
                raise for_client(error) from None
        return await self._loader.derived(_history_key(request), History, read, refresh=refresh)

    async def warm_history(self, symbol: str) -> tuple[Answer[History], HistoryChange | None]:
        """Fetches the daily candles that technical figures are computed from and caches them.

        The default history is cached as a finished response too.

        Returns:
            The last year of candles, and the change to write to the database.

        Raises:
            InvalidSymbolError: The text cannot be a symbol.
            SymbolNotFoundError: No source knows the symbol.
            ServiceError: No source could answer, and nothing is stored.
        """
        symbol = normalise_symbol(symbol)
        year = HistoryRequest(symbol=symbol, period=DEFAULT_TECHNICALS_PERIOD, interval="1d", partial=True)
        changes: list[HistoryChange] = []
        try:
            entry = await self._histories.read(year, refresh=True, on_change=changes.append)
        except NotInSampleDataError as error:
            raise for_client(error) from None
        await self.history(HistoryRequest(symbol=symbol, period=DEFAULT_HISTORY_PERIOD, interval="1d"))
        return Answer(entry, History), changes[-1] if changes else None

    async def technicals(
        self, symbol: str, period: Period, *, series: bool = False, refresh: bool = False
    ) -> Answer[Technicals]:
        """Returns technical figures of the period, computed from the stored daily candles.

        Their age is the age of the candles.

        Raises:
            InvalidSymbolError: The text cannot be a symbol.
            SymbolNotFoundError: No source knows the symbol.
            ServiceError: No source could give its history, and nothing is stored.
        """
        symbol = normalise_symbol(symbol)
        key = CacheKey("technical_data", "technicals", symbol, f"{period}:series" if series else period)

        async def compute() -> CacheEntry:
            shown_from = period_start(period, symbol, self._clock())
            request = HistoryRequest(
                symbol=symbol,
                period=None,
                interval="1d",
                start=max(shown_from - WARM_UP, datetime.combine(EARLIEST, time(), UTC)),
                partial=True,
            )
            entry = await self._histories.read(request)
            return await asyncio.to_thread(_technicals_entry, entry, period, shown_from, series)

        return await self._loader.derived(key, Technicals, compute, refresh=refresh)

    async def actions(
        self, symbol: str, *, start: date | None = None, end: date | None = None, refresh: bool = False
    ) -> Answer[Actions]:
        """Returns the dividends and splits of a symbol, cut from the cached list of all of them.

        Args:
            symbol: The ticker.
            start: First date at the exchange; None for no limit.
            end: Last date, inclusive; None for no limit.
            refresh: Request the sources even if a fresh answer is cached.

        Raises:
            InvalidSymbolError: The text cannot be a symbol.
            SymbolNotFoundError: No source knows the symbol.
            ServiceError: No source could answer, and nothing is stored.
        """
        symbol = normalise_symbol(symbol)

        async def make() -> SourceResult[Actions]:
            return await self._chain.ask("actions", symbol, lambda source: source.actions(symbol))

        key = CacheKey("fundamental_data", "actions", symbol)
        stored = partial(self._stored_actions, symbol)
        answer = await self._loader.answer(
            key, Actions, make, refresh=refresh, stored=stored, is_current=False
        )
        if start is None and end is None:
            return answer
        cut = answer.value.within(start or date.min, end or date.max)
        return Answer(with_body(answer.entry, encode(cut)), Actions)

    async def year_range(self, symbol: str) -> dict[str, object]:
        """Returns the 52-week range with its first day by field of fundamentals; nothing without candles.

        The daily candles must be cached: nothing is requested.
        """
        year = HistoryRequest(symbol=symbol, period="1y", interval="1d", partial=True)
        history = await self._histories.cached(year)
        if history is None or history.adjustment == "none" or not history.candles:
            return {}
        first, low, high = week_52_range(indicator_candles(history.candles), breaks_of(history))
        return {"range_start": first, "week_52_low": low, "week_52_high": high}

    async def _all_actions(self, symbol: str) -> Actions:
        return (await self.actions(symbol)).value

    async def _stored_actions(self, symbol: str) -> Actions | None:
        """Returns the dividends and splits that came with the stored daily candles; None without any."""
        history = await self._database.history(symbol, "1d") if self._database else None
        if history is None or history.head.actions is None:
            return None
        described, actions = history.head.history, history.head.actions
        return Actions(
            source=described.source,
            as_of=described.as_of,
            fetched_at=described.fetched_at,
            symbol=symbol,
            **dict(actions),
        )


def _technicals_entry(
    entry: CacheEntry, period: Period, shown_from: datetime, with_series: bool
) -> CacheEntry:
    history = History.model_validate_json(entry.body)
    if count := LAST_SESSIONS.get(period):
        shown = history.candles[-count:]
        shown_from = shown[0].timestamp if shown else shown_from
    return with_body(entry, encode(compute_technicals(history, period, shown_from, with_series=with_series)))


def _history_key(request: HistoryRequest) -> CacheKey:
    ttl_class: TtlClass = "price_data" if is_intraday(request.interval) else "historical_data"
    period = request.period or DEFAULT_HISTORY_PERIOD
    return CacheKey(ttl_class, "history", request.symbol, f"{period}:{request.interval}")
