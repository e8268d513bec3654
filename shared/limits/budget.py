"""Budgets over all workers: amounts per day that must not be forgotten.

The counters of a group are one hash in Redis without TTL, which the policy volatile-lru never evicts. They
are mirrored to MongoDB every 60 s: after an eviction, FLUSHALL or a restart of Redis, at most 60 s of
spending is forgotten. While Redis is unavailable, a worker counts alone, from what it knew last, and adds its
own count afterwards.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from typing import Final, Protocol, cast

from redis.exceptions import ResponseError

from shared.domain.stored_budget import StoredBudget
from shared.errors.service_errors import DependencyUnavailableError
from shared.limits.limit import Limit
from shared.redis.guard import RedisGuard
from shared.redis.keys import RedisKeys

MIRROR_SECONDS: Final = 60.0

_log = logging.getLogger(__name__)

_MAX_COUNTERS: Final = 2_000
"""Counters of one group. Further names (callers) share one counter."""
_UNLIMITED: Final = -1

_COUNT: Final = """
local key, seconds, amount = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
local now = tonumber(redis.call('time')[1])
local since = tonumber(redis.call('hget', key, '@since') or '')
local missing = since == nil and 1 or 0
if since and since > now + 60 then
  since = now
  redis.call('hset', key, '@since', now)
end
if since and now - since >= seconds then
  redis.call('del', key)
  since = nil
