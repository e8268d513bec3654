"""Serves market data from the cache, or from the first source that has it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar, get_args

from shared.cache.cache_entry import Cache, CacheEntry, CacheKey, Fetched, TtlClass
from shared.config.settings import MarketSettings
from shared.domain.company import Earnings, Filing, Filings, Holders, Peers, Profile
from shared.domain.currency_rates import ExchangeRate
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
from shared.domain.symbols import normalise_symbol
from shared.domain.technicals import Technicals
from shared.domain.terms import (
    DEFAULT_FILING_LIMIT,
    MAX_STATEMENT_LIMIT,
    Period,
    StatementFrequency,
    StatementKind,
)
from shared.errors import (
    UPSTREAM_FAILURES,
    NotFoundError,
    RateLimitedError,
    ServiceError,
    SymbolNotFoundError,
)
from shared.market.analysis.adjustment import indicator_candles
from shared.market.analysis.calendar import MarketCalendars, exchange_date
from shared.market.analysis.indicators import WARM_UP, breaks_of, week_52_range
from shared.market.analysis.indicators import technicals as compute_technicals
from shared.market.analysis.periods import EARLIEST, LAST_SESSIONS, is_intraday, period_start
from shared.market.analysis.quality import unpublished_filing
from shared.market.answer_loader import AnswerLoader, fetched_of, for_client, stale_entry
from shared.market.answers import Answer, QuoteError, QuotesResult, answer_of, encode, with_body
from shared.market.database import MarketDatabase
from shared.market.history_fetcher import HistoryFetcher
from shared.market.last_closes import LastCloses
from shared.market.past_market import PastMarket
from shared.market.past_statements import PastStatements
from shared.market.peer_comparison import PeerComparison
from shared.market.providers.base import MarketDataProvider
from shared.market.rate_service import ExchangeRates
from shared.market.reported_totals import with_converted_totals
from shared.market.source_chain import (
    SAMPLE_SOURCE,
    NotInSampleDataError,
    SourceChain,
    SourceResult,
    SourcesStatus,
)
from shared.market.stored_history import StoredHistories
from shared.market.stored_span import HistoryChange
from shared.market.symbol_search import SymbolSearch
from shared.runtime.clock import Clock

__all__ = ["Answer", "DataManager", "QuotesResult", "SourcesStatus"]

MAX_ARTICLES: Final = 50
"""Articles fetched and cached per symbol; responses with fewer are cut from them."""
_REMARK_SECONDS: Final = 1.0
"""How long fundamentals wait for the filings that they are compared with."""
_RECENT_FILINGS: Final = 200
"""Filings among which the newest periodic report is looked for; companies file some hundred a year."""
DEFAULT_TECHNICALS_PERIOD: Final[Period] = "1y"
"""The period of the technical figures that the refresh keeps warm."""
DEFAULT_HISTORY_PERIOD: Final[Period] = "1mo"
"""The period of a history when the request names none."""
CHECKED_YEARS: Final = 12
"""Years before the current one in which missing sessions are looked for."""

if TYPE_CHECKING:
    from shared.limits.upstream_budget import UpstreamBudget

T = TypeVar("T", bound=Provenance)


class DataManager:
    """Serves market data, each answer with its provenance.

    A cache hit is returned as bytes. On a miss the database is read; if its data are not fresh, the sources
    are requested in order. When all fail, an older answer of the cache or of the database is returned, marked
    ``stale``.

    Args:
        providers: The usable sources.
        cache: Stores finished responses.
        settings: The order of the sources and the deadline.
        clock: The present moment.
        budget: Requests per day to all real sources together; None for no limit.
        database: The stored market data; None without a database.
    """

    def __init__(
        self,
        providers: Sequence[MarketDataProvider],
        cache: Cache,
        settings: MarketSettings,
        clock: Clock,
        *,
        budget: "UpstreamBudget | None" = None,
        database: MarketDatabase | None = None,
    ) -> None:
        self._database = database
        self._chain = SourceChain(providers, settings, budget)
        self._loader = AnswerLoader(cache, database)
        self._past_statements = PastStatements(self._chain, self._loader, database)
        self._cache = cache
        self._clock = clock
        self._peers = PeerComparison(self._chain, self, settings.deadline)
        self._search = SymbolSearch(self._chain, cache)
        self._rates = ExchangeRates(self._chain, cache, clock)
        calendars = MarketCalendars(clock, date(clock().year - CHECKED_YEARS, 1, 1))
        fetcher = HistoryFetcher(self._chain, self._actions, calendars, database)
        self._histories = StoredHistories(fetcher, cache, calendars, clock)
        self._last_closes = LastCloses(database, calendars)

    async def quote(self, symbol: str, *, refresh: bool = False) -> Answer[Quote]:
        """Returns the quote of one symbol.

        Args:
            symbol: Ticker, in any case.
            refresh: Request the sources even if a fresh answer is cached.

        Raises:
            InvalidSymbolError: The text cannot be a symbol.
            SymbolNotFoundError: No source knows the symbol.
            ServiceError: No source could answer, and nothing is cached.
        """
        symbol = normalise_symbol(symbol)
        key = _quote_key(symbol)
        # Most requests hit what this worker has read within the last second: no await, no lookup in Redis.
        if not refresh and (entry := self._cache.get_local(key)):
            return Answer(entry, Quote)
        stored = partial(self._last_closes.quote, symbol)
        return await self._loader.answer(
            key, Quote, partial(self._ask_quote, symbol), refresh=refresh, stored=stored, is_current=False
        )

    async def quotes(self, symbols: Sequence[str], *, refresh: bool = False) -> QuotesResult:
        """Returns the quotes of many symbols, with one upstream request for those not in the cache.

        Raises:
            InvalidSymbolError: One of the texts cannot be a symbol.
        """
        keys = {_quote_key(normalise_symbol(symbol)): None for symbol in symbols}

        async def fetch(missing: Sequence[CacheKey]) -> Mapping[CacheKey, Fetched | ServiceError]:
            outcomes = await self._ask_quotes([key.symbol for key in missing])
            fetched: dict[CacheKey, Fetched | ServiceError] = {}
            for key in missing:
                outcome = outcomes[key.symbol]
                if isinstance(outcome, SourceResult):
                    fetched[key] = fetched_of(outcome)
                elif isinstance(outcome, ServiceError):
                    fetched[key] = outcome
            return fetched

        entries = await self._cache.get_or_fetch_many(list(keys), fetch, refresh=refresh)
        failed = {key: error for key, error in entries.items() if isinstance(error, UPSTREAM_FAILURES)}
        closes = await self._last_closes.quotes([key.symbol for key in failed])
        answers: list[Answer[Quote]] = []
        errors: dict[str, QuoteError] = {}
        for key in keys:
            entry = entries.get(key) or SymbolNotFoundError(f"No data source knows {key.symbol}.")
            if key in failed and (close := closes.get(key.symbol)):
                entry = stale_entry(close, failed[key])
            if isinstance(entry, CacheEntry):
                answers.append(answer_of(entry, Quote))
            else:
                errors[key.symbol] = for_client(entry)
        return QuotesResult(tuple(answers), errors)

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
        self, symbol: str, *, start: date | None = None, end: date | None = None
    ) -> Answer[Actions]:
        """Returns the dividends and splits of a symbol, cut from the cached list of all of them.

        Args:
            symbol: The ticker.
            start: First date at the exchange; None for no limit.
            end: Last date, inclusive; None for no limit.

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
        answer = await self._loader.answer(key, Actions, make, refresh=False, stored=stored, is_current=False)
        if start is None and end is None:
            return answer
        cut = answer.value.within(start or date.min, end or date.max)
        return Answer(with_body(answer.entry, encode(cut)), Actions)

    async def fundamentals(self, symbol: str, *, refresh: bool = False) -> Answer[Fundamentals]:
        """Returns valuation, profitability, growth, balance sheet, dividend and analyst view.

        Raises:
            InvalidSymbolError: The text cannot be a symbol.
            SymbolNotFoundError: No source knows the symbol.
            ServiceError: No source could answer, and nothing is cached.
        """
        symbol = normalise_symbol(symbol)

        async def make() -> SourceResult[Fundamentals]:
            filings = asyncio.create_task(self._recent_filings(symbol))
            try:
                found = await self._chain.ask(
                    "fundamentals", symbol, lambda source: source.fundamentals(symbol)
                )
                found = replace(found, value=await self._with_one_currency(found.value))
                # A remark is not worth the wait for a slow source.
                done, _ = await asyncio.wait({filings}, timeout=_REMARK_SECONDS)
                remark = unpublished_filing(found.value, filings.result() if done else ())
            finally:
                filings.cancel()
            update = await self._year_range(symbol)
            if remark is not None:
                update["quality"] = (*found.value.quality, remark)
            return replace(found, value=found.value.model_copy(update=update))

        key = CacheKey("fundamental_data", "fundamentals", symbol)
        stored = partial(self._database.fundamentals, symbol) if self._database else None
        return await self._loader.answer(key, Fundamentals, make, refresh=refresh, stored=stored)

    async def statements(self, request: StatementsRequest, *, refresh: bool = False) -> Answer[Statements]:
        """Returns one statement of a company over several periods, newest first.

        Raises:
            SymbolNotFoundError: No source has the statement.
            ServiceError: No source could answer, and nothing is stored.
        """
        if request.known_on is not None:
            return await self._past_statements.read(request, request.known_on)
        params = f"{request.statement}:{request.period}:{request.limit}"
        key = CacheKey("fundamental_data", "statements", request.symbol, params)
        if not refresh and (near := self._cache.get_local(key)):
            return Answer(near, Statements)

        async def make() -> SourceResult[Statements]:
            return await self._chain.ask(
                "statements", request.symbol, lambda source: source.statements(request)
            )

        stored = partial(self._database.statements, request) if self._database else None
        return await self._loader.answer(key, Statements, make, refresh=refresh, stored=stored)

    async def filings(
        self, symbol: str, form: str | None = None, limit: int = DEFAULT_FILING_LIMIT
    ) -> Answer[Filings]:
        """Returns at most ``limit`` filings of a company with the SEC, newest first.

        Args:
            symbol: Ticker, or the number at the SEC written ``CIK0000320193``.
            form: Form with its amendments; None for all forms.
            limit: Up to ``MAX_FILING_LIMIT``.

        Raises:
            InvalidSymbolError: The text cannot be a symbol.
            SymbolNotFoundError: No source has filings of the company.
            ServiceError: No source could answer, and nothing is stored.
        """
        symbol = normalise_symbol(symbol)
        form = form.strip().upper() if form else None

        async def make() -> SourceResult[Filings]:
            return await self._chain.ask(
                "filings", symbol, lambda source: source.filings(symbol, form, limit)
            )

        key = CacheKey("historical_data", "filings", symbol, f"{form or 'all'}:{limit}")
        return await self._loader.answer(key, Filings, make, refresh=False)

    async def profile(self, symbol: str, *, refresh: bool = False) -> Answer[Profile]:
        """Returns what a company is and does.

        Raises:
            InvalidSymbolError: The text cannot be a symbol.
            SymbolNotFoundError: No source has a profile of the company.
            ServiceError: No source could answer, and nothing is stored.
        """
        symbol = normalise_symbol(symbol)
        key = CacheKey("fundamental_data", "profile", symbol)
        return await self._loader.answer(key, Profile, partial(self._ask_profile, symbol), refresh=refresh)

    async def earnings(self, symbol: str, *, refresh: bool = False) -> Answer[Earnings]:
        """Returns past, next and expected earnings of a company. Raises as ``profile`` does."""
        return await self._company(
            "earnings", symbol, Earnings, lambda source, s: source.earnings(s), refresh
        )

    async def peers(self, symbol: str, *, refresh: bool = False) -> Answer[Peers]:
        """Returns companies of the same industry, the largest first. Raises as ``profile`` does."""
        symbol = normalise_symbol(symbol)
        key = CacheKey("fundamental_data", "peers", symbol)
        return await self._loader.answer(key, Peers, partial(self._peers.find, symbol), refresh=refresh)

    async def holders(self, symbol: str, *, refresh: bool = False) -> Answer[Holders]:
        """Returns insiders and institutions, the largest holder first. Raises as ``profile`` does."""
        return await self._company("holders", symbol, Holders, lambda source, s: source.holders(s), refresh)

    async def news(self, symbol: str, limit: int = 10, *, refresh: bool = False) -> Answer[News]:
        """Returns at most ``limit`` (up to ``MAX_ARTICLES``) articles, newest first.

        Raises:
            InvalidSymbolError: The text cannot be a symbol.
            SymbolNotFoundError: No source knows the symbol.
            ServiceError: No source could answer, and nothing is cached.
        """
        symbol = normalise_symbol(symbol)

        async def make() -> SourceResult[News]:
            found = await self._chain.ask("news", symbol, lambda source: source.news(symbol, MAX_ARTICLES))
            if not found.value.articles:
                # Sources answer an unknown symbol with an empty list: the quote tells the two apart.
                with suppress(ServiceError):
                    await self.quote(symbol)
            return found

        key = CacheKey("news_data", "news", symbol)
        stored = partial(self._database.news, symbol) if self._database else None
        if limit >= MAX_ARTICLES:
            return await self._loader.answer(key, News, make, refresh=refresh, stored=stored)

        async def first_articles() -> CacheEntry:
            answer = await self._loader.answer(key, News, make, refresh=refresh, stored=stored)
            return await asyncio.to_thread(_first_articles, answer, limit)

        # Sliced once, when it is stored: a hit is served as bytes.
        sliced = CacheKey("news_data", "news", symbol, str(limit))
        return await self._loader.derived(sliced, News, first_articles, refresh=refresh)

    async def exchange_rate(self, base: str, quote: str, day: date | None = None) -> Answer[ExchangeRate]:
        """Returns the rate between two currencies on a day; see ``ExchangeRates.rate``."""
        return await self._rates.rate(base, quote, day)

    async def search(self, query: str, limit: int = 10) -> list[SymbolInfo]:
        """Returns at most ``limit`` (up to 25) symbols whose ticker or name matches, best first.

        Raises:
            ServiceError: No source could answer, and nothing is cached.
        """
        return await self._search.search(query, limit)

    def now(self) -> datetime:
        """Returns the present moment."""
        return self._clock()

    def known_on(self, symbol: str, day: date) -> PastMarket:
        """Returns the market data of a symbol as known at the end of a day; today for a later day."""
        return PastMarket(self, self._database, min(day, exchange_date(symbol, self._clock())))

    def is_sample_alone(self) -> bool:
        """Returns whether prices come from the sample source alone, which sends no requests."""
        return self._chain.is_sample_alone()

    def has_background_source(self, kind: DataKind) -> bool:
        """Returns whether the scheduled refresh has a usable source of a kind of data."""
        return self._chain.has_background_source(kind)

    async def all_statements(self, symbol: str) -> tuple[Statements, ...]:
        """Requests every statement of a company over all periods, for the scheduled refresh.

        Raises:
            InvalidSymbolError: The text cannot be a symbol.
            SymbolNotFoundError: No source has any statement of the company.
            ServiceError: No source could answer.
        """
        found: list[Statements] = []
        unknown: SymbolNotFoundError | None = None
        for statement in get_args(StatementKind):
            for frequency in get_args(StatementFrequency):
                request = StatementsRequest(
                    symbol=normalise_symbol(symbol),
                    statement=statement,
                    period=frequency,
                    limit=MAX_STATEMENT_LIMIT,
                )
                try:
                    answer = await self.statements(request, refresh=True)
                except SymbolNotFoundError as error:
                    unknown = error
                    continue
                if answer.entry.stale_error is not None:
                    raise answer.entry.stale_error
                found.append(answer.value)
        if unknown is not None and not found:
            raise unknown
        return tuple(found)

    async def status(self) -> SourcesStatus:
        """Returns the health of the sources as last seen; makes no request."""
        return self._chain.status()

    async def aclose(self) -> None:
        """Closes the sources."""
        await self._chain.aclose()

    async def _company(
        self,
        kind: DataKind,
        symbol: str,
        model: type[T],
        ask: Callable[[MarketDataProvider, str], Awaitable[T]],
        refresh: bool,
    ) -> Answer[T]:
        """Returns one kind of data on a company, kept as long as fundamentals."""
        symbol = normalise_symbol(symbol)

        async def make() -> SourceResult[T]:
            return await self._chain.ask(kind, symbol, lambda source: ask(source, symbol))

        return await self._loader.answer(
            CacheKey("fundamental_data", kind, symbol), model, make, refresh=refresh
        )

    async def _ask_profile(self, symbol: str) -> SourceResult[Profile]:
        """Returns a profile; the SEC adds industry code, kind of security and fiscal year where it can."""
        found = await self._chain.ask("profile", symbol, lambda source: source.profile(symbol))
        if found.value.sic is not None or found.value.source == SAMPLE_SOURCE:
            return found
        filed = await self._chain.ask_for_addition(
            "sec_edgar", "profile", symbol, lambda source: source.profile(symbol)
        )
        if filed is None:
            return found
        known = {"sic": filed.sic, "security": found.value.security or filed.security}
        year_end = found.value.fiscal_year_end or filed.fiscal_year_end
        return replace(found, value=found.value.model_copy(update={**known, "fiscal_year_end": year_end}))

    async def _with_one_currency(self, found: Fundamentals) -> Fundamentals:
        """Returns fundamentals with statement totals in the price's currency, where there is a rate."""
        totals = found.reported
        if totals is None or found.currency is None:
            return found
        day = found.as_of.date() if found.as_of else None
        try:
            rate = await self.exchange_rate(totals.currency, found.currency, day)
        except (ServiceError, NotFoundError, RateLimitedError):
            # Withheld already, with a remark.
            return found
        return await asyncio.to_thread(with_converted_totals, found, totals, rate.value)

    async def _year_range(self, symbol: str) -> dict[str, object]:
        """Returns the 52-week range with its first day, if the daily candles are cached."""
        year = HistoryRequest(symbol=symbol, period="1y", interval="1d", partial=True)
        history = await self._histories.cached(year)
        if history is None or history.adjustment == "none" or not history.candles:
            return {}
        first, low, high = week_52_range(indicator_candles(history.candles), breaks_of(history))
        return {"range_start": first, "week_52_low": low, "week_52_high": high}

    async def _recent_filings(self, symbol: str) -> Sequence[Filing]:
        """Returns the newest filings of a company; none when no source has them."""
        try:
            found = await self._chain.ask(
                "filings", symbol, lambda source: source.filings(symbol, None, _RECENT_FILINGS)
            )
        except (ServiceError, NotFoundError):
            return ()
        return found.value.filings

    async def _ask_quote(self, symbol: str) -> SourceResult[Quote]:
        outcome = (await self._ask_quotes([symbol]))[symbol]
        if isinstance(outcome, SourceResult):
            return outcome
        raise outcome

    async def _ask_quotes(
        self, symbols: Sequence[str]
    ) -> "dict[str, SourceResult[Quote] | SymbolNotFoundError | ServiceError]":
        return await self._chain.ask_many("quote", symbols, lambda source, missing: source.quotes(missing))

    async def _actions(self, symbol: str) -> Actions:
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


def _first_articles(answer: Answer[News], limit: int) -> CacheEntry:
    news = answer.value.model_copy(update={"articles": answer.value.articles[:limit]})
    return with_body(answer.entry, encode(news))


def _quote_key(symbol: str) -> CacheKey:
    return CacheKey("price_data", "quote", symbol)


def _history_key(request: HistoryRequest) -> CacheKey:
    ttl_class: TtlClass = "price_data" if is_intraday(request.interval) else "historical_data"
    period = request.period or DEFAULT_HISTORY_PERIOD
    return CacheKey(ttl_class, "history", request.symbol, f"{period}:{request.interval}")
