"""Progress of the scheduled refresh, stored in Redis between runs, and the summary of a run."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict
from redis.asyncio import Redis

from shared.domain.market_data import Moment
from shared.redis.guard import redis_errors
from shared.refresh.plan import KINDS, Kind, LastRefreshed

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
        duration_ms: Of the whole run.
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
    """Stores when each kind of data of each symbol was last refreshed.

    Args:
        redis: The client.
        prefix: Begins every key.
    """

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._prefix = f"{prefix}:v1:refresh"

    @property
    def lock_name(self) -> str:
        """Returns the key of the lock that a run holds."""
        return f"{self._prefix}:lock"

    async def load(self) -> LastRefreshed:
        """Returns when each kind of data of each symbol was last refreshed, without malformed values.

        Raises:
            DependencyUnavailableError: Redis is unavailable.
        """
        with redis_errors():
            async with self._redis.pipeline(transaction=False) as pipeline:
                for kind in KINDS:
                    pipeline.hgetall(self._key(kind))
                found = await pipeline.execute()
        return {kind: _times(values) for kind, values in zip(KINDS, found, strict=True)}

    async def done(self, kind: Kind, symbols: Sequence[str], now: datetime) -> None:
        """Records that symbols were refreshed.

        Raises:
            DependencyUnavailableError: Redis is unavailable.
        """
        if not symbols:
            return
        stamp = str(int(now.timestamp()))
        with redis_errors():
            async with self._redis.pipeline(transaction=False) as pipeline:
                pipeline.hset(self._key(kind), mapping=dict.fromkeys(symbols, stamp))
                pipeline.expire(self._key(kind), KEEP_SECONDS)
                await pipeline.execute()

    async def forget_others(self, symbols: Sequence[str], last: LastRefreshed) -> None:
        """Forgets symbols that are refreshed no longer.

        Raises:
            DependencyUnavailableError: Redis is unavailable.
        """
        kept = set(symbols)
        with redis_errors():
            for kind, times in last.items():
                gone = [symbol for symbol in times if symbol not in kept]
                for start in range(0, len(gone), _PRUNE_BATCH):
                    await self._redis.hdel(self._key(kind), *gone[start : start + _PRUNE_BATCH])

    def _key(self, kind: Kind) -> str:
        return f"{self._prefix}:{kind}"


def _times(values: Mapping[bytes | str, bytes | str]) -> dict[str, float]:
    times: dict[str, float] = {}
    for symbol, stamp in values.items():
        text = stamp.decode() if isinstance(stamp, bytes) else stamp
        if text.isdecimal():
            times[symbol.decode() if isinstance(symbol, bytes) else symbol] = float(text)
    return times
