"""What a cache of finished answers is.

A value is the finished JSON (bytes) with its times, so that a hit goes out without being parsed.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from shared.errors import ServiceError

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
    """Names one answer: ``{prefix}:v1:{kind}:{symbol}:{params}`` in Redis.

    Attributes:
        ttl_class: Decides how long the answer is fresh.
        kind: What it is (``quote``, ``history``).
        symbol: Whose.
        params: What else sets it apart (``1mo:1d``); empty when nothing does.
    """

    ttl_class: TtlClass
    kind: str
    symbol: str
    params: str = ""


@dataclass(frozen=True)
class CacheEntry:
    """A finished answer.

    Attributes:
        body: JSON in UTF-8, as it goes to the client.
        stored_at: When it was made, in seconds since the epoch.
        ttl: Seconds from then for which it is fresh.
        etag: Strong validator of ``body``, without quotes.
        outcome: How this read came about; for logs and metrics, never stored.
        stale_error: The failure because of which a stale response is served; never stored.
    """

    body: bytes
    stored_at: float
    ttl: int
    etag: str
    outcome: Outcome = "miss"
    stale_error: ServiceError | None = None

    @property
    def stale_reason(self) -> str | None:
        """Why a stale response is served."""
        return self.stale_error.detail if self.stale_error else None

    def age(self, now: datetime) -> int:
        """Whole seconds since it was made, never negative."""
        return max(0, int(now.timestamp() - self.stored_at))

    def max_age(self, now: datetime) -> int:
        """Whole seconds for which it is still fresh; 0 when stale."""
        return max(0, self.ttl - self.age(now))


@dataclass(frozen=True)
class Fetched:
    """The result of a fetch.

    Attributes:
        body: JSON in UTF-8, as it goes to the client.
        ttl_class: Decides how long the response is fresh; None for the class of the key.
        derived_from: The entry that the response was computed from. The response then has the age of that
            entry and is fresh no longer than it. None for a response that came from upstream just now.
    """

    body: bytes
    ttl_class: TtlClass | None = None
    derived_from: CacheEntry | None = None


Fetch = Callable[[], Awaitable[Fetched]]
"""Makes the answer on a miss. Raising ``SymbolNotFoundError`` is remembered as a negative entry."""

FetchMany = Callable[[Sequence[CacheKey]], Awaitable[Mapping[CacheKey, Fetched | ServiceError]]]
"""Makes the answers of the missing keys. A key that is absent from the result is remembered as unknown; one
that could not be had is there with its error. Raising a ``ServiceError`` says so of all of them."""


class Cache(Protocol):
    """A cache of finished answers with single flight and stale-if-error."""

    async def get_or_fetch(self, key: CacheKey, fetch: Fetch, *, refresh: bool = False) -> CacheEntry:
        """The answer for ``key``, fetched once however many ask at the same time.

        When fetching fails with a ``ServiceError`` and a stale answer is kept, that one is returned with
        outcome ``stale``.

        Args:
            key: Names the answer.
            fetch: Makes it.
            refresh: Ask upstream even if a fresh answer is kept.

        Raises:
            SymbolNotFoundError: The symbol is unknown (now, or remembered as such).
            ServiceError: Upstream failed and nothing is kept.
        """

    async def get_or_fetch_many(
        self, keys: Sequence[CacheKey], fetch: FetchMany, *, refresh: bool = False
    ) -> dict[CacheKey, CacheEntry | ServiceError]:
        """The answers of many keys with one read and one fetch.

        An unknown key is absent. One that could not be had, and of which nothing stale is kept, has its
        error in place of an answer; so what is there is served though the rest is down. Raises none itself.
        """

    def near(self, key: CacheKey) -> CacheEntry | None:
        """The fresh answer, if this worker read it within the last moments; asks nobody."""

    async def get(self, key: CacheKey) -> CacheEntry | None:
        """The fresh answer that is kept, or None."""

    async def get_many(self, keys: Sequence[CacheKey]) -> dict[CacheKey, CacheEntry]:
        """Returns what is stored under the keys, fresh or stale, in one read; missing keys are omitted."""

    async def put(self, key: CacheKey, body: bytes) -> CacheEntry:
        """Keeps an answer made elsewhere."""

    async def put_many(self, bodies: Mapping[CacheKey, bytes]) -> None:
        """Stores many responses in one write."""

    async def delete(self, key: CacheKey) -> None:
        """Forgets an answer."""

    async def ping(self) -> None:
        """Returns when the store answers.

        Raises:
            DependencyUnavailableError: It does not.
        """

    async def aclose(self) -> None:
        """Ends what is under way."""
