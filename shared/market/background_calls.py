"""Requests to sources by background work: counted, limited, and without the small budgets of fallbacks."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from aiolimiter import AsyncLimiter


class BackgroundCalls:
    """Requests to sources within a block of background work.

    Attributes:
        count: Number of requests.
        slots: Limits the concurrent requests.
    """

    def __init__(self, at_once: int, per_minute: int | None = None) -> None:
        self.count = 0
        self.slots = asyncio.Semaphore(at_once)
        self._settled = 0
        self._pace = None if per_minute is None else AsyncLimiter(per_minute, 60)

    async def settle(self) -> None:
        """Waits until the requests so far fit the pace of the block.

        It belongs between two pieces of work: a fetch that waited would hold its lease and delay clients.
        """
        owed, self._settled = self.count - self._settled, self.count
        if self._pace is not None:
            for _ in range(owed):
                await self._pace.acquire()


_current: ContextVar[BackgroundCalls | None] = ContextVar("background_calls", default=None)


@contextmanager
def background_calls(at_once: int, per_minute: int | None = None) -> Iterator[BackgroundCalls]:
    """Counts and limits the requests to sources within the block and the tasks it starts.

    Within it, a source with a small budget is no fallback: its budget is reserved for client requests.

    Args:
        at_once: Maximum concurrent requests.
        per_minute: Pace that ``settle`` keeps, after a burst of the same size; None for no pace.
    """
    calls = BackgroundCalls(at_once, per_minute)
    token = _current.set(calls)
    try:
        yield calls
    finally:
        _current.reset(token)


def current_background() -> BackgroundCalls | None:
    """Returns the counter of the block that the caller is in; None for a request of a client."""
    return _current.get()
