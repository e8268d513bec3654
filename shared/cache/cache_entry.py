"""The response cache: its keys, entries and interface.

A value is a finished JSON response (bytes) with its times, so that a hit is served without being parsed.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from shared.errors import AppError
from shared.errors.request_errors import RateLimitedError
from shared.errors.service_errors import ServiceError

TtlClass = Literal[
    "price_data",
    "historical_data",
    "fundamental_data",
    "technical_data",
    "news_data",
    "symbol_data",
    "reports",
    "negative",
]
Outcome = Literal["hit", "miss", "stale"]


@dataclass(frozen=True)
class CacheKey:
    """Identifies a response: ``{prefix}:{version}:{kind}:{symbol}:{params}`` in Redis.

    Attributes:
        ttl_class: Determines how long the response is fresh.
        kind: Kind of the response (``quote``, ``history``).
        symbol: Ticker, or another id, that the response belongs to.
        params: Further parameters (``1mo:1d``); empty if there are none.
    """

    ttl_class: TtlClass
    kind: str
    symbol: str
    params: str = ""


@dataclass(frozen=True)
class CacheEntry:
    """A finished response.

    Attributes:
        body: JSON in UTF-8, as it is sent to clients.
        stored_at: Time of the fetch, in seconds since the epoch.
        ttl: Seconds from then for which it is fresh.
        etag: Strong validator of ``body``, without quotes.
        source: Name of the data source; None if there is none.
        outcome: Result of the cache lookup, for logs and metrics; not stored.
        stale_error: Why a stale entry could not be refreshed; not stored.
    """

    body: bytes
    stored_at: float
    ttl: int
    etag: str
    source: str | None = None
    outcome: Outcome = "miss"
    stale_error: ServiceError | RateLimitedError | None = None

    @property
    def stale_reason(self) -> str | None:
        """Detail of the error because of which a stale entry is served; None if it is not stale."""
        return self.stale_error.detail if self.stale_error else None

    def age(self, now: datetime) -> int:
        """Returns the whole seconds since the fetch, never negative."""
        return max(0, int(now.timestamp() - self.stored_at))

    def max_age(self, now: datetime) -> int:
        """Returns the whole seconds for which the entry is still fresh; 0 if it is stale."""
        return max(0, self.ttl - self.age(now))


@dataclass(frozen=True)
class Fetched:
    """The result of a fetch.

    Attributes:
        body: JSON in UTF-8, as it is sent to clients.
        ttl_class: Determines how long the response is fresh; None for the class of the key.
        source: Name of the data source; None if there is none.
        derived_from: The entry that the response was computed from. The response then has the age of that
            entry and is fresh no longer than it. None for a response that came from upstream just now.
        fetched_at: When upstream was asked, in seconds since the epoch; None for just now. Ignored with
            ``derived_from``.
    """

    body: bytes
    ttl_class: TtlClass | None = None
    source: str | None = None
    derived_from: CacheEntry | None = None
    fetched_at: float | None = None


class EntryDeletedError(AppError):
    """The entry was deleted for all workers and must not be fetched again."""


Fetch = Callable[[], Awaitable[Fetched]]
"""Fetches a response on a miss. A ``SymbolNotFoundError`` is stored as a negative entry."""

FetchMany = Callable[[Sequence[CacheKey]], Awaitable[Mapping[CacheKey, Fetched | ServiceError]]]
"""Fetches the responses of missing keys. A key that is absent from the result is stored as a negative entry;
one that could not be fetched has its error. A ``ServiceError`` that is raised applies to all keys."""

Lookup = CacheEntry | ServiceError | RateLimitedError
"""Result for one of many keys."""


class MissLimit(Protocol):
    """Limits the cache misses of the current caller."""

    async def admit(self, kinds: Sequence[str]) -> RateLimitedError | None:
        """Counts misses, given by kind of data; returns the error if the caller may not cause them."""

    async def count_unknown(self, kinds: Sequence[str]) -> None:
        """Counts misses whose symbol turned out to be unknown, which weigh more."""


class Cache(Protocol):
    """A cache of finished responses with single-flight and stale-if-error."""

    async def get_or_fetch(self, key: CacheKey, fetch: Fetch, *, refresh: bool = False) -> CacheEntry:
        """Returns the response of ``key``; concurrent misses cause one fetch.

        If the fetch fails with a ``ServiceError``, or the caller's limit of misses is reached, and a stale
        entry is stored, that entry is returned with outcome ``stale``.

        Args:
            key: Key of the response.
            fetch: Fetches it.
            refresh: Fetch even if a fresh entry is stored.

        Raises:
            SymbolNotFoundError: The symbol is unknown, now or by a negative entry.
            RateLimitedError: The caller may not cause this miss, and no stale entry is stored.
            EntryDeletedError: The entry was deleted for all workers.
            ServiceError: The fetch failed and no stale entry is stored.
        """

    async def get_or_fetch_many(
        self, keys: Sequence[CacheKey], fetch: FetchMany, *, refresh: bool = False
    ) -> dict[CacheKey, Lookup]:
        """Returns the responses of many keys with one read and one fetch.

        The error of a single key is returned, not raised: a key that could not be fetched and has no stale
        entry has its error. A key with an unknown symbol is absent.
        """

    def get_local(self, key: CacheKey) -> CacheEntry | None:
        """Returns the fresh entry of the local cache (L1), without any I/O; None if there is none."""

    async def get(self, key: CacheKey) -> CacheEntry | None:
        """Returns the fresh entry, or None; does not fetch."""

    async def get_many(self, keys: Sequence[CacheKey]) -> dict[CacheKey, CacheEntry]:
        """Returns the entries, fresh or stale, with one read; missing keys are omitted."""

    async def put(self, key: CacheKey, fetched: Fetched) -> CacheEntry:
        """Stores a response and returns its entry."""

    async def put_many(self, fetched: Mapping[CacheKey, Fetched]) -> None:
        """Stores many responses with one write."""

    async def delete(self, key: CacheKey) -> None:
        """Deletes an entry; in this worker only while the shared store is unavailable."""

    async def delete_everywhere(self, key: CacheKey) -> None:
        """Replaces an entry by a tombstone, which reads report and later stores do not replace.

        Raises:
            DependencyUnavailableError: The shared store did not confirm it.
        """

    async def ping(self) -> None:
        """Returns if the shared store answers and accepts writes.

        Raises:
            DependencyUnavailableError: It does not; the detail names the cause.
        """

    async def aclose(self) -> None:
        """Cancels what is in progress."""
