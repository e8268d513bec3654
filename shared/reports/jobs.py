"""Report jobs: identical requests share one job, and every waiting client gets its progress."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass

from shared.reports.report_events import ProgressEvent


@dataclass(frozen=True)
class StoredReport:
    """A stored report.

    Attributes:
        report_id: Its id.
        body: The report as JSON, the bytes that clients get.
    """

    report_id: str
    body: bytes


Advance = Callable[[ProgressEvent], None]
ReportWork = Callable[[Advance], Awaitable[StoredReport]]


class ReportJob:
    """The generation of one report, shared by all requests for it; it continues when its requesters leave."""

    def __init__(self, work: ReportWork) -> None:
        self._steps: list[ProgressEvent] = []
        self._changed = asyncio.Event()
        self._finished = False
        self.task: asyncio.Task[StoredReport] = asyncio.ensure_future(self._run(work))

    async def _run(self, work: ReportWork) -> StoredReport:
        try:
            return await work(self._advance)
        finally:
            self._finished = True
            self._notify()

    def _advance(self, step: ProgressEvent) -> None:
        self._steps.append(step)
        self._notify()

    def _notify(self) -> None:
        # Waiting clients hold the previous event; they wake up and then wait for the new one.
        self._changed.set()
        self._changed = asyncio.Event()

    async def progress(self) -> AsyncGenerator[ProgressEvent]:
        """Yields the steps from the first until the work ends, whether it succeeds or fails."""
        seen = 0
        while not self._finished or seen < len(self._steps):
            changed = self._changed
            for step in self._steps[seen:]:
                seen += 1
                yield step
            if not self._finished and seen == len(self._steps):
                await changed.wait()

    async def result(self) -> StoredReport:
        """Waits for the report and returns it; raises what the work raised."""
        return await asyncio.shield(self.task)
