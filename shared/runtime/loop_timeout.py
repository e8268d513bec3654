"""A timeout that does not count the time in which the event loop was blocked."""

import asyncio
from types import TracebackType
from typing import Final, Self

_STEPS: Final = 5
"""Equal parts of the time. One that lasts twice as long, because the loop was blocked, is repeated."""
_MAX_REPEATED: Final = 5


class LoopTimeout:
    """Bounds a block like ``asyncio.timeout``, in the time that the event loop was free to run.

    A timer that fires late says that this worker was busy, and nothing about the server that it waits for:
    the reply may have arrived and not been read yet. A worker that was blocked for 0.3 s counted Redis as
    unavailable, and did without it for 5 s.

    Args:
        seconds: Time after which the block is cancelled with ``TimeoutError``.
    """

    def __init__(self, seconds: float) -> None:
        self._step = seconds / _STEPS
        self._steps = _STEPS
        self._repeatable = _MAX_REPEATED
        self._planned = 0.0
        self._timeout = asyncio.timeout(None)
        self._timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        """Begins to count."""
        await self._timeout.__aenter__()
        self._schedule()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Ends the count.

        Raises:
            TimeoutError: The time is over.
        """
        if self._timer is not None:
            self._timer.cancel()
        await self._timeout.__aexit__(kind, error, traceback)

    def _schedule(self) -> None:
        loop = asyncio.get_running_loop()
        self._planned = loop.time() + self._step
        self._timer = loop.call_at(self._planned, self._count)

    def _count(self) -> None:
        now = asyncio.get_running_loop().time()
        if self._repeatable and now - self._planned > self._step:
            self._repeatable -= 1
        else:
            self._steps -= 1
        if self._steps:
            self._schedule()
        else:
            self._timeout.reschedule(now)
