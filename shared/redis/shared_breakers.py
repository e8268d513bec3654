"""Breakers that all workers share: what one of them finds out, the others need not find out again."""

import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from shared.errors import DependencyUnavailableError
from shared.redis.guard import RedisGuard
from shared.runtime.breaker import Breaker
from shared.runtime.clock import Clock, utc_now

Result = TypeVar("Result")

READ_SECONDS: Final = 1.0
"""How long a worker goes by what it has read last."""
TRIAL_SECONDS: Final = 5.0
"""How long the worker that makes the trial after a pause has for it."""
REMEMBER_SECONDS: Final = 300.0
"""How long after a pause a further failure still counts as one in a row."""


class _Pause(BaseModel):
    """What workers tell each other of something that failed."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    failures: Annotated[int, Field(ge=1, le=1_000)]
    until: float
    """Seconds since the epoch."""


class SharedBreakers:
    """Breakers by name, the same for all workers; while Redis is away, each worker's own.

    Every worker decides by breakers in its memory. When one opens, the worker tells the others through Redis;
    they read it before they ask, at most once a second. The one trial after a pause is agreed there, too.

    Args:
        guard: Redis; None for a worker that is alone.
        prefix: Put before every name.
        now: The time; workers' clocks should agree to a second or so.
        monotonic: Monotonic seconds.
        make: Makes the breaker of a name.
    """

    def __init__(
        self,
        guard: RedisGuard | None,
        prefix: str,
        *,
        now: Clock = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
        make: Callable[[str, Callable[[], float]], Breaker] = Breaker,
    ) -> None:
        self._guard = guard
        self._prefix = prefix
        self._now = now
        self._monotonic = monotonic
        self._make = make
        self._breakers: dict[str, Breaker] = {}
        self._read_at: dict[str, float] = {}
        self._shared: set[str] = set()

    async def open_for(self, name: str) -> float:
        """Seconds until the next call may pass; 0 when one may now. Changes nothing."""
        await self._learn(name)
        return self._breaker(name).open_for()

    async def allow(self, name: str) -> bool:
        """Whether a call may pass; when it is the trial, no other passes until it reports back."""
        await self._learn(name)
        breaker = self._breaker(name)
        return breaker.allow() and (breaker.closed or await self._may_try(name))

    async def success(self, name: str) -> None:
        """The call worked: closes the breaker, for all."""
        breaker = self._breaker(name)
        was_closed = breaker.closed
        breaker.success()
        if not was_closed:
            self._shared.discard(name)
            await self._run(lambda redis: redis.delete(self._key(name), self._trial_key(name)))

    async def failure(self, name: str, retry_after: float | None = None) -> None:
        """The call failed: see :meth:`Breaker.failure`."""
        breaker = self._breaker(name)
        breaker.failure(retry_after)
        seconds = breaker.open_for()
        if seconds == 0:
            return
        told = _Pause(failures=min(breaker.failures, 1_000), until=self._now().timestamp() + seconds)
        kept = round((seconds + REMEMBER_SECONDS) * 1000)
        if await self._run(lambda redis: redis.set(self._key(name), told.model_dump_json(), px=kept)):
            self._shared.add(name)

    def _breaker(self, name: str) -> Breaker:
        if name not in self._breakers:
            self._breakers[name] = self._make(name, self._monotonic)
        return self._breakers[name]

    async def _learn(self, name: str) -> None:
        """Takes over what the others have found out, unless that was done a moment ago."""
        moment = self._monotonic()
        if moment - self._read_at.get(name, float("-inf")) < READ_SECONDS:
            return
        # Who comes while this is being read goes by what is known.
        self._read_at[name] = moment
        # As a list, so that nothing there is told from nothing heard.
        found = await self._run(lambda redis: redis.mget([self._key(name)]))
        if found is None:
            return
        if (pause := _parsed(found[0])) is not None:
            self._shared.add(name)
            self._breaker(name).adopt(pause.failures, pause.until - self._now().timestamp())
        elif name in self._shared:
            # Another worker's trial went well, or it is long ago.
            self._shared.discard(name)
            self._breaker(name).success()

    async def _may_try(self, name: str) -> bool:
        """Whether this worker makes the trial; without Redis, every worker makes its own."""
        if self._guard is None:
            return True
        milliseconds = round(TRIAL_SECONDS * 1000)
        try:
            taken = await self._guard.run(
                lambda redis: redis.set(self._trial_key(name), b"1", px=milliseconds, nx=True)
            )
        except (DependencyUnavailableError, ResponseError):
            return True
        return bool(taken)

    async def _run(self, command: Callable[[Redis], Awaitable[Result]]) -> Result | None:
        """The result of a command; None while Redis is away."""
        if self._guard is None:
            return None
        try:
            return await self._guard.run(command)
        except (DependencyUnavailableError, ResponseError):
            # The guard has logged it.
            return None

    def _key(self, name: str) -> str:
        return f"{self._prefix}:v1:breaker:{name}"

    def _trial_key(self, name: str) -> str:
        return f"{self._prefix}:v1:breaker:{name}:trial"


def _parsed(raw: bytes | str | None) -> _Pause | None:
    if raw is None:
        return None
    try:
        return _Pause.model_validate_json(raw)
    except ValidationError:
        return None
