"""Answers of the cache, the database or the sources, in this order."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from shared.cache.cache_entry import Cache, CacheEntry, CacheKey, Fetched, TtlClass
from shared.domain.market_data import Provenance
from shared.errors.request_errors import SymbolNotFoundError
from shared.errors.service_errors import UPSTREAM_FAILURES, ServiceError, UpstreamUnavailableError
from shared.market.answers import Answer, QuoteError, answer_of, encode
from shared.market.database import MarketDatabase
from shared.market.source_outcomes import NotInSampleDataError, SourceResult
from shared.observability.telemetry import annotate

T = TypeVar("T", bound=Provenance)
Make = Callable[[], Awaitable[SourceResult[T]]]


class AnswerLoader:
    """Loads answers.

    Args:
        cache: Stores finished responses.
        database: The stored market data; None without a database.
    """

    def __init__(self, cache: Cache, database: MarketDatabase | None) -> None:
        self._cache = cache
        self._database = database

    async def answer(
        self,
        key: CacheKey,
        model: type[T],
        make: Make[T],
        *,
        refresh: bool,
        stored: Callable[[], Awaitable[T | None]] | None = None,
        is_current: bool = True,
    ) -> Answer[T]:
        """Returns an answer of the cache, the database or the sources.

        Args:
            key: Key in the cache.
            model: Type of the answer.
            make: Requests the sources.
            refresh: Request the sources even if a fresh answer is stored.
            stored: Reads the database; None if that has no such data.
            is_current: Whether fresh data of the database are as good as those of a source.
        """
        fresh = stored if is_current and not refresh else None

        async def fetch() -> Fetched:
            return await self.fetched(key, make, fresh)

        try:
            entry = await self._cache.get_or_fetch(key, fetch, refresh=refresh)
        except UPSTREAM_FAILURES as error:
            value = await stored() if stored is not None else None
            if value is None:
                raise for_client(error) from None
            annotate(database="stale")
            entry = stale_entry(value, error)
        return await _answer_of(entry, model)

    async def fetched(
        self, key: CacheKey, make: Make[T], stored: Callable[[], Awaitable[T | None]] | None
    ) -> Fetched:
        """Returns fresh data of the database, or those of the sources; see :meth:`answer`."""
        if stored is not None and self._database is not None:
            value = await stored()
            if value is not None and self._database.is_fresh(key.ttl_class, value.fetched_at):
                annotate(database="hit")
                return Fetched(encode(value), None, value.source, fetched_at=value.fetched_at.timestamp())
        return await asyncio.to_thread(fetched_of, await make())

    async def derived(
        self, key: CacheKey, model: type[T], make: Callable[[], Awaitable[CacheEntry]], *, refresh: bool
    ) -> Answer[T]:
        """Returns a response computed from another cache entry, which is cached as long as that is fresh."""

        async def fetch() -> Fetched:
            entry = await make()
            if entry.outcome == "stale":
                # What is computed from a stale history must not be cached as fresh.
                raise entry.stale_error or UpstreamUnavailableError("The history is stale.")
            return Fetched(entry.body, derived_from=entry)

        try:
            entry = await self._cache.get_or_fetch(key, fetch, refresh=refresh)
        except NotInSampleDataError as error:
            raise for_client(error) from None
        except ServiceError:
            return Answer(await make(), model)
        return await _answer_of(entry, model)


async def _answer_of(entry: CacheEntry, model: type[T]) -> Answer[T]:
    if entry.outcome != "stale":
        return Answer(entry, model)
    # Marking a long history takes a while.
    return await asyncio.to_thread(answer_of, entry, model)


def stale_entry(value: Provenance, error: ServiceError) -> CacheEntry:
    """Returns data of the database as a stale entry, which states why no source answered."""
    return CacheEntry(encode(value), value.fetched_at.timestamp(), 0, "", value.source, "stale", error)


def fetched_of(found: SourceResult[T]) -> Fetched:
    """Returns the serialised answer, which states why preferred sources were skipped."""
    value = found.value.model_copy(update={"fallback_reason": found.fallback_reason})
    return Fetched(encode(value), _ttl_class(found), value.source)


def _ttl_class(found: SourceResult[Any]) -> TtlClass | None:
    """Returns the TTL class of a placeholder: as short as a price's, the real sources may soon be back."""
    return "price_data" if found.is_placeholder else None


def for_client(error: QuoteError) -> QuoteError:
    """Returns the error for the client; a symbol that only the sample data lack counts as unknown."""
    return SymbolNotFoundError(error.detail) if isinstance(error, NotInSampleDataError) else error
