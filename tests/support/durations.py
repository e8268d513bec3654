"""Durations on a machine that does other things too."""

import threading
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Final, Self

_ATTEMPTS: Final = 3
_TICK: Final = 0.02
_STOOD_STILL: Final = 0.2
"""Seconds between two ticks from which on the machine did not run this process."""


def eventually(check: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Whether a check succeeds within some seconds."""
    ends = time.monotonic() + seconds
    while not (succeeded := check()) and time.monotonic() < ends:
        time.sleep(_TICK)
    return succeeded


class Stopwatch:
    """Counts the seconds of a block, without those in which the machine stood still.

    A virtual machine may be stopped for seconds, which no timeout of the product can prevent. Waits of the
    product are counted in full, and so is the CPU time of this process.
    """

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._ticks = threading.Thread(target=self._count, daemon=True)
        self._counted = 0.0
        self._cpu_before = time.process_time()

    @property
    def seconds(self) -> float:
        """The seconds so far."""
        return max(self._counted, time.process_time() - self._cpu_before)

    def __enter__(self) -> Self:
        """Begins to count."""
        self._ticks.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Ends the count."""
        self._ended.set()
        self._ticks.join()

    def _count(self) -> None:
        before = time.monotonic()
        while not self._ended.wait(_TICK):
            now = time.monotonic()
            self._counted += now - before if now - before < _STOOD_STILL else _TICK
            before = now


async def shortest_duration(attempt: Callable[[], Awaitable[object]]) -> float:
    """Returns the seconds of the fastest of three attempts: a busy machine only lengthens one."""
    return min([await duration(attempt) for _ in range(_ATTEMPTS)])


async def duration(attempt: Callable[[], Awaitable[object]]) -> float:
    """Returns the seconds of one attempt, without those in which the machine stood still."""
    with Stopwatch() as watch:
        await attempt()
    return watch.seconds
