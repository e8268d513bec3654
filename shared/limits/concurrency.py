"""Concurrency limits: how many of something a caller may have at the same time, over all workers.

A slot is held until it is released, or until it expires.
"""

import asyncio
import uuid
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from typing import Final

from redis.exceptions import ResponseError

from shared.errors.service_errors import DependencyUnavailableError
from shared.redis.guard import RedisGuard
from shared.redis.keys import RedisKeys
from shared.runtime.batching import Batched, grouped
from shared.runtime.clock import Clock

_ACQUIRE: Final = """
local slots, counts = KEYS[1], KEYS[2]
local name, limit, seconds = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('time')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local function count(owner, change)
  if redis.call('hincrby', counts, owner, change) <= 0 then redis.call('hdel', counts, owner) end
end
for _, slot in ipairs(redis.call('zrangebyscore', slots, '-inf', now, 'LIMIT', 0, 1000)) do
  redis.call('zrem', slots, slot)
  count(string.sub(slot, 34), -1)
end
local granted = 0
local used = tonumber(redis.call('hget', counts, name) or 0)
for place = 4, #ARGV do
  local slot = ARGV[place] .. ' ' .. name
  if redis.call('zscore', slots, slot) then
    granted = granted + 1
  elseif used < limit then
    redis.call('zadd', slots, now + seconds, slot)
    count(name, 1)
    used = used + 1
    granted = granted + 1
  else
    break
  end
end
return granted
"""
"""Grants the first tokens slots. A token that has one already keeps it: the reply to an earlier attempt may
have been lost. All slots are in two keys without TTL, which Redis never evicts; the time is that of Redis."""

_RELEASE: Final = """
for place = 2, #ARGV do
  if redis.call('zrem', KEYS[1], ARGV[place] .. ' ' .. ARGV[1]) == 1 then
    if redis.call('hincrby', KEYS[2], ARGV[1], -1) <= 0 then redis.call('hdel', KEYS[2], ARGV[1]) end
  end
end
return 0
"""
_MAX_LOCAL_NAMES: Final = 10_000
_MAX_BATCH_SIZE: Final = 100
_MAX_UNRELEASED: Final = 1_000
_FIRST_RETRY: Final = 0.1


@dataclass(frozen=True)
class Slot:
    """Result of trying to acquire a slot.

    Attributes:
        granted: Whether the slot is acquired.
        token: Identifies it when it is released.
    """

    granted: bool
    token: str


@dataclass(frozen=True)
class _ConcurrencyLimit:
    name: str
    limit: int
    seconds: float


@dataclass(eq=False)
class _Acquire:
    limit: _ConcurrencyLimit
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    wanted: bool = True


@dataclass(frozen=True)
class _Release:
    name: str
    token: str


_Change = _Acquire | _Release


