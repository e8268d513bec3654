"""Reports that are generated in the background under an id that is known immediately."""

import asyncio
import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from shared.cache.cache_entry import Cache, CacheKey, Fetched
from shared.domain.caller import Owner
from shared.errors import ProblemError
from shared.errors.request_errors import ReportNotFoundError
from shared.reports.jobs import ReportJob, StoredReport
from shared.reports.owned_reports import OwnedReports
from shared.reports.request import ReportRequest
from shared.reports.service import SECONDS, ReportService
from shared.runtime.clock import Clock

if TYPE_CHECKING:
    from shared.cache.cache_entry import CacheEntry

ReportStatus = Literal["running", "ready"]
_RETRY_SECONDS: Final = 5.0


@dataclass(frozen=True)
class BackgroundReport:
    """A report that is ready or being generated.

    Attributes:
        report_id: Its id, also while it is being generated.
        status: Whether it can be read.
        job: The generation in this worker, for its progress; None elsewhere and when it is ready.
        task: Ends with the stored report; None where ``job`` is None.
    """

    report_id: str
    status: ReportStatus
    job: ReportJob | None = None
    task: "asyncio.Task[StoredReport] | None" = None


class ReportRunningError(ReportNotFoundError):
    """The report is still being generated."""


class BackgroundReports:
    """Starts reports and returns their ids immediately; repeated identical requests join the running one.

    A record in the cache tells other workers of running and failed reports. Without Redis each worker knows
    its own only.

    Args:
        reports: Generates reports.
        owned: The reports of each owner.
        cache: Keeps the records.
        clock: The present moment.
    """

    def __init__(self, reports: ReportService, owned: OwnedReports, cache: Cache, clock: Clock) -> None:
        self._reports = reports
        self._owned = owned
        self._cache = cache
        self._clock = clock
        self._running: dict[tuple[Owner, ReportRequest], BackgroundReport] = {}

    async def start(self, owner: Owner, request: ReportRequest) -> BackgroundReport:
        """Returns the fresh report of an identical request, the running one, or one that begins now.

        A failure that no request waited for is reported to the next identical one; the one after that
        starts a new report.

        Raises:
            ReportNotFoundError: The report of the last identical request was not generated.
            DependencyUnavailableError: The database does not answer.
        """
        if running := self._running.get((owner, request)):
            return running
        stored = await self._owned.find_fresh(owner, request)
        if stored is not None:
            return BackgroundReport(stored.report_id, "ready")
        known = await self._read(_request_key(owner, request))
        if known is not None and self._is_recent(known):
            if "failure" in known:
                await self.tell_failure(owner, request)
                raise _not_generated(known["failure"])
            return BackgroundReport(known["report_id"], "running")
        # Awaited above: an identical request may have begun meanwhile.
        return self._running.get((owner, request)) or await self._begin(owner, request)

    async def tell_failure(self, owner: Owner, request: ReportRequest) -> None:
        """Notes that the requester knows of the failure: the next identical request starts a new report."""
        await self._cache.delete(_request_key(owner, request))

    async def read(self, owner: Owner, report_id: str) -> "tuple[str, CacheEntry]":
        """Returns the final id of a report and the report as JSON.

        Raises:
            ReportRunningError: It is still being generated.
            ReportNotFoundError: The owner has none with this id, or its generation failed.
            DependencyUnavailableError: The database does not answer.
        """
        try:
            return report_id, await self._owned.read(owner, report_id)
        except ReportNotFoundError:
            record = await self._read(_id_key(report_id))
            if record is None or record["owner"] != owner:
                raise
        if stored_id := record.get("stored_id"):
            return stored_id, await self._owned.read(owner, stored_id)
        if "failure" in record:
            raise _not_generated(record["failure"])
        if self._is_recent(record):
            raise ReportRunningError("The report is still being generated.", retry_after=_RETRY_SECONDS)
        raise _not_generated("the worker ended.")

    async def aclose(self) -> None:
        """Cancels the reports that are running."""
        tasks = [report.task for report in self._running.values() if report.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _begin(self, owner: Owner, request: ReportRequest) -> BackgroundReport:
        report_id, began = uuid.uuid4().hex, self._clock()
        job, recorded = self._reports.start(request), asyncio.Event()
        record: dict[str, Any] = {"report_id": report_id, "owner": owner, "started": began.timestamp()}
        task = asyncio.create_task(self._finish(owner, request, record, job, began, recorded))
        report = BackgroundReport(report_id, "running", job, task)
        self._running[owner, request] = report
        task.add_done_callback(lambda done: self._forget(owner, request, done))
        try:
            await self._write(_id_key(report_id), record)
            await self._write(_request_key(owner, request), record)
        finally:
            recorded.set()
        return report

    async def _finish(
        self,
        owner: Owner,
        request: ReportRequest,
        record: dict[str, Any],
        job: ReportJob,
        began: datetime,
        recorded: asyncio.Event,
    ) -> StoredReport:
        """Waits for the report and notes how it ended, in place of the record that it is running."""
        report_id = record["report_id"]
        try:
            await recorded.wait()
            stored = await self._owned.result(owner, request, job, began, report_id=report_id)
        except ProblemError as error:
            failed = {**record, "failure": error.detail}
            await self._write(_id_key(report_id), failed)
            await self._write(_request_key(owner, request), failed)
            raise
        except BaseException:
            await self._cache.delete(_request_key(owner, request))
            raise
        await self._cache.delete(_request_key(owner, request))
        if stored.report_id != report_id:
            # The owner already had a reference to this content.
            await self._write(_id_key(report_id), {**record, "stored_id": stored.report_id})
        return stored

    def _forget(self, owner: Owner, request: ReportRequest, done: "asyncio.Task[StoredReport]") -> None:
        self._running.pop((owner, request), None)
        if not done.cancelled():
            # Retrieved here: asyncio warns about exceptions that no caller retrieves.
            done.exception()

    def _is_recent(self, record: dict[str, Any]) -> bool:
        return self._clock().timestamp() - float(record["started"]) < SECONDS

    async def _read(self, key: CacheKey) -> dict[str, Any] | None:
        entry = await self._cache.get(key)
        record: dict[str, Any] | None = None if entry is None else json.loads(entry.body)
        return record

    async def _write(self, key: CacheKey, record: dict[str, Any]) -> None:
        await self._cache.put(key, Fetched(json.dumps(record).encode()))


def _not_generated(reason: str) -> ReportNotFoundError:
    return ReportNotFoundError(f"The report was not generated: {reason}")


def _request_key(owner: Owner, request: ReportRequest) -> CacheKey:
    return CacheKey("reports", "report_running", request.symbol, f"{request.variant}:{owner}")


def _id_key(report_id: str) -> CacheKey:
    return CacheKey("reports", "report_status", report_id)
