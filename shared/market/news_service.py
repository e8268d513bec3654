"""News: of the cache, the database or the sources, cut to the requested number of articles."""

import asyncio
from contextlib import suppress
from functools import partial
from typing import Final

from shared.cache.cache_entry import CacheEntry, CacheKey
from shared.domain.market_data import News
from shared.domain.symbols import normalise_symbol
from shared.errors.request_errors import RateLimitedError
from shared.errors.service_errors import ServiceError
from shared.market.answer_loader import AnswerLoader
from shared.market.answers import Answer, encode, with_body
from shared.market.database import MarketDatabase
from shared.market.quote_service import QuoteService
from shared.market.source_chain import SourceChain
from shared.market.source_outcomes import SourceResult

MAX_ARTICLES: Final = 50
"""Articles fetched and cached per symbol; responses with fewer are cut from them."""


class NewsService:
    """Serves news.

    Args:
        chain: The sources.
        loader: Loads answers through the cache.
        database: The stored articles; None without a database.
        quotes: Tell whether a symbol without news exists.
    """

    def __init__(
        self,
        chain: SourceChain,
        loader: AnswerLoader,
        database: MarketDatabase | None,
        quotes: QuoteService,
    ) -> None:
        self._chain = chain
        self._loader = loader
        self._database = database
        self._quotes = quotes

    async def news(self, symbol: str, limit: int = 10, *, refresh: bool = False) -> Answer[News]:
        """Returns at most ``limit`` (up to ``MAX_ARTICLES``) articles, newest first.

        Raises:
            InvalidSymbolError: The text cannot be a symbol.
            SymbolNotFoundError: No source knows the symbol.
            ServiceError: No source could answer, and nothing is cached.
        """
        symbol = normalise_symbol(symbol)
        if limit >= MAX_ARTICLES:
            return await self._all(symbol, refresh=refresh)

        async def first_articles() -> CacheEntry:
            return await asyncio.to_thread(_first_articles, await self._all(symbol, refresh=refresh), limit)

        # Sliced once, when it is stored: a hit is served as bytes.
        sliced = CacheKey("news_data", "news", symbol, str(limit))
        return await self._loader.derived(sliced, News, first_articles, refresh=refresh)

    async def _all(self, symbol: str, *, refresh: bool) -> Answer[News]:
        stored = partial(self._database.news, symbol) if self._database else None
        return await self._loader.answer(
            CacheKey("news_data", "news", symbol),
            News,
            partial(self._ask, symbol),
            refresh=refresh,
            stored=stored,
        )

    async def _ask(self, symbol: str) -> SourceResult[News]:
        found = await self._chain.ask("news", symbol, lambda source: source.news(symbol, MAX_ARTICLES))
        if not found.value.articles:
            # Sources answer an unknown symbol with an empty list: the quote tells the two apart.
            with suppress(ServiceError, RateLimitedError):
                await self._quotes.quote(symbol)
        return found


def _first_articles(answer: Answer[News], limit: int) -> CacheEntry:
    news = answer.value.model_copy(update={"articles": answer.value.articles[:limit]})
    return with_body(answer.entry, encode(news))
