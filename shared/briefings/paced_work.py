"""Work on many items, a few at a time, at a pace that the sources tolerate."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeVar

from shared.market.background_calls import current_background

Item = TypeVar("Item")

_AT_ONCE: Final = 8
_log = logging.getLogger(__name__)


async def for_each(items: Iterable[Item], work: Callable[[Item], Awaitable[None]]) -> None:
    """Runs work on each item; after each, waits until the requests to sources fit their pace.

    An unexpected error costs its item; the first one of each kind is logged, and the number of them.
    """
    waiting = iter(items)
    failures: Counter[type[Exception]] = Counter()

    async def worker() -> None:
        for item in waiting:
            try:
                await work(item)
            except Exception as error:  # noqa: BLE001 - one symbol must not cost the others; the cause is logged
                if not failures[type(error)]:
                    _log.exception("briefings: unexpected error")
                failures[type(error)] += 1
            if (calls := current_background()) is not None:
                await calls.settle()

    async with asyncio.TaskGroup() as workers:
        for _ in range(_AT_ONCE):
            workers.create_task(worker())
    if failures:
        _log.error("briefings: unexpected errors cost %d items", failures.total())
