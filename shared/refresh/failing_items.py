"""Items of the scheduled refresh that fail while others succeed: they are set aside with a growing interval.

Failures are those of the item only while the source answers for
others: an outage sets nothing aside, so that everything is refreshed as soon as it ends.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from redis.asyncio import Redis

from shared.refresh.plan import KINDS, RefreshItem, RefreshKind
from shared.refresh.progress import KEEP_SECONDS
from shared.refresh.refresh_redis import RefreshRedis, text
from shared.runtime import compact_json

SET_ASIDE_AFTER: Final = 3
"""Failures in a row after which an item is set aside."""
FIRST_INTERVAL: Final = timedelta(minutes=15)
"""Between the attempts of an item that has just been set aside; it doubles with every failure."""
MAX_INTERVAL: Final = timedelta(hours=6)

_MAX_DOUBLINGS: Final = 10


@dataclass(frozen=True)
class FailingItem:
    """An item whose last attempts failed.

    Attributes:
        failures: Failures in a row.
        since: The first of them.
        last: The last of them.
        code: Code of the last error.
    """

    failures: int
    since: datetime
    last: datetime
    code: str

    @property
    def is_set_aside(self) -> bool:
        """Returns whether the item has failed too often to be tried on every run."""
        return self.failures >= SET_ASIDE_AFTER

    def is_due(self, now: datetime) -> bool:
        """Returns whether the item is to be tried.

        A failure in the future was recorded by a worker whose clock is wrong.
        """
        if not self.is_set_aside or self.last > now:
            return True
        doublings = min(self.failures - SET_ASIDE_AFTER, _MAX_DOUBLINGS)
        interval = min(FIRST_INTERVAL * (1 << doublings), MAX_INTERVAL)
        return now - self.last >= interval


def after_run(
    known: Mapping[RefreshItem, FailingItem],
    failed: Mapping[RefreshItem, str],
    refreshed: Collection[RefreshItem],
    now: datetime,
) -> dict[RefreshItem, FailingItem]:
    """Returns the failing items after a run.

    Args:
        known: The failing items before it.
        failed: Codes of the items that failed in it.
        refreshed: The items that were refreshed in it.
        now: The present moment.
    """
    items = {item: failing for item, failing in known.items() if item not in refreshed}
    ours = _own_failures(known, failed, refreshed)
    for item in ours:
        before = items.get(item)
        if before is None:
            items[item] = FailingItem(1, now, now, failed[item])
        else:
            items[item] = replace(before, failures=before.failures + 1, last=now, code=failed[item])
    return items


def _own_failures(
    known: Mapping[RefreshItem, FailingItem],
    failed: Mapping[RefreshItem, str],
    refreshed: Collection[RefreshItem],
) -> list[RefreshItem]:
    """Returns the failed items whose kind of data the source has for others.

    That is proved by others of the kind in the same run. Items that failed while others succeeded may be the
    only ones of their kind that are due in the next runs.
    """
    succeeded = Counter(kind for kind, _ in refreshed)
    by_kind: dict[RefreshKind, list[RefreshItem]] = {}
    for item in failed:
        by_kind.setdefault(item[0], []).append(item)
    ours: list[RefreshItem] = []
    for kind, items in by_kind.items():
        if len(items) <= max(1, succeeded[kind]) or all(item in known for item in items):
            ours += items
    return ours


class FailingItems:
    """The failing items, stored in Redis between runs.

    Args:
        redis: Redis as the refresh uses it.
    """

    def __init__(self, redis: RefreshRedis) -> None:
        self._redis = redis
        self._key = redis.key("failing")

    async def load(self, symbols: Iterable[str]) -> dict[RefreshItem, FailingItem]:
        """Returns the failing items of the symbols that are refreshed; invalid values are omitted.

        Raises:
            DependencyUnavailableError: Redis is unavailable.
        """
        stored = await self._redis.run(lambda redis: redis.hgetall(self._key))
        tracked = set(symbols)
        items = (_read(text(name), value) for name, value in stored.items())
        return {item: failing for item, failing in filter(None, items) if item[1] in tracked}

    async def replace(self, items: Mapping[RefreshItem, FailingItem]) -> None:
        """Stores the failing items in place of all others.

        Raises:
            DependencyUnavailableError: Redis is unavailable.
        """
        values: dict[str | bytes | bytearray | memoryview[int] | int | float, Any] = {
            f"{kind} {symbol}": _stored(failing) for (kind, symbol), failing in items.items()
        }

        async def write(redis: Redis) -> None:
            pipeline = redis.pipeline(transaction=True)
            pipeline.delete(self._key)
            if values:
                pipeline.hset(self._key, mapping=values)
                pipeline.expire(self._key, KEEP_SECONDS)
            await pipeline.execute()

        await self._redis.run(write)


def _stored(failing: FailingItem) -> str:
    since, last = int(failing.since.timestamp()), int(failing.last.timestamp())
    return compact_json.dumps([failing.failures, since, last, failing.code]).decode()


def _read(name: str, value: bytes | str) -> tuple[RefreshItem, FailingItem] | None:
    kind, _, symbol = name.partition(" ")
    known = next((item for item in KINDS if item == kind), None)
    try:
        failures, since, last, code = json.loads(value)
        moments = (datetime.fromtimestamp(since, UTC), datetime.fromtimestamp(last, UTC))
        failing = FailingItem(int(failures), *moments, str(code))
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    return None if known is None else ((known, symbol), failing)
