"""The orderly end of a worker: requests finish or are answered with 503, streams end with an error frame."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from shared.errors.service_errors import ShuttingDownError

RETRY_AFTER: Final = 5.0
"""Seconds after which another worker, or the next one, answers."""
STORE_SECONDS: Final = 6.0
"""Seconds that interrupted requests get to store what they have, before the stores are closed."""


class Shutdown:
    """Tracks the work in progress and interrupts it when the worker ends.

    Attributes:
        begun: Whether the end has begun; new requests are refused.
        interrupting: Whether work in progress is being cancelled for it.
    """

    def __init__(self) -> None:
        self.begun = False
        self.interrupting = False
        self._tasks: set[asyncio.Task[Any]] = set()

    @contextmanager
    def tracking(self) -> Iterator[None]:
        """Tracks the current task for the block."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - handlers run in tasks
        self._tasks.add(task)
        try:
            yield
        finally:
            self._tasks.discard(task)

    def track(self, task: "asyncio.Task[Any]") -> None:
        """Tracks a task until it is done, and keeps it from the garbage collector."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def error(self) -> ShuttingDownError:
        """Returns the error of a request that cannot be finished."""
        return ShuttingDownError("The service is shutting down. Retry the request.", retry_after=RETRY_AFTER)

    async def drain(self, grace: float) -> None:
        """Refuses new work, waits for the work in progress, then interrupts the remainder and waits for that.

        Args:
            grace: Seconds in which work may finish.
        """
        self.begun = True
        if not await self._wait(grace):
            self.interrupting = True
            for task in set(self._tasks):
                task.cancel()
            await self._wait(STORE_SECONDS)

    async def _wait(self, seconds: float) -> bool:
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        # Again and again: a request in progress may become a stream meanwhile.
        while self._tasks and (left := ends - loop.time()) > 0:
            await asyncio.wait(set(self._tasks), timeout=left)
        return not self._tasks


shutdown = Shutdown()
"""The shutdown of this worker."""
