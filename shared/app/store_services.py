"""Services that store and limit: Redis, MongoDB, queues, cache, rate and concurrency limits."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from shared.app.embedded import embedded_stores
from shared.app.message_queues import build_message_queue
from shared.runtime.clock import Clock, utc_now

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from shared.cache.cache_entry import Cache
    from shared.config.settings import Settings
    from shared.data.migration.runner import MigrationRunner
    from shared.data.mongo import Database, Mongo
    from shared.data.repositories import Repositories
    from shared.limits.budget import Budgets
    from shared.limits.caller_limits import RateLimiter
    from shared.limits.concurrency import ConcurrencyLimits
    from shared.limits.rate import RateLimits
    from shared.limits.upstream_budget import UpstreamBudget
    from shared.queue.message_queue import MessageQueue
    from shared.redis.guard import RedisGuard
    from shared.redis.keys import RedisKeys
    from shared.redis.lease import RedisLeases


@dataclass(frozen=True)
class StoreServices:
    """The stores of one worker and the limits that are kept in them; each is connected on first use.

    Attributes:
        settings: The settings.
        clock: Returns the current time.
    """

    settings: "Settings"
    clock: Clock = utc_now

    @cached_property
    def redis(self) -> "Redis":
        """The Redis client; the embedded Redis if no host is configured."""
        from shared.redis.connection import connect_redis

        if self.settings.redis.embedded:
            return embedded_stores(self.settings).embedded_redis()
        return connect_redis(self.settings.redis)

    @cached_property
    def redis_guard(self) -> "RedisGuard":
        """The one guard of the Redis client, shared by all its users."""
        from shared.redis.guard import RedisGuard

        return RedisGuard(self.redis)

    @cached_property
    def redis_keys(self) -> "RedisKeys":
        """Names of the keys in Redis."""
        from shared.redis.keys import RedisKeys

        return RedisKeys(self.settings.cache.prefix)

    @cached_property
    def leases(self) -> "RedisLeases":
        """The leases of this worker in Redis."""
        from shared.redis.lease import RedisLeases

        return RedisLeases(self.redis_guard)

    @cached_property
    def rates(self) -> "RateLimits":
        """The rate limits."""
        from shared.limits.rate import RateLimits

        return RateLimits(self.redis_guard, self.redis_keys)

    @cached_property
    def budgets(self) -> "Budgets":
        """The daily budgets."""
        from shared.limits.budget import Budgets

        return Budgets(self.redis_guard, self.redis_keys, self.repositories.budgets)

    @cached_property
    def upstream_budget(self) -> "UpstreamBudget":
        """The daily budget of requests to the market data sources."""
        from shared.limits.upstream_budget import UpstreamBudget

        return UpstreamBudget(self.settings.limits, self.budgets)

    @cached_property
    def concurrency(self) -> "ConcurrencyLimits":
        """The concurrency limits: open streams, requests to one target."""
        from shared.limits.concurrency import ConcurrencyLimits

        return ConcurrencyLimits(self.redis_guard, self.redis_keys, self.clock)

    @cached_property
    def rate_limiter(self) -> "RateLimiter":
        """The limits of requests and streams."""
        from shared.limits.caller_limits import RateLimiter

        return RateLimiter(self.settings.limits, self.rates, self.concurrency)

    @cached_property
    def cache(self) -> "Cache":
        """The response cache."""
        from shared.cache.redis_cache import RedisCache
        from shared.limits.miss_limit import CallerMissLimit

        miss_limit = CallerMissLimit(self.settings.limits, self.rates, self.upstream_budget)
        return RedisCache(self.leases, self.settings.cache, self.clock, miss_limit=miss_limit)

    @cached_property
    def mongo(self) -> "Mongo":
        """The database; the embedded one if no server is configured."""
        from shared.data.mongo import EMBEDDED_SECONDS, Mongo, connect_mongo

        if self.settings.mongodb.embedded:
            # Migrated on first use: developers do not run migrations by hand.
            return Mongo(
                embedded_stores(self.settings).embedded_mongo(self.settings.app.data_dir),
                self.settings.mongodb.db_name,
                place=f"embedded in {self.settings.app.data_dir}",
                prepare=self._migrate,
                least_seconds=EMBEDDED_SECONDS,
            )
        return connect_mongo(self.settings.mongodb)

    def _migrate(self, mongo: "Mongo", database: "Database") -> None:
        from shared.data.migration.runner import MigrationRunner

        MigrationRunner(mongo, self.settings, self.clock).run_blocking(database)

    @cached_property
    def migrations(self) -> "MigrationRunner":
        """The database migrations."""
        from shared.data.migration.runner import MigrationRunner

        return MigrationRunner(self.mongo, self.settings, self.clock)

    @cached_property
    def repositories(self) -> "Repositories":
        """The repositories, one per collection."""
        from shared.data.repositories import Repositories
        from shared.data.retention import Retention

        return Repositories(self.mongo, self.clock, Retention.of(self.settings))

    @cached_property
    def delivery_queue(self) -> "MessageQueue":
        """The queue of webhook deliveries."""
        from shared.queue.message_queue import DELIVERY_QUEUE

        return build_message_queue(self.settings, DELIVERY_QUEUE)

    @cached_property
    def dead_letter_queue(self) -> "MessageQueue":
        """The poison queue of webhook deliveries."""
        from shared.queue.message_queue import DEAD_LETTER_QUEUE

        return build_message_queue(self.settings, DEAD_LETTER_QUEUE)
