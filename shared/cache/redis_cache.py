"""The response cache in Redis."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from redis.asyncio import Redis

from shared.cache.cache_entry import (
    CacheEntry,
    CacheKey,
    EntryDeletedError,
    Fetch,
    Fetched,
    FetchMany,
    Lookup,
    MissLimit,
)
from shared.cache.codec import NegativeEntry, Stored, Tombstone, is_fresh
from shared.cache.key_policy import KeyPolicy
from shared.cache.response_load import ResponseLoad, Result, entry_of
from shared.cache.response_store import ResponseStore
from shared.config.store_settings import CacheSettings
from shared.errors.request_errors import RateLimitedError, SymbolNotFoundError
from shared.errors.service_errors import DependencyUnavailableError
from shared.observability import metrics
from shared.observability.telemetry import current_scope
from shared.redis.lease import RedisLeases
from shared.runtime.clock import Clock
from shared.runtime.single_flight import SingleFlight

_PROBE_SECONDS = 60

_Result = Result | RateLimitedError


class RedisCache:
    """Implements :class:`shared.cache.cache_entry.Cache`.

    A hit is one GET of one value, or no command if this worker read it within the local TTL; a busy worker
    reads many with one MGET. Concurrent misses, over all workers, cause one fetch. While Redis is
    unavailable, each worker serves its local cache.

    Args:
        leases: The leases of this worker in Redis.
        settings: TTLs and bounds.
        clock: The time.
        miss_limit: Limits the misses of a caller; None for no limit.
    """

    def __init__(
        self,
        leases: RedisLeases,
        settings: CacheSettings,
        clock: Clock,
        *,
        miss_limit: MissLimit | None = None,
    ) -> None:
        self._guard = leases.guard
        self._policy = KeyPolicy(settings)
        self._store = ResponseStore(leases, settings, self._policy, clock)
        self._clock = clock
        self._wait_seconds = settings.lease_seconds
        self._miss_limit = miss_limit
        self._misses: SingleFlight[str, Result] = SingleFlight()
        self._refreshes: SingleFlight[str, Result] = SingleFlight()

    async def get_or_fetch(self, key: CacheKey, fetch: Fetch, *, refresh: bool = False) -> CacheEntry:
        """See :meth:`shared.cache.cache_entry.Cache.get_or_fetch`."""
        name = self._policy.name(key)
        result: _Result | None = None if refresh else self._store.get_local(name, self._now())
        if result is None:
            result = (await self._lookup({name: key}, partial(_fetch_one, fetch), refresh=refresh))[name]
        _count(key.kind, _outcome(result))
        if isinstance(result, CacheEntry):
            return result
        if isinstance(result, NegativeEntry):
            raise SymbolNotFoundError(result.detail)
        raise EntryDeletedError(key.kind) if isinstance(result, Tombstone) else result

    async def get_or_fetch_many(
        self, keys: Sequence[CacheKey], fetch: FetchMany, *, refresh: bool = False
    ) -> dict[CacheKey, Lookup]:
        """See :meth:`shared.cache.cache_entry.Cache.get_or_fetch_many`."""
        names = {self._policy.name(key): key for key in keys}
        now = self._now()
        results: dict[str, _Result] = (
            {} if refresh else {name: entry for name in names if (entry := self._store.get_local(name, now))}
        )
        if missing := {name: key for name, key in names.items() if name not in results}:
            results |= await self._lookup(missing, fetch, refresh=refresh)
        counts = Counter((key.kind, _outcome(results[name])) for name, key in names.items())
        for (kind, outcome), count in counts.items():
            _count(kind, outcome, count)
        return {
            key: result
            for name, key in names.items()
            if not isinstance(result := results[name], NegativeEntry | Tombstone)
        }

    def get_local(self, key: CacheKey) -> CacheEntry | None:
        """See :meth:`shared.cache.cache_entry.Cache.get_local`."""
        entry = self._store.get_local(self._policy.name(key), self._now())
        if not isinstance(entry, CacheEntry):
            return None
        _count(key.kind, entry.outcome)
        return entry

    async def get(self, key: CacheKey) -> CacheEntry | None:
        """See :meth:`shared.cache.cache_entry.Cache.get`."""
        name = self._policy.name(key)
        stored = self._store.get_local(name, self._now()) or (await self._store.read([name])).get(name)
        return stored if isinstance(stored, CacheEntry) and is_fresh(stored, self._now()) else None

    async def put(self, key: CacheKey, fetched: Fetched) -> CacheEntry:
        """See :meth:`shared.cache.cache_entry.Cache.put`."""
        name = self._policy.name(key)
        entry = entry_of(name, key, fetched, self._policy, self._now())
        await self._store.write({name: entry})
        return entry

    async def get_many(self, keys: Sequence[CacheKey]) -> dict[CacheKey, CacheEntry]:
        """See :meth:`shared.cache.cache_entry.Cache.get_many`."""
        names = {self._policy.name(key): key for key in keys}
        now = self._now()
        stored: dict[str, Stored] = {
            name: entry for name in names if (entry := self._store.get_local(name, now))
        }
        stored |= await self._store.read([name for name in names if name not in stored])
        return {names[name]: entry for name, entry in stored.items() if isinstance(entry, CacheEntry)}

    async def put_many(self, fetched: Mapping[CacheKey, Fetched]) -> None:
        """See :meth:`shared.cache.cache_entry.Cache.put_many`."""
        now = self._now()
        names = {self._policy.name(key): key for key in fetched}
        await self._store.write(
            {name: entry_of(name, key, fetched[key], self._policy, now) for name, key in names.items()}
        )

    async def delete(self, key: CacheKey) -> None:
        """See :meth:`shared.cache.cache_entry.Cache.delete`."""
        await self._store.delete(self._policy.name(key))

    async def delete_everywhere(self, key: CacheKey) -> None:
        """See :meth:`shared.cache.cache_entry.Cache.delete_everywhere`."""
        await self._store.delete_everywhere(self._policy.name(key))

    async def ping(self) -> None:
        """See :meth:`shared.cache.cache_entry.Cache.ping`."""

        async def probe(redis: Redis) -> None:
            await redis.set(self._policy.probe, b"", ex=_PROBE_SECONDS)
            # Two keys of different slots: a server in cluster mode refuses them, and would redirect others.
            await redis.mget([self._policy.probe, f"{self._policy.probe}:2"])

        try:
            await self._guard.run(probe)
        except DependencyUnavailableError as error:
            reason = self._guard.health.last_error
            if reason is None:
                raise
            message = f"Redis is unavailable ({reason})."
            raise DependencyUnavailableError(message, retry_after=error.retry_after) from error

    async def aclose(self) -> None:
        """Cancels what is being fetched; the client is closed by its owner."""
        await self._misses.aclose()
        await self._refreshes.aclose()
        await self._store.aclose()

    async def _lookup(
        self, keys: Mapping[str, CacheKey], fetch: FetchMany, *, refresh: bool
    ) -> dict[str, _Result]:
        """Returns results by name: what is stored and fresh, then what is fetched."""
        stored = await self._store.read(list(keys))
        now = self._now()
        results: dict[str, _Result] = (
            {} if refresh else {name: entry for name, entry in stored.items() if is_fresh(entry, now)}
        )
        missing = {name: key for name, key in keys.items() if name not in results}
        if not missing:
            return results
        if refusal := await self._refusal(missing):
            return results | {name: _stale_or(refusal, stored.get(name)) for name in missing}
        try:
            loaded = await self._load(missing, fetch, stored, refresh=refresh)
        except RateLimitedError as error:
            return results | {name: _stale_or(error, stored.get(name)) for name in missing}
        unknown = [key.kind for name, key in missing.items() if isinstance(loaded[name], NegativeEntry)]
        if unknown and self._miss_limit is not None:
            await self._miss_limit.count_unknown(unknown)
        return results | loaded

    async def _refusal(self, missing: Mapping[str, CacheKey]) -> RateLimitedError | None:
        # In the caller's own context: a flight that others join runs in the context of its first caller.
        if self._miss_limit is None:
            return None
        return await self._miss_limit.admit([key.kind for key in missing.values()])

    async def _load(
        self, keys: Mapping[str, CacheKey], fetch: FetchMany, stored: Mapping[str, Stored], *, refresh: bool
    ) -> dict[str, Result]:
        started: list[str] = []

        async def load(names: Sequence[str]) -> Mapping[str, Result]:
            started.extend(names)
            return await ResponseLoad(
                {name: keys[name] for name in names},
                fetch,
                refresh=refresh,
                store=self._store,
                policy=self._policy,
                clock=self._clock,
                wait_seconds=self._wait_seconds,
                stored={name: stored[name] for name in names if name in stored},
            ).run()

        flights = self._refreshes if refresh else self._misses
        while True:
            try:
                return await flights.run(list(keys), load)
            except RateLimitedError:
                if started:
                    raise
                # The flight of another caller ended by that caller's limit: fetch as this caller.

    def _now(self) -> float:
        return self._clock().timestamp()


async def _fetch_one(fetch: Fetch, keys: Sequence[CacheKey]) -> Mapping[CacheKey, Fetched]:
    return {keys[0]: await fetch()}


def _stale_or(refusal: RateLimitedError, stored: Stored | None) -> _Result:
    if not isinstance(stored, CacheEntry):
        return refusal
    return replace(stored, outcome="stale", stale_error=refusal)


def _count(kind: str, outcome: str, count: int = 1) -> None:
    """Adds a cache lookup to the request's log line and to the metrics."""
    current_scope().cache[outcome] += count
    metrics.cache_looked_up(kind, outcome, count)


def _outcome(result: _Result) -> str:
    if isinstance(result, CacheEntry):
        return result.outcome
    return "negative" if isinstance(result, NegativeEntry | Tombstone) else "error"
