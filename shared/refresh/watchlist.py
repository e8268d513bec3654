"""Symbols on watchlists that no source has had data of for days.

A source that does not know a symbol once proves no delisting: entries stay on the watchlist and in the
refresh. The preferences show a remark when no source has had a quote for ``NO_DATA_AFTER``.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, Literal, TypeVar

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from shared.domain.market_data import Moment, Record
from shared.domain.terms import Symbol
from shared.errors import DependencyUnavailableError
from shared.redis.guard import RedisGuard
from shared.redis.keys import RedisKeys
from shared.runtime.clock import Clock

Result = TypeVar("Result")

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
        self._guard = guard
        self._key = keys.key("refresh", "no_data")
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

        await self._run(write)

    async def forget_others(self, symbols: Sequence[str]) -> None:
        """Removes symbols that are no longer refreshed.

        Raises:
            DependencyUnavailableError: Redis does not answer.
        """
        kept = set(symbols)
        stored = await self._run(lambda redis: redis.hkeys(self._key))
        gone = [name for name in map(_text, stored) if name not in kept]
        for start in range(0, len(gone), _BATCH):
            await self._run(partial(self._remove, gone[start : start + _BATCH]))

    async def of(self, symbols: Sequence[str]) -> tuple[WatchlistRemark, ...]:
        """Returns the remarks on symbols, in their order; none while Redis does not answer."""
        if not symbols:
            return ()
        try:
            stamps = await self._run(lambda redis: redis.hmget(self._key, list(symbols)))
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

    async def _run(self, command: Callable[[Redis], Awaitable[Result]]) -> Result:
        try:
            return await self._guard.run(command)
        except ResponseError as error:
            raise DependencyUnavailableError("Redis rejects a command of the watchlist remarks.") from error


def _text(name: bytes | str) -> str:
    return name.decode() if isinstance(name, bytes) else name
