"""Health of upstreams shared by all workers: an outage that one worker notices is known to the others."""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from shared.errors.service_errors import DependencyUnavailableError
from shared.redis.keys import RedisKeys
from shared.redis.lease import RedisLeases
from shared.runtime.upstream_health import UpstreamHealth

Result = TypeVar("Result")

SYNC_SECONDS: Final = 1.0
"""How long a worker relies on what it read last from Redis."""
TRIAL_SECONDS: Final = 5.0
"""Time of the worker that makes the trial call after a cooldown."""
REMEMBER_SECONDS: Final = 300.0
"""How long after a cooldown a further failure counts as consecutive."""

_MAX_FAILURES: Final = 1_000
_log = logging.getLogger(__name__)


class _SharedOutage(BaseModel):
    """An outage as stored in Redis. Its remaining cooldown is the TTL of its key, by the clock of Redis."""

    model_config = ConfigDict(frozen=True)

    failures: Annotated[int, Field(ge=1, le=_MAX_FAILURES)]
    reason: Annotated[str, Field(max_length=500)] = ""


class SharedHealth:
    """The health of upstreams by name.

    Each worker decides by circuit breakers in its memory. When one opens, the worker writes the outage to
    Redis; the others read it before a call, at most once a second. A lease decides which worker makes the one
    trial call after a cooldown. While Redis is unavailable, each worker decides alone.

    Args:
        leases: The leases of this worker in Redis; None for a worker without Redis.
        keys: Names of keys.
        clock: Monotonic seconds.
        make: Makes the health of an upstream.
    """

    def __init__(
        self,
        leases: RedisLeases | None,
        keys: RedisKeys,
        *,
        clock: Callable[[], float] = time.monotonic,
        make: Callable[[str, logging.Logger, Callable[[], float]], UpstreamHealth] = UpstreamHealth,
    ) -> None:
        self._leases = leases
        self._keys = keys
        self._clock = clock
        self._make = make
        self._upstreams: dict[str, UpstreamHealth] = {}
        self._synced_at: dict[str, float] = {}
        self._shared: set[str] = set()

    async def remaining_cooldown(self, name: str) -> float:
        """Returns the seconds until the next call is admitted; 0 when one is admitted now."""
        await self._sync(name)
        return self._upstream(name).remaining_cooldown()

    async def allow(self, name: str) -> bool:
        """Returns whether a call is admitted. While a trial call is running, no other call is."""
        await self._sync(name)
        upstream = self._upstream(name)
        return upstream.allow() and (upstream.breaker.closed or await self._may_try(name))

    def last_error(self, name: str) -> str | None:
        """Returns the reason of the last failure; None while the upstream is healthy."""
        return self._upstream(name).last_error

    async def success(self, name: str) -> None:
        """Records a successful call: closes the circuit breaker, for all workers."""
        upstream = self._upstream(name)
        was_closed = upstream.breaker.closed
        upstream.success()
        if not was_closed:
            self._shared.discard(name)
            await self._run(lambda redis: redis.delete(self._key(name)))
            await self._end_trial(name)

    async def failure(self, name: str, reason: str, retry_after: float | None = None) -> None:
        """Records a failed call: see :meth:`UpstreamHealth.failure`."""
        upstream = self._upstream(name)
        upstream.failure(reason, retry_after)
        cooldown = upstream.remaining_cooldown()
        if cooldown == 0:
            return
        failures = min(upstream.breaker.failures, _MAX_FAILURES)
        outage = _SharedOutage(failures=failures, reason=reason[:500]).model_dump_json()
        ttl = round((cooldown + REMEMBER_SECONDS) * 1000)
        if await self._run(lambda redis: redis.set(self._key(name), outage, px=ttl)):
            self._shared.add(name)
        await self._end_trial(name)

    def _upstream(self, name: str) -> UpstreamHealth:
        if name not in self._upstreams:
            self._upstreams[name] = self._make(name, _log, self._clock)
        return self._upstreams[name]

    async def _sync(self, name: str) -> None:
        """Reads the outages that other workers have written to Redis, at most once a second."""
        now = self._clock()
        if now - self._synced_at.get(name, float("-inf")) < SYNC_SECONDS:
            return
        # Calls that come while this is being read rely on what is known.
        self._synced_at[name] = now
        replies = await self._run(self._read(name))
        if replies is None:
            return
        value, ttl_ms = replies
        if (outage := _parsed(value)) is not None and isinstance(ttl_ms, int):
            self._shared.add(name)
            self._upstream(name).adopt(outage.failures, outage.reason, ttl_ms / 1000 - REMEMBER_SECONDS)
        elif name in self._shared:
            # The trial call of another worker succeeded, or the outage is long over.
            self._shared.discard(name)
            self._upstream(name).success()

    def _read(self, name: str) -> Callable[[Redis], Awaitable[list[object]]]:
        async def read(redis: Redis) -> list[object]:
            pipeline = redis.pipeline(transaction=False)
            pipeline.get(self._key(name))
            pipeline.pttl(self._key(name))
            return await pipeline.execute()

        return read

    async def _may_try(self, name: str) -> bool:
        """Returns whether this worker makes the trial call; without Redis, every worker makes its own."""
        if self._leases is None:
            return True
        try:
            return await self._leases.acquire(self._trial_key(name), TRIAL_SECONDS)
        except DependencyUnavailableError:
            return True

    async def _end_trial(self, name: str) -> None:
        if self._leases is not None and self._leases.is_held(self._trial_key(name)):
            await self._leases.release({self._trial_key(name): None})

    async def _run(self, command: Callable[[Redis], Awaitable[Result]]) -> Result | None:
        """Returns the reply to a command; None while Redis is unavailable, which the guard has logged."""
        if self._leases is None:
            return None
        try:
            return await self._leases.guard.run(command)
        except (DependencyUnavailableError, ResponseError):
            return None

    def _key(self, name: str) -> str:
        return self._keys.key("health", name)

    def _trial_key(self, name: str) -> str:
        return self._keys.key("health", name, "trial")


def _parsed(value: object) -> _SharedOutage | None:
    if not isinstance(value, bytes | str):
        return None
    try:
        return _SharedOutage.model_validate_json(value)
    except ValidationError:
        return None
