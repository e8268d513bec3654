"""Report jobs: identical requests share one job, and every waiting client gets its progress."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from shared.reports.report_events import ProgressEvent, ProseEvent


@dataclass(frozen=True)
class StoredReport:
    """A stored report.

    Attributes:
        report_id: Its id.
        body: The report as JSON, the bytes that clients get.
    """

    report_id: str
    body: bytes

    @property
    def cached(self) -> bytes:
        """Returns the JSON, marked as that of a report that was not generated for the request."""
        return b'{"cached":true,' + self.body.removeprefix(b"{")


_MOST_EVENTS: Final = 4000
"""Events that a job keeps for clients that join it; a report with one attempt has about 500."""

WorkEvent = ProgressEvent | ProseEvent
Advance = Callable[[WorkEvent], None]
ReportWork = Callable[[Advance], Awaitable[StoredReport]]


class ReportJob:
    """The generation of one report, shared by all requests for it; it continues when its requesters leave."""

    def __init__(self, work: ReportWork) -> None:
        self._events: list[WorkEvent] = []
        self._changed = asyncio.Event()
        self._finished = False
        self.task: asyncio.Task[StoredReport] = asyncio.ensure_future(self._run(work))

    async def _run(self, work: ReportWork) -> StoredReport:
        try:
            return await work(self._advance)
        finally:
            self._finished = True
            self._notify()

    def _advance(self, event: WorkEvent) -> None:
        if isinstance(event, ProgressEvent) or len(self._events) < _MOST_EVENTS:
            self._events.append(event)
            self._notify()

    def _notify(self) -> None:
        # Waiting clients hold the previous event; they wake up and then wait for the new one.
        self._changed.set()
        self._changed = asyncio.Event()

    async def progress(self) -> AsyncGenerator[ProgressEvent]:
        """Yields the steps from the first until the work ends, whether it succeeds or fails."""
        async with aclosing(self.events()) as events:
            async for event in events:
                if isinstance(event, ProgressEvent):
                    yield event

    async def events(self) -> AsyncGenerator[WorkEvent]:
        """Yields steps and prose as ``progress`` yields the steps."""
        seen = 0
        while not self._finished or seen < len(self._events):
            changed = self._changed
            for event in self._events[seen:]:
                seen += 1
                yield event
            if not self._finished and seen == len(self._events):
                await changed.wait()

    async def result(self) -> StoredReport:
        """Waits for the report and returns it; raises what the work raised."""
        return await asyncio.shield(self.task)