end
local fields, reply, refused = {}, {}, 0
for place = 4, #ARGV, 2 do
  local name, limit = ARGV[place], tonumber(ARGV[place + 1])
  if redis.call('hexists', key, name) == 0 and redis.call('hlen', key) >= tonumber(ARGV[3]) then
    name = '@others'
  end
  local used = tonumber(redis.call('hget', key, name) or 0)
  if refused == 0 and limit >= 0 and used + amount > limit then refused = place / 2 - 1 end
  fields[#fields + 1] = name
  reply[#reply + 1] = used
end
if refused == 0 and amount > 0 then
  if not since then
    since = now
    redis.call('hset', key, '@since', now)
  end
  for place, name in ipairs(fields) do
    reply[place] = redis.call('hincrby', key, name, amount)
  end
end
return {refused, since and since + seconds - now or seconds, missing, unpack(reply)}
"""
"""Adds the amount to all counters unless one of them would exceed its limit. The time is that of Redis.

A period that begins in the future was begun by a server whose clock was ahead: it would not end in time, and
begins now, with what was counted.
"""

_RESTORE: Final = """
local since = tonumber(redis.call('hget', KEYS[1], '@since') or '')
if since and since <= tonumber(ARGV[1]) then return 0 end
redis.call('hset', KEYS[1], '@since', ARGV[1])
for place = 2, #ARGV, 2 do
  redis.call('hincrby', KEYS[1], ARGV[place], ARGV[place + 1])
end
return 1
"""
"""Adds mirrored counters to those counted since they were lost; once, as the beginning is then the same."""


class BudgetMirror(Protocol):
    """Stores copies of budgets outside Redis."""

    async def load(self, group: str) -> StoredBudget | None:
        """Returns the copy of a group, or None.

        Raises:
            DependencyUnavailableError: The database is unavailable.
        """

    async def save(self, group: str, budget: StoredBudget) -> None:
        """Stores the copy of a group unless a stored one of the same period is higher.

        Raises:
            DependencyUnavailableError: The database is unavailable.
        """


@dataclass(frozen=True)
class BudgetUse:
    """Result of using budgets.

    Attributes:
        exceeded: The first budget that does not allow the amount; None if all do.
        used: Amounts used of each budget, in the order asked.
        resets_in: Seconds until the period ends.
    """

    exceeded: Limit | None
    used: tuple[int, ...]
    resets_in: float


@dataclass
class _LocalCounters:
    """What this worker knows of a group, and what it has not told Redis yet."""

    known: dict[str, int] = field(default_factory=dict)
    unsent: dict[str, int] = field(default_factory=dict)
    resets_at: float | None = None

    def used(self, name: str) -> int:
        return self.known.get(name, 0) + self.unsent.get(name, 0)


class Budgets:
    """Counts amounts against budgets. The group of a budget is the part of its name before the first colon.

    Args:
        guard: The guard of Redis.
        keys: Names of keys.
        mirror: Stores copies; None for none.
        clock: Monotonic seconds.
        mirror_seconds: Seconds between two copies.
    """

    def __init__(
        self,
        guard: RedisGuard,
        keys: RedisKeys,
        mirror: BudgetMirror | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        mirror_seconds: float = MIRROR_SECONDS,
    ) -> None:
        self._guard = guard
        self._keys = keys
        self._mirror = mirror
        self._clock = clock
        self._mirror_seconds = mirror_seconds
        self._local: dict[str, _LocalCounters] = {}
        self._to_mirror: dict[str, int] = {}
        self._mirroring: asyncio.Task[None] | None = None

    async def take(self, budgets: Sequence[Limit], amount: int = 1) -> BudgetUse:
        """Takes an amount from all budgets, of one group, or from none if one does not allow it."""
        return await self._count(budgets, [budget.amount for budget in budgets], amount)

    async def spend(self, budget: Limit, amount: int) -> None:
        """Takes an amount from a budget, also beyond it."""
        await self._count([budget], [_UNLIMITED], amount)

    async def used_up(self, budget: Limit) -> float | None:
        """Returns the seconds until a budget that is used up is reset; None while any of it is left."""
        use = await self._count([budget], [_UNLIMITED], 0)
        return max(1.0, use.resets_in) if use.used[0] >= budget.amount else None

    async def aclose(self) -> None:
        """Stores copies of the latest counters."""
        if self._mirroring is not None:
            self._mirroring.cancel()
            await asyncio.wait({self._mirroring})
            await self._mirror_all()

    async def _count(self, budgets: Sequence[Limit], limits: Sequence[int], amount: int) -> BudgetUse:
        group, seconds = budgets[0].name.partition(":")[0], budgets[0].seconds
        names = [budget.name for budget in budgets]
        await self._send_unsent(group, seconds)
        try:
            reply = await self._run_count(group, seconds, names, limits, amount)
            if reply[2] and await self._restored(group, seconds):
                reply = await self._run_count(group, seconds, names, [_UNLIMITED] * len(names), 0)
        except (DependencyUnavailableError, ResponseError):
            return self._count_locally(group, budgets, limits, amount)
        refused, resets_in, _, *used = reply
        local = self._counters(group)
        local.known.update(zip(names, used, strict=True))
        local.resets_at = self._clock() + resets_in
        if amount and not refused:
            self._mirror_later(group, seconds)
        return BudgetUse(budgets[refused - 1] if refused else None, tuple(used), float(resets_in))

    async def _run_count(
        self, group: str, seconds: int, names: Sequence[str], limits: Sequence[int], amount: int
    ) -> list[int]:
        pairs = [part for pair in zip(names, limits, strict=True) for part in pair]
        arguments = (seconds, amount, _MAX_COUNTERS, *pairs)
        return cast(
            list[int],
            await self._guard.run(lambda redis: redis.eval(_COUNT, 1, self._key(group), *arguments)),
        )

    def _count_locally(
        self, group: str, budgets: Sequence[Limit], limits: Sequence[int], amount: int
    ) -> BudgetUse:
        local = self._counters(group)
        if local.resets_at is None:
            local.resets_at = self._clock() + budgets[0].seconds
        resets_in = local.resets_at - self._clock()
        used = [local.used(budget.name) for budget in budgets]
        for budget, limit, before in zip(budgets, limits, used, strict=True):
            if limit >= 0 and before + amount > limit:
                return BudgetUse(budget, tuple(used), resets_in)
        for budget in budgets:
            known = budget.name in local.unsent or len(local.unsent) < _MAX_COUNTERS
            if amount and known:
                local.unsent[budget.name] = local.unsent.get(budget.name, 0) + amount
        return BudgetUse(None, tuple(before + amount for before in used), resets_in)

    def _counters(self, group: str) -> _LocalCounters:
        local = self._local.setdefault(group, _LocalCounters())
        if local.resets_at is not None and self._clock() >= local.resets_at:
            local = self._local[group] = _LocalCounters()
        if len(local.known) > _MAX_COUNTERS:
            local.known.clear()
        return local

    async def _send_unsent(self, group: str, seconds: int) -> None:
        """Adds what this worker counted alone to the counters in Redis."""
        local = self._counters(group)
        if not local.unsent or self._guard.health.remaining_cooldown() > 0:
            return
        unsent, local.unsent = local.unsent, {}
        for name, amount in list(unsent.items()):
            try:
                await self._run_count(group, seconds, [name], [_UNLIMITED], amount)
            except (DependencyUnavailableError, ResponseError):
                break
            del unsent[name]
        for name, amount in unsent.items():
            local.unsent[name] = local.unsent.get(name, 0) + amount

    async def _restored(self, group: str, seconds: int) -> bool:
        """Restores counters that Redis has lost from their copy; returns whether there was one."""
        if self._mirror is None:
            return False
        try:
            copy = await self._mirror.load(group)
        except DependencyUnavailableError:
            return False
        if copy is None:
            return False
        now = await self._redis_time()
        if not 0 <= now - copy.since < seconds:
            return False
        pairs = [part for pair in copy.counters.items() for part in pair]
        await self._guard.run(lambda redis: redis.eval(_RESTORE, 1, self._key(group), copy.since, *pairs))
        _log.warning("budget %s was missing in Redis; restored from MongoDB", group)
        return True

    async def _redis_time(self) -> int:
        seconds, _ = await self._guard.run(lambda redis: redis.time())
        return int(seconds)

    def _mirror_later(self, group: str, seconds: int) -> None:
        if self._mirror is None:
            return
        self._to_mirror[group] = seconds
        if self._mirroring is None or self._mirroring.done():
            self._mirroring = asyncio.create_task(self._mirror_after_a_while(), context=Context())

    async def _mirror_after_a_while(self) -> None:
        while self._to_mirror:
            await asyncio.sleep(self._mirror_seconds)
            await self._mirror_all()

    async def _mirror_all(self) -> None:
        groups, self._to_mirror = self._to_mirror, {}
        for group, seconds in groups.items():
            try:
                await self._mirror_group(group, seconds)
            except (DependencyUnavailableError, ResponseError):
                # Tried again with the next copy.
                self._to_mirror.setdefault(group, seconds)

    async def _mirror_group(self, group: str, seconds: int) -> None:
        assert self._mirror is not None  # noqa: S101 - nothing is queued without a mirror
        copy = await self._mirror.load(group)
        current = await self._read(group)
        if copy is not None and (current is None or copy.since < current.since < copy.since + seconds):
            # The counters were lost, and their copy could not be read at the time.
            await self._restored(group, seconds)
            current = await self._read(group)
        if current is not None:
            await self._mirror.save(group, current)

    async def _read(self, group: str) -> StoredBudget | None:
        found = cast(
            Mapping[bytes, bytes], await self._guard.run(lambda redis: redis.hgetall(self._key(group)))
        )
        counters = {name.decode(): int(amount) for name, amount in found.items()}
        since = counters.pop("@since", None)
        return None if since is None else StoredBudget(since, counters)

    def _key(self, group: str) -> str:
        return self._keys.key("budget", group)
