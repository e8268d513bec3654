"""Slots that expire: how many of something one may have at the same time, over all workers.

Each is held until it is released, or until a time by which it must have been. What may be done how often
within a time is another thing: ``shared.cache.rates``.
"""

import uuid
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from redis.exceptions import ResponseError

from shared.cache.guard import RedisGuard
from shared.clock import Clock
from shared.errors import DependencyUnavailableError

_ACQUIRE: Final = """
local now, limit, seconds = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('zremrangebyscore', KEYS[1], '-inf', now)
local used = redis.call('zcard', KEYS[1])
local granted = 0
if used < limit then
  granted, used = 1, used + 1
  redis.call('zadd', KEYS[1], now + seconds, ARGV[4])
  redis.call('expire', KEYS[1], math.ceil(seconds) + 1)
end
local first = redis.call('zrange', KEYS[1], 0, 0, 'withscores')
return {granted, used, first[2]}
"""
_MAX_NAMES: Final = 10_000


@dataclass(frozen=True)
class Slot:
    """What came of asking for a slot.

    Attributes:
        granted: Whether it is had.
        token: Names it when it is released.
        used: Slots in use now.
        frees_in: Seconds until the first of them expires.
    """

    granted: bool
    token: str
    used: int
    frees_in: float


class Slots:
    """Slots by name, in Redis; while it is away, of this worker alone.

    Args:
        guard: Redis.
        prefix: Put before every name.
        clock: The time; workers' clocks should agree to a second or so.
    """

    def __init__(self, guard: RedisGuard, prefix: str, clock: Clock) -> None:
        self._guard = guard
        self._prefix = prefix
        self._clock = clock
        self._own: OrderedDict[str, dict[str, float]] = OrderedDict()

    async def acquire(self, name: str, *, limit: int, seconds: float) -> Slot:
        """Takes a slot, unless ``limit`` of them are in use; it expires after ``seconds``."""
        token = uuid.uuid4().hex
        now = self._clock().timestamp()
        try:
            granted, used, first = await self._guard.run(
                lambda redis: redis.eval(_ACQUIRE, 1, self._key(name), now, limit, seconds, token)
            )
        except (DependencyUnavailableError, ResponseError):
            return self._acquire_here(name, token, now, limit, seconds)
        if granted:
            self._slots_here(name, now)[token] = now + seconds
        return Slot(bool(granted), token, used, max(0.0, float(first) - now))

    async def release(self, name: str, token: str) -> None:
        """Gives a slot back before it expires."""
        slots = self._own.get(name, {})
        slots.pop(token, None)
        if not slots:
            self._own.pop(name, None)
        try:
            await self._guard.run(lambda redis: redis.zrem(self._key(name), token))
        except (DependencyUnavailableError, ResponseError):
            # It expires by itself.
            return

    def _acquire_here(self, name: str, token: str, now: float, limit: int, seconds: float) -> Slot:
        slots = self._slots_here(name, now)
        granted = len(slots) < limit
        if granted:
            slots[token] = now + seconds
        return Slot(granted, token, len(slots), max(0.0, min(slots.values()) - now))

    def _slots_here(self, name: str, now: float) -> dict[str, float]:
        """The slots that this worker gave out; the names that were asked for longest ago are forgotten."""
        slots = self._own.setdefault(name, {})
        self._own.move_to_end(name)
        if len(self._own) > _MAX_NAMES:
            self._own.popitem(last=False)
        for token in [token for token, expires in slots.items() if expires <= now]:
            del slots[token]
        return slots

    def _key(self, name: str) -> str:
        return f"{self._prefix}:v1:{name}"
