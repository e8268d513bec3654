"""Reports being made: identical requests share one job, and everybody who waits sees its progress."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from shared.reports.report import Report


@dataclass(frozen=True)
class Progress:
    """One step is done.

    Attributes:
        step: What was done (``data``, ``narrative``, ``stored``).
        done: How many steps are done.
        total: How many there are.
    """

    step: str
    done: int
    total: int


Advance = Callable[[Progress], None]
Work = Callable[[Advance], Awaitable[Report]]


class ReportJob:
    """One report being made; it goes on when those who asked for it leave, so that the next finds it made."""

    def __init__(self, work: Work) -> None:
        self._steps: list[Progress] = []
        self._changed = asyncio.Event()
        self._finished = False
        self.task: asyncio.Task[Report] = asyncio.ensure_future(self._run(work))

    async def _run(self, work: Work) -> Report:
        try:
            return await work(self._advance)
        finally:
            self._finished = True
            self._notify()

    def _advance(self, step: Progress) -> None:
        self._steps.append(step)
        self._notify()

    def _notify(self) -> None:
        # Whoever waits holds the event of before: it wakes, looks, and takes the next one.
        self._changed.set()
        self._changed = asyncio.Event()

    async def progress(self) -> AsyncIterator[Progress]:
        """The steps, from the first, until the work ends, well or not."""
        seen = 0
        while not self._finished or seen < len(self._steps):
            changed = self._changed
            for step in self._steps[seen:]:
                seen += 1
                yield step
            if not self._finished and seen == len(self._steps):
                await changed.wait()

    async def result(self) -> Report:
        """The report, when it is made; raises what the work raised."""
        return await asyncio.shield(self.task)
