"""Yahoo Finance through yfinance: no key, every kind of data; by its terms for personal use only."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from shared.domain.company import Earnings, Holders, Peers, Profile
from shared.domain.identifiers import isin_in
from shared.domain.market_data import (
    Actions,
    DataKind,
    Fundamentals,
    History,
    HistoryRequest,
    News,
    Provenance,
    Quote,
    SymbolInfo,
)
from shared.domain.statements import Statements, StatementsRequest
from shared.errors import ProviderError
from shared.errors.provider_errors import (
    ProviderBadPayloadError,
    ProviderNotCoveredError,
    ProviderNotFoundError,
)
from shared.market.analysis.calendar import MarketCalendars
from shared.market.providers.articles import newest_first
from shared.market.providers.base import MarketDataProvider
from shared.market.providers.fields import Json, convert_each, currency_and_factor, part
from shared.market.providers.vendor_statements import MONTHS_OF_A_YEAR, check_request, vendor_statements
from shared.market.providers.yahoo.chart import chart_queries, history_from_charts
from shared.market.providers.yahoo.chart_events import actions_from_charts
from shared.market.providers.yahoo.client import YahooClient
from shared.market.providers.yahoo.company_requests import YahooCompanies
from shared.market.providers.yahoo.errors import NAME, YahooResponseError, failures, provider_error
from shared.market.providers.yahoo.fundamentals import (
    SUMMARY_MODULES,
    fundamentals_from_quote,
    fundamentals_from_summary,
    peg_ratio_from_series,
)
from shared.market.providers.yahoo.mapping import (
    article_from_stream,
    quote_from_batch,
    quote_from_chart,
    symbol_from_search,
)
from shared.market.providers.yahoo.responses import HOST, check_symbol, in_path, result_of, summary_of
from shared.market.providers.yahoo.statement_series import periods_from_series, requested_types
from shared.runtime.clock import Clock

_FIRST_SECOND: Final = -2_208_988_800
"""The beginning of 1900, in seconds since the epoch."""
_NEWS: Final = "https://finance.yahoo.com/xhr/ncp?queryRef=latestNews&serviceKey=ncp_fin"
_BATCH: Final = 100
_MAX_CHARTS: Final = 5
_FIRST_STATEMENTS: Final = 473_385_600
"""The beginning of 1985, in seconds since the epoch; no statements are older."""
_PEG_SECONDS: Final = 200 * 86_400
"""The series has a value per quarter and one of the present day."""

T = TypeVar("T")


class YahooProvider(MarketDataProvider):
    """The source ``yahoo``.

    Args:
        clock: The present moment, for ``fetched_at``.
        deadline: Seconds after which a call ends, also the part of it that runs in a thread.
    """

    name: str = NAME
    kinds: frozenset[DataKind] = frozenset(
        {
            *("quote", "history", "actions", "fundamentals", "statements", "news", "search"),
            *("profile", "earnings", "peers", "holders"),
        }
    )

    def __init__(
        self,
        clock: Clock,
        *,
        deadline: float = 8.0,
    ) -> None:
        self._clock = clock
        self._client = YahooClient(deadline)
        self._companies = YahooCompanies(self._client, clock, MarketCalendars(clock))

    async def quotes(self, symbols: Sequence[str]) -> Mapping[str, Quote | ProviderError]:
        """Returns quotes, up to 100 symbols per request; from charts of a few symbols when batches fail."""
        return await self._client.run(lambda: self._quotes(symbols))

    async def history(self, request: HistoryRequest) -> History:
        """Returns split-adjusted candles, with adjusted closes beside them; none in a span without session.

        Raises:
            ProviderNotFoundError: Yahoo does not know the symbol.
        """
        return await self._client.run(lambda: self._history(request))

    async def actions(self, symbol: str) -> Actions:
        """Returns all dividends and splits; amounts are adjusted for later splits.

        Raises:
            ProviderNotFoundError: Yahoo does not know the symbol.
        """
        return await self._client.run(lambda: self._actions(symbol))

    async def fundamentals(self, symbol: str) -> Fundamentals:
        """Returns fundamentals; of an instrument without company, the figures of its quote.

        Raises:
            ProviderNotFoundError: Yahoo has no quote either.
        """
        return await self._client.run(lambda: self._fundamentals(symbol))

    async def profile(self, symbol: str) -> Profile:
        """Returns what a company or fund is and does.

        Raises:
            ProviderNotCoveredError: Yahoo has no profile; so do the next three.
        """
        return await self._client.run(lambda: self._companies.profile(symbol))

    async def earnings(self, symbol: str) -> Earnings:
        """Returns past, next and expected earnings."""
        return await self._client.run(lambda: self._companies.earnings(symbol))

    async def peers(self, symbol: str) -> Peers:
        """Returns companies of Yahoo's industry in the same market, with market value and P/E alone."""
        return await self._client.run(lambda: self._companies.peers(symbol))

    async def holders(self, symbol: str) -> Holders:
        """Returns insiders and institutions."""
        return await self._client.run(lambda: self._companies.holders(symbol))

    async def statements(self, request: StatementsRequest) -> Statements:
        """Returns a statement of a company, also outside the US: one request.

        Raises:
            ProviderNotCoveredError: Yahoo has none, or what was known on a day is requested.
        """
        check_request(NAME, request)
        return await self._client.run(lambda: self._statements(request))

    async def news(self, symbol: str, limit: int) -> News:
        """Returns the articles of a symbol, newest first; none for an unknown one."""
        return await self._client.run(lambda: self._news(symbol, limit))

    async def search(self, query: str, limit: int) -> Sequence[SymbolInfo]:
        """Returns symbols in the order of Yahoo's search."""
        return await self._client.run(lambda: self._search(query, limit))

    async def aclose(self) -> None:
        """Ends the threads and closes the session."""
        await self._client.aclose()

    def _quotes(self, symbols: Sequence[str]) -> Mapping[str, Quote | ProviderError]:
        found: dict[str, Quote | ProviderError] = {}
        malformed: set[str] = set()
        try:
            for start in range(0, len(symbols), _BATCH):
                quotes, without_quote = self._batch(symbols[start : start + _BATCH])
                found |= quotes
                malformed |= without_quote
        except YahooResponseError as error:
            if error.status == 429 or len(symbols) > _MAX_CHARTS:
                raise
            # Charts need no crumb: they are there when it is refused.
            malformed = set(symbols)
        for number, symbol in enumerate(sorted(malformed)):
            quote: Quote | ProviderError | None
            try:
                unread = ProviderBadPayloadError(NAME, "the quote cannot be read")
                quote = self._quote_from_chart(symbol) if number < _MAX_CHARTS else unread
            except failures() as error:
                if not found:
                    raise
                # The other quotes of the batch are there.
                quote = provider_error(error)
            if quote is not None:
                found[symbol] = quote
        return found

    def _batch(self, symbols: Sequence[str]) -> tuple[dict[str, Quote], set[str]]:
        """Returns the quotes, and the symbols that may be in rows which cannot be read.

        A row that is malformed or about a symbol that was not requested may be any of the missing ones: they
        are not unknown then.

        Raises:
            ProviderBadPayloadError: No row can be read.
        """
        params = {"symbols": ",".join(symbols), "formatted": "false"}
        rows = result_of(self._client.get_json(f"{HOST}/v7/finance/quote", params), "quoteResponse")
        now = self._clock()
        found: dict[str, Quote] = {}
        without_quote: set[str] = set()
        unread = 0
        for row in rows:
            symbol = str(row.get("symbol")).upper() if isinstance(row, Mapping) else ""
            if symbol not in symbols:
                unread += 1
                continue
            try:
                quotes = convert_each(NAME, "quotes", [row], lambda one: quote_from_batch(one, now)).records
            except ProviderBadPayloadError:
                quotes = ()
            if quotes:
                found[symbol] = quotes[0]
            else:
                without_quote.add(symbol)
        missing = {symbol for symbol in symbols if symbol not in found}
        return found, missing if unread else missing & without_quote

    def _quote_from_chart(self, symbol: str) -> Quote | ProviderError | None:
        params = {"range": "1d", "interval": "1d"}
        try:
            answer = self._client.get_json(f"{HOST}/v8/finance/chart/{in_path(symbol)}", params)
        except YahooResponseError as error:
            if error.is_unknown_symbol:
                return None
            raise
        results = result_of(answer, "chart")[:1]
        try:
            quotes = convert_each(NAME, "charts", results, lambda row: quote_from_chart(row, self._clock()))
            for quote in quotes.records:
                check_symbol(symbol, quote.symbol)
        except ProviderBadPayloadError as error:
            return error
        if not quotes.records:
            return ProviderNotCoveredError(NAME, "has no price of the symbol")
        return quotes.records[0]

    def _actions(self, symbol: str) -> Actions:
        now = self._clock()
        query = {
            "period1": _FIRST_SECOND,
            "period2": int(now.timestamp()),
            "interval": "3mo",
            "events": "div,splits",
        }
        actions, remarks = actions_from_charts([self._chart(symbol, query)], now)
        return Actions(
            source=NAME,
            as_of=now,
            fetched_at=now,
            quality=remarks,
            symbol=symbol,
            adjustment=actions.adjustment,
            dividends=actions.dividends,
            splits=actions.splits,
        )

    def _history(self, request: HistoryRequest) -> History:
        now = self._clock()
        charts = []
        for query in chart_queries(request, now):
            try:
                charts.append(self._chart(request.symbol, query))
            except YahooResponseError as error:
                if not error.is_empty_span:
                    raise
        return history_from_charts(request, charts, now)

    def _chart(self, symbol: str, query: Mapping[str, object]) -> Json:
        """Returns the result of a chart.

        Raises:
            ProviderBadPayloadError: There is none, or it is about another symbol.
        """
        answer = self._client.get_json(f"{HOST}/v8/finance/chart/{in_path(symbol)}", query)
        results = result_of(answer, "chart")
        meta = part(results[0], "meta") if results and isinstance(results[0], Mapping) else {}
        if not meta.get("symbol"):
            raise ProviderBadPayloadError(NAME, "the response has no chart")
        check_symbol(symbol, meta["symbol"])
        return results[0]

    def _fundamentals(self, symbol: str) -> Fundamentals:
        try:
            summary = summary_of(self._client, symbol, SUMMARY_MODULES)
        except YahooResponseError as error:
            if error.status != 404:
                raise
            return self._fundamentals_from_quote(symbol)
        now, peg_ratio = self._clock(), self._peg_ratio(symbol)
        converted = convert_each(
            NAME,
            "fundamentals",
            [summary],
            lambda row: fundamentals_from_summary(symbol, row, now, peg_ratio),
        )
        return converted.records[0]

    def _peg_ratio(self, symbol: str) -> float | None:
        """Returns the PEG ratio, which left ``quoteSummary`` in June 2025; None when it cannot be read."""
        now = int(self._clock().timestamp())
        params = {
            "symbol": symbol,
            "type": "trailingPegRatio",
            "period1": now - _PEG_SECONDS,
            "period2": now,
        }
        path = f"{HOST}/ws/fundamentals-timeseries/v1/finance/timeseries/{in_path(symbol)}"
        answer = self._client.get_optional_json(path, params)
        return peg_ratio_from_series(answer) if isinstance(answer, Mapping) else None

    def _statements(self, request: StatementsRequest) -> Statements:
        types = requested_types(request.statement, annual=request.period == "annual")
        now = self._clock()
        params = {
            "symbol": request.symbol,
            "type": ",".join(types),
            "period1": _FIRST_STATEMENTS,
            "period2": int(now.timestamp()),
        }
        path = f"{HOST}/ws/fundamentals-timeseries/v1/finance/timeseries/{in_path(request.symbol)}"
        results = result_of(self._client.get_json(path, params), "timeseries")
        check_symbol(request.symbol, *(_series_symbol(result) for result in results))
        provenance = Provenance(source=NAME, as_of=None, fetched_at=now)
        periods = periods_from_series(results)
        # Quarters are numbered by the end of the year, which the annual figures tell where there are some.
        has_years = any(period.months == MONTHS_OF_A_YEAR for period in periods)
        year_end = None if has_years or not periods else self._companies.last_year_end(request.symbol)
        return vendor_statements(request, provenance, periods, year_end)

    def _fundamentals_from_quote(self, symbol: str) -> Fundamentals:
        quote = self._quotes([symbol]).get(symbol)
        if quote is None:
            raise ProviderNotFoundError(NAME, "does not know the symbol")
        if isinstance(quote, ProviderError):
            raise quote
        return fundamentals_from_quote(quote)

    def _news(self, symbol: str, limit: int) -> News:
        # The method of the library takes a response without a stream for no news.
        body = {"serviceConfig": {"snippetCount": limit, "s": [symbol]}}
        answer = self._client.post_json(_NEWS, body)
        stream = part(part(answer, "data"), "tickerStream").get("stream")
        if not isinstance(stream, list):
            raise ProviderBadPayloadError(NAME, "the response has no news stream")
        now = self._clock()
        articles = convert_each(NAME, "articles", stream, lambda entry: article_from_stream(entry, now))
        newest = newest_first(articles.records, limit)
        return News(
            source=NAME,
            as_of=newest[0].published_at if newest else None,
            fetched_at=now,
            quality=articles.remarks,
            symbol=symbol,
            articles=newest,
        )

    def _search(self, query: str, limit: int) -> Sequence[SymbolInfo]:
        # Queries arrive in lower case; an ISIN is written in capitals.
        params = {"q": isin_in(query) or query, "quotesCount": limit, "newsCount": 0, "listsCount": 0}
        answer = self._client.get_json(f"{HOST}/v1/finance/search", params)
        hits = answer.get("quotes")
        if not isinstance(hits, list):
            raise ProviderBadPayloadError(NAME, "the response has no search hits")
        return self._with_currencies(
            convert_each(NAME, "search hits", hits, symbol_from_search).records[:limit]
        )

    def _with_currencies(self, hits: Sequence[SymbolInfo]) -> Sequence[SymbolInfo]:
        """Returns hits with the currencies of their quotes: the search has none."""
        params = {"symbols": ",".join(hit.symbol for hit in hits), "formatted": "false"}
        answer = self._client.get_optional_json(f"{HOST}/v7/finance/quote", params) if hits else None
        rows = part(answer, "quoteResponse").get("result") if isinstance(answer, Mapping) else None
        currencies = {
            str(row.get("symbol")): currency_and_factor(row.get("currency"))[0]
            for row in (rows if isinstance(rows, list) else ())
            if isinstance(row, Mapping)
        }
        return [hit.model_copy(update={"currency": currencies.get(hit.symbol)}) for hit in hits]


def _series_symbol(result: Json) -> object:
    """Returns the symbol that a series is about."""
    symbols = part(result, "meta").get("symbol") if isinstance(result, Mapping) else None
    return symbols[0] if isinstance(symbols, list) and symbols else None
