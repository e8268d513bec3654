"""Redis at a bounded cost: few commands at a time, a deadline on each, none while it is known to be away."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from shared.errors import DependencyUnavailableError
from shared.observability import metrics
from shared.runtime.breaker import Breaker

Result = TypeVar("Result")

PAUSE = 5.0
"""Seconds for which Redis is left alone after it failed, however often it failed before."""

_DEADLINE = 0.5
"""Seconds one command may take, with connecting."""
_TURN = 2.0
"""Seconds it may wait for its turn."""
_log = logging.getLogger(__name__)


@contextmanager
def redis_errors() -> Iterator[None]:
    """Turns what the client library raises into the one error of ours.

    Raises:
        DependencyUnavailableError: Redis is away, slow, full, or refuses the command.
    """
    try:
        yield
    except (RedisError, OSError, TimeoutError) as error:
        raise DependencyUnavailableError("Redis does not answer.", retry_after=PAUSE) from error


class RedisGuard:
    """Runs commands of a worker. Those that wait while others time out end together with them.

    Args:
        redis: The client.
        breaker: Decides when Redis is left alone; by default for 5 s after each failure.
        concurrency: Commands at a time, at most the connections of the client's pool. A worker is one thread:
            more would not be faster, and each would wait longer for its answer to be looked at.
    """

    def __init__(self, redis: Redis, breaker: Breaker | None = None, *, concurrency: int = 8) -> None:
        self.redis = redis
        self.breaker = breaker or Breaker("redis", pause=PAUSE, max_pause=PAUSE)
        connections = min(concurrency, redis.connection_pool.max_connections)
        self._slots = asyncio.Semaphore(connections)
        self._failures = 0

    async def run(self, command: Callable[[Redis], Awaitable[Result]]) -> Result:
        """The result of a command, or of several that belong together.

        Raises:
            ResponseError: Redis is there and refuses the command.
            DependencyUnavailableError: It is away, slow or speaks nonsense.
        """
        if not self.breaker.allow():
            metrics.redis_failed()
            raise DependencyUnavailableError("Redis does not answer.", retry_after=self.breaker.open_for())
        failures = self._failures
        await self._enter()
        try:
            if self._failures != failures:
                # It failed while this command waited its turn: no need to find that out again.
                raise DependencyUnavailableError("Redis does not answer.", retry_after=PAUSE)
            async with asyncio.timeout(_DEADLINE):
                result = await command(self.redis)
        except ResponseError:
            self.breaker.success()
            raise
        except (RedisError, OSError, TimeoutError) as error:
            self._failed(error)
            raise DependencyUnavailableError("Redis does not answer.", retry_after=PAUSE) from error
        finally:
            self._slots.release()
        self.breaker.success()
        return result

    async def _enter(self) -> None:
        if not self._slots.locked():
            await self._slots.acquire()
            return
        try:
            async with asyncio.timeout(_TURN):
                await self._slots.acquire()
        except TimeoutError as error:
            # This worker is busy; that says nothing about Redis.
            raise DependencyUnavailableError("Redis is not reached in time.", retry_after=1.0) from error

    def _failed(self, error: Exception) -> None:
        metrics.redis_failed()
        if self.breaker.open_for() == 0:
            _log.warning("redis does not answer and is left alone for a while: %s", type(error).__name__)
        self._failures += 1
        self.breaker.failure()
