"""Leases in Redis: at most one worker holds a key, until it releases the lease or the lease expires."""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from contextvars import Context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from redis.exceptions import ResponseError

from shared.errors.request_errors import ConflictError
from shared.errors.service_errors import DependencyUnavailableError
from shared.redis.guard import RedisGuard

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.client import Pipeline


_FIRST_POLL: Final = 0.1
_MAX_POLL: Final = 1.0
_RENEWALS_PER_LEASE: Final = 3
_MAX_RELEASES: Final = 100
"""Leases released with one pipeline."""

_ACQUIRE: Final = """
local holder = redis.call('get', KEYS[1])
local replaced = ARGV[3] == '1' and holder and string.sub(holder, 1, 1) == '!'
if holder and holder ~= ARGV[1] and not replaced then return holder end
redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false
"""
"""Returns nil if the caller holds the lease now, else the holder or the marker. The caller may hold it
already: the reply to an earlier attempt may have been lost. A marker is replaced on demand."""

_RELEASE: Final = """
if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then return redis.call('del', KEYS[1]) end
redis.call('set', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""
"""Releases the lease of a token, or leaves a marker in its place for a while."""

_RENEW: Final = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end
return 0
"""


@dataclass(frozen=True)
class LeaseMarker:
    """Replaces a released lease for a while.

    Attributes:
        value: Content, beginning with ``!``: never a token of a lease.
        seconds: How long it stays.
    """

    value: bytes
    seconds: float


@dataclass(frozen=True)
class _Unreleased:
    marker: LeaseMarker | None
    expires_at: float


class RedisLeases:
    """The leases of one worker.

    All leases of a worker carry its token. A lease that Redis granted without the worker learning of it (a
    lost acknowledgement) is therefore the worker's own at the next attempt. Within the worker, a key that is
    held is not acquired twice.

    Args:
        guard: The guard of Redis.
    """

    def __init__(self, guard: RedisGuard) -> None:
        self.guard = guard
        self.token = uuid.uuid4().hex.encode()
        self._held: dict[str, float] = {}
        self._unreleased: dict[str, _Unreleased] = {}
        self._being_released: Collection[str] = ()
        self._releasing: asyncio.Task[None] | None = None

    def is_held(self, key: str) -> bool:
        """Returns whether this worker holds the key, or is releasing it."""
        held_until = self._held.get(key, 0.0)
        return asyncio.get_running_loop().time() < held_until or key in self._being_released

    def hold(self, keys: Iterable[str], seconds: float) -> None:
        """Records keys as held by this worker for so many seconds, also where Redis was not reached."""
        expires_at = asyncio.get_running_loop().time() + seconds
        for key in keys:
            self._held[key] = expires_at
            self._unreleased.pop(key, None)

    def drop(self, key: str) -> None:
        """Records a key as not held: someone else holds it."""
        self._held.pop(key, None)

    def queue_acquire(
        self, pipeline: "Pipeline", key: str, seconds: float, *, replace_marker: bool = False
    ) -> None:
        """Adds the acquisition of a key to a pipeline; see :meth:`is_granted` for its reply."""
        pipeline.eval(_ACQUIRE, 1, key, self.token, int(seconds * 1000), int(replace_marker))

    @staticmethod
    def is_granted(reply: object) -> bool:
        """Returns whether a reply to :meth:`queue_acquire` grants the lease; else it is the holder."""
        return reply is None

    async def acquire(self, key: str, seconds: float) -> bool:
        """Acquires the lease of a key if no one else holds it.

        Args:
            key: Key in Redis.
            seconds: Time after which the lease expires, by the clock of Redis.

        Returns:
            Whether this worker holds the lease now.

        Raises:
            DependencyUnavailableError: Redis is unavailable; the lease may have been granted.
        """
        if self.is_held(key):
            return False
        self.hold([key], seconds)
        try:
            granted = self.is_granted(await self._eval(_ACQUIRE, key, self.token, int(seconds * 1000), 0))
        except BaseException:
            # Redis may have granted it without the reply arriving.
            self._release_later({key: None})
            raise
        if not granted:
            del self._held[key]
        return granted

    async def renew(self, key: str, seconds: float) -> bool:
        """Restarts the time of a lease; returns False if this worker holds it no longer.

        Raises:
            DependencyUnavailableError: Redis is unavailable.
        """
        renewed = bool(await self._eval(_RENEW, key, self.token, int(seconds * 1000)))
        if renewed:
            self.hold([key], seconds)
        return renewed

    async def release(self, leases: Mapping[str, LeaseMarker | None]) -> None:
        """Releases leases, or leaves markers in their place; does not raise.

        If Redis is unavailable, the release is repeated after the cooldown, until it succeeds or the lease
        has expired.

        Args:
            leases: The marker to leave, or None, by key.
        """
        try:
            released = await self._try_release(leases)
        except BaseException:
            self._release_later(leases)
            raise
        if released:
            for key in leases:
                self._held.pop(key, None)
        else:
            self._release_later(leases)

    async def aclose(self) -> None:
        """Stops repeating releases; the leases that remain expire."""
        if self._releasing is not None:
            self._releasing.cancel()
            await asyncio.wait({self._releasing})

    async def _eval(self, script: str, key: str, *arguments: bytes | int) -> object:
        async def evaluate(redis: "Redis") -> object:
            return await redis.eval(script, 1, key, *arguments)

        try:
            return await self.guard.run(evaluate)
        except ResponseError as error:
            raise DependencyUnavailableError("Redis rejects the command of a lease.") from error

    async def _try_release(self, leases: Mapping[str, LeaseMarker | None]) -> bool:
        async def release(redis: "Redis") -> None:
            pipeline = redis.pipeline(transaction=False)
            for key, marker in leases.items():
                value, seconds = (marker.value, marker.seconds) if marker else (b"", 0.0)
                pipeline.eval(_RELEASE, 1, key, self.token, value, int(seconds * 1000))
            await pipeline.execute()

        try:
            await self.guard.run(release)
        except (DependencyUnavailableError, ResponseError):
            return False
        return True

    def _release_later(self, leases: Mapping[str, LeaseMarker | None]) -> None:
        for key, marker in leases.items():
            self._unreleased[key] = _Unreleased(marker, self._held.pop(key, 0.0))
        if self._releasing is None or self._releasing.done():
            self._releasing = asyncio.create_task(self._repeat_releases(), context=Context())

    async def _repeat_releases(self) -> None:
        loop = asyncio.get_running_loop()
        while self._unreleased:
            await asyncio.sleep(max(_FIRST_POLL, self.guard.health.remaining_cooldown()))
            now = loop.time()
            pending = {key: item for key, item in self._unreleased.items() if now < item.expires_at}
            batch = dict(list(pending.items())[:_MAX_RELEASES])
            self._unreleased = pending
            self._being_released = batch
            try:
                released = await self._try_release({key: item.marker for key, item in batch.items()})
            finally:
                self._being_released = ()
            if released:
                for key in batch:
                    self._unreleased.pop(key, None)


