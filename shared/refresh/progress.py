"""Progress of the scheduled refresh, stored in Redis between runs, and the summary of a run."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from shared.domain.market_data import Moment
from shared.errors import DependencyUnavailableError
from shared.redis.guard import RedisGuard
from shared.redis.keys import RedisKeys
from shared.refresh.plan import KINDS, LastRefreshed, RefreshKind

Result = TypeVar("Result")

KEEP_SECONDS: Final = 7 * 86_400
"""Progress that is not renewed for a week expires."""

_PRUNE_BATCH: Final = 1_000


RunOutcome = Literal["ok", "partial", "failed", "locked"]


class RefreshSummary(BaseModel):
    """Summary of a run.

    Attributes:
        outcome: ``ok``; ``partial`` when something failed or time ran out; ``failed`` when nothing could be
            refreshed; ``locked`` when another worker runs it.
        symbols: Number of symbols.
        attempted: Units (one kind of data of one symbol) that were requested.
        refreshed: Units that were refreshed.
        skipped: Units that were skipped, by reason.
        failed: Units that failed, by reason.
        upstream_requests: Requests to sources.
        duration_ms: Duration of the whole run.
        notes: Other problems, for instance an unavailable database.
        last_success_at: When a run last ended ``ok``; this one, if it did.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: RunOutcome
    started_at: Moment
    finished_at: Moment
    symbols: int = 0
    attempted: int = 0
    refreshed: int = 0
    skipped: dict[str, int] = {}
    failed: dict[str, int] = {}
    upstream_requests: int = 0
    duration_ms: int = 0
    notes: tuple[str, ...] = ()
    last_success_at: Moment | None = None


class RefreshProgress:
    """Records when each kind of data of each symbol was last refreshed.

    Args:
        guard: The guard of Redis.
        keys: Names of keys.
    """

    def __init__(self, guard: RedisGuard, keys: RedisKeys) -> None:
        self._guard = guard
        self._keys = keys

    @property
    def lease_key(self) -> str:
        """Key of the lease that a run holds."""
        return self._keys.key("refresh", "lease")

    async def load(self) -> LastRefreshed:
        """Returns when each kind of data of each symbol was last refreshed; invalid values are omitted.

        Raises:
            DependencyUnavailableError: Redis is unavailable.
        """

        async def read(redis: Redis) -> list[Mapping[bytes | str, bytes | str]]:
            pipeline = redis.pipeline(transaction=False)
            for kind in KINDS:
                pipeline.hgetall(self._key(kind))
            return await pipeline.execute()

        found = await self._run(read)
        return {kind: _times(values) for kind, values in zip(KINDS, found, strict=True)}

    async def done(self, kind: RefreshKind, symbols: Sequence[str], now: datetime) -> None:
        """Records that a kind of data of symbols was refreshed.

        Raises:
            DependencyUnavailableError: Redis is unavailable.
        """
        if not symbols:
            return
        stamp = str(int(now.timestamp()))

        async def write(redis: Redis) -> None:
            pipeline = redis.pipeline(transaction=False)
            pipeline.hset(self._key(kind), mapping=dict.fromkeys(symbols, stamp))
            pipeline.expire(self._key(kind), KEEP_SECONDS)
            await pipeline.execute()

        await self._run(write)

    async def forget_others(self, symbols: Sequence[str], last: LastRefreshed) -> None:
        """Removes symbols that are no longer refreshed.

        Raises:
            DependencyUnavailableError: Redis is unavailable.
        """
        tracked = set(symbols)
        for kind, times in last.items():
            gone = [symbol for symbol in times if symbol not in tracked]
            for start in range(0, len(gone), _PRUNE_BATCH):
                await self._run(partial(self._remove, kind, gone[start : start + _PRUNE_BATCH]))

    async def _remove(self, kind: RefreshKind, symbols: Sequence[str], redis: Redis) -> None:
        await redis.hdel(self._key(kind), *symbols)

    async def _run(self, command: Callable[[Redis], Awaitable[Result]]) -> Result:
        try:
            return await self._guard.run(command)
        except ResponseError as error:
            raise DependencyUnavailableError("Redis rejects a command of the refresh.") from error

    def _key(self, kind: RefreshKind) -> str:
        return self._keys.key("refresh", kind)


def _times(values: Mapping[bytes | str, bytes | str]) -> dict[str, float]:
    times: dict[str, float] = {}
    for symbol, stamp in values.items():
        text = stamp.decode() if isinstance(stamp, bytes) else stamp
        if text.isdecimal():
            times[symbol.decode() if isinstance(symbol, bytes) else symbol] = float(text)
    return times
