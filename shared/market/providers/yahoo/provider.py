"""Yahoo Finance through yfinance: no key, every kind of data, and for personal use only by its terms."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, TypeVar

from shared.domain.market_data import (
    Actions,
    Article,
    DataKind,
    Fundamentals,
    History,
    HistoryRequest,
    News,
    Quote,
    SymbolInfo,
)
from shared.errors import (
    BreakerOpenError,
    ProviderBadPayloadError,
    ProviderNotFoundError,
    ProviderRateLimitedError,
)
from shared.market.analysis.calendar import exchange_date
from shared.market.analysis.periods import is_intraday
from shared.market.providers.base import MarketDataProvider
from shared.market.providers.yahoo.client import YahooClient
from shared.market.providers.yahoo.errors import NAME, YahooAnswerError
from shared.market.providers.yahoo.mapping import (
    SUMMARY_MODULES,
    Json,
    actions_from_chart,
    actions_from_frame,
    article_from_stream,
    candles_from_frame,
    currency_and_factor,
    fundamentals_from_quote,
    fundamentals_from_summary,
    part,
    quote_from_batch,
    quote_from_chart,
    symbol_from_search,
)
from shared.runtime.circuit_breaker import CircuitBreaker
from shared.runtime.clock import Clock

_HOST: Final = "https://query1.finance.yahoo.com"
_FIRST_SECOND: Final = -2_208_988_800
"""The beginning of 1900, in seconds since the epoch."""
_NEWS: Final = "https://finance.yahoo.com/xhr/ncp?queryRef=latestNews&serviceKey=ncp_fin"
_BATCH: Final = 100
_MOST_CHARTS: Final = 5
_ISIN: Final = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")
"""The library takes such a symbol for a security's number, and searches for its symbol."""
_COOLDOWN: Final = 30.0
_MAX_COOLDOWN: Final = 900.0

T = TypeVar("T")
R = TypeVar("R")
Rows = list[tuple[datetime, Mapping[str, float]]]


