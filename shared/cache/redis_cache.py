"""The cache of finished answers in Redis."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial

from redis.asyncio import Redis
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from shared.cache.base import CacheEntry, CacheKey, Fetch, Fetched, FetchMany
from shared.cache.codec import Stored, Unknown, is_fresh, new_entry
from shared.cache.loading import Load, Result
from shared.cache.naming import Naming
from shared.cache.store import AnswerStore
from shared.config.settings import CacheSettings
from shared.errors import DependencyUnavailableError, ServiceError, SymbolNotFoundError
from shared.observability import metrics
from shared.observability.telemetry import current_scope
from shared.redis.guard import RedisGuard, redis_errors
from shared.runtime.breaker import Breaker
from shared.runtime.clock import Clock
from shared.runtime.single_flight import SingleFlight

_PROBE_SECONDS = 60


class RedisCache:
    """Implements :class:`shared.cache.base.Cache`.

    A hit is one GET of one value, or none at all when this worker read it within the last moments; a busy
    worker reads many with one MGET. Concurrent misses, over all workers, are one fetch. While Redis is
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
        self._wait_seconds = settings.lease_seconds
        self._misses: SingleFlight[str, Result] = SingleFlight()
        self._refreshes: SingleFlight[str, Result] = SingleFlight()

    async def get_or_fetch(self, key: CacheKey, fetch: Fetch, *, refresh: bool = False) -> CacheEntry:
        """See :meth:`shared.cache.base.Cache.get_or_fetch`."""
        name = self._naming.name(key)
        result: Result | None = None if refresh else self._store.near(name, self._now())
        if result is None:
            result = (await self._answers({name: key}, partial(_fetch_only, fetch), refresh=refresh))[name]
        _count(key.kind, _outcome(result))
        if isinstance(result, CacheEntry):
            return result
        raise SymbolNotFoundError(result.detail) if isinstance(result, Unknown) else result

    async def get_or_fetch_many(
        self, keys: Sequence[CacheKey], fetch: FetchMany, *, refresh: bool = False
    ) -> dict[CacheKey, CacheEntry | ServiceError]:
        """See :meth:`shared.cache.base.Cache.get_or_fetch_many`."""
        names = {self._naming.name(key): key for key in keys}
        now = self._now()
        results: dict[str, Result] = (
            {} if refresh else {name: near for name in names if (near := self._store.near(name, now))}
        )
        if rest := {name: key for name, key in names.items() if name not in results}:
            results |= await self._answers(rest, fetch, refresh=refresh)
        counts = Counter((key.kind, _outcome(results[name])) for name, key in names.items())
        for (kind, outcome), count in counts.items():
            _count(kind, outcome, count)
        return {key: one for name, key in names.items() if not isinstance(one := results[name], Unknown)}

    def near(self, key: CacheKey) -> CacheEntry | None:
        """See :meth:`shared.cache.base.Cache.near`."""
        near = self._store.near(self._naming.name(key), self._now())
        if not isinstance(near, CacheEntry):
            return None
        _count(key.kind, near.outcome)
        return near

    async def get(self, key: CacheKey) -> CacheEntry | None:
        """The fresh answer that is kept, or None."""
        name = self._naming.name(key)
        stored = self._store.near(name, self._now()) or (await self._store.read([name])).get(name)
        return stored if isinstance(stored, CacheEntry) and is_fresh(stored, self._now()) else None

    async def put(self, key: CacheKey, body: bytes) -> CacheEntry:
        """Keeps an answer made elsewhere."""
        name = self._naming.name(key)
        entry = new_entry(name, body, self._now(), self._naming.ttl(key.ttl_class))
        await self._store.write({name: entry})
        return entry

    async def get_many(self, keys: Sequence[CacheKey]) -> dict[CacheKey, CacheEntry]:
        """See :meth:`shared.cache.base.Cache.get_many`."""
        names = {self._naming.name(key): key for key in keys}
        now = self._now()
        stored: dict[str, Stored] = {name: near for name in names if (near := self._store.near(name, now))}
        if missing := [name for name in names if name not in stored]:
            stored |= await self._store.read(missing)
        return {names[name]: one for name, one in stored.items() if isinstance(one, CacheEntry)}

    async def put_many(self, bodies: Mapping[CacheKey, bytes]) -> None:
        """See :meth:`shared.cache.base.Cache.put_many`."""
        now = self._now()
        names = {self._naming.name(key): key for key in bodies}
        await self._store.write(
            {
                name: new_entry(name, bodies[key], now, self._naming.ttl(key.ttl_class))
                for name, key in names.items()
            }
        )

    async def delete(self, key: CacheKey) -> None:
        """Forgets an answer; while Redis is away, this worker alone does."""
        await self._store.delete(self._naming.name(key))

    async def ping(self) -> None:
        """Returns when Redis takes a value, whatever the breaker thinks of it.

        Raises:
            DependencyUnavailableError: It does not answer, or takes nothing: it is full, or a replica.
        """
        with redis_errors():
            try:
                await self._guard.redis.ping()
            except RedisTimeoutError:
                # This worker may have been held up for so long itself, with the answer waiting to be read.
                await self._guard.redis.ping()
            self._guard.breaker.success()
            try:
                await self._guard.redis.set(self._naming.probe, b"", ex=_PROBE_SECONDS)
            except ResponseError as error:
                raise DependencyUnavailableError("Redis answers, and stores nothing.") from error

    async def aclose(self) -> None:
        """Ends what is being fetched; the client is closed by whoever made it."""
        await self._misses.aclose()
        await self._refreshes.aclose()
        await self._store.aclose()

    async def _answers(
        self, keys: Mapping[str, CacheKey], fetch: FetchMany, *, refresh: bool
    ) -> dict[str, Result]:
        """Results by name: what is in Redis, then what is fetched."""
        found = await self._store.read(list(keys))
        now = self._now()
        results: dict[str, Result] = (
            {} if refresh else {name: stored for name, stored in found.items() if is_fresh(stored, now)}
        )
        if missing := {name: key for name, key in keys.items() if name not in results}:
            results |= await self._load(missing, fetch, found, refresh=refresh)
        return results

    async def _load(
        self, keys: Mapping[str, CacheKey], fetch: FetchMany, found: Mapping[str, Stored], *, refresh: bool
    ) -> dict[str, Result]:
        async def load(names: Sequence[str]) -> Mapping[str, Result]:
            return await Load(
                {name: keys[name] for name in names},
                fetch,
                refresh=refresh,
                store=self._store,
                naming=self._naming,
                clock=self._clock,
                wait_seconds=self._wait_seconds,
                found={name: found[name] for name in names if name in found},
            ).run()

        flights = self._refreshes if refresh else self._misses
        return await flights.run(list(keys), load)

    def _now(self) -> float:
        return self._clock().timestamp()


async def _fetch_only(fetch: Fetch, keys: Sequence[CacheKey]) -> Mapping[CacheKey, Fetched]:
    return {keys[0]: await fetch()}


def _count(kind: str, outcome: str, count: int = 1) -> None:
    """Tells the request's line and the metrics what the cache had."""
    current_scope().cache[outcome] += count
    metrics.cache_looked_up(kind, outcome, count)


def _outcome(result: Result) -> str:
    if isinstance(result, CacheEntry):
        return result.outcome
    return "negative" if isinstance(result, Unknown) else "error"
