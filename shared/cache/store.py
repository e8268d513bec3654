"""Answers and leases in Redis; in this worker's memory while Redis is away.

Nothing here raises when Redis fails: a read becomes a read of what the worker holds itself, a write stays
here, and everybody gets the lease.
"""

import logging
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from shared.cache.base import CacheEntry
from shared.cache.codec import Stored, UndecodableError, decode, encode, is_fresh
from shared.cache.memory import Memory
from shared.config.settings import CacheSettings
from shared.errors import DependencyUnavailableError, ServiceError
from shared.redis.guard import RedisGuard
from shared.runtime.batching import Batched
from shared.runtime.clock import Clock
from shared.runtime.failures import Failures, decode_failure, encode_failure

_MAX_NAMES: Final = 100
"""Names in one command or pipeline, so that each stays well within its deadline."""

_RENEWED_AFTER: Final = 0.5
"""The share of its moments after which an answer that is served from near is read anew."""

_log = logging.getLogger(__name__)

_HAND_BACK: Final = """
if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then return redis.call('del', KEYS[1]) end
redis.call('set', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""
"""Deletes the lease if the token still holds it, or leaves in its place, for a while, why fetching failed."""


@dataclass(frozen=True)
class Claim:
    """What came of asking for the lease on an answer.

    Attributes:
        mine: Whether the lease was granted: fetch, then hand it back.
        stored: The answer, if there is one by now.
        failure: How the last fetch failed, if it was a moment ago.
    """

    mine: bool
    stored: Stored | None = None
    failure: ServiceError | None = None


class AnswerStore:
    """Where answers are kept, by name."""

    def __init__(self, guard: RedisGuard, settings: CacheSettings, clock: Clock) -> None:
        self._guard = guard
        self._settings = settings
        self._clock = clock
        self._memory = Memory(settings.local_bytes)
        self._failures = Failures(clock)
        self._token = uuid.uuid4().hex
        self._writable = True
        self._renewing: set[str] = set()
        self._reads = Batched(self._read_now, most=_MAX_NAMES)

    def near(self, name: str, now: float) -> Stored | None:
        """The fresh answer that was read within the last moments."""
        moments = self._settings.local_ttl
        if moments == 0 or (held := self._memory.get(name)) is None:
            return None
        age = now - held.read_at
        if not 0 <= age < moments or not is_fresh(held.stored, now):
            return None
        if age >= moments * _RENEWED_AFTER and name not in self._renewing:
            self._renew(name)
        return held.stored

    def _renew(self, name: str) -> None:
        """Reads anew what is asked for often, so that nobody waits for Redis when its moments are over."""
        self._renewing.add(name)
        self._reads.ask([name]).add_done_callback(lambda _: self._renewing.discard(name))

    async def read(self, names: Sequence[str]) -> dict[str, Stored]:
        """What is kept, fresh or stale; a name without an answer is absent."""
        found: dict[str, Stored] = {}
        for some in _in_chunks(names):
            found.update(await self._reads.get(some))
        return found

    async def aclose(self) -> None:
        """Ends what is being read."""
        await self._reads.aclose()

    async def _read_now(self, names: Sequence[str]) -> dict[str, Stored]:
        try:
            raw = await self._read_raw(names)
        except DependencyUnavailableError:
            return self._held(names)
        return await self._take(dict(zip(names, raw, strict=True)))

    async def write(self, answers: Mapping[str, Stored]) -> None:
        """Keeps answers."""
        for names in _in_chunks(list(answers)):
            await self._write_some({name: answers[name] for name in names})

    async def _write_some(self, answers: Mapping[str, Stored]) -> None:
        try:
            await self._guard.run(lambda redis: self._write_all(redis, answers))
        except (DependencyUnavailableError, ResponseError) as error:
            in_redis = False
            if self._writable:
                _log.warning("answers are kept in this worker alone for now: %s", error)
        else:
            in_redis = True
        self._writable = in_redis
        now = self._now()
        for name, stored in answers.items():
            self._failures.forget(name)
            self._memory.put(name, stored, now, in_redis=in_redis)

    async def delete(self, name: str) -> None:
        """Forgets an answer; while Redis is away, this worker alone does."""
        self._memory.drop(name)
        self._failures.forget(name)
        await self._discard([name])

    async def claim(self, names: Sequence[str]) -> dict[str, Claim]:
        """Asks for the leases on answers that are to be fetched."""
        claims = {name: Claim(False, failure=error) for name in names if (error := self._failures.get(name))}
        for rest in _in_chunks([name for name in names if name not in claims]):
            claims.update(await self._claim_some(rest))
        return claims

    async def _claim_some(self, names: Sequence[str]) -> dict[str, Claim]:
        try:
            replies = await self._guard.run(lambda redis: self._claim_all(redis, names))
        except (DependencyUnavailableError, ResponseError):
            return {name: Claim(True) for name in names}
        grants, leases, values = (replies[which::3] for which in range(3))
        stored = await self._take(dict(zip(names, values, strict=True)))
        claims: dict[str, Claim] = {}
        for name, grant, lease in zip(names, grants, leases, strict=True):
            # Where Redis refuses leases (it is full), everybody has one.
            mine = grant is True or isinstance(grant, ResponseError)
            failure = decode_failure(lease) if isinstance(lease, bytes) else None
            claims[name] = Claim(mine, stored.get(name), failure)
        return claims

    async def hand_back(
        self, names: Sequence[str], failures: Mapping[str, tuple[ServiceError, float]]
    ) -> None:
        """Gives leases back.

        Args:
            names: The leases' answers.
            failures: Of those that could not be fetched: why, and for how many seconds not to try again.
        """
        for name, (error, pause) in failures.items():
            self._failures.remember(name, error, pause)
        for some in _in_chunks(names):
            await self._hand_back_some(some, failures)

    async def _hand_back_some(
        self, names: Sequence[str], failures: Mapping[str, tuple[ServiceError, float]]
    ) -> None:
        try:
            await self._guard.run(lambda redis: self._hand_back_all(redis, names, failures))
        except (DependencyUnavailableError, ResponseError) as error:
            # The lease ends with its time.
            _log.debug("leases were not handed back: %s", type(error).__name__)

    async def _read_raw(self, names: Sequence[str]) -> Sequence[object]:
        try:
            if len(names) == 1:
                return [await self._guard.run(lambda redis: redis.get(names[0]))]
            return await self._guard.run(lambda redis: redis.mget(names))
        except ResponseError as error:
            # WRONGTYPE: something else stands under the key. It is no answer, and is removed as such.
            if len(names) == 1 and str(error).startswith("WRONGTYPE"):
                return [error]
            raise DependencyUnavailableError("Redis refuses to be read.") from error

    async def _take(self, raw: Mapping[str, object]) -> dict[str, Stored]:
        """Decodes what Redis said, holds it, and prefers what could not be written there to what is there."""
        now = self._now()
        found: dict[str, Stored] = {}
        undecodable: list[str] = []
        for name, value in raw.items():
            stored = self._decoded(name, value, undecodable)
            if (unwritten := self._unwritten(name, stored)) is not None:
                found[name] = unwritten
            elif stored is None:
                self._memory.drop(name)
            else:
                found[name] = stored
                self._memory.put(name, stored, now, in_redis=True)
        if undecodable:
            await self._discard(undecodable)
        return found

    def _unwritten(self, name: str, in_redis: Stored | None) -> Stored | None:
        """What this worker made later than what is in Redis, and could not write there."""
        held = self._memory.get(name)
        if held is None or held.in_redis or not self._is_usable(held.stored):
            return None
        later = in_redis is None or held.stored.stored_at >= in_redis.stored_at
        return held.stored if later else None

    def _decoded(self, name: str, value: object, undecodable: list[str]) -> Stored | None:
        if value is None:
            return None
        try:
            if isinstance(value, bytes):
                return decode(name, value)
            reason = type(value).__name__
        except UndecodableError as error:
            reason = str(error)
        _log.warning("what Redis holds under a cache key is no answer and is removed: %s", reason)
        undecodable.append(name)
        return None

    async def _discard(self, names: Sequence[str]) -> None:
        try:
            await self._guard.run(lambda redis: redis.delete(*names))
        except (DependencyUnavailableError, ResponseError) as error:
            _log.warning("answers were not removed from Redis: %s", type(error).__name__)

    def _held(self, names: Sequence[str]) -> dict[str, Stored]:
        held = {name: self._memory.get(name) for name in names}
        return {name: one.stored for name, one in held.items() if one and self._is_usable(one.stored)}

    def _is_usable(self, stored: Stored) -> bool:
        return self._now() - stored.stored_at < self._lifetime(stored)

    def _lifetime(self, stored: Stored) -> int:
        return stored.ttl * self._settings.stale_factor if isinstance(stored, CacheEntry) else stored.ttl

    async def _write_all(self, redis: Redis, answers: Mapping[str, Stored]) -> None:
        pipeline = redis.pipeline(transaction=False)
        for name, stored in answers.items():
            pipeline.set(name, encode(name, stored), ex=self._lifetime(stored))
        await pipeline.execute()

    async def _claim_all(self, redis: Redis, names: Sequence[str]) -> list[object]:
        pipeline = redis.pipeline(transaction=False)
        for name in names:
            lease = _lease_of(name)
            pipeline.set(lease, self._token, nx=True, px=int(self._settings.lease_seconds * 1000))
            pipeline.get(lease)
            pipeline.get(name)
        return await pipeline.execute(raise_on_error=False)

    async def _hand_back_all(
        self, redis: Redis, names: Sequence[str], failures: Mapping[str, tuple[ServiceError, float]]
    ) -> None:
        pipeline = redis.pipeline(transaction=False)
        for name in names:
            failed = failures.get(name)
            marker, pause = (encode_failure(failed[0]), failed[1]) if failed else (b"", 0.0)
            pipeline.eval(_HAND_BACK, 1, _lease_of(name), self._token, marker, int(pause * 1000))
        await pipeline.execute()

    def _now(self) -> float:
        return self._clock().timestamp()


def _in_chunks(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), _MAX_NAMES):
        yield names[start : start + _MAX_NAMES]


def _lease_of(name: str) -> str:
    return f"{name}:lease"
