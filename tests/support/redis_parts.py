"""Users of Redis as the app context builds them: one guard per client."""

import time
from collections.abc import Callable

from redis.asyncio import Redis
from redis.exceptions import TimeoutError as RedisTimeoutError

from infra.local.embedded_redis import EmbeddedRedis
from shared.cache.cache_entry import MissLimit
from shared.cache.redis_cache import RedisCache
from shared.config.store_settings import CacheSettings
from shared.limits.budget import BudgetMirror, Budgets
from shared.limits.concurrency import ConcurrencyLimits
from shared.limits.rate import RateLimits
from shared.redis.guard import RedisGuard
from shared.redis.keys import RedisKeys
from shared.redis.lease import RedisLeases
from shared.runtime.clock import Clock

KEYS = RedisKeys("test")


class LostReplies(EmbeddedRedis):
    """Executes scripts and loses some of the replies."""

    lost = 0

    async def eval(self, *arguments: object, **options: object) -> object:
        reply = await super().eval(*arguments, **options)
        if self.lost:
            self.lost -= 1
            raise RedisTimeoutError
        return reply


def make_leases(redis: Redis, clock: Callable[[], float] = time.monotonic) -> RedisLeases:
    """Returns the leases of one worker."""
    return RedisLeases(RedisGuard(redis, clock=clock))


def make_cache(
    redis: Redis,
    settings: CacheSettings,
    clock: Clock,
    *,
    monotonic: Callable[[], float] = time.monotonic,
    miss_limit: MissLimit | None = None,
) -> RedisCache:
    """Returns the cache of one worker."""
    return RedisCache(make_leases(redis, monotonic), settings, clock, miss_limit=miss_limit)


def make_rates(redis: Redis) -> RateLimits:
    """Returns the rate limits of one worker."""
    return RateLimits(RedisGuard(redis), KEYS)


def make_budgets(redis: Redis, mirror: BudgetMirror | None = None) -> Budgets:
    """Returns the budgets of one worker."""
    return Budgets(RedisGuard(redis), KEYS, mirror)


def make_concurrency(redis: Redis, clock: Clock) -> ConcurrencyLimits:
    """Returns the concurrency limits of one worker."""
    return ConcurrencyLimits(RedisGuard(redis), KEYS, clock)