class YahooProvider(MarketDataProvider):
    """The source ``yahoo``.

    Args:
        clock: The present moment, for ``fetched_at``.
        deadline: Seconds after which a call ends, also the part of it that runs in a thread.
        max_cooldown: Upper bound of a cooldown in seconds.
        breaker: Opens when Yahoo rejects a request by its rate limit.
    """

    name: str = NAME
    kinds: frozenset[DataKind] = frozenset({"quote", "history", "actions", "fundamentals", "news", "search"})

    def __init__(
        self,
        clock: Clock,
        *,
        deadline: float = 8.0,
        max_cooldown: float = _MAX_COOLDOWN,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        self._clock = clock
        self._client = YahooClient(deadline)
        self._breaker = breaker or CircuitBreaker(
            NAME, cooldown=_COOLDOWN, max_cooldown=min(_MAX_COOLDOWN, max_cooldown)
        )

    async def quotes(self, symbols: Sequence[str]) -> Mapping[str, Quote]:
        """Quotes of up to 100 symbols by request; charts of a few symbols when batches are refused."""
        return await self._ask(lambda: self._quotes(symbols))

    async def history(self, request: HistoryRequest) -> History:
        """Candles as traded, with adjusted closes beside them; none when the span has no session.

        Raises:
            ProviderNotFoundError: Yahoo says that there is no such symbol.
        """
        if _ISIN.fullmatch(request.symbol):
            raise ProviderNotFoundError(NAME, "is asked by symbol only")
        return await self._ask(lambda: self._history(request))

    async def actions(self, symbol: str) -> Actions:
        """Returns all dividends and splits; amounts are adjusted for later splits.

        Raises:
            ProviderNotFoundError: Yahoo says that there is no such symbol.
        """
        return await self._ask(lambda: self._actions(symbol))

    async def fundamentals(self, symbol: str) -> Fundamentals:
        """Fundamentals; of what is no company, what a quote tells.

        Raises:
            ProviderNotFoundError: Yahoo has no quote either.
        """
        return await self._ask(lambda: self._fundamentals(symbol))

    async def news(self, symbol: str, limit: int) -> News:
        """Articles that Yahoo shows with the symbol; none for a symbol that it does not know."""
        return await self._ask(lambda: self._news(symbol, limit))

    async def search(self, query: str, limit: int) -> Sequence[SymbolInfo]:
        """Symbols in the order of Yahoo's search."""
        return await self._ask(lambda: self._search(query, limit))

    async def aclose(self) -> None:
        """Ends the threads and closes the session."""
        await self._client.aclose()

    async def _ask(self, work: Callable[[], T]) -> T:
        try:
            self._breaker.check()
        except BreakerOpenError as error:
            raise ProviderRateLimitedError(
                NAME, "circuit breaker open after too many requests", retry_after=error.retry_after
            ) from error
        try:
            answer = await self._client.run(work)
        except ProviderRateLimitedError as error:
            self._breaker.failure(error.retry_after)
            error.retry_after = self._breaker.remaining_cooldown()
            raise
        except ProviderNotFoundError:
            self._breaker.success()
            raise
        self._breaker.success()
        return answer

    def _quotes(self, symbols: Sequence[str]) -> Mapping[str, Quote]:
        try:
            found: dict[str, Quote] = {}
            for start in range(0, len(symbols), _BATCH):
                found |= self._batch(symbols[start : start + _BATCH])
        except YahooAnswerError as error:
            if error.status == 429 or len(symbols) > _MOST_CHARTS:
                raise
            # Charts need no crumb: they are there when it is refused.
            return {quote.symbol: quote for quote in _kept(self._quote_from_chart, symbols)}
        return found

    def _batch(self, symbols: Sequence[str]) -> dict[str, Quote]:
        params = {"symbols": ",".join(symbols), "formatted": "false"}
        answer = self._client.get_json(f"{_HOST}/v7/finance/quote", params)
        now = self._clock()
        quotes = _kept(lambda row: quote_from_batch(row, now), _result(answer, "quoteResponse"))
        return {quote.symbol: quote for quote in quotes if quote.symbol in symbols}

    def _quote_from_chart(self, symbol: str) -> Quote | None:
        params = {"range": "1d", "interval": "1d"}
        try:
            answer = self._client.get_json(f"{_HOST}/v8/finance/chart/{symbol}", params)
        except YahooAnswerError as error:
            if error.is_unknown_symbol:
                return None
            raise
        return quote_from_chart(_result(answer, "chart")[0], self._clock())

    def _actions(self, symbol: str) -> Actions:
        now = self._clock()
        params = {
            "period1": _FIRST_SECOND,
            "period2": int(now.timestamp()),
            "interval": "3mo",
            "events": "div,splits",
        }
        answer = self._client.get_json(f"{_HOST}/v8/finance/chart/{symbol}", params)
        result = _result(answer, "chart")[0]
        actions = actions_from_chart(result, exchange_date(symbol, now))
        return Actions(
            source=NAME,
            as_of=now,
            fetched_at=now,
            symbol=symbol,
            adjustment=actions.adjustment,
            dividends=actions.dividends,
            splits=actions.splits,
        )

    def _history(self, request: HistoryRequest) -> History:
        from yfinance.exceptions import YFPricesMissingError

        ticker = self._client.ticker(request.symbol)
        rows: Rows = []
        try:
            frame = ticker.history(
                interval=request.interval, auto_adjust=False, actions=True, **_span(request)
            )
            rows = list(zip(frame.index.to_pydatetime(), frame.to_dict("records"), strict=True))
        except YFPricesMissingError:
            # Also what is not a chart at all comes as this: then there is no meta either.
            pass
        except YahooAnswerError as error:
            if not error.is_empty_span:
                raise
            return _history_of(request, {}, rows, self._clock())
        meta = ticker.get_history_metadata()
        if not meta.get("symbol"):
            raise ProviderBadPayloadError(NAME, "the answer has no chart")
        return _history_of(request, meta, rows, self._clock())

    def _fundamentals(self, symbol: str) -> Fundamentals:
        params = {
            "modules": ",".join(SUMMARY_MODULES),
            "formatted": "false",
            "corsDomain": "finance.yahoo.com",
        }
        try:
            answer = self._client.get_json(f"{_HOST}/v10/finance/quoteSummary/{symbol}", params)
        except YahooAnswerError as error:
            if error.status != 404:
                raise
            return self._fundamentals_from_quote(symbol)
        summary = _result(answer, "quoteSummary")[0]
        return fundamentals_from_summary(symbol, summary, self._clock())

    def _fundamentals_from_quote(self, symbol: str) -> Fundamentals:
        quote = self._batch([symbol]).get(symbol)
        if quote is None:
            raise ProviderNotFoundError(NAME, "does not know the symbol")
        return fundamentals_from_quote(quote)

    def _news(self, symbol: str, limit: int) -> News:
        # The library's own method makes no news of an answer without a stream.
        body = {"serviceConfig": {"snippetCount": limit, "s": [symbol]}}
        answer = self._client.post_json(_NEWS, body)
        stream = answer["data"]["tickerStream"]["stream"]
        newest_first = sorted(_kept(article_from_stream, stream), key=_published, reverse=True)[:limit]
        return News(
            source=NAME,
            as_of=newest_first[0].published_at if newest_first else None,
            fetched_at=self._clock(),
            symbol=symbol,
            articles=tuple(newest_first),
        )

    def _search(self, query: str, limit: int) -> Sequence[SymbolInfo]:
        params = {"q": query, "quotesCount": limit, "newsCount": 0, "listsCount": 0}
        answer = self._client.get_json(f"{_HOST}/v1/finance/search", params)
        return _kept(symbol_from_search, answer["quotes"])[:limit]


def _span(request: HistoryRequest) -> dict[str, object]:
    if request.start is None:
        return {"period": request.period}
    # As dates, which the library reads in the exchange's time zone.
    return {"start": request.start.date(), "end": request.end.date() if request.end else None}


def _history_of(request: HistoryRequest, meta: Json, rows: Rows, now: datetime) -> History:
    currency, factor = currency_and_factor(meta.get("currency"))
    as_of = meta.get("regularMarketTime")
    return History(
        source=NAME,
        as_of=as_of.astimezone(UTC) if isinstance(as_of, datetime) else None,
        fetched_at=now,
        symbol=request.symbol,
        currency=currency,
        period=request.period,
        interval=request.interval,
        adjustment="split",
        actions=actions_from_frame(rows, currency, factor),
        candles=candles_from_frame(rows, factor, intraday=is_intraday(request.interval)),
    )


def _result(answer: Mapping[str, Json], key: str) -> list[Json]:
    """The list in Yahoo's envelope; a missing one is no empty one.

    Raises:
        ProviderBadPayloadError: There is no such list.
    """
    result = part(answer, key).get("result")
    if not isinstance(result, list):
        raise ProviderBadPayloadError(NAME, f"the answer has no {key}")
    return result


def _kept(convert: Callable[[R], T | None], rows: Iterable[R]) -> list[T]:
    return [record for record in map(convert, rows) if record is not None]


def _published(article: Article) -> datetime:
    return article.published_at or datetime.min.replace(tzinfo=UTC)
