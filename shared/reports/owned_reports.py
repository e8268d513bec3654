"""Reports of an owner: references to contents that other owners may share."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from cachetools import LRUCache

from shared.cache.cache_entry import Cache, CacheEntry, CacheKey, EntryDeletedError, Fetched
from shared.data.repositories.reports_repository import ReportReference
from shared.domain.caller import Owner
from shared.errors.request_errors import ConflictError, ReportNotFoundError
from shared.observability.telemetry import annotate
from shared.reports.archive import ReportArchive, report_not_found
from shared.reports.jobs import ReportJob, StoredReport
from shared.reports.rendering.renderer import Form
from shared.reports.request import ReportRequest
from shared.runtime.clock import Clock

if TYPE_CHECKING:
    from shared.data.repositories.erasures_repository import ErasureRepository
    from shared.data.repositories.reports_repository import ReportPage, ReportRepository

_MAX_ENTRIES: Final = 16
_READ_SECONDS: Final = 0.5
"""Longer than a worker takes to read a reference that Redis sent before the tombstone."""


class OwnedReports:
    """Finds, reads, renders, lists and deletes the reports of an owner.

    Reports of other owners do not exist for an owner.

    Args:
        references: The collection of reports.
        erasures: The erasures of owners.
        archive: The contents.
        cache: Caches references.
        fresh_seconds: How long a report is reused for identical requests.
        local_ttl: TTL of the local caches of all workers, in seconds.
        clock: The present moment.
    """

    def __init__(
        self,
        references: "ReportRepository",
        erasures: "ErasureRepository",
        archive: ReportArchive,
        cache: Cache,
        *,
        fresh_seconds: int,
        local_ttl: float,
        clock: Clock,
    ) -> None:
        self._references = references
        self._erasures = erasures
        self._archive = archive
        self._cache = cache
        self._fresh = timedelta(seconds=fresh_seconds)
        self._local_ttl = local_ttl
        self._clock = clock
        # Copies of 140 kB: one for each request would slow down a worker that serves the same report often.
        self._entries: LRUCache[tuple[str, str, float], CacheEntry] = LRUCache(_MAX_ENTRIES)

    async def find_fresh(self, owner: Owner, request: ReportRequest) -> StoredReport | None:
        """Returns the fresh report of an identical request, of any owner; None if one is to be generated.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        annotate(symbol=request.symbol, report_type=request.report_type)
        since = self._clock()
        if request.refresh:
            return None
        report = await self._find_own(owner, request)
        if report is None:
            content = await self._archive.find_fresh(request)
            report = None if content is None else await self._share(owner, request, content, since)
        annotate(cached=report is not None)
        return report

    async def result(
        self,
        owner: Owner,
        request: ReportRequest,
        job: ReportJob,
        since: datetime,
        *,
        report_id: str | None = None,
    ) -> StoredReport:
        """Waits for a report that is being generated and returns it under an id of its owner.

        Args:
            owner: The owner.
            request: The request.
            job: The generation.
            since: When the request began.
            report_id: The id of the report; None for a new one.

        Raises:
            ConflictError: All other owners deleted the report before this one had a reference, or the data of
                this owner were erased meanwhile.
            DependencyUnavailableError: The report or the reference was not stored.
        """
        return _present(await self._share(owner, request, await job.result(), since, report_id))

    async def share(
        self, owner: Owner, request: ReportRequest, content_id: str, since: datetime
    ) -> StoredReport:
        """Returns a stored content under an id of an owner.

        Args:
            owner: The owner.
            request: The request that led to the content.
            content_id: Id of the content.
            since: When the request began.

        Raises:
            ReportNotFoundError: The content is gone.
            ConflictError: As for :meth:`result`.
            DependencyUnavailableError: The database does not answer.
        """
        content = StoredReport(content_id, (await self._archive.read(content_id)).body)
        return _present(await self._share(owner, request, content, since))

    async def read(self, owner: Owner, report_id: str) -> CacheEntry:
        """Returns a report of an owner as JSON.

        Raises:
            ReportNotFoundError: The owner has none with this id.
            DependencyUnavailableError: The database does not answer.
        """
        reference = await self._reference(owner, report_id)
        content = await self._archive.read(reference.content_id)
        name = (report_id, content.etag, content.stored_at)
        if (entry := self._entries.get(name)) is None:
            entry = self._entries[name] = replace(content, body=_under_id(content.body, reference))
        return entry

    async def render(self, owner: Owner, report_id: str, form: Form) -> CacheEntry:
        """Returns a report of an owner in another form; see :meth:`ReportArchive.render`.

        Raises:
            ReportNotFoundError: The owner has none with this id.
            DependencyUnavailableError: The database does not answer, or too many reports are being rendered.
        """
        reference = await self._reference(owner, report_id)
        return await self._archive.render(reference.content_id, form)

    async def images(self, owner: Owner, report_id: str) -> Mapping[str, str]:
        """Returns the charts of a report of an owner as PNG in base64, by kind. Raises as ``render`` does."""
        reference = await self._reference(owner, report_id)
        images: dict[str, str] = json.loads(await self._archive.images(reference.content_id))
        return images

    async def list(
        self, owner: Owner, symbol: str | None, report_type: str | None, limit: int, cursor: str | None
    ) -> "ReportPage":
        """Returns summaries of the reports of an owner, newest first.

        Raises:
            InvalidRequestError: The cursor is not one of this list.
            DependencyUnavailableError: The database does not answer.
        """
        return await self._references.list(owner, symbol, report_type, limit, cursor)

    async def delete(self, owner: Owner, report_id: str) -> None:
        """Deletes a report of an owner; when it returns, no worker serves it. The last one takes the content.

        A tombstone in the cache comes first, so that no worker stores the reference again while it is being
        deleted from the database. Local copies of other workers expire before it returns.

        Raises:
            ReportNotFoundError: The owner has none with this id.
            DependencyUnavailableError: Redis did not confirm the tombstone, or the database is unavailable.
        """
        reference = await self._references.find_reference(report_id)
        if reference is None or reference.owner != owner:
            raise report_not_found(report_id)
        async with self._local_copies_expired():
            await self._delete(reference)

    async def export(self, owner: Owner) -> AsyncIterator[bytes]:
        """Yields the JSON of each report of an owner."""
        for reference in await self._references.references_of(owner):
            with suppress(ReportNotFoundError):
                yield (await self.read(owner, reference.report_id)).body

    async def erase(self, owner: Owner) -> None:
        """Deletes the reports of an owner; when it returns, no worker serves them.

        Raises:
            DependencyUnavailableError: Redis did not confirm a tombstone, or the database is unavailable.
        """
        async with self._local_copies_expired():
            while references := await self._references.references_of(owner):
                for reference in references:
                    await self._delete(reference)

    async def _delete(self, reference: ReportReference) -> None:
        key = _reference_key(reference.report_id)
        await self._cache.delete_everywhere(key)
        try:
            last = await self._references.release(reference)
        except BaseException:
            # Stored still, or deleted: the database decides again.
            await self._cache.delete(key)
            raise
        if last:
            await self._archive.forget(None, reference.content_id)

    @asynccontextmanager
    async def _local_copies_expired(self) -> AsyncIterator[None]:
        """Waits after the block until the local copies of other workers have expired."""
        yield
        await asyncio.sleep(self._local_ttl + _READ_SECONDS)

    async def _find_own(self, owner: Owner, request: ReportRequest) -> StoredReport | None:
        """Returns the owner's report of an identical request by the cache alone, if it is fresh."""
        key = _own_key(owner, request)
        known = await self._cache.get(key)
        if known is None or known.stored_at < (self._clock() - self._fresh).timestamp():
            return None
        report_id = known.body.decode()
        try:
            return StoredReport(report_id, (await self.read(owner, report_id)).body)
        except ReportNotFoundError:
            await self._cache.delete(key)
            return None

    async def _share(
        self,
        owner: Owner,
        request: ReportRequest,
        content: StoredReport,
        since: datetime,
        report_id: str | None = None,
    ) -> StoredReport | None:
        """Returns a content under an id of the owner; None if the content is gone.

        Raises:
            ConflictError: The data of the owner were erased since the moment ``since``.
        """
        report_id = await self._references.share(content.report_id, owner, report_id or uuid.uuid4().hex)
        if report_id is None:
            # A copy in the cache would be found again, and would lead here again.
            await self._archive.forget(request, content.report_id)
            return None
        reference = ReportReference(report_id, owner, content.report_id)
        # Looked up after the write: an erasure either finds the reference, or is found here.
        if await self._erasures.is_erased(owner, since):
            await self._delete(reference)
            raise ConflictError("The data of this user were deleted meanwhile.", retry_after=3)
        await self._cache.put(_reference_key(report_id), Fetched(_encode(reference)))
        await self._cache.put(_own_key(owner, request), Fetched(report_id.encode()))
        return StoredReport(report_id, _under_id(content.body, reference))

    async def _reference(self, owner: Owner, report_id: str) -> ReportReference:
        async def fetch() -> Fetched:
            stored = await self._references.find_reference(report_id)
            if stored is None:
                raise report_not_found(report_id)
            return Fetched(_encode(stored))

        try:
            entry = await self._cache.get_or_fetch(_reference_key(report_id), fetch)
        except EntryDeletedError:
            raise report_not_found(report_id) from None
        reference = _decode(entry.body)
        if reference.owner != owner:
            raise report_not_found(report_id)
        return reference


def _present(report: StoredReport | None) -> StoredReport:
    if report is None:
        raise ConflictError("The report was deleted meanwhile: request it again.", retry_after=1)
    return report


def _encode(reference: ReportReference) -> bytes:
    return json.dumps(asdict(reference)).encode()


@lru_cache(maxsize=1024)
def _decode(encoded: bytes) -> ReportReference:
    return ReportReference(**json.loads(encoded))


def _under_id(body: bytes, reference: ReportReference) -> bytes:
    """Returns the JSON of a content with the id of a reference. The id is the first field."""
    return body.replace(reference.content_id.encode(), reference.report_id.encode(), 1)


def _reference_key(report_id: str) -> CacheKey:
    return CacheKey("reports", "report_reference", report_id)


def _own_key(owner: Owner, request: ReportRequest) -> CacheKey:
    return CacheKey("reports", "report_of", request.symbol, f"{request.variant}:{owner}")
