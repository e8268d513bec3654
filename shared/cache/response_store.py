"""Responses and fetch leases in Redis; in this worker's local cache while Redis is unavailable.

Nothing here raises if Redis fails, except the deletion for all workers: a read returns local copies, a write
is kept locally, and every worker is granted the lease.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from shared.cache.cache_entry import CacheEntry
from shared.cache.codec import (
    HEADER_PREFIX_BYTES,
    MAGIC,
    TOMBSTONE,
    Stored,
    Tombstone,
    UndecodableError,
    decode,
    encode,
    is_fresh,
)
from shared.cache.key_policy import READ_BYTES, KeyPolicy
from shared.cache.local_cache import LocalCache
from shared.config.store_settings import CacheSettings
from shared.errors.service_errors import DependencyUnavailableError, ServiceError
from shared.redis.guard import RedisGuard
from shared.redis.lease import LeaseMarker, RedisLeases
from shared.runtime.batching import Batched, chunked
from shared.runtime.clock import Clock
from shared.runtime.degraded import DegradedState
from shared.runtime.recent_failures import RecentFailures, decode_failure, encode_failure

if TYPE_CHECKING:
    from redis.asyncio.client import Pipeline

TOMBSTONE_SECONDS: Final = 3_600
"""Longer than any fetch that began before the deletion can take."""

_MAX_NAMES: Final = 100
"""Names in one command or pipeline, so that each meets its deadline."""
_NAME_BYTES: Final = READ_BYTES // _MAX_NAMES
_RENEW_AFTER: Final = 0.5
"""Share of the local TTL after which an entry that is in use is read again."""
_MICROSECONDS: Final = 1_000_000
_MAX_SKEW: Final = 5 * _MICROSECONDS

_log = logging.getLogger(__name__)

_STORE_IF_NEWER: Final = f"""
local length, head = {HEADER_PREFIX_BYTES}, redis.pcall('getrange', KEYS[1], 0, {HEADER_PREFIX_BYTES - 1})
if type(head) == 'string' and #head == length and string.sub(head, 1, 4) == '{MAGIC.decode()}' then
  if string.sub(head, 5, 5) == '{TOMBSTONE.decode()}' then return 2 end
  local time = redis.call('time')
  local now = tonumber(time[1]) * {_MICROSECONDS} + tonumber(time[2])
  local stored_at = tonumber(string.sub(head, 6))
  if stored_at and stored_at > tonumber(ARGV[2]) and stored_at < now + {_MAX_SKEW} then return 1 end
