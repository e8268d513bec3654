"""Tiingo: US symbols, on a key. One request has the quotes of many symbols."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from shared.domain.identifiers import isin_in
from shared.domain.market_data import (
    Actions,
    Candle,
    DataKind,
    History,
    HistoryRequest,
    Quote,
    SymbolInfo,
)
from shared.domain.terms import EARLIEST
from shared.errors import ProviderError
from shared.errors.provider_errors import ProviderBadPayloadError, ProviderNotCoveredError
from shared.market.analysis.adjustment import split_adjusted
from shared.market.analysis.calendar import MarketCalendars, exchange_date
from shared.market.analysis.exchanges import NEW_YORK
from shared.market.analysis.periods import LAST_SESSIONS, period_start
from shared.market.providers.base import MarketDataProvider
from shared.market.providers.candles import plausible_candles
from shared.market.providers.fields import Converted, Json, convert_each, not_after
from shared.market.providers.tiingo import mapping
from shared.market.providers.tiingo.client import TiingoClient
from shared.market.providers.tiingo.errors import NAME
from shared.market.providers.us_listings import asset_type_of
from shared.runtime.clock import Clock

_COVERED: Final = re.compile(r"[A-Z]{1,5}(-[A-Z]{1,2})?")
_MAX_TICKERS: Final = 100
"""Tickers of one request: an address has a few thousand characters at most."""
_DAYS_OF_LAST_SESSIONS: Final = timedelta(days=14)


class TiingoProvider(MarketDataProvider):
    """The source ``tiingo``.

    Args:
        client: The connection.
        clock: The present moment.
    """

    name: str = NAME
    kinds: frozenset[DataKind] = frozenset({"quote", "history", "actions", "search"})

    def __init__(self, client: TiingoClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._calendars = MarketCalendars(clock)

    async def quotes(self, symbols: Sequence[str]) -> Mapping[str, Quote | ProviderError]:
        """Returns the last prices; an unknown symbol is absent, a malformed one an error."""
        covered = [symbol for symbol in symbols if _COVERED.fullmatch(symbol)]
        found: dict[str, Quote | ProviderError] = {
            symbol: _not_covered() for symbol in symbols if symbol not in covered
        }
        for first in range(0, len(covered), _MAX_TICKERS):
            part = covered[first : first + _MAX_TICKERS]
            rows = await self._client.get_list("/iex/", tickers=",".join(part))
            # Reading the kinds of instruments takes a while at first.
            found |= await asyncio.to_thread(self._converted_quotes, part, rows)
        return found

    def _converted_quotes(
        self, symbols: Sequence[str], rows: Sequence[object]
    ) -> Mapping[str, Quote | ProviderError]:
        found: dict[str, Quote | ProviderError] = {}
        unread = ProviderBadPayloadError(NAME, "the quote cannot be read")
        now = self._clock()
        malformed = False
        for row in rows:
            symbol = mapping.symbol_of(row) if isinstance(row, Mapping) else ""
            if symbol not in symbols or not isinstance(row, Mapping):
                malformed = True
                continue
            try:
                found[symbol] = mapping.quote(symbol, asset_type_of(symbol), row, now)
            except (ProviderBadPayloadError, ValueError):
                found[symbol] = unread
        # A row without a requested symbol may be that of any missing one, which is not unknown then.
        return {**(dict.fromkeys(symbols, unread) if malformed else {}), **found}

    async def history(self, request: HistoryRequest) -> History:
        """Returns daily candles, split-adjusted, with closes that are adjusted for dividends too.

        Raises:
            ProviderNotCoveredError: Another interval is requested.
        """
        if request.interval != "1d":
            raise ProviderNotCoveredError(NAME, "has daily prices only")
        now = self._clock()
        start = _start(request, now)
        # Until today: prices before a split are adjusted whatever the requested end.
        days = await self._days(request.symbol, start.date())
        priced = plausible_candles(record.candle for record in days.records)
        actions = mapping.actions_of(days.records)
        candles = priced.candles
        closed_at = await asyncio.to_thread(self._close_of, candles[-1]) if candles else None
        history = History(
            source=NAME,
            as_of=not_after(closed_at, now),
            fetched_at=now,
            quality=(*days.remarks, *priced.remarks),
            changes=priced.changes,
            symbol=request.symbol,
            asset_type=await asyncio.to_thread(asset_type_of, request.symbol),
            currency=mapping.CURRENCY,
            period=request.period,
            interval=request.interval,
            adjustment="none",
            actions=actions,
            candles=candles,
        )
        adjusted = split_adjusted(history, actions)
        return adjusted.model_copy(update={"candles": _within(adjusted.candles, request)})

    async def actions(self, symbol: str) -> Actions:
        """Returns all dividends, as paid, and splits: those of the daily prices."""
        days = await self._days(symbol, EARLIEST)
        now = self._clock()
        return Actions(
            **dict(mapping.actions_of(days.records)),
            source=NAME,
            as_of=now,
            fetched_at=now,
            quality=days.remarks,
            symbol=symbol,
        )

    async def search(self, query: str, limit: int) -> Sequence[SymbolInfo]:
        """Returns the symbols of the US that this source covers.

        Raises:
            ProviderNotCoveredError: The query is an ISIN: this source does not know them.
        """
        if isin_in(query):
            raise ProviderNotCoveredError(NAME, "is not searched by ISIN")
        rows = await self._client.get_list("/tiingo/utilities/search", query=query, limit=str(limit))
        hits = convert_each(NAME, "search hits", _objects(rows), mapping.symbol_info).records
        return [hit for hit in hits if _COVERED.fullmatch(hit.symbol)][:limit]

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def _days(self, symbol: str, start: date) -> Converted[mapping.DailyRecord]:
        if not _COVERED.fullmatch(symbol):
            raise _not_covered()
        rows = await self._client.get_list(f"/tiingo/daily/{symbol}/prices", startDate=start.isoformat())
        today = exchange_date(symbol, self._clock())
        convert = partial(mapping.daily_record, today=today)
        return await asyncio.to_thread(convert_each, NAME, "sessions", _objects(rows), convert)

    def _close_of(self, candle: Candle) -> datetime | None:
        """Returns when the session of a candle closed. Blocks at first."""
        return self._calendars.close_of(NEW_YORK, candle.timestamp.date())


def _start(request: HistoryRequest, now: datetime) -> datetime:
    if request.period in LAST_SESSIONS:
        return now - _DAYS_OF_LAST_SESSIONS
    return request.start or period_start(request.period or "1mo", request.symbol, now)


def _within(candles: Sequence[Candle], request: HistoryRequest) -> tuple[Candle, ...]:
    if request.period in LAST_SESSIONS:
        return tuple(candles[-LAST_SESSIONS[request.period] :])
    end = request.end
    return tuple(candle for candle in candles if end is None or candle.timestamp < end)


def _objects(rows: Sequence[object]) -> list[Json]:
    """Returns the records; anything else is an empty record, which counts as malformed."""
    return [row if isinstance(row, Mapping) else {} for row in rows]


def _not_covered() -> ProviderNotCoveredError:
    return ProviderNotCoveredError(NAME, "is used for US symbols only")
