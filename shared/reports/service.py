"""Reports: made once however many ask, stored before they are answered, found again while fresh."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from shared.clock import Clock
from shared.errors import ReportNotFoundError
from shared.reports.jobs import Advance, Progress, ReportJob
from shared.reports.models import Report
from shared.reports.request import ReportRequest
from shared.telemetry import annotate

if TYPE_CHECKING:
    from shared.data.repositories.reports import ReportPage, ReportRepository

Document = Mapping[str, Any]


class ReportMaker(Protocol):
    """Makes a report from data and a model."""

    @property
    def steps(self) -> int:
        """How many steps it tells of."""

    async def build(self, request: ReportRequest, advance: Advance) -> Report:
        """A new report; tells of each step."""


class ReportService:
    """Makes, keeps and finds research reports."""

    def __init__(
        self, maker: ReportMaker, reports: "ReportRepository", *, fresh_seconds: int, clock: Clock
    ) -> None:
        self._maker = maker
        self._reports = reports
        self._fresh = timedelta(seconds=fresh_seconds)
        self._clock = clock
        self._jobs: dict[ReportRequest, ReportJob] = {}

    async def find_fresh(self, request: ReportRequest) -> Document | None:
        """The report that is kept for the same request and still fresh; None when a new one is wanted.

        Raises:
            DependencyUnavailableError: The store does not answer.
        """
        annotate(symbol=request.symbol, report_type=request.report_type)
        if request.refresh:
            return None
        since = self._clock() - self._fresh
        found = await self._reports.find_fresh(
            request.symbol, request.report_type, request.time_horizon, since, request.provider
        )
        annotate(cached=found is not None)
        return found

    def start(self, request: ReportRequest) -> ReportJob:
        """Begins a report, or joins the one being made for the same request.

        The job's result raises what making or storing it raised: ``SymbolNotFoundError``, a
        ``ServiceError``; ``DependencyUnavailableError`` when it could not be stored.
        """
        job = self._jobs.get(request)
        if job is None:
            job = self._jobs[request] = ReportJob(lambda advance: self._make(request, advance))
            job.task.add_done_callback(lambda _: self._jobs.pop(request, None))
        return job

    async def _make(self, request: ReportRequest, advance: Advance) -> Report:
        total = self._maker.steps + 1
        report = await self._maker.build(request, lambda step: advance(Progress(step.step, step.done, total)))
        await self._reports.insert(report.model_dump(mode="python"))
        advance(Progress("stored", total, total))
        return report

    async def get(self, report_id: str) -> Document:
        """A stored report.

        Raises:
            ReportNotFoundError: There is none with this id.
            DependencyUnavailableError: The store does not answer.
        """
        found = await self._reports.get(report_id)
        if found is None:
            raise ReportNotFoundError(f"There is no report {report_id!r}.")
        return found

    async def list(
        self, symbol: str | None, report_type: str | None, limit: int, cursor: str | None
    ) -> "ReportPage":
        """Summaries of stored reports, newest first."""
        return await self._reports.list(symbol, report_type, limit, cursor)

    async def delete(self, report_id: str) -> None:
        """Forgets a report.

        Raises:
            ReportNotFoundError: There is none with this id.
        """
        if not await self._reports.delete(report_id):
            raise ReportNotFoundError(f"There is no report {report_id!r}.")

    async def render_markdown(self, report: Document) -> str:
        """A stored report as Markdown."""
        from shared.reports.rendering.markdown import render_markdown

        return await asyncio.to_thread(render_markdown, report)

    async def aclose(self) -> None:
        """Ends what is being made."""
        for job in tuple(self._jobs.values()):
            job.task.cancel()