end
redis.call('set', KEYS[1], ARGV[1], 'EX', ARGV[3])
return 0
"""
"""Stores a value unless the key has a tombstone (2) or a newer entry (1), other than one from the future."""
_REPLACED: Final = 2


@dataclass(frozen=True)
class FetchLease:
    """Result of trying to acquire the fetch lease of a response.

    Attributes:
        acquired: Whether the lease was granted: fetch, then release it.
        stored: The entry, if there is one by now.
        failure: The recent failure of another fetch, if there was one.
    """

    acquired: bool
    stored: Stored | None = None
    failure: ServiceError | None = None


class ResponseStore:
    """Stores entries by name.

    Args:
        leases: The leases of this worker in Redis.
        settings: TTLs and bounds.
        policy: Rules of names.
        clock: The time.
    """

    def __init__(self, leases: RedisLeases, settings: CacheSettings, policy: KeyPolicy, clock: Clock) -> None:
        self._leases = leases
        self._guard: RedisGuard = leases.guard
        self._settings = settings
        self._policy = policy
        self._clock = clock
        self._local = LocalCache(settings.local_bytes)
        self._failures: RecentFailures[ServiceError] = RecentFailures(clock)
        self._unwritable = DegradedState("cache writes", _log)
        self._renewing: set[str] = set()
        self._reads: Batched[str, Stored] = Batched(
            self._read_now, max_batch_size=READ_BYTES, cost=self._read_cost
        )
        self._repairs: Batched[str, None] = Batched(self._repair, max_batch_size=READ_BYTES, cost=self._size)

    def get_local(self, name: str, now: float) -> Stored | None:
        """Returns the fresh entry if this worker read it within the local TTL before ``now``, else None.

        Args:
            name: Key in Redis.
            now: Unix time in seconds.
        """
        local_ttl = self._settings.local_ttl
        if local_ttl == 0 or (entry := self._local.get(name)) is None:
            return None
        age = now - entry.read_at
        if not 0 <= age < local_ttl or not is_fresh(entry.stored, now):
            return None
        if age >= local_ttl * _RENEW_AFTER and name not in self._renewing:
            self._renew(name)
        return entry.stored

    async def read(self, names: Sequence[str]) -> dict[str, Stored]:
        """Returns the entries, fresh or stale; a name without an entry is absent."""
        stored: dict[str, Stored] = {}
        for chunk in chunked(names, self._read_cost, READ_BYTES):
            stored.update(await self._reads.get(chunk))
        return stored

    async def write(self, entries: Mapping[str, Stored]) -> dict[str, Stored]:
        """Stores entries.

        Returns:
            Tombstones of the names that were deleted for all workers and therefore not stored.
        """
        deleted: dict[str, Stored] = {}
        for chunk in chunked(entries, lambda name: max(_NAME_BYTES, _size(entries[name])), READ_BYTES):
            deleted.update(await self._write_chunk({name: entries[name] for name in chunk}))
        return deleted

    async def delete(self, name: str) -> None:
        """Deletes an entry; in this worker only while Redis is unavailable."""
        self._local.drop(name)
        self._failures.forget(name)
        await self._discard([name])

    async def delete_everywhere(self, name: str) -> None:
        """Replaces an entry by a tombstone.

        Raises:
            DependencyUnavailableError: Redis did not confirm it.
        """
        tombstone = Tombstone(self._now(), TOMBSTONE_SECONDS)
        self._local.drop(name)
        value = encode(name, tombstone)
        try:
            await self._guard.run(lambda redis: redis.set(name, value, ex=TOMBSTONE_SECONDS))
        except ResponseError as error:
            raise DependencyUnavailableError("Redis rejects the deletion.", retry_after=5) from error

    async def claim(self, names: Sequence[str], *, ignore_failures: bool = False) -> dict[str, FetchLease]:
        """Tries to acquire the fetch leases of responses.

        Args:
            names: Names of the responses.
            ignore_failures: Whether to fetch although another fetch failed recently.
        """
        claims: dict[str, FetchLease] = {}
        if not ignore_failures:
            failures = {name: self._failures.get(name) for name in names}
            claims = {name: FetchLease(False, failure=error) for name, error in failures.items() if error}
        to_ask = [name for name in names if name not in claims]
        for chunk in chunked(to_ask, self._read_cost, READ_BYTES):
            claims.update(await self._claim_chunk(chunk, ignore_failures=ignore_failures))
        return claims

    async def release(self, names: Sequence[str], failures: Mapping[str, tuple[ServiceError, float]]) -> None:
        """Releases fetch leases.

        Args:
            names: Names of the responses.
            failures: Errors of the fetches that failed, with the seconds for which not to retry them.
        """
        for name, (error, seconds) in failures.items():
            self._failures.remember(name, error, seconds)
        for start in range(0, len(names), _MAX_NAMES):
            chunk = names[start : start + _MAX_NAMES]
            await self._leases.release({_lease_of(name): _marker(failures.get(name)) for name in chunk})

    async def aclose(self) -> None:
        """Cancels what is in progress."""
        await self._reads.aclose()
        await self._repairs.aclose()

    def _renew(self, name: str) -> None:
        """Reads an entry in use again, so that no request waits for Redis when its local TTL ends."""
        self._renewing.add(name)
        self._reads.submit([name]).add_done_callback(lambda _: self._renewing.discard(name))

    async def _read_now(self, names: Sequence[str]) -> dict[str, Stored]:
        try:
            values = await self._read_values(names)
        except DependencyUnavailableError:
            return self._local_copies(names)
        return await self._decode_all(dict(zip(names, values, strict=True)))

    async def _read_values(self, names: Sequence[str]) -> Sequence[object]:
        try:
            if len(names) == 1:
                return [await self._guard.run(lambda redis: redis.get(names[0]))]
            return await self._guard.run(lambda redis: redis.mget(names))
        except ResponseError as error:
            # WRONGTYPE: the key has a value of another type, which is deleted as corrupt.
            if len(names) == 1 and str(error).startswith("WRONGTYPE"):
                return [error]
            raise DependencyUnavailableError("Redis rejects a read.") from error

    async def _decode_all(self, values: Mapping[str, object]) -> dict[str, Stored]:
        """Decodes values and updates the local cache; a newer local entry that Redis lacks is preferred."""
        now = self._now()
        decoded: dict[str, Stored] = {}
        corrupt: list[str] = []
        for name, value in values.items():
            stored = self._decode(name, value, corrupt)
            if (unwritten := self._newer_unwritten(name, stored)) is not None:
                decoded[name] = unwritten
                # Redis missed the write: repeat it, so that the other workers see the same response.
                self._repairs.submit([name])
            elif stored is None:
                self._local.drop(name)
            else:
                decoded[name] = stored
                self._local.put(name, stored, now, in_redis=True)
        if corrupt:
            await self._discard(corrupt)
        return decoded

    def _newer_unwritten(self, name: str, in_redis: Stored | None) -> Stored | None:
        """Returns the local entry if it could not be written to Redis and is newer than the one there."""
        local = self._local.get(name)
        if local is None or local.in_redis or not self._is_usable(local.stored):
            return None
        if in_redis is None:
            return local.stored
        if isinstance(in_redis, Tombstone) or local.stored.stored_at < in_redis.stored_at:
            return None
        return local.stored

    def _decode(self, name: str, value: object, corrupt: list[str]) -> Stored | None:
        if value is None:
            return None
        try:
            if isinstance(value, bytes):
                return decode(name, value)
            reason = type(value).__name__
        except UndecodableError as error:
            reason = str(error)
        _log.warning("corrupt cache entry deleted: %s (%s)", self._policy.kind(name), reason)
        corrupt.append(name)
        return None

    async def _write_chunk(self, entries: Mapping[str, Stored]) -> dict[str, Stored]:
        try:
            outcomes = await self._guard.run(partial(self._send_writes, entries))
        except (DependencyUnavailableError, ResponseError) as error:
            self._unwritable.begin(f"Redis write failed, caching in process memory only ({error})")
            outcomes, in_redis = [0] * len(entries), False
        else:
            self._unwritable.end()
            in_redis = True
        now = self._now()
        deleted: dict[str, Stored] = {}
        for (name, stored), outcome in zip(entries.items(), outcomes, strict=True):
            self._failures.forget(name)
            if outcome == _REPLACED:
                deleted[name] = Tombstone(now, TOMBSTONE_SECONDS)
                self._local.drop(name)
            elif in_redis or not self._policy.must_be_confirmed(name):
                self._local.put(name, stored, now, in_redis=in_redis)
        return deleted

    async def _send_writes(self, entries: Mapping[str, Stored], redis: Redis) -> list[int]:
        pipeline = redis.pipeline(transaction=False)
        guarded = [self._policy.must_be_confirmed(name) for name in entries]
        for (name, stored), if_newer in zip(entries.items(), guarded, strict=True):
            value, ttl = encode(name, stored), self._lifetime(stored)
            if if_newer:
                _queue_store_if_newer(pipeline, name, value, stored, ttl)
            else:
                pipeline.set(name, value, ex=ttl)
        replies = await pipeline.execute()
        return [reply if if_newer else 0 for reply, if_newer in zip(replies, guarded, strict=True)]

    async def _repair(self, names: Sequence[str]) -> dict[str, None]:
        """Repeats writes that Redis missed, unless it has a newer entry by now."""
        entries = {name: entry.stored for name in names if (entry := self._local.get(name))}

        async def send(redis: Redis) -> list[int]:
            pipeline = redis.pipeline(transaction=False)
            for name, stored in entries.items():
                _queue_store_if_newer(
                    pipeline, name, encode(name, stored), stored, self._remaining_lifetime(stored)
                )
            return await pipeline.execute()

        try:
            outcomes = await self._guard.run(send)
        except (DependencyUnavailableError, ResponseError):
            # Repeated by the next read.
            return {}
        for (name, stored), outcome in zip(entries.items(), outcomes, strict=True):
            current = self._local.get(name)
            if current is None or current.stored is not stored:
                continue
            if outcome == 0:
                self._local.put(name, stored, self._now(), in_redis=True)
            else:
                self._local.drop(name)
        return {}

    async def _claim_chunk(self, names: Sequence[str], *, ignore_failures: bool) -> dict[str, FetchLease]:
        seconds = self._settings.lease_seconds
        free = [name for name in names if not self._leases.is_held(_lease_of(name))]

        async def send(redis: Redis) -> list[object]:
            pipeline = redis.pipeline(transaction=False)
            for name in names:
                if name in to_acquire:
                    self._leases.queue_acquire(
                        pipeline, _lease_of(name), seconds, replace_marker=ignore_failures
                    )
                else:
                    pipeline.get(_lease_of(name))
                pipeline.get(name)
            return await pipeline.execute(raise_on_error=False)

        to_acquire = frozenset(free)
        self._leases.hold(map(_lease_of, free), seconds)
        try:
            replies = await self._guard.run(send)
        except (DependencyUnavailableError, ResponseError):
            copies = self._local_copies(names)
            return {name: FetchLease(name in to_acquire, copies.get(name)) for name in names}
        stored = await self._decode_all(dict(zip(names, replies[1::2], strict=True)))
        claims: dict[str, FetchLease] = {}
        for name, lease in zip(names, replies[::2], strict=True):
            acquired = name in to_acquire and self._leases.is_granted(lease)
            failure = decode_failure(lease) if isinstance(lease, bytes) else None
            claims[name] = FetchLease(acquired, stored.get(name), failure)
            if name in to_acquire and not acquired:
                self._leases.drop(_lease_of(name))
        return claims

    async def _discard(self, names: Sequence[str]) -> None:
        try:
            await self._guard.run(lambda redis: redis.delete(*names))
        except (DependencyUnavailableError, ResponseError) as error:
            _log.info("cache entries not deleted from Redis: %s", error)

    def _local_copies(self, names: Sequence[str]) -> dict[str, Stored]:
        entries = {name: self._local.get(name) for name in names if not self._policy.must_be_confirmed(name)}
        return {
            name: entry.stored for name, entry in entries.items() if entry and self._is_usable(entry.stored)
        }

    def _is_usable(self, stored: Stored) -> bool:
        return self._remaining_lifetime(stored) > 0

    def _remaining_lifetime(self, stored: Stored) -> int:
        lifetime = self._lifetime(stored)
        return min(lifetime, int(stored.stored_at + lifetime - self._now()))

    def _lifetime(self, stored: Stored) -> int:
        return stored.ttl * self._settings.stale_factor if isinstance(stored, CacheEntry) else stored.ttl

    def _read_cost(self, name: str) -> int:
        return max(_NAME_BYTES, self._policy.expected_bytes(name))

    def _size(self, name: str) -> int:
        entry = self._local.get(name)
        return max(_NAME_BYTES, entry.size if entry else 0)

    def _now(self) -> float:
        return self._clock().timestamp()


def _queue_store_if_newer(pipeline: "Pipeline", name: str, value: bytes, stored: Stored, ttl: int) -> None:
    pipeline.eval(_STORE_IF_NEWER, 1, name, value, round(stored.stored_at * _MICROSECONDS), ttl)


def _marker(failure: tuple[ServiceError, float] | None) -> LeaseMarker | None:
    return LeaseMarker(encode_failure(failure[0]), failure[1]) if failure else None


def _size(stored: Stored) -> int:
    return len(stored.body) if isinstance(stored, CacheEntry) else 0


def _lease_of(name: str) -> str:
    return f"{name}:lease"
