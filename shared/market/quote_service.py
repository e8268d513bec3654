"""Quotes: of the cache, of the sources, or the last stored close."""

from collections.abc import Mapping, Sequence
from functools import partial

from shared.cache.cache_entry import Cache, CacheEntry, CacheKey, Fetched
from shared.domain.market_data import Quote
from shared.domain.symbols import normalise_symbol
from shared.errors.request_errors import SymbolNotFoundError
from shared.errors.service_errors import UPSTREAM_FAILURES, ServiceError
from shared.market.answer_loader import AnswerLoader, fetched_of, for_client, stale_entry
from shared.market.answers import Answer, QuoteError, QuotesResult, answer_of
from shared.market.last_closes import LastCloses
from shared.market.source_chain import SourceChain
from shared.market.source_outcomes import SourceOutcome, SourceResult


class QuoteService:
    """Serves quotes.

    Args:
        chain: The sources.
        loader: Loads answers through the cache.
        cache: Stores finished responses.
        last_closes: The closes in the database, which are the last choice.
    """

    def __init__(
        self, chain: SourceChain, loader: AnswerLoader, cache: Cache, last_closes: LastCloses
    ) -> None:
        self._chain = chain
        self._loader = loader
        self._cache = cache
        self._last_closes = last_closes

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
        key = _key(symbol)
        # Most requests hit what this worker has read within the last second: no await, no lookup in Redis.
        if not refresh and (entry := self._cache.get_local(key)):
            return Answer(entry, Quote)
        stored = partial(self._last_closes.quote, symbol)
        return await self._loader.answer(
            key, Quote, partial(self._ask, symbol), refresh=refresh, stored=stored, is_current=False
        )

    async def quotes(self, symbols: Sequence[str], *, refresh: bool = False) -> QuotesResult:
        """Returns the quotes of many symbols, with one upstream request for those not in the cache.

        Raises:
            InvalidSymbolError: One of the texts cannot be a symbol.
        """
        keys = {_key(normalise_symbol(symbol)): None for symbol in symbols}
        entries = await self._cache.get_or_fetch_many(list(keys), self._fetch, refresh=refresh)
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

    async def _fetch(self, missing: Sequence[CacheKey]) -> Mapping[CacheKey, Fetched | ServiceError]:
        outcomes = await self._ask_many([key.symbol for key in missing])
        fetched: dict[CacheKey, Fetched | ServiceError] = {}
        for key in missing:
            outcome = outcomes[key.symbol]
            if isinstance(outcome, SourceResult):
                fetched[key] = fetched_of(outcome)
            elif isinstance(outcome, ServiceError):
                fetched[key] = outcome
        return fetched

    async def _ask(self, symbol: str) -> SourceResult[Quote]:
        outcome = (await self._ask_many([symbol]))[symbol]
        if isinstance(outcome, SourceResult):
            return outcome
        raise outcome

    async def _ask_many(self, symbols: Sequence[str]) -> dict[str, SourceOutcome[Quote]]:
        return await self._chain.ask_many("quote", symbols, lambda source, missing: source.quotes(missing))


def _key(symbol: str) -> CacheKey:
    return CacheKey("price_data", "quote", symbol)
