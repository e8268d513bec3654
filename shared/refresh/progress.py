"""What the scheduled refresh remembers between runs, in Redis; and what a run did."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict
from redis.asyncio import Redis

from shared.domain.market_data import Moment
from shared.redis.guard import redis_errors
from shared.refresh.plan import KINDS, Kind, LastRefreshed

KEEP_SECONDS: Final = 7 * 86_400
"""What is not renewed for a week is forgotten."""

_PRUNE_BATCH: Final = 1_000


RunOutcome = Literal["ok", "partial", "failed", "locked"]


class RefreshSummary(BaseModel):
    """What a run did.

    Attributes:
        outcome: ``ok``; ``partial`` when something failed or time ran out; ``failed`` when nothing could be
            refreshed; ``locked`` when another worker is at it.
        symbols: How many are kept warm.
        attempted: Pieces of data (one kind of one symbol) that were asked for.
        refreshed: Those that came.
        skipped: Those that were left alone, by reason.
        failed: Those that did not come, by reason.
        upstream_requests: Calls of sources.
        duration_ms: Of the whole run.
        notes: What else went wrong, for instance that the database was away.
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
    """When what was last refreshed.

    Args:
        redis: The client.
        prefix: Begins every key.
    """

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._prefix = f"{prefix}:v1:refresh"

    @property
    def lock_name(self) -> str:
        """Key of the lock that a run holds."""
        return f"{self._prefix}:lock"

    async def load(self) -> LastRefreshed:
        """When each kind of data of each symbol was last refreshed; a value that is no time is left out.

        Raises:
            DependencyUnavailableError: Redis is away.
        """
        with redis_errors():
            async with self._redis.pipeline(transaction=False) as pipeline:
                for kind in KINDS:
                    pipeline.hgetall(self._key(kind))
                found = await pipeline.execute()
        return {kind: _times(values) for kind, values in zip(KINDS, found, strict=True)}

    async def done(self, kind: Kind, symbols: Sequence[str], now: datetime) -> None:
        """Remembers that this was refreshed.

        Raises:
            DependencyUnavailableError: Redis is away.
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
        """Forgets symbols that are kept warm no longer.

        Raises:
            DependencyUnavailableError: Redis is away.
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
