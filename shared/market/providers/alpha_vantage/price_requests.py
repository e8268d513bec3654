"""Requests for prices at Alpha Vantage: quotes and daily candles of securities and of currency pairs."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from shared.domain.market_data import Candle, History, HistoryRequest, Quote
from shared.domain.terms import Interval
from shared.errors.provider_errors import (
    ProviderBadPayloadError,
    ProviderNotCoveredError,
    ProviderNotEntitledError,
)
from shared.market.analysis.calendar import MarketCalendars, exchange_date
from shared.market.analysis.exchanges import calendar_of
from shared.market.analysis.periods import LAST_SESSIONS, is_intraday, period_start
from shared.market.providers.alpha_vantage import mapping
from shared.market.providers.alpha_vantage.client import AlphaVantageClient
from shared.market.providers.alpha_vantage.currency_pairs import (
    CurrencyPair,
    pair_candles,
    pair_of,
    pair_quote,
    with_own_closes,
)
from shared.market.providers.alpha_vantage.errors import NAME
from shared.market.providers.candles import RawCandle, plausible_candles
from shared.market.providers.fields import Converted, Json, convert_each, not_after, part
from shared.market.providers.us_listings import asset_type_of
from shared.runtime.clock import Clock

_REACH: Final = timedelta(days=140)
"""A compact history has 100 sessions."""
_REACH_OF_BARS: Final = timedelta(days=30)
"""A full response of bars shorter than a day."""
_BARS: Final[Mapping[Interval, str]] = {
    "1m": "1min", "5m": "5min", "15m": "15min", "30m": "30min", "60m": "60min", "1h": "60min",
}  # fmt: skip
_EASTERN: Final = "US/Eastern"


class AlphaVantagePrices:
    """Reads quotes and histories, one request each.

    Args:
        client: The connection.
        clock: The present moment.
        is_paid: Whether the plan has bars shorter than a day; they are not requested from the free one.
    """

    def __init__(self, client: AlphaVantageClient, clock: Clock, *, is_paid: bool) -> None:
        self._client = client
        self._clock = clock
        self._is_paid = is_paid
        self._calendars = MarketCalendars(clock)

    async def quote(self, symbol: str) -> Quote | None:
        """Returns the quote of a symbol, None for an unknown one."""
        if (pair := pair_of(symbol)) is not None:
            return await self._rate(symbol, pair)
        answer = await self._client.ask("GLOBAL_QUOTE", symbol=symbol)
        # With delayed prices the key is longer: "Global Quote - DATA DELAYED BY 15 MINUTES".
        row = next((row for key, row in answer.items() if key.startswith("Global Quote")), None)
        if not isinstance(row, Mapping):
            raise ProviderBadPayloadError(NAME, "the response has no quote")
        if not row:
            return None
        # Loading the exchange's calendar takes a while.
        return await asyncio.to_thread(self._converted_quote, symbol, row)

    async def _rate(self, symbol: str, pair: CurrencyPair) -> Quote:
        """Returns the last rate of a pair."""
        answer = await self._client.ask(
            "CURRENCY_EXCHANGE_RATE", from_currency=pair.base, to_currency=pair.quote
        )
        row, now = answer.get("Realtime Currency Exchange Rate"), self._clock()
        if not isinstance(row, Mapping):
            raise ProviderBadPayloadError(NAME, "the response has no rate")
        return convert_each(
            NAME, "quotes", [row], lambda record: pair_quote(symbol, pair, record, now)
        ).records[0]

    def _converted_quote(self, symbol: str, row: Json) -> Quote:
        closed_at, now = self._close_of(symbol, mapping.trading_day(row)), self._clock()
        return convert_each(
            NAME, "quotes", [row], lambda record: mapping.quote(symbol, record, closed_at, now)
        ).records[0]

    def _close_of(self, symbol: str, day: date | None) -> datetime | None:
        """Returns when the session of a day closed. Blocks at first."""
        return None if day is None else self._calendars.close_of(calendar_of(symbol), day)

    async def history(self, request: HistoryRequest) -> History:
        """Returns candles as traded: of the last 100 sessions, or shorter ones of 30 days on a paid plan.

        A currency pair has nothing to adjust for.

        Raises:
            ProviderNotCoveredError: The symbol is a cryptocurrency.
            ProviderNotEntitledError: Another interval is requested, or an earlier start that must be reached.
        """
        pair = pair_of(request.symbol)
        if pair is not None and pair.asset_type != "currency":
            raise ProviderNotCoveredError(NAME, "is not asked for histories of cryptocurrencies")
        now = self._clock()
        start = request.start or period_start(request.period or "1mo", request.symbol, now)
        bars = _BARS.get(request.interval) if self._is_paid and pair is None else None
        too_early = now - start > (_REACH if bars is None else _REACH_OF_BARS)
        if (request.interval != "1d" and bars is None) or (too_early and not request.partial):
            raise ProviderNotEntitledError(NAME, "the plan has daily prices of the last 100 sessions only")
        raw = await self._candles(request.symbol, pair, bars)
        priced = plausible_candles(raw.records)
        if raw.records and not priced.candles:
            raise ProviderBadPayloadError(NAME, "no candle of the response can be read")
        candles = priced.candles if pair is None else with_own_closes(priced.candles)
        last_day = next(reversed(_days_at_exchange(request, candles)), None)
        closed_at = await asyncio.to_thread(self._close_of, request.symbol, last_day)
        kind = pair.asset_type if pair else await asyncio.to_thread(asset_type_of, request.symbol)
        return History(
            source=NAME,
            as_of=not_after(closed_at, now),
            fetched_at=now,
            quality=(*raw.remarks, *priced.remarks),
            changes=priced.changes,
            symbol=request.symbol,
            asset_type=kind,
            currency=pair.quote if pair else mapping.CURRENCY,
            period=request.period,
            interval=request.interval,
            # A pair has neither splits nor dividends.
            adjustment="split" if pair else "none",
            partial=too_early,
            candles=tuple(_within(candles, request, start)),
        )

    async def _candles(
        self, symbol: str, pair: CurrencyPair | None, bars: str | None
    ) -> Converted[RawCandle]:
        if bars is not None:
            return await self._bars(symbol, bars)
        return await (self._days(symbol) if pair is None else self._days_of_pair(symbol, pair))

    async def _bars(self, symbol: str, interval: str) -> Converted[RawCandle]:
        """Returns the bars of the last 30 days, as traded, from the regular hours."""
        answer = await self._client.ask(
            "TIME_SERIES_INTRADAY",
            symbol=symbol,
            interval=interval,
            adjusted="false",
            extended_hours="false",
            outputsize="full",
        )
        rows, meta, now = (
            _prices(answer, f"Time Series ({interval})"),
            part(answer, "Meta Data"),
            self._clock(),
        )
        mapping.check_symbol(symbol, meta.get("2. Symbol", symbol))
        zone = meta.get("6. Time Zone", _EASTERN)
        return convert_each(
            NAME,
            "candles",
            sorted(rows),
            lambda start: mapping.intraday_candle(start, zone, part(rows, start), now),
        )

    async def _days(self, symbol: str) -> Converted[RawCandle]:
        """Returns the daily bars of a security."""
        answer = await self._client.ask("TIME_SERIES_DAILY", symbol=symbol, outputsize="compact")
        rows = _prices(answer, "Time Series (Daily)")
        mapping.check_symbol(symbol, part(answer, "Meta Data").get("2. Symbol", symbol))
        today = exchange_date(symbol, self._clock())
        return convert_each(
            NAME, "candles", sorted(rows), lambda day: mapping.candle(day, part(rows, day), today)
        )

    async def _days_of_pair(self, symbol: str, pair: CurrencyPair) -> Converted[RawCandle]:
        """Returns the daily bars of two national currencies."""
        answer = await self._client.ask(
            "FX_DAILY", from_symbol=pair.base, to_symbol=pair.quote, outputsize="compact"
        )
        rows = _prices(answer, "Time Series FX (Daily)")
        return pair_candles(pair, answer, rows, exchange_date(symbol, self._clock()))


def _days_at_exchange(request: HistoryRequest, candles: Sequence[Candle]) -> list[date]:
    if is_intraday(request.interval):
        return [exchange_date(request.symbol, candle.timestamp) for candle in candles]
    return [candle.timestamp.date() for candle in candles]


def _within(candles: Sequence[Candle], request: HistoryRequest, start: datetime) -> Sequence[Candle]:
    """Returns the candles of the requested dates at the exchange, or of the last sessions."""
    days = _days_at_exchange(request, candles)
    first, end = start.date(), request.end.date() if request.end else date.max
    if days and (count := LAST_SESSIONS.get(request.period or "1mo")):
        first = sorted(set(days))[-count:][0]
    return [candle for candle, day in zip(candles, days, strict=True) if first <= day < end]


def _prices(answer: Json, key: str) -> Json:
    rows = answer.get(key)
    if not isinstance(rows, Mapping):
        raise ProviderBadPayloadError(NAME, "the response has no prices")
    return rows
