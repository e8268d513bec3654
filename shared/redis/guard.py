"""The one guard of a Redis client: bounded concurrency, a deadline for each command, a circuit breaker."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from shared.errors.service_errors import DependencyUnavailableError
from shared.observability import metrics
from shared.redis.refusals import first_refusal, refusal_cause
from shared.runtime.circuit_breaker import CircuitBreaker
from shared.runtime.degraded import DegradedState
from shared.runtime.loop_timeout import LoopTimeout
from shared.runtime.upstream_health import UpstreamHealth

Result = TypeVar("Result")

COOLDOWN: Final = 5.0
"""Seconds for which no command is sent after a failure, the same after every further failure."""

_DEADLINE: Final = 3.0
"""Seconds one command may take in all. A server that sends nothing is noticed sooner, by the connection."""
_QUEUE_TIMEOUT: Final = 2.0
"""Seconds a command may wait for one of the concurrent commands to end."""
_REFUSAL_ENDS_AFTER: Final = 60.0
"""Seconds without a refused command after which the refusal counts as over."""
_log = logging.getLogger(__name__)


def redis_health(clock: Callable[[], float] = time.monotonic) -> UpstreamHealth:
    """Returns the health of Redis with its cooldown of 5 s; a trial is cheap, so the cooldown does not grow.

    Args:
        clock: Monotonic seconds.
    """
    breaker = CircuitBreaker("redis", clock, cooldown=COOLDOWN, max_cooldown=COOLDOWN)
    return UpstreamHealth("redis", _log, clock, breaker=breaker)


class RedisGuard:
    """Runs all commands of one client.

    A worker has one guard per client, so that an outage costs all users of Redis together one probe per
    cooldown. Commands that wait in the queue while another one fails end with it.

    Args:
        redis: The client.
        health: Health of the server, shared by the guards of all clients of one server.
        concurrency: Concurrent commands, at most the connections of the client's pool. A worker is one
            thread: more would not be faster, and each reply would wait longer to be read.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        redis: Redis,
        health: UpstreamHealth | None = None,
        *,
        concurrency: int = 8,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.redis = redis
        self.health = health or redis_health(clock)
        self._slots = asyncio.Semaphore(min(concurrency, redis.connection_pool.max_connections))
        self._clock = clock
        self._failures = 0
        self._refusal = DegradedState("redis commands", _log, clock)
        self._last_refusal_at: float | None = None

    async def run(self, command: Callable[[Redis], Awaitable[Result]]) -> Result:
        """Runs a command, or a pipeline, and returns its reply.

        Raises:
            ResponseError: Redis rejects this command only, for instance because of a wrong type.
            DependencyUnavailableError: Redis is unavailable, or refuses commands (read-only, full, cluster
                mode, missing permission). Also raised if a pipeline contains a refused command.
        """
        if not self.health.allow():
            metrics.redis_failed()
            raise self._unavailable(self.health.remaining_cooldown())
        failures = self._failures
        await self._enter()
        try:
            if self._failures != failures:
                # Another command failed while this one waited: no further probe.
                raise self._unavailable(COOLDOWN)
            async with LoopTimeout(_DEADLINE):
                reply = await command(self.redis)
        except ResponseError as error:
            self._reachable()
            if refusal_cause(error):
                raise self._refused(error) from error
            raise
        except (RedisError, OSError, TimeoutError) as error:
            self._failed(error)
            raise self._unavailable(COOLDOWN) from error
        finally:
            self._slots.release()
        self._reachable()
        if (refusal := first_refusal(reply)) is not None:
            raise self._refused(refusal) from refusal
        return reply

    async def _enter(self) -> None:
        if not self._slots.locked():
            await self._slots.acquire()
            return
        try:
            async with LoopTimeout(_QUEUE_TIMEOUT):
                await self._slots.acquire()
        except TimeoutError as error:
            # This worker is busy; that says nothing about Redis.
            message = "Too many Redis commands are waiting in this worker."
            raise DependencyUnavailableError(message, retry_after=1.0) from error

    def _reachable(self) -> None:
        if not self.health.breaker.closed:
            self.health.success()
        refused_at = self._last_refusal_at
        if refused_at is not None and self._clock() - refused_at > _REFUSAL_ENDS_AFTER:
            self._last_refusal_at = None
            self._refusal.end()

    def _failed(self, error: Exception) -> None:
        metrics.redis_failed()
        self._failures += 1
        self.health.failure(type(error).__name__)

    def _refused(self, error: ResponseError) -> DependencyUnavailableError:
        cause = refusal_cause(error) or "refused"
        metrics.redis_failed()
        self._last_refusal_at = self._clock()
        self._refusal.begin(f"refused, {cause}")
        return DependencyUnavailableError(f"Redis refuses commands ({cause}).", retry_after=COOLDOWN)

    def _unavailable(self, retry_after: float) -> DependencyUnavailableError:
        return DependencyUnavailableError("Redis is unavailable.", retry_after=retry_after)
