"""Slots that expire: how many of something one may have at the same time, over all workers.

Each is held until it is released, or until a time by which it must have been. What may be done how often
within a time is another thing: ``shared.limits.rates``.
"""

import asyncio
import uuid
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from redis.exceptions import ResponseError

from shared.errors import DependencyUnavailableError
from shared.redis.guard import RedisGuard
from shared.runtime.batching import Batched, grouped
from shared.runtime.clock import Clock

_ACQUIRE: Final = """
local now, limit, seconds = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('zremrangebyscore', KEYS[1], '-inf', now)
local granted = math.max(0, math.min(#ARGV - 3, limit - redis.call('zcard', KEYS[1])))
for place = 1, granted do
  redis.call('zadd', KEYS[1], now + seconds, ARGV[3 + place])
end
if granted > 0 then
  redis.call('expire', KEYS[1], math.ceil(seconds) + 1)
end
return granted
"""
_MAX_NAMES: Final = 10_000
_MOST_AT_ONCE: Final = 100
"""Slots acquired and released with one command."""


@dataclass(frozen=True)
class Slot:
    """What came of asking for a slot.

    Attributes:
        granted: Whether it is had.
        token: Names it when it is released.
    """

    granted: bool
    token: str


@dataclass(frozen=True)
class _Kind:
    name: str
    limit: int
    seconds: float


@dataclass(eq=False)
class _Acquire:
    kind: _Kind
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    wanted: bool = True


@dataclass(frozen=True)
class _Release:
    name: str
    token: str


_Change = _Acquire | _Release


class Slots:
    """Slots by name, in Redis; while it is away, of this worker alone.

    Those that are acquired and released while Redis answers go to it together.

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
        self._changes: Batched[_Change, bool] = Batched(self._change, most=_MOST_AT_ONCE)

    async def acquire(self, name: str, *, limit: int, seconds: float) -> Slot:
        """Takes a slot, unless ``limit`` of them are in use; it expires after ``seconds``."""
        asked = _Acquire(_Kind(name, limit, seconds))
        try:
            return Slot(await self._changes.get_one(asked), asked.token)
        except asyncio.CancelledError:
            # It is not asked for any more, or, when it is being asked for now, given back after that.
            asked.wanted = False
            self._changes.ask([_Release(name, asked.token)])
            raise

    async def release(self, name: str, token: str) -> None:
        """Gives a slot back before it expires."""
        await self._changes.get_one(_Release(name, token))

    async def aclose(self) -> None:
        """Ends what is under way; what is held expires by itself."""
        await self._changes.aclose()

    async def _change(self, changes: Sequence[_Change]) -> Mapping[_Change, bool]:
        released = [change for change in changes if isinstance(change, _Release)]
        acquired = [change for change in changes if isinstance(change, _Acquire) and change.wanted]
        names = grouped(released, lambda one: one.name)
        # First: what is given back may be had by those who ask with it.
        await asyncio.gather(*(self._release_some(name, some) for name, some in names.items()))
        kinds = grouped(acquired, lambda one: one.kind)
        granted = await asyncio.gather(*(self._acquire_some(kind, some) for kind, some in kinds.items()))
        had = dict.fromkeys(changes, False)
        for some, number in zip(kinds.values(), granted, strict=True):
            had.update(dict.fromkeys(some[:number], True))
        return had

    async def _acquire_some(self, kind: _Kind, asked: Sequence[_Acquire]) -> int:
        """How many of them have a slot: the first ones."""
        now = self._clock().timestamp()
        tokens = [one.token for one in asked]
        try:
            granted: int = await self._guard.run(
                lambda redis: redis.eval(
                    _ACQUIRE, 1, self._key(kind.name), now, kind.limit, kind.seconds, *tokens
                )
            )
        except (DependencyUnavailableError, ResponseError):
            granted = max(0, min(len(tokens), kind.limit - len(self._slots_here(kind.name, now))))
        if granted:
            self._slots_here(kind.name, now).update(dict.fromkeys(tokens[:granted], now + kind.seconds))
        return granted

    async def _release_some(self, name: str, released: Sequence[_Release]) -> None:
        tokens = [one.token for one in released]
        slots = self._own.get(name, {})
        for token in tokens:
            slots.pop(token, None)
        if not slots:
            self._own.pop(name, None)
        try:
            await self._guard.run(lambda redis: redis.zrem(self._key(name), *tokens))
        except (DependencyUnavailableError, ResponseError):
            # They expire by themselves.
            return

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
