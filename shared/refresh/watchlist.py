"""Symbols on watchlists that no source has had data of for days.

A source that does not know a symbol once proves no delisting: entries stay on the watchlist and in the
refresh. The preferences show a remark when no source has had a quote for ``NO_DATA_AFTER``.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, Literal

from redis.asyncio import Redis

from shared.domain.market_data import Moment, Record
from shared.domain.terms import Symbol
from shared.errors.service_errors import DependencyUnavailableError
from shared.redis.guard import RedisGuard
from shared.redis.keys import RedisKeys
from shared.refresh.refresh_redis import RefreshRedis, text
from shared.runtime.clock import Clock

NO_DATA_AFTER: Final = timedelta(days=3)
"""Longer than a weekend, so that a source's fault on one trading day is no remark."""
_KEEP_SECONDS: Final = 90 * 86_400
_BATCH: Final = 1_000


class WatchlistRemark(Record):
    """A remark on a symbol of a watchlist.

    Attributes:
        code: ``no_data`` when no source has had a quote since ``since``.
    """

    symbol: Symbol
    code: Literal["no_data"]
    since: Moment


class WatchlistRemarks:
    """Remembers since when symbols have had no data.

    Args:
        guard: The guard of Redis.
        keys: Names of keys.
        clock: The present moment.
    """

    def __init__(self, guard: RedisGuard, keys: RedisKeys, clock: Clock) -> None:
        self._redis = RefreshRedis(guard, keys)
        self._key = self._redis.key("no_data")
        self._clock = clock

    async def record(self, missing: Sequence[str], found: Sequence[str]) -> None:
        """Records the outcome of a refresh: symbols that no source knows, and symbols that have data.

        Raises:
            DependencyUnavailableError: Redis does not answer.
        """
        stamp = str(int(self._clock().timestamp()))

        async def write(redis: Redis) -> None:
            pipeline = redis.pipeline(transaction=False)
            for symbol in missing:
                pipeline.hsetnx(self._key, symbol, stamp)
            if found:
                pipeline.hdel(self._key, *found)
            pipeline.expire(self._key, _KEEP_SECONDS)
            await pipeline.execute()

        await self._redis.run(write)

    async def forget_others(self, symbols: Sequence[str]) -> None:
        """Removes symbols that are no longer refreshed.

        Raises:
            DependencyUnavailableError: Redis does not answer.
        """
        kept = set(symbols)
        stored = await self._redis.run(lambda redis: redis.hkeys(self._key))
        gone = [name for name in map(text, stored) if name not in kept]
        for start in range(0, len(gone), _BATCH):
            await self._redis.run(partial(self._remove, gone[start : start + _BATCH]))

    async def of(self, symbols: Sequence[str]) -> tuple[WatchlistRemark, ...]:
        """Returns the remarks on symbols, in their order; none while Redis does not answer."""
        if not symbols:
            return ()
        try:
            stamps = await self._redis.run(lambda redis: redis.hmget(self._key, list(symbols)))
        except DependencyUnavailableError:
            return ()
        latest = self._clock() - NO_DATA_AFTER
        since = {
            symbol: datetime.fromtimestamp(int(stamp), UTC)
            for symbol, stamp in zip(symbols, stamps, strict=True)
            if stamp is not None and stamp.isdigit()
        }
        return tuple(
            WatchlistRemark(symbol=symbol, code="no_data", since=moment)
            for symbol, moment in since.items()
            if moment <= latest
        )

    async def _remove(self, names: Sequence[str], redis: Redis) -> None:
        await redis.hdel(self._key, *names)
