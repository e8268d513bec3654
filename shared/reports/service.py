"""Generates reports: once per set of identical requests over all workers, stored before the response."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from shared.errors.service_errors import DependencyUnavailableError, ModelTimeoutError
from shared.observability.telemetry import annotate
from shared.redis.lease import RedisLease
from shared.reports.jobs import Advance, ReportJob, StoredReport, WorkEvent
from shared.reports.report import Report
from shared.reports.report_events import ProgressEvent
from shared.reports.request import ReportRequest
from shared.runtime.clock import Clock

if TYPE_CHECKING:
    from shared.redis.keys import RedisKeys
    from shared.redis.lease import RedisLeases
    from shared.reports.archive import ReportArchive

SECONDS: Final = 215.0
"""Deadline of one report in seconds: the platform closes a silent response after 230 s."""
LEASE_SECONDS: Final = 15.0
"""Time after which another worker may begin if the one that generates the report was killed."""


class ReportMaker(Protocol):
    """Generates a report from data and a model."""

    @property
    def steps(self) -> int:
        """Number of progress steps."""

    async def build(self, request: ReportRequest, advance: Advance) -> Report:
        """Returns a new report; reports each finished step, and prose as it is written."""


class JobPublisher(Protocol):
    """Lets clients of all workers read the events of a job."""

    def publish(self, request: ReportRequest, job: ReportJob) -> None:
        """Publishes the events of a job that begins."""


class ReportService:
    """Generates research reports.

    Args:
        maker: Generates one report.
        archive: Stores the reports.
        leases: Leases by which one worker at a time generates a report.
        keys: Names of keys in Redis.
        fresh_seconds: How long a stored report answers identical requests.
        clock: The present moment.
        seconds: Deadline of one report.
        publisher: Publishes the events of each job; None for this worker alone.
    """

    def __init__(
        self,
        maker: ReportMaker,
        archive: "ReportArchive",
        leases: "RedisLeases",
        *,
        keys: "RedisKeys",
        fresh_seconds: int,
        clock: Clock,
        seconds: float = SECONDS,
        publisher: JobPublisher | None = None,
    ) -> None:
        self._maker = maker
        self._archive = archive
        self._leases = leases
        self._keys = keys
        self._fresh = timedelta(seconds=fresh_seconds)
        self._clock = clock
        self._seconds = seconds
        self._publisher = publisher
        self._jobs: dict[ReportRequest, ReportJob] = {}

    def start(self, request: ReportRequest) -> ReportJob:
        """Starts the generation of a report, or joins the running one of an identical request.

        The job's result raises the errors of generating and storing: ``SymbolNotFoundError``, a
        ``ServiceError``; ``DependencyUnavailableError`` when the report was not stored.
        """
        job = self._jobs.get(request)
        if job is None:
            job = self._jobs[request] = ReportJob(lambda advance: self._in_time(request, advance))
            job.task.add_done_callback(lambda _: self._jobs.pop(request, None))
            if self._publisher is not None:
                self._publisher.publish(request, job)
        return job

    async def aclose(self) -> None:
        """Cancels the running generations."""
        tasks = [job.task for job in self._jobs.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _in_time(self, request: ReportRequest, advance: Advance) -> StoredReport:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._make_once(request, advance)
        except TimeoutError as error:
            raise ModelTimeoutError(
                "The report was not generated before its deadline; retry later."
            ) from error

    async def _make_once(self, request: ReportRequest, advance: Advance) -> StoredReport:
        """Generates the report unless another worker stored it while this one waited for the lease."""
        since = self._clock()
        if not request.refresh:
            since -= self._fresh
        async with self._lease(request):
            found = await self._archive.find_since(request, since)
            if found is None:
                return await self._make(request, advance)
        advance(ProgressEvent("stored", self._maker.steps + 1, self._maker.steps + 1))
        return found

    @asynccontextmanager
    async def _lease(self, request: ReportRequest) -> AsyncIterator[None]:
        """Holds the generation lease; without Redis each worker generates its own report."""
        lease = RedisLease(self._leases, self._lease_key(request), LEASE_SECONDS)
        async with AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(lease.waited_for())
            except DependencyUnavailableError as error:
                # Several workers may generate it; the circuit breaker of Redis logs the outage once.
                annotate(report_lease=error.detail)
            yield

    async def _make(self, request: ReportRequest, advance: Advance) -> StoredReport:
        total = self._maker.steps + 1

        def pass_on(event: WorkEvent) -> None:
            advance(replace(event, total=total) if isinstance(event, ProgressEvent) else event)

        report = await self._maker.build(request, pass_on)
        stored = await self._archive.keep(request, report)
        advance(ProgressEvent("stored", total, total))
        return stored

    def _lease_key(self, request: ReportRequest) -> str:
        return self._keys.key("lease", "report", request.symbol, request.variant)