class RedisLease:
    """A lease on one key.

    ::

        async with RedisLease(leases, keys.key("lock", "refresh"), seconds=300).held():
            ...

    Args:
        leases: The leases of this worker.
        key: Key in Redis.
        seconds: Time after which the lease expires unless it is renewed or released.
    """

    def __init__(self, leases: RedisLeases, key: str, seconds: float) -> None:
        self._leases = leases
        self._key = key
        self._seconds = seconds

    async def acquire(self) -> bool:
        """Acquires the lease if no one else holds it: see :meth:`RedisLeases.acquire`."""
        return await self._leases.acquire(self._key, self._seconds)

    async def release(self) -> None:
        """Releases the lease: see :meth:`RedisLeases.release`."""
        await self._leases.release({self._key: None})

    @asynccontextmanager
    async def held(self) -> AsyncIterator["RedisLease"]:
        """Holds the lease for the block.

        Raises:
            ConflictError: Someone else holds it.
            DependencyUnavailableError: Redis is unavailable.
        """
        if not await self.acquire():
            raise ConflictError("Another worker is doing this already.")
        try:
            yield self
        finally:
            await self.release()

    @asynccontextmanager
    async def waited_for(self) -> AsyncIterator["RedisLease"]:
        """Waits for the lease, and holds and renews it for the block.

        A failed poll does not end the wait. If Redis stays unavailable for the time of a lease, it does: the
        holder can no longer be seen.

        Raises:
            DependencyUnavailableError: Redis is unavailable before it named a holder, or for too long after.
        """
        await self._wait()
        renewing = asyncio.create_task(self._keep_renewing())
        try:
            yield self
        finally:
            renewing.cancel()
            await self.release()

    async def _wait(self) -> None:
        if await self.acquire():
            return
        loop = asyncio.get_running_loop()
        poll, answered_at = _FIRST_POLL, loop.time()
        while True:
            await asyncio.sleep(poll * random.uniform(0.5, 1.5))  # noqa: S311 - spreads the polls
            poll = min(poll * 1.5, _MAX_POLL)
            try:
                if await self.acquire():
                    return
                answered_at = loop.time()
            except DependencyUnavailableError:
                if loop.time() - answered_at > self._seconds:
                    raise

    async def _keep_renewing(self) -> None:
        while True:
            await asyncio.sleep(self._seconds / _RENEWALS_PER_LEASE)
            with suppress(DependencyUnavailableError):
                # A lease that is lost stays lost: its new holder repeats the work, which does no harm.
                await self._leases.renew(self._key, self._seconds)
