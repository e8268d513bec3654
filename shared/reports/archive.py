"""The archive of report contents: the database stores them, the cache serves them and their forms."""

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from shared.cache.cache_entry import Cache, CacheEntry, CacheKey, Fetched
from shared.data.documents import StoredRecommendation
from shared.errors.request_errors import ReportNotFoundError
from shared.errors.service_errors import DependencyUnavailableError
from shared.observability.telemetry import annotate
from shared.reports.jobs import StoredReport
from shared.reports.rendering.renderer import Form, Renderer, rendering_version
from shared.reports.report import Report
from shared.reports.request import ReportRequest
from shared.runtime.clock import Clock

if TYPE_CHECKING:
    from shared.data.repositories.recommendations_repository import RecommendationRepository
    from shared.data.repositories.reports_repository import ReportRepository


class ReportArchive:
    """Stores, finds and renders the contents of reports, which owners share.

    Args:
        reports: The collection of reports.
        recommendations: Stores a copy of each recommendation for the track record.
        cache: Caches reports and their forms.
        renderer: Renders the forms.
        fresh_seconds: How long a report is reused for identical requests.
        clock: The time.
    """

    def __init__(
        self,
        reports: "ReportRepository",
        recommendations: "RecommendationRepository",
        cache: Cache,
        renderer: Renderer,
        *,
        fresh_seconds: int,
        clock: Clock,
    ) -> None:
        self._reports = reports
        self._recommendations = recommendations
        self._cache = cache
        self._renderer = renderer
        self._fresh = timedelta(seconds=fresh_seconds)
        self._clock = clock

    async def keep(self, request: ReportRequest, report: Report) -> StoredReport:
        """Stores a report, then caches it for identical requests; returns its JSON.

        Raises:
            DependencyUnavailableError: It could not be stored.
        """
        # In its JSON form, for BSON has no dates without a time; but seconds would be too coarse to order by.
        document = report.model_dump(mode="json") | {"timestamp": report.timestamp}
        await self._reports.insert(document)
        await self._copy_recommendation(request, report)
        body = report.model_dump_json().encode()
        await self._cache.put(_report_key(report.report_id), Fetched(body))
        await self._cache.put(_request_key(request), Fetched(report.report_id.encode()))
        return StoredReport(report.report_id, body)

    async def _copy_recommendation(self, request: ReportRequest, report: Report) -> None:
        """Stores the recommendation for the track record; one of a past day would be no forecast."""
        action = report.recommendation.action
        if action == "not_rated" or request.known_on is not None:
            return
        recommendation = StoredRecommendation(
            report_id=report.report_id,
            symbol=report.symbol,
            report_type=report.report_type,
            time_horizon=report.time_horizon,
            action=action,
            timestamp=report.timestamp,
            # The next scoring run looks at it and sets when it is really due.
            due_at=report.timestamp,
        )
        try:
            await self._recommendations.put(recommendation)
        except DependencyUnavailableError as error:
            # The report is stored: it is not refused for the sake of statistics.
            annotate(track_record_error=error.detail)

    async def find_fresh(self, request: ReportRequest) -> StoredReport | None:
        """Returns the stored report of an identical request if it is fresh, else None.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        return await self.find_since(request, self._clock() - self._fresh)

    async def find_since(self, request: ReportRequest, since: datetime) -> StoredReport | None:
        """Returns the newest report of an identical request that was generated since then, else None.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        # The cache knows for which request a report was made; the database only which model wrote it.
        known = await self._cache.get(_request_key(request))
        if known is not None and known.stored_at >= since.timestamp():
            try:
                report_id = known.body.decode()
                return StoredReport(report_id, (await self.read(report_id)).body)
            except ReportNotFoundError:
                # It has been deleted; an older one may do.
                await self._cache.delete(_request_key(request))
        found = await self._reports.find_fresh(
            request.symbol,
            request.report_type,
            request.time_horizon,
            since,
            request.provider,
            request.known_on,
            language=request.language,
        )
        return None if found is None else StoredReport(found["report_id"], await _as_json(found))

    async def read(self, report_id: str) -> CacheEntry:
        """A report as JSON.

        Raises:
            ReportNotFoundError: There is none with this id.
            DependencyUnavailableError: The database does not answer.
        """

        async def fetch() -> Fetched:
            found = await self._reports.get(report_id)
            if found is None:
                raise report_not_found(report_id)
            return Fetched(await _as_json(found))

        return await self._cache.get_or_fetch(_report_key(report_id), fetch)

    async def render(self, report_id: str, form: Form) -> CacheEntry:
        """A report in another form, which is rendered once.

        Raises:
            ReportNotFoundError: There is none with this id.
            DependencyUnavailableError: The database does not answer, or too much is being rendered.
        """
        # Asked for first in any case: what is no longer kept has no forms either.
        stored = (await self.read(report_id)).body

        async def render() -> Fetched:
            if form == "pdf":
                return Fetched(await self._pdf(report_id, stored))
            drawings = await self._drawings(report_id, stored) if form == "html" else b"{}"
            return Fetched(await self._renderer.render(stored, form, drawings))

        return await self._cache.get_or_fetch(_form_key(report_id, form), render)

    async def images(self, report_id: str) -> bytes:
        """Returns the charts of a report as a JSON object of PNG in base64 by kind. Raises as ``render``."""
        stored = (await self.read(report_id)).body

        async def render() -> Fetched:
            return Fetched(await self._renderer.images(await self._drawings(report_id, stored)))

        return (await self._cache.get_or_fetch(_form_key(report_id, "images"), render)).body

    async def forget(self, request: ReportRequest | None, report_id: str) -> None:
        """Deletes the cache entries of a content that is gone from the database.

        Args:
            request: The request that led to the content, if known.
            report_id: Id of the content.
        """
        await self._cache.delete(_report_key(report_id))
        if request is not None:
            await self._cache.delete(_request_key(request))
        for form in ("drawings", "images", "markdown", "html", "pdf", "xlsx"):
            await self._cache.delete(_form_key(report_id, form))

    async def _pdf(self, report_id: str, stored: bytes) -> bytes:
        width, drawings = await asyncio.gather(
            self._renderer.chart_width(stored), self._drawings(report_id, stored)
        )
        return await self._renderer.pdf(stored, drawings, width)

    async def _drawings(self, report_id: str, stored: bytes) -> bytes:
        async def draw() -> Fetched:
            return Fetched(await self._renderer.drawings(stored))

        return (await self._cache.get_or_fetch(_form_key(report_id, "drawings"), draw)).body

    async def aclose(self) -> None:
        """Ends what is being rendered."""
        await self._renderer.aclose()


def report_not_found(report_id: str) -> ReportNotFoundError:
    """Returns the error for an id that does not exist, or not for this owner."""
    return ReportNotFoundError(f"There is no report {report_id!r}.")


async def _as_json(found: Any) -> bytes:  # noqa: ANN401 - what the database holds is checked here
    return await asyncio.to_thread(lambda: Report.model_validate(found).model_dump_json().encode())


def _report_key(report_id: str) -> CacheKey:
    return CacheKey("reports", "report", report_id)


def _form_key(report_id: str, form: str) -> CacheKey:
    return CacheKey("reports", "report_form", report_id, f"{form}:{rendering_version()}")


def _request_key(request: ReportRequest) -> CacheKey:
    return CacheKey("reports", "report_for", request.symbol, request.variant)
