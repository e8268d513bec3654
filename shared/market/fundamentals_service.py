"""Fundamentals: of the cache, the database or the sources, in one currency, with remarks."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from shared.cache.cache_entry import Cache, CacheEntry, CacheKey, Fetched
from shared.domain.company import Filing
from shared.domain.market_data import Fundamentals
from shared.domain.symbols import normalise_symbol
from shared.errors.request_errors import NotFoundError, RateLimitedError, SymbolNotFoundError
from shared.errors.service_errors import ServiceError, UpstreamTimeoutError, UpstreamUnavailableError
from shared.market.analysis.other_claims import without_figures_of_ordinary_shares
from shared.market.analysis.quality import unpublished_filing
from shared.market.answer_loader import AnswerLoader
from shared.market.answers import Answer, QuoteError, answer_of
from shared.market.database import MarketDatabase
from shared.market.price_service import PriceService
from shared.market.providers.issuers import OTHER_LINES, security_of
from shared.market.rate_service import ExchangeRates
from shared.market.reported_totals import with_converted_totals
from shared.market.source_chain import SourceChain
from shared.market.source_outcomes import SAMPLE_SOURCE, SourceResult, is_made_up_beside

_REMARK_SECONDS: Final = 1.0
"""How long fundamentals wait for the filings that they are compared with."""
_RECENT_FILINGS: Final = 200
"""Filings among which the newest periodic report is looked for; companies file some hundred a year."""


class FundamentalsService:
    """Serves fundamentals.

    Args:
        chain: The sources.
        loader: Loads answers through the cache.
        cache: Stores finished responses.
        database: The stored snapshots; None without a database.
        rates: Exchange rates, for statement totals in another currency than the price.
        prices: The cached candles, for the 52-week range.
    """

    def __init__(
        self,
        chain: SourceChain,
        loader: AnswerLoader,
        cache: Cache,
        database: MarketDatabase | None,
        rates: ExchangeRates,
        prices: PriceService,
    ) -> None:
        self._chain = chain
        self._loader = loader
        self._cache = cache
        self._database = database
        self._rates = rates
        self._prices = prices

    async def fundamentals(self, symbol: str, *, refresh: bool = False) -> Answer[Fundamentals]:
        """Returns valuation, profitability, growth, balance sheet, dividend and analyst view.

        Raises:
            InvalidSymbolError: The text cannot be a symbol.
            SymbolNotFoundError: No source knows the symbol.
            ServiceError: No source could answer, and nothing is cached.
        """
        symbol = normalise_symbol(symbol)
        stored = partial(self._database.fundamentals, symbol) if self._database else None
        return await self._loader.answer(
            _key(symbol), Fundamentals, partial(self._ask, symbol), refresh=refresh, stored=stored
        )

    async def fundamentals_of_many(
        self, symbols: Sequence[str], seconds: float
    ) -> Mapping[str, Fundamentals | QuoteError]:
        """Returns fundamentals, or the error, by symbol: one read of the cache for all of them.

        Args:
            symbols: Tickers.
            seconds: After this time, those that are still requested are timeouts.
        """

        async def fetch(missing: Sequence[CacheKey]) -> Mapping[CacheKey, Fetched | ServiceError]:
            return await self._fetch_many(missing, seconds)

        keys = [_key(normalise_symbol(symbol)) for symbol in symbols]
        entries = await self._cache.get_or_fetch_many(keys, fetch)
        unknown = SymbolNotFoundError("No data source knows the symbol.")
        found = {key.symbol: entries.get(key, unknown) for key in keys}
        return {
            symbol: answer_of(entry, Fundamentals).value if isinstance(entry, CacheEntry) else entry
            for symbol, entry in found.items()
        }

    async def _fetch_many(
        self, keys: Sequence[CacheKey], seconds: float
    ) -> Mapping[CacheKey, Fetched | ServiceError]:
        """Fetches what comes in time; the key of an unknown symbol is absent."""
        tasks = {key: asyncio.create_task(self._fetch(key)) for key in keys}
        try:
            done, late = await asyncio.wait(tasks.values(), timeout=max(0.0, seconds))
        finally:
            for task in tasks.values():
                task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        timeout = UpstreamTimeoutError("The data source did not answer in time.")
        outcomes = {key: task.result() if task in done else timeout for key, task in tasks.items()}
        return {key: outcome for key, outcome in outcomes.items() if outcome is not None}

    async def _fetch(self, key: CacheKey) -> Fetched | ServiceError | None:
        """Returns the fundamentals of the database or a source; None for an unknown symbol."""
        stored = partial(self._database.fundamentals, key.symbol) if self._database else None
        try:
            return await self._loader.fetched(key, partial(self._ask, key.symbol), stored)
        except SymbolNotFoundError:
            return None
        except RateLimitedError as error:
            # The caller's share ended within this answer, which keeps what has been fetched.
            return UpstreamUnavailableError(error.detail, retry_after=error.retry_after)
        except ServiceError as error:
            return error

    async def _ask(self, symbol: str) -> SourceResult[Fundamentals]:
        filings = asyncio.create_task(self._recent_filings(symbol))
        try:
            found = await self._chain.ask("fundamentals", symbol, lambda source: source.fundamentals(symbol))
            found = replace(found, value=_of_security(await self._with_one_currency(found.value)))
            # A remark is not worth the wait for a slow source.
            done, _ = await asyncio.wait({filings}, timeout=_REMARK_SECONDS)
            remark = unpublished_filing(found.value, filings.result() if done else ())
        finally:
            filings.cancel()
        update = await self._prices.year_range(symbol)
        if remark is not None:
            update["quality"] = (*found.value.quality, remark)
        return replace(found, value=found.value.model_copy(update=update))

    async def _with_one_currency(self, found: Fundamentals) -> Fundamentals:
        """Returns fundamentals with statement totals in the price's currency, where there is a rate."""
        totals = found.reported
        if totals is None or found.currency is None:
            return found
        day = found.as_of.date() if found.as_of else None
        try:
            rate = await self._rates.rate(totals.currency, found.currency, day)
        except (ServiceError, NotFoundError, RateLimitedError):
            # Withheld already, with a remark.
            return found
        if is_made_up_beside(rate.value, found.source):
            return found
        return await asyncio.to_thread(with_converted_totals, found, totals, rate.value)

    async def _recent_filings(self, symbol: str) -> Sequence[Filing]:
        """Returns the newest filings of a company; none when no source has them."""
        try:
            found = await self._chain.ask(
                "filings", symbol, lambda source: source.filings(symbol, None, _RECENT_FILINGS)
            )
        except (ServiceError, NotFoundError, RateLimitedError):
            return ()
        # Made-up filings say nothing of figures.
        return () if found.value.source == SAMPLE_SOURCE else found.value.filings


def _of_security(found: Fundamentals) -> Fundamentals:
    """Returns fundamentals that say nothing of the ordinary shares where the symbol is another security."""
    security = security_of(found.symbol, found.name)
    if security is None or security not in OTHER_LINES:
        return found
    return without_figures_of_ordinary_shares(found, security)


def _key(symbol: str) -> CacheKey:
    return CacheKey("fundamental_data", "fundamentals", symbol)
