"""Quotes from the last stored close, for the time when no source answers."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from shared.domain.formatting import decimals_of
from shared.domain.market_data import Candle, History, Quote
from shared.market.analysis.calendar import MarketCalendars
from shared.market.analysis.exchanges import calendar_of
from shared.market.database import MarketDatabase
from shared.market.providers.fields import difference, percent_change
from shared.market.stored_span import SpanHead


class LastCloses:
    """Builds quotes from the stored daily candles.

    Args:
        database: The stored market data; None without a database.
        calendars: Sessions of the exchanges.
    """

    def __init__(self, database: MarketDatabase | None, calendars: MarketCalendars) -> None:
        self._database = database
        self._calendars = calendars

    async def quote(self, symbol: str) -> Quote | None:
        """Returns the quote of the last stored close; None without a stored history."""
        return (await self.quotes([symbol])).get(symbol)

    async def quotes(self, symbols: Sequence[str]) -> Mapping[str, Quote]:
        """Returns quotes by symbol; symbols without a stored history are omitted."""
        if self._database is None or not symbols:
            return {}
        candles = await self._database.latest_candles(symbols, "1d")
        # Loads the calendar of each exchange on first use.
        return await asyncio.to_thread(
            lambda: {symbol: self._quote(symbol, head, last) for symbol, (head, last) in candles.items()}
        )

    def _quote(self, symbol: str, head: SpanHead, candles: Sequence[Candle]) -> Quote:
        history = head.history
        code = calendar_of(symbol, history.asset_type)
        closes = self._calendars.close_of(code, candles[-1].timestamp.date())
        moments = (closes, history.as_of, history.fetched_at)
        return close_quote(history, candles, min(moment for moment in moments if moment is not None))


def close_quote(history: History, candles: Sequence[Candle], as_of: datetime | None) -> Quote:
    """Returns the quote of the last of some daily candles; its change is that since the one before."""
    last = candles[-1]
    previous = candles[-2].close if len(candles) > 1 else None
    return Quote(
        source=history.source,
        as_of=as_of,
        fetched_at=history.fetched_at,
        stale=history.stale,
        fallback_reason=history.fallback_reason,
        symbol=history.symbol,
        name=None,
        asset_type=history.asset_type or "other",
        currency=history.currency,
        exchange=None,
        price=last.close,
        previous_close=previous,
        change=difference(last.close, previous),
        change_percent=percent_change(last.close, previous),
        open=last.open,
        day_high=last.high,
        day_low=last.low,
        volume=last.volume,
        market_cap=None,
        market_state=None,
        price_decimals=decimals_of(history.symbol, last.close, history.currency, history.price_decimals),
    )
