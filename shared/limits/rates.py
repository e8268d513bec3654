"""Rates and budgets over all workers, counted by the ``limits`` library in Redis; while that is away, here.

A rate is a sliding window: what was done in the window before counts for the part of it that has not passed
yet. A budget is a fixed window from the first spending on, because what is spent is known only afterwards and
must count also where it goes beyond what was left.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

from redis.exceptions import ResponseError

from shared.errors import DependencyUnavailableError
from shared.redis.guard import RedisGuard
from shared.runtime.batching import Batched, grouped

if TYPE_CHECKING:
    from limits import RateLimitItem, WindowStats
    from limits.aio.storage import MemoryStorage, RedisStorage, Storage
    from limits.aio.strategies import SlidingWindowCounterRateLimiter
    from redis.asyncio import Redis

Result = TypeVar("Result")

_MAX_NAMES: Final = 10_000
"""Names a worker counts while Redis is away; over that it forgets them all, which costs nobody but us."""
_MOST_HITS: Final = 100
"""Counted at a time. With more, those who come together go on together: the first begins when all may."""


@dataclass(frozen=True)
class Limit:
    """How much of something there may be.

    Attributes:
        name: Of what is counted.
        amount: So much.
        seconds: Within so long.
    """

    name: str
    amount: int
    seconds: int


@dataclass(frozen=True)
class Allowance:
    """What came of doing something once more.

    Attributes:
        granted: Whether it may be done.
        remaining: How often it may be done after that.
        resets_in: Seconds until it may be done once more than that.
    """

    granted: bool
    remaining: int
    resets_in: float


@dataclass(frozen=True, eq=False)
class _Hit:
    """Something done once; equal to no other."""

    limit: Limit


class Rates:
    """Counts by name. The library is imported on first use: a cached quote does without it.

    What is done while Redis counts is counted together, what is of one name at once: a thousand questions
    that begin at the same time spent two fifths of their beginning on commands of their own.

    Args:
        redis: The client.
        prefix: Put before every name.
    """

    def __init__(self, redis: "Redis", prefix: str) -> None:
        self._guard = RedisGuard(redis)
        self._prefix = prefix
        self._hits: Batched[_Hit, Allowance] = Batched(self._count_all, most=_MOST_HITS)

    async def hit(self, limit: Limit) -> Allowance:
        """Does something once, unless it was done too often already, and tells what is left."""
        return await self._hits.get_one(_Hit(limit))

    async def refused_for(self, limit: Limit) -> float | None:
        """Does something once, unless it was done too often: then the seconds until it may be done."""
        allowance = await self.hit(limit)
        return None if allowance.granted else allowance.resets_in

    async def aclose(self) -> None:
        """Ends what is being counted."""
        await self._hits.aclose()

    async def _count_all(self, hits: Sequence[_Hit]) -> dict[_Hit, Allowance]:
        alike = grouped(hits, lambda hit: hit.limit)
        counted = await asyncio.gather(*(self._count(limit, len(some)) for limit, some in alike.items()))
        return {
            hit: allowance
            for some, allowances in zip(alike.values(), counted, strict=True)
            for hit, allowance in zip(some, allowances, strict=True)
        }

    async def _count(self, limit: Limit, number: int) -> list[Allowance]:
        async def count(rate: "SlidingWindowCounterRateLimiter", item: "RateLimitItem") -> list[Allowance]:
            granted = await _take(rate, item, limit.name, number)
            stats = await rate.get_window_stats(item, limit.name)
            resets_in = _resets_in(stats, limit)
            # Who came first has it, and sees what was left then.
            return [
                Allowance(place < granted, stats.remaining + max(0, granted - 1 - place), resets_in)
                for place in range(number)
            ]

        return await self._counted_rate(limit, count)

    async def spend(self, budget: Limit, amount: int) -> None:
        """Takes so much from a budget."""
        item = _item("budget", budget)

        async def take(storage: "Storage") -> None:
            from limits.aio.strategies import FixedWindowRateLimiter

            await FixedWindowRateLimiter(storage).hit(item, budget.name, cost=amount)

        await self._counted(take, self._own_budgets)

    async def used_up(self, budget: Limit) -> float | None:
        """Seconds until a budget that is used up begins anew; None while anything of it is left."""
        item = _item("budget", budget)

        async def look(storage: "Storage") -> float | None:
            from limits.aio.strategies import FixedWindowRateLimiter

            window = FixedWindowRateLimiter(storage)
            if await window.test(item, budget.name):
                return None
            return _seconds_until((await window.get_window_stats(item, budget.name)).reset_time)

        return await self._counted(look, self._own_budgets)

    @cached_property
    def _shared(self) -> "RedisStorage":
        from limits.aio.storage import RedisStorage

        # Over the client's own connections: what the address says besides the protocol is not used.
        options: dict[str, Any] = {"connection_pool": self._guard.redis.connection_pool}
        return RedisStorage(
            "async+redis://", implementation="redispy", key_prefix=f"{self._prefix}:v1", **options
        )

    @cached_property
    def _own_rates(self) -> "MemoryStorage":
        from limits.aio.storage import MemoryStorage

        return MemoryStorage()

    @cached_property
    def _own_budgets(self) -> "MemoryStorage":
        from limits.aio.storage import MemoryStorage

        return MemoryStorage()

    async def _counted_rate(
        self,
        limit: Limit,
        count: "Callable[[SlidingWindowCounterRateLimiter, RateLimitItem], Awaitable[Result]]",
    ) -> Result:
        item = _item("rate", limit)

        async def counted(storage: "Storage") -> Result:
            from limits.aio.strategies import SlidingWindowCounterRateLimiter

            return await count(SlidingWindowCounterRateLimiter(storage), item)

        if len(self._own_rates.storage) > _MAX_NAMES:
            await self._own_rates.reset()
        return await self._counted(counted, self._own_rates)

    async def _counted(self, count: "Callable[[Storage], Awaitable[Result]]", own: "Storage") -> Result:
        # Built before: Redis' deadline is not for imports.
        shared = self._shared
        try:
            return await self._guard.run(lambda _redis: count(shared))
        except (DependencyUnavailableError, ResponseError):
            return await count(own)


async def _take(
    rate: "SlidingWindowCounterRateLimiter", item: "RateLimitItem", name: str, number: int
) -> int:
    """How many of so many are granted; the library grants all or none."""
    if await rate.hit(item, name, cost=number):
        return number
    left = min(number - 1, (await rate.get_window_stats(item, name)).remaining)
    return left if left > 0 and await rate.hit(item, name, cost=left) else 0


def _item(kind: str, limit: Limit) -> "RateLimitItem":
    from limits import RateLimitItemPerSecond

    return RateLimitItemPerSecond(limit.amount, limit.seconds, kind)


def _resets_in(stats: "WindowStats", limit: Limit) -> float:
    # In the millisecond in which a window begins the library takes its end for now.
    return _seconds_until(stats.reset_time) or float(limit.seconds)


def _seconds_until(moment: float) -> float:
    return max(0.0, moment - time.time())
