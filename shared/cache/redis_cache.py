"""The cache of finished answers in Redis."""

from collections import Counter
from collections.abc import Mapping, Sequence

from redis.asyncio import Redis

from shared.breaker import Breaker
from shared.cache.base import CacheEntry, CacheKey, Fetch, FetchMany
from shared.cache.codec import Stored, Unknown, is_fresh, new_entry
from shared.cache.guard import RedisGuard, redis_errors
from shared.cache.loading import Load, Result
from shared.cache.naming import Naming
from shared.cache.single_flight import SingleFlight
from shared.cache.store import AnswerStore
from shared.clock import Clock
from shared.config.settings import CacheSettings
from shared.errors import ServiceError, SymbolNotFoundError
from shared.telemetry import annotate


class RedisCache:
    """Implements :class:`shared.cache.base.Cache`.

    A hit is one GET of one value, or none at all when this worker read it within the last moments. Concurrent
    reads of a key in a worker are one read; concurrent misses, over all workers, one fetch. While Redis is
    away, each worker goes on with what it holds itself.

    Args:
        redis: The client.
        settings: Lifetimes and bounds.
        clock: The time.
        breaker: Decides when Redis is left alone.
    """

    def __init__(
        self, redis: Redis, settings: CacheSettings, clock: Clock, *, breaker: Breaker | None = None
    ) -> None:
        self._guard = RedisGuard(redis, breaker)
        self._store = AnswerStore(self._guard, settings, clock)
        self._naming = Naming(settings)
        self._clock = clock
        self._wait_seconds = settings.lock_seconds
        self._reads: SingleFlight[CacheKey, Result] = SingleFlight()
        self._refreshes: SingleFlight[CacheKey, Result] = SingleFlight()

    async def get_or_fetch(self, key: CacheKey, fetch: Fetch, *, refresh: bool = False) -> CacheEntry:
        """See :meth:`shared.cache.base.Cache.get_or_fetch`."""

        async def fetch_many(keys: Sequence[CacheKey]) -> Mapping[CacheKey, bytes]:
            return {keys[0]: await fetch()}

        result: Result | None = None if refresh else self._near(key)
        if result is None:
            result = (await self._load([key], fetch_many, refresh=refresh))[key]
        annotate(cache=_outcome(result))
        if isinstance(result, CacheEntry):
            return result
        raise SymbolNotFoundError(result.detail) if isinstance(result, Unknown) else result

    async def get_or_fetch_many(
        self, keys: Sequence[CacheKey], fetch: FetchMany, *, refresh: bool = False
    ) -> dict[CacheKey, CacheEntry | ServiceError]:
        """See :meth:`shared.cache.base.Cache.get_or_fetch_many`."""
        results: dict[CacheKey, Result] = {}
        if not refresh:
            results = {key: near for key in keys if (near := self._near(key))}
        rest = [key for key in dict.fromkeys(keys) if key not in results]
        if rest:
            results |= await self._load(rest, fetch, refresh=refresh)
        counts = Counter(_outcome(result) for result in results.values())
        annotate(cache=",".join(f"{outcome}:{count}" for outcome, count in sorted(counts.items())))
        return {key: result for key in keys if not isinstance(result := results[key], Unknown)}

    async def get(self, key: CacheKey) -> CacheEntry | None:
        """The fresh answer that is kept, or None."""
        near = self._near(key)
        if near is None:
            name = self._naming.name(key)
            near = (await self._store.read([name])).get(name)
        return near if isinstance(near, CacheEntry) and is_fresh(near, self._now()) else None

    async def put(self, key: CacheKey, body: bytes) -> CacheEntry:
        """Keeps an answer made elsewhere."""
        name = self._naming.name(key)
        entry = new_entry(name, body, self._now(), self._naming.ttl(key))
        await self._store.write({name: entry})
        return entry

    async def delete(self, key: CacheKey) -> None:
        """Forgets an answer; while Redis is away, this worker alone does."""
        await self._store.delete(self._naming.name(key))

    async def ping(self) -> None:
        """Returns when Redis answers, whatever the breaker thinks of it.

        Raises:
            DependencyUnavailableError: It does not.
        """
        with redis_errors():
            await self._guard.redis.ping()
        self._guard.breaker.success()

    async def aclose(self) -> None:
        """Ends what is being fetched; the client is closed by whoever made it."""
        await self._reads.aclose()
        await self._refreshes.aclose()

    def _near(self, key: CacheKey) -> Stored | None:
        stored = self._store.near(self._naming.name(key))
        return stored if stored and is_fresh(stored, self._now()) else None

    async def _load(
        self, keys: Sequence[CacheKey], fetch: FetchMany, *, refresh: bool
    ) -> dict[CacheKey, Result]:
        flights = self._refreshes if refresh else self._reads

        async def load(missing: Sequence[CacheKey]) -> Mapping[CacheKey, Result]:
            return await Load(
                missing,
                fetch,
                refresh=refresh,
                store=self._store,
                naming=self._naming,
                clock=self._clock,
                wait_seconds=self._wait_seconds,
            ).run()

        return await flights.run(keys, load)

    def _now(self) -> float:
        return self._clock().timestamp()


def _outcome(result: Result) -> str:
    if isinstance(result, CacheEntry):
        return result.outcome
    return "negative" if isinstance(result, Unknown) else "error"
