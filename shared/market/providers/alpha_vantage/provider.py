"""Alpha Vantage: end-of-day prices, fundamentals and news with sentiment, for US symbols, on a free key.

A free key has 25 requests a day and one a second; the source is a fallback. Data that the plan lacks
(adjusted, intraday and long histories) is rejected here without a request.
"""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from shared.domain.company import Earnings, Profile
from shared.domain.identifiers import isin_in
from shared.domain.market_data import (
    Actions,
    Article,
    Candle,
    DataKind,
    Fundamentals,
    History,
    HistoryRequest,
    News,
    Provenance,
    Quote,
    Remark,
    SymbolInfo,
)
from shared.domain.statements import Statements, StatementsRequest
from shared.errors import (
    ProviderBadPayloadError,
    ProviderBudgetError,
    ProviderError,
    ProviderNotCoveredError,
    ProviderNotEntitledError,
    ProviderNotFoundError,
)
from shared.market.analysis.calendar import MarketCalendars, exchange_date
from shared.market.analysis.exchanges import calendar_of
from shared.market.analysis.periods import period_start
from shared.market.providers.alpha_vantage import company_overview, mapping
from shared.market.providers.alpha_vantage import reported_statements as statements
from shared.market.providers.alpha_vantage.client import AlphaVantageClient
from shared.market.providers.alpha_vantage.errors import NAME
from shared.market.providers.base import MarketDataProvider
from shared.market.providers.candles import plausible_candles
from shared.market.providers.fields import Converted, Json, convert_each, not_after, part
from shared.market.providers.us_listings import asset_type_of
from shared.market.providers.vendor_statements import VendorPeriod, check_request, vendor_statements
from shared.runtime.clock import Clock

_COVERED: Final = re.compile(r"[A-Z]{1,5}(-[A-Z])?")
_MAX_QUOTES: Final = 3
_REACH: Final = timedelta(days=140)
"""A compact history has 100 sessions."""
_LAST_SESSIONS: Final = {"1d": 1, "5d": 5}

T = TypeVar("T")


