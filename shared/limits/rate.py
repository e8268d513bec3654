"""Rate limits over all workers, counted by the ``limits`` library in Redis; by this worker alone without it.

A rate is a sliding window: the count of the previous window is weighted by the part of it that the sliding
window still covers.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

from redis.exceptions import ResponseError

from shared.errors.service_errors import DependencyUnavailableError
from shared.limits.limit import Limit
from shared.redis.guard import RedisGuard
from shared.redis.keys import RedisKeys
from shared.runtime.batching import Batched, grouped

if TYPE_CHECKING:
    from limits import RateLimitItem, WindowStats
    from limits.aio.storage import MemoryStorage, RedisStorage, Storage
    from limits.aio.strategies import SlidingWindowCounterRateLimiter

Result = TypeVar("Result")

_MAX_LOCAL_NAMES: Final = 10_000
"""Names that a worker counts itself while Redis is unavailable. Above it all counts are dropped, in favour of
the callers."""
_MAX_BATCH_SIZE: Final = 100


@dataclass(frozen=True)
class Allowance:
    """Result of counting one use.

    Attributes:
        granted: Whether it is allowed.
        remaining: Uses left.
        resets_in: Seconds until one more use is available.
    """

    granted: bool
    remaining: int
    resets_in: float


@dataclass(frozen=True, eq=False)
class _Hit:
    """One use of a limit; no two uses are equal."""

    limit: Limit


class RateLimits:
    """Counts uses by name. The library is imported on first use: a cached quote does not need it.

    Uses that arrive while Redis is being asked are counted together, those of one name with one command.

    Args:
        guard: The guard of Redis.
        keys: Names of keys.
    """

    def __init__(self, guard: RedisGuard, keys: RedisKeys) -> None:
        self._guard = guard
        self._keys = keys
        self._hits: Batched[_Hit, Allowance] = Batched(self._count_all, max_batch_size=_MAX_BATCH_SIZE)

    async def hit(self, limit: Limit) -> Allowance:
        """Counts one use if the limit allows it, and returns the remaining allowance."""
        return await self._hits.get_one(_Hit(limit))

    async def take(self, limit: Limit, cost: int) -> Allowance:
        """Counts a use of several units if the limit allows all of them; returns the remaining allowance."""

        async def count(rate: "SlidingWindowCounterRateLimiter", item: "RateLimitItem") -> Allowance:
            granted = await rate.hit(item, limit.name, cost=cost)
            stats = await rate.get_window_stats(item, limit.name)
            return Allowance(granted, stats.remaining, _resets_in(stats, limit))

        return await self._counted(limit, count)

    async def aclose(self) -> None:
        """Ends what is being counted."""
        await self._hits.aclose()

    async def _count_all(self, hits: Sequence[_Hit]) -> dict[_Hit, Allowance]:
        by_limit = grouped(hits, lambda hit: hit.limit)
        counted = await asyncio.gather(*(self._count(limit, len(same)) for limit, same in by_limit.items()))
        return {
            hit: allowance
            for same, allowances in zip(by_limit.values(), counted, strict=True)
            for hit, allowance in zip(same, allowances, strict=True)
        }

    async def _count(self, limit: Limit, number: int) -> list[Allowance]:
        async def count(rate: "SlidingWindowCounterRateLimiter", item: "RateLimitItem") -> list[Allowance]:
            granted = await _take_most(rate, item, limit.name, number)
            stats = await rate.get_window_stats(item, limit.name)
            resets_in = _resets_in(stats, limit)
            # In order of arrival; each sees the remainder after it.
            return [
                Allowance(place < granted, stats.remaining + max(0, granted - 1 - place), resets_in)
                for place in range(number)
            ]

        return await self._counted(limit, count)

    @cached_property
    def _shared(self) -> "RedisStorage":
        from limits.aio.storage import RedisStorage

        # Over the client's own connections: only the protocol of the address is used.
        options: dict[str, Any] = {"connection_pool": self._guard.redis.connection_pool}
        return RedisStorage("async+redis://", implementation="redispy", key_prefix=self._keys.root, **options)

    @cached_property
    def _local(self) -> "MemoryStorage":
        from limits.aio.storage import MemoryStorage

        return MemoryStorage()

    async def _counted(
        self,
        limit: Limit,
        count: "Callable[[SlidingWindowCounterRateLimiter, RateLimitItem], Awaitable[Result]]",
    ) -> Result:
        from limits import RateLimitItemPerSecond
        from limits.aio.strategies import SlidingWindowCounterRateLimiter

        item = RateLimitItemPerSecond(limit.amount, limit.seconds, "rate")

        async def counted(storage: "Storage") -> Result:
            return await count(SlidingWindowCounterRateLimiter(storage), item)

        # Built here: the deadline of a command is not for imports.
        shared = self._shared
        try:
            return await self._guard.run(lambda _redis: counted(shared))
        except (DependencyUnavailableError, ResponseError):
            if len(self._local.storage) > _MAX_LOCAL_NAMES:
                await self._local.reset()
            return await counted(self._local)


async def _take_most(
    rate: "SlidingWindowCounterRateLimiter", item: "RateLimitItem", name: str, number: int
) -> int:
    """Returns how many of the uses are granted; the library grants all or none."""
    if await rate.hit(item, name, cost=number):
        return number
    left = min(number - 1, (await rate.get_window_stats(item, name)).remaining)
    return left if left > 0 and await rate.hit(item, name, cost=left) else 0


def _resets_in(stats: "WindowStats", limit: Limit) -> float:
    # In the millisecond in which a window begins, the library reports its end as now.
    return max(0.0, stats.reset_time - time.time()) or float(limit.seconds)
