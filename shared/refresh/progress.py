"""Progress of the scheduled refresh, stored in Redis between runs, and the summary of a run."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict
from redis.asyncio import Redis

from shared.domain.market_data import Moment
from shared.redis.guard import RedisGuard
from shared.redis.keys import RedisKeys
from shared.refresh.plan import KINDS, LastRefreshed, RefreshKind
from shared.refresh.refresh_redis import RefreshRedis, text

KEEP_SECONDS: Final = 7 * 86_400
"""Progress that is not renewed for a week expires."""

_PRUNE_BATCH: Final = 1_000


RunOutcome = Literal["ok", "partial", "failed", "locked"]


class RefreshSummary(BaseModel):
    """Summary of a run.

    Attributes:
        outcome: ``ok``; ``partial`` when something failed or time ran out; ``failed`` when nothing could be
            refreshed; ``locked`` when another worker runs it. Items that are set aside do not count.
        symbols: Number of symbols.
        attempted: Units (one kind of data of one symbol) that were requested.
        refreshed: Units that were refreshed.
        skipped: Units that were skipped, by reason.
        failed: Units that failed, by reason.
        upstream_requests: Requests to sources.
        duration_ms: Duration of the whole run.
        notes: Other problems, for instance an unavailable database.
        last_success_at: When a run last refreshed at least nine tenths of what it tried; this one, if it did.
        set_aside: Items that are set aside after repeated failures, by the code of the last error.
        set_aside_items: The first of them, as ``news of AAPL``.
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
    set_aside: dict[str, int] = {}
    set_aside_items: tuple[str, ...] = ()


class RefreshProgress:
    """Records when each kind of data of each symbol was last refreshed.

    Args:
        guard: The guard of Redis.
        keys: Names of keys.
    """

    def __init__(self, guard: RedisGuard, keys: RedisKeys) -> None:
        self._redis = RefreshRedis(guard, keys)

    @property
    def lease_key(self) -> str:
        """Key of the lease that a run holds."""
        return self._redis.key("lease")

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

        found = await self._redis.run(read)
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

        await self._redis.run(write)

    async def forget_others(self, symbols: Sequence[str], last: LastRefreshed) -> None:
        """Removes symbols that are no longer refreshed.

        Raises:
            DependencyUnavailableError: Redis is unavailable.
        """
        tracked = set(symbols)
        for kind, times in last.items():
            gone = [symbol for symbol in times if symbol not in tracked]
            for start in range(0, len(gone), _PRUNE_BATCH):
                await self._redis.run(partial(self._remove, kind, gone[start : start + _PRUNE_BATCH]))

    async def _remove(self, kind: RefreshKind, symbols: Sequence[str], redis: Redis) -> None:
        await redis.hdel(self._key(kind), *symbols)

    def _key(self, kind: RefreshKind) -> str:
        return self._redis.key(kind)


def _times(values: Mapping[bytes | str, bytes | str]) -> dict[str, float]:
    times: dict[str, float] = {}
    for symbol, stamp in values.items():
        seconds = text(stamp)
        if seconds.isdecimal():
            times[text(symbol)] = float(seconds)
    return times