class AlphaVantageProvider(MarketDataProvider):
    """The source ``alpha_vantage``.

    Args:
        client: The connection.
        clock: The present moment.
    """

    name: str = NAME
    kinds: frozenset[DataKind] = frozenset(
        {
            *("quote", "history", "actions", "fundamentals", "statements"),
            *("profile", "earnings", "news", "search"),
        }
    )

    def __init__(self, client: AlphaVantageClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._calendars = MarketCalendars(clock)

    async def quotes(self, symbols: Sequence[str]) -> Mapping[str, Quote | ProviderError]:
        """Returns quotes of the end of day, one request each; a malformed one is an error of its symbol.

        Raises:
            ProviderBudgetError: More quotes are requested than the budget is used for.
        """
        covered = [symbol for symbol in symbols if _COVERED.fullmatch(symbol)]
        if len(covered) > _MAX_QUOTES:
            raise ProviderBudgetError(NAME, f"at most {_MAX_QUOTES} quotes per call")
        found: dict[str, Quote | ProviderError] = {
            symbol: _not_covered() for symbol in symbols if symbol not in covered
        }
        for symbol in covered:
            try:
                quote = await self._quote(symbol)
            except ProviderError as error:
                found[symbol] = error
            else:
                found |= {} if quote is None else {symbol: quote}
        errors = [refused for symbol in covered if isinstance(refused := found.get(symbol), ProviderError)]
        if errors and len(errors) == len(covered):
            raise errors[0]
        return found

    async def _quote(self, symbol: str) -> Quote | None:
        """Returns the quote of a symbol, None for an unknown one."""
        answer = await self._client.ask("GLOBAL_QUOTE", symbol=symbol)
        # With delayed prices the key is longer: "Global Quote - DATA DELAYED BY 15 MINUTES".
        row = next((row for key, row in answer.items() if key.startswith("Global Quote")), None)
        if not isinstance(row, Mapping):
            raise ProviderBadPayloadError(NAME, "the response has no quote")
        if not row:
            return None
        # Loading the exchange's calendar takes a while.
        return await asyncio.to_thread(self._converted_quote, symbol, row)

    def _converted_quote(self, symbol: str, row: Json) -> Quote:
        closed_at, now = self._close_of(symbol, mapping.trading_day(row)), self._clock()
        return convert_each(
            NAME, "quotes", [row], lambda record: mapping.quote(symbol, record, closed_at, now)
        ).records[0]

    def _close_of(self, symbol: str, day: date | None) -> datetime | None:
        """Returns when the session of a day closed. Blocks at first."""
        return None if day is None else self._calendars.close_of(calendar_of(symbol), day)

    async def history(self, request: HistoryRequest) -> History:
        """Returns daily candles of the last 100 sessions as traded, without adjusted closes.

        Raises:
            ProviderNotEntitledError: Another interval is requested, or an earlier start that must be reached.
        """
        _check_covered(request.symbol)
        now = self._clock()
        start = request.start or period_start(request.period or "1mo", request.symbol, now)
        too_early = now - start > _REACH
        if request.interval != "1d" or (too_early and not request.partial):
            raise ProviderNotEntitledError(NAME, "the plan has daily prices of the last 100 sessions only")
        answer = await self._client.ask("TIME_SERIES_DAILY", symbol=request.symbol, outputsize="compact")
        rows = answer.get("Time Series (Daily)")
        if not isinstance(rows, Mapping):
            raise ProviderBadPayloadError(NAME, "the response has no prices")
        mapping.check_symbol(request.symbol, part(answer, "Meta Data").get("2. Symbol", request.symbol))
        today = exchange_date(request.symbol, now)
        raw = convert_each(
            NAME, "candles", sorted(rows), lambda day: mapping.candle(day, part(rows, day), today)
        )
        priced = plausible_candles(raw.records)
        if raw.records and not priced.candles:
            raise ProviderBadPayloadError(NAME, "no candle of the response can be read")
        candles = priced.candles
        kept = _within(candles, request, start)
        last_day = candles[-1].timestamp.date() if candles else None
        closed_at = await asyncio.to_thread(self._close_of, request.symbol, last_day)
        return History(
            source=NAME,
            as_of=not_after(closed_at, now),
            fetched_at=now,
            quality=(*raw.remarks, *priced.remarks),
            symbol=request.symbol,
            asset_type=await asyncio.to_thread(asset_type_of, request.symbol),
            currency=mapping.CURRENCY,
            period=request.period,
            interval=request.interval,
            adjustment="none",
            partial=too_early,
            candles=tuple(kept),
        )

    async def actions(self, symbol: str) -> Actions:
        """Returns all dividends, as paid, and splits: two requests."""
        _check_covered(symbol)
        dividends = await self._events("DIVIDENDS", symbol, mapping.dividend)
        splits = await self._events("SPLITS", symbol, mapping.split)
        return mapping.actions(symbol, dividends, splits, self._clock())

    async def _events(
        self, function: str, symbol: str, convert: Callable[[Json, date], T | None]
    ) -> Converted[T]:
        answer = await self._client.ask(function, symbol=symbol)
        mapping.check_symbol(symbol, answer.get("symbol"))
        today = exchange_date(symbol, self._clock())
        return convert_each(NAME, "events", _list(answer, "data"), lambda row: convert(row, today))

    async def fundamentals(self, symbol: str) -> Fundamentals:
        """Returns the fundamentals of a company.

        Raises:
            ProviderNotFoundError: The symbol is not known, or is no company.
        """
        overview, now = await self._overview(symbol), self._clock()
        return convert_each(
            NAME, "fundamentals", [overview], lambda row: mapping.fundamentals(symbol, row, now)
        ).records[0]

    async def profile(self, symbol: str) -> Profile:
        """Returns what a company is and does, from the response that fundamentals come from, too.

        Raises:
            ProviderNotFoundError: The symbol is not known, or is no company.
        """
        overview, now = await self._overview(symbol), self._clock()
        return convert_each(
            NAME, "profiles", [overview], lambda row: company_overview.profile(symbol, row, now)
        ).records[0]

    async def earnings(self, symbol: str) -> Earnings:
        """Returns past earnings with the days of publication.

        Raises:
            ProviderNotCoveredError: The response has no quarters.
        """
        _check_covered(symbol)
        answer = await self._client.ask("EARNINGS", symbol=symbol)
        if not answer:
            raise ProviderNotCoveredError(NAME, "has no earnings of the symbol")
        mapping.check_symbol(symbol, answer.get("symbol"))
        now = self._clock()
        today = exchange_date(symbol, now)
        quarters = convert_each(
            NAME,
            "earnings",
            _list(answer, "quarterlyEarnings"),
            lambda row: company_overview.reported_earnings(row, today),
        )
        if not quarters.records:
            raise ProviderNotCoveredError(NAME, "has no earnings of the symbol")
        return company_overview.earnings(symbol, quarters, now)

    async def _overview(self, symbol: str) -> Json:
        _check_covered(symbol)
        answer = await self._client.ask("OVERVIEW", symbol=symbol)
        if not answer:
            raise ProviderNotFoundError(NAME, "does not know the company")
        return answer

    async def statements(self, request: StatementsRequest) -> Statements:
        """Returns a statement: one request.

        Raises:
            ProviderNotCoveredError: The company has none, or what was known on a day is requested.
        """
        _check_covered(request.symbol)
        check_request(NAME, request)
        answer = await self._client.ask(statements.FUNCTIONS[request.statement], symbol=request.symbol)
        mapping.check_symbol(request.symbol, answer.get("symbol"))
        found: list[VendorPeriod] = []
        remarks: tuple[Remark, ...] = ()
        for name, months in statements.REPORTS.items():
            convert = partial(statements.period, months=months, statement=request.statement)
            converted = convert_each(NAME, "reports", _list(answer, name) if answer else [], convert)
            found += converted.records
            remarks += converted.remarks
        now = self._clock()
        provenance = Provenance(source=NAME, as_of=None, fetched_at=now, quality=remarks[:1])
        return vendor_statements(request, provenance, found)

    async def news(self, symbol: str, limit: int) -> News:
        """Returns articles with their sentiment for the symbol, newest first."""
        _check_covered(symbol)
        answer = await self._client.ask("NEWS_SENTIMENT", tickers=symbol, limit=str(limit), sort="LATEST")
        now = self._clock()
        rows = [] if mapping.has_no_articles(answer) else _list(answer, "feed")
        articles = convert_each(NAME, "articles", rows, lambda row: mapping.article(row, symbol, now))
        unique = {article.url: article for article in reversed(articles.records)}
        newest_first = sorted(unique.values(), key=_published, reverse=True)[:limit]
        return News(
            source=NAME,
            as_of=newest_first[0].published_at if newest_first else None,
            fetched_at=now,
            quality=articles.remarks,
            symbol=symbol,
            articles=tuple(newest_first),
        )

    async def search(self, query: str, limit: int) -> Sequence[SymbolInfo]:
        """Returns the symbols that this source covers.

        Raises:
            ProviderNotCoveredError: The query is an ISIN: this source does not know them.
        """
        if isin_in(query):
            raise ProviderNotCoveredError(NAME, "is not searched by ISIN")
        answer = await self._client.ask("SYMBOL_SEARCH", keywords=query)
        rows = [
            row
            for row in _list(answer, "bestMatches")
            if isinstance(row, Mapping) and _COVERED.fullmatch(str(row.get("1. symbol")))
        ]
        return convert_each(NAME, "search hits", rows[:limit], mapping.symbol_info).records

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._client.aclose()


def _check_covered(symbol: str) -> None:
    if not _COVERED.fullmatch(symbol):
        raise _not_covered()


def _not_covered() -> ProviderNotCoveredError:
    return ProviderNotCoveredError(NAME, "is used for US symbols only")


def _within(candles: Sequence[Candle], request: HistoryRequest, start: datetime) -> Sequence[Candle]:
    if request.period in _LAST_SESSIONS:
        return candles[-_LAST_SESSIONS[request.period] :]
    end = request.end
    return [
        candle for candle in candles if candle.timestamp >= start and (end is None or candle.timestamp < end)
    ]


def _list(answer: Json, key: str) -> list[Json]:
    rows = answer.get(key)
    if not isinstance(rows, list):
        raise ProviderBadPayloadError(NAME, f"the response has no {key}")
    return rows


def _published(article: Article) -> datetime:
    return article.published_at or datetime.min.replace(tzinfo=UTC)
