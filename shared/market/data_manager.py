"""The façade of market data: one object through which the service reads everything about symbols."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from shared.cache.cache_entry import Cache
from shared.config.source_settings import MarketSettings
from shared.domain.company import Earnings, Filings, Holders, Peers, Profile
from shared.domain.currency_rates import ExchangeRate
from shared.domain.market_data import (
    Actions,
    DataKind,
    Fundamentals,
    History,
    HistoryRequest,
    News,
    Quote,
    SymbolInfo,
)
from shared.domain.statements import Statements, StatementsRequest
from shared.domain.technicals import Technicals
from shared.domain.terms import DEFAULT_FILING_LIMIT, Period
from shared.market.analysis.calendar import MarketCalendars
from shared.market.analysis.periods import require_known_day
from shared.market.answer_loader import AnswerLoader
from shared.market.answers import Answer, QuoteError, QuotesResult
from shared.market.company_service import CompanyService
from shared.market.database import MarketDatabase
from shared.market.fundamentals_service import FundamentalsService
from shared.market.last_closes import LastCloses
from shared.market.news_service import MAX_ARTICLES, NewsService
from shared.market.past_market import PastMarket
from shared.market.peer_comparison import PeerComparison
from shared.market.pending_splits import PendingSplits
from shared.market.price_service import DEFAULT_TECHNICALS_PERIOD, PriceService
from shared.market.providers.base import MarketDataProvider
from shared.market.quote_service import QuoteService
from shared.market.rate_service import ExchangeRates
from shared.market.source_chain import SourceChain, SourcesStatus
from shared.market.stored_span import HistoryChange
from shared.market.symbol_search import SymbolSearch
from shared.runtime.clock import Clock

__all__ = [
    "DEFAULT_TECHNICALS_PERIOD",
    "MAX_ARTICLES",
    "Answer",
    "DataManager",
    "QuotesResult",
    "SourcesStatus",
]

CHECKED_YEARS: Final = 12
"""Years before the current one in which missing sessions are looked for."""

if TYPE_CHECKING:
    from shared.limits.upstream_budget import UpstreamBudget


class DataManager:
    """Serves market data, each answer with its provenance.

    A cache hit is returned as bytes. On a miss the database is read; if its data are not fresh, the sources
    are requested in order. When all fail, an older answer of the cache or of the database is returned, marked
    ``stale``. The services below do the work; their methods name the errors.

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
        self._clock = clock
        self._database = database
        self._chain = chain = SourceChain(providers, settings, budget)
        loader = AnswerLoader(cache, database)
        calendars = MarketCalendars(clock, date(clock().year - CHECKED_YEARS, 1, 1))
        self._quotes = QuoteService(chain, loader, cache, LastCloses(database, calendars))
        self._prices = PriceService(chain, loader, cache, database, calendars, clock)
        self._rates = ExchangeRates(chain, cache, clock)
        self._fundamentals = FundamentalsService(chain, loader, cache, database, self._rates, self._prices)
        self._companies = CompanyService(
            chain,
            loader,
            cache,
            database,
            PeerComparison(chain, self, settings.deadline),
            PendingSplits(self._prices.actions, clock),
        )
        self._news = NewsService(chain, loader, database, self._quotes)
        self._search = SymbolSearch(chain, cache)

    async def quote(self, symbol: str, *, refresh: bool = False) -> Answer[Quote]:
        """Returns the quote of one symbol; see :meth:`QuoteService.quote`."""
        return await self._quotes.quote(symbol, refresh=refresh)

    async def quotes(self, symbols: Sequence[str], *, refresh: bool = False) -> QuotesResult:
        """Returns the quotes of many symbols; see :meth:`QuoteService.quotes`."""
        return await self._quotes.quotes(symbols, refresh=refresh)

    async def history(self, request: HistoryRequest, *, refresh: bool = False) -> Answer[History]:
        """Returns a price history; see :meth:`PriceService.history`."""
        return await self._prices.history(request, refresh=refresh)

    async def warm_history(self, symbol: str) -> tuple[Answer[History], HistoryChange | None]:
        """Fetches and caches daily candles; see :meth:`PriceService.warm_history`."""
        return await self._prices.warm_history(symbol)

    async def technicals(
        self, symbol: str, period: Period, *, series: bool = False, refresh: bool = False
    ) -> Answer[Technicals]:
        """Returns technical figures of a period; see :meth:`PriceService.technicals`."""
        return await self._prices.technicals(symbol, period, series=series, refresh=refresh)

    async def actions(
        self, symbol: str, *, start: date | None = None, end: date | None = None, refresh: bool = False
    ) -> Answer[Actions]:
        """Returns dividends and splits between two dates; see :meth:`PriceService.actions`."""
        return await self._prices.actions(symbol, start=start, end=end, refresh=refresh)

    async def fundamentals(self, symbol: str, *, refresh: bool = False) -> Answer[Fundamentals]:
        """Returns fundamentals; see :meth:`FundamentalsService.fundamentals`."""
        return await self._fundamentals.fundamentals(symbol, refresh=refresh)

    async def fundamentals_of_many(
        self, symbols: Sequence[str], seconds: float
    ) -> Mapping[str, Fundamentals | QuoteError]:
        """Returns fundamentals by symbol; see :meth:`FundamentalsService.fundamentals_of_many`."""
        return await self._fundamentals.fundamentals_of_many(symbols, seconds)

    async def statements(self, request: StatementsRequest, *, refresh: bool = False) -> Answer[Statements]:
        """Returns one statement over several periods; see :meth:`CompanyService.statements`.

        Raises:
            InvalidRequestError: The day on which it was known is in the future.
        """
        require_known_day(request.symbol, request.known_on, self._clock())
        return await self._companies.statements(request, refresh=refresh)

    async def all_statements(self, symbol: str) -> tuple[Statements, ...]:
        """Requests every statement of a company; see :meth:`CompanyService.all_statements`."""
        return await self._companies.all_statements(symbol)

    async def filings(
        self, symbol: str, form: str | None = None, limit: int = DEFAULT_FILING_LIMIT
    ) -> Answer[Filings]:
        """Returns filings with the SEC, newest first; see :meth:`CompanyService.filings`."""
        return await self._companies.filings(symbol, form, limit)

    async def profile(self, symbol: str, *, refresh: bool = False) -> Answer[Profile]:
        """Returns what a company is and does; see :meth:`CompanyService.profile`."""
        return await self._companies.profile(symbol, refresh=refresh)

    async def earnings(self, symbol: str, *, refresh: bool = False) -> Answer[Earnings]:
        """Returns past, next and expected earnings; see :meth:`CompanyService.earnings`."""
        return await self._companies.earnings(symbol, refresh=refresh)

    async def peers(self, symbol: str, *, refresh: bool = False) -> Answer[Peers]:
        """Returns companies of the same industry; see :meth:`CompanyService.peers`."""
        return await self._companies.peers(symbol, refresh=refresh)

    async def holders(self, symbol: str, *, refresh: bool = False) -> Answer[Holders]:
        """Returns insiders and institutions; see :meth:`CompanyService.holders`."""
        return await self._companies.holders(symbol, refresh=refresh)

    async def news(self, symbol: str, limit: int = 10, *, refresh: bool = False) -> Answer[News]:
        """Returns articles, newest first; see :meth:`NewsService.news`."""
        return await self._news.news(symbol, limit, refresh=refresh)

    async def exchange_rate(self, base: str, quote: str, day: date | None = None) -> Answer[ExchangeRate]:
        """Returns the rate between two currencies on a day; see :meth:`ExchangeRates.rate`."""
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
        """Returns the market data of a symbol as known at the end of a day.

        Raises:
            InvalidRequestError: The day is in the future.
        """
        require_known_day(symbol, day, self._clock())
        return PastMarket(self, self._database, day)

    def is_sample_alone(self) -> bool:
        """Returns whether prices come from the sample source alone, which sends no requests."""
        return self._chain.is_sample_alone()

    def has_background_source(self, kind: DataKind) -> bool:
        """Returns whether the scheduled refresh has a usable source of a kind of data."""
        return self._chain.has_background_source(kind)

    async def status(self) -> SourcesStatus:
        """Returns the health of the sources as last seen; makes no request."""
        return self._chain.status()

    async def aclose(self) -> None:
        """Closes the sources."""
        await self._chain.aclose()