class ConcurrencyLimits:
    """Slots by name, in Redis; of this worker alone while Redis is unavailable.

    Changes that arrive while Redis is being asked are sent together.

    Args:
        guard: The guard of Redis.
        keys: Names of keys.
        clock: The time, for the slots of this worker alone.
    """

    def __init__(self, guard: RedisGuard, keys: RedisKeys, clock: Clock) -> None:
        self._guard = guard
        self._slots_key = keys.key("slots")
        self._counts_key = keys.key("slots", "counts")
        self._clock = clock
        self._local: OrderedDict[str, dict[str, float]] = OrderedDict()
        self._changes: Batched[_Change, bool] = Batched(self._change, max_batch_size=_MAX_BATCH_SIZE)
        self._unreleased: dict[_Release, None] = {}
        self._releasing: asyncio.Task[None] | None = None

    async def acquire(self, name: str, *, limit: int, seconds: float) -> Slot:
        """Acquires a slot unless ``limit`` of them are in use; it expires after ``seconds``."""
        request = _Acquire(_ConcurrencyLimit(name, limit, seconds))
        try:
            return Slot(await self._changes.get_one(request), request.token)
        except asyncio.CancelledError:
            # Not sent if it has not been; released afterwards if it is being sent.
            request.wanted = False
            self._changes.submit([_Release(name, request.token)])
            raise

    async def release(self, name: str, token: str) -> None:
        """Releases a slot before it expires."""
        await self._changes.get_one(_Release(name, token))

    async def aclose(self) -> None:
        """Ends what is in progress; slots that are held expire."""
        await self._changes.aclose()
        if self._releasing is not None:
            self._releasing.cancel()
            await asyncio.wait({self._releasing})

    async def _change(self, changes: Sequence[_Change]) -> Mapping[_Change, bool]:
        releases = [change for change in changes if isinstance(change, _Release)]
        requests = [change for change in changes if isinstance(change, _Acquire) and change.wanted]
        by_name = grouped(releases, lambda release: release.name)
        # First: a released slot is free for a request that came with it.
        await asyncio.gather(*(self._release_slots(name, same) for name, same in by_name.items()))
        by_limit = grouped(requests, lambda request: request.limit)
        granted = await asyncio.gather(*(self._acquire_slots(*item) for item in by_limit.items()))
        results = dict.fromkeys(changes, False)
        for same, number in zip(by_limit.values(), granted, strict=True):
            results.update(dict.fromkeys(same[:number], True))
        return results

    async def _acquire_slots(self, limit: _ConcurrencyLimit, requests: Sequence[_Acquire]) -> int:
        """Returns how many of the requests are granted: the first ones."""
        now = self._clock().timestamp()
        tokens = [request.token for request in requests]
        try:
            granted: int = await self._guard.run(
                lambda redis: redis.eval(
                    _ACQUIRE, 2, self._slots_key, self._counts_key,
                    limit.name, limit.limit, limit.seconds, *tokens,
                )
            )  # fmt: skip
        except (DependencyUnavailableError, ResponseError):
            granted = max(0, min(len(tokens), limit.limit - len(self._local_slots(limit.name, now))))
            # Redis may have granted slots to those that are refused here.
            self._release_later([_Release(limit.name, token) for token in tokens[granted:]])
        if granted:
            self._local_slots(limit.name, now).update(dict.fromkeys(tokens[:granted], now + limit.seconds))
        return granted

    async def _release_slots(self, name: str, releases: Sequence[_Release]) -> None:
        slots = self._local.get(name, {})
        for release in releases:
            slots.pop(release.token, None)
        if not slots:
            self._local.pop(name, None)
        if not await self._try_release(name, releases):
            self._release_later(releases)

    async def _try_release(self, name: str, releases: Sequence[_Release]) -> bool:
        tokens = [release.token for release in releases]
        try:
            await self._guard.run(
                lambda redis: redis.eval(_RELEASE, 2, self._slots_key, self._counts_key, name, *tokens)
            )
        except (DependencyUnavailableError, ResponseError):
            return False
        return True

    def _release_later(self, releases: Sequence[_Release]) -> None:
        """Repeats releases after the cooldown: a slot that is not released blocks its caller for minutes."""
        self._unreleased.update(dict.fromkeys(releases))
        while len(self._unreleased) > _MAX_UNRELEASED:
            self._unreleased.pop(next(iter(self._unreleased)))
        if self._unreleased and (self._releasing is None or self._releasing.done()):
            self._releasing = asyncio.create_task(self._repeat_releases(), context=Context())

    async def _repeat_releases(self) -> None:
        while self._unreleased:
            await asyncio.sleep(max(_FIRST_RETRY, self._guard.health.remaining_cooldown()))
            by_name = grouped(list(self._unreleased), lambda release: release.name)
            for name, releases in by_name.items():
                if not await self._try_release(name, releases):
                    break
                for release in releases:
                    self._unreleased.pop(release, None)

    def _local_slots(self, name: str, now: float) -> dict[str, float]:
        """Returns the slots that this worker granted; the names used least recently are dropped."""
        slots = self._local.setdefault(name, {})
        self._local.move_to_end(name)
        if len(self._local) > _MAX_LOCAL_NAMES:
            self._local.popitem(last=False)
        for token in [token for token, expires_at in slots.items() if expires_at <= now]:
            del slots[token]
        return slots
