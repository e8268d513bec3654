"""The streams of reports that are being generated: started anywhere, read from any worker.

The frames of a job are the same for all its readers. Its last event names the content; each reader receives
the report under the id of its owner instead.
"""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing, closing
from contextvars import Context
from datetime import datetime
from typing import Any, Final

from shared.cache.cache_entry import Cache, CacheKey, Fetched
from shared.domain.caller import Owner
from shared.domain.stream_events import ErrorEvent
from shared.errors import ProblemError
from shared.errors.request_errors import NotFoundError, ReportNotFoundError
from shared.errors.service_errors import DependencyUnavailableError, ProducerLostError
from shared.reports.jobs import ReportJob, StoredReport
from shared.reports.owned_reports import OwnedReports
from shared.reports.report_events import ReportEvent
from shared.reports.report_producer import ReportProducer, StreamedRequest
from shared.reports.request import ReportRequest
from shared.streams.event_id import EventId
from shared.streams.followed import check_place, end_lost_stream
from shared.streams.log import END_LINE, frame_line, sse_frames
from shared.streams.reader import StreamReader
from shared.streams.stream_transport import StreamTransport

_log = logging.getLogger(__name__)

_REPORT: Final = b'{"event":"report"'
_ALL: Final = 1
"""Characters in the id of the frame with the report; the ids of the frames before it have 0."""


class ReportStreams:
    """Publishes the events of running reports, and reads them from any worker.

    Args:
        owned: The reports of each owner.
        transport: Writes and reads the frames.
        cache: Records which content a stream ended with.
    """

    def __init__(self, owned: OwnedReports, transport: StreamTransport, cache: Cache) -> None:
        self._owned = owned
        self._transport = transport
        self._cache = cache
        self._producers: dict[ReportJob, ReportProducer] = {}
        self._sharing: set[asyncio.Task[None]] = set()

    def publish(self, request: ReportRequest, job: ReportJob) -> None:
        """Publishes the events of a job that begins; once, however often it is called."""
        if job not in self._producers:
            producer = ReportProducer(request, job, self._transport, self._record_end)
            self._producers[job] = producer
            producer.task.add_done_callback(lambda _: self._producers.pop(job, None))

    def read(
        self, owner: Owner, request: ReportRequest, job: ReportJob, began: datetime
    ) -> AsyncGenerator[bytes]:
        """Returns the frames of a job from the first, and the report under an id of an owner.

        If another worker generates the report already, these are the frames of that worker.

        Args:
            owner: The owner.
            request: The request.
            job: The job of this worker for the request.
            began: When the request began.
        """
        self.publish(request, job)
        return self._read_or_share(owner, request, job, began)

    async def resume(
        self, owner: Owner, request: ReportRequest, place: EventId, began: datetime
    ) -> AsyncGenerator[bytes] | None:
        """Returns the frames after a place; None if the last frame was read already.

        Args:
            owner: The owner.
            request: The repeated request; a stream of another request does not exist for it.
            place: After which frame the client continues.
            began: When the repeated request began.

        Raises:
            NotFoundError: There is no such stream of this request, or no such frame.
            DependencyUnavailableError: Redis or the database is unavailable.
        """
        producer = next((one for one in self._producers.values() if one.stream_id == place.stream_id), None)
        if producer is not None and not producer.log.error:
            producer.streamed.check(request)
            check_place(place, producer.log)
            if place.number is None:
                return None
            return self._frames(self._reader(producer, place.number), owner, request, began)
        loaded = await self._transport.streams.load(place.stream_id)
        if loaded is None:
            return await self._resume_stored(owner, request, place, began)
        StreamedRequest.decode(loaded.description).check(request)
        reader = await self._transport.followed.read(place.stream_id, loaded, place, self._recover)
        return None if reader is None else self._frames(reader, owner, request, began)

    async def stored(self, report: StoredReport) -> AsyncGenerator[bytes]:
        """Yields the frames of a stored report of an owner."""
        yield _final_frames(report.report_id, report.cached)

    async def aclose(self) -> None:
        """Ends what is in progress."""
        producers = list(self._producers.values())
        for producer in producers:
            producer.interrupt()
        for task in self._sharing:
            task.cancel()
        tasks = (*(producer.task for producer in producers), *self._sharing)
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _read_or_share(
        self, owner: Owner, request: ReportRequest, job: ReportJob, began: datetime
    ) -> AsyncGenerator[bytes]:
        """Yields the frames of a job; a reader who leaves finds the report among those of its owner."""
        ended = False
        try:
            async with aclosing(self._read(owner, request, self._producers[job], began)) as all_frames:
                async for frames in all_frames:
                    yield frames
            ended = True
        finally:
            if not ended:
                task = asyncio.create_task(self._share(owner, request, job, began), context=Context())
                self._sharing.add(task)
                task.add_done_callback(self._sharing.discard)

    async def _share(self, owner: Owner, request: ReportRequest, job: ReportJob, began: datetime) -> None:
        try:
            await self._owned.result(owner, request, job, began)
        except ProblemError as error:
            # The job itself reports why there is no report.
            _log.info("report of a reader who left is not listed: %s", error.code)

    async def _read(
        self, owner: Owner, request: ReportRequest, producer: ReportProducer, began: datetime
    ) -> AsyncGenerator[bytes]:
        elsewhere = await self._reader_elsewhere(producer)
        sent = False
        if elsewhere is not None:
            try:
                async with aclosing(self._frames(elsewhere, owner, request, began)) as all_frames:
                    async for frames in all_frames:
                        sent = True
                        yield frames
                return
            except ProducerLostError:
                # The job of this worker generates the report as soon as the lease has expired.
                if sent:
                    raise
        async with aclosing(self._frames(self._reader(producer, 0), owner, request, began)) as all_frames:
            async for frames in all_frames:
                yield frames

    async def _reader_elsewhere(self, producer: ReportProducer) -> StreamReader | None:
        """Returns a reader of the worker that generates the same report already; None without one."""
        other = await producer.claimed_elsewhere()
        if other is None:
            return None
        try:
            loaded = await self._transport.streams.load(other)
        except DependencyUnavailableError:
            return None
        if loaded is None or not loaded.alive or loaded.lines.endswith(END_LINE):
            return None
        return await self._transport.followed.read(other, loaded, EventId(other), self._recover)

    async def _frames(
        self, reader: StreamReader, owner: Owner, request: ReportRequest, began: datetime
    ) -> AsyncGenerator[bytes]:
        with closing(reader):
            while reader.pending or not reader.ended:
                await reader.wait()
                if lines := reader.take_lines():
                    lines = await self._with_report(lines, owner, request, began)
                    yield sse_frames(reader.stream_id, lines)
            if reader.error is not None:
                raise reader.error

    async def _with_report(
        self, lines: bytes, owner: Owner, request: ReportRequest, began: datetime
    ) -> bytes:
        """Returns lines with the report of an owner in place of the id of its content."""
        completed: list[bytes] = []
        for line in lines.splitlines(keepends=True):
            place, _, data = line.partition(b" ")
            if data.startswith(_REPORT):
                content_id = json.loads(data)["content_id"]
                report = await self._owned.share(owner, request, content_id, began)
                line = b"%b %b\n" % (place, ReportEvent(report.body).payload())
            completed.append(line)
        return b"".join(completed)

    async def _resume_stored(
        self, owner: Owner, request: ReportRequest, place: EventId, began: datetime
    ) -> AsyncGenerator[bytes] | None:
        """Resumes a stream that Redis has forgotten, or that of a report that was stored already."""
        try:
            body = (await self._owned.read(owner, place.stream_id)).body
            _check_answers(body, request)
        except ReportNotFoundError:
            body = await self._body_of_ended(owner, request, place, began)
        return None if place.number is None else self._rest(place, body)

    async def _body_of_ended(
        self, owner: Owner, request: ReportRequest, place: EventId, began: datetime
    ) -> bytes:
        entry = await self._cache.get(_end_key(place.stream_id))
        if entry is None:
            raise NotFoundError("There is no such stream.")
        ended: dict[str, Any] = json.loads(entry.body)
        StreamedRequest(**ended["request"]).check(request)
        return (await self._owned.share(owner, request, ended["content_id"], began)).body

    async def _rest(self, place: EventId, body: bytes) -> AsyncGenerator[bytes]:
        if place.characters == _ALL:
            yield sse_frames(place.stream_id, END_LINE)
        else:
            yield _final_frames(place.stream_id, body, (place.number or 0) + 1)

    def _reader(self, producer: ReportProducer, number: int) -> StreamReader:
        load = self._transport.followed.load_after(producer.stream_id)
        return producer.reader(number, load)

    async def _recover(self, stream_id: str) -> None:
        """Ends a stream whose producer does not live."""
        loaded = await self._transport.streams.load(stream_id)
        if loaded is None or not loaded.entries:
            lost = ProducerLostError("The stream is no longer available.", retry_after=1)
            self._transport.followed.end(stream_id, lost)
        elif not loaded.alive:
            error = ProducerLostError("The worker that generated the report ended. Repeat the request.")
            event = ErrorEvent(error, StreamedRequest.decode(loaded.description).request_id)
            await end_lost_stream(self._transport.streams, stream_id, loaded, event)

    async def _record_end(self, stream_id: str, streamed: StreamedRequest, content_id: str) -> None:
        ended = {"request": streamed.__dict__, "content_id": content_id}
        await self._cache.put(_end_key(stream_id), Fetched(json.dumps(ended).encode()))


def _check_answers(body: bytes, request: ReportRequest) -> None:
    """Checks that a stored report answers a request; the provider of its request is not part of a report.

    Raises:
        NotFoundError: It answers another one.
    """
    # Reports of earlier releases name no language and no day.
    report: dict[str, Any] = {"language": "en", "known_on": None, **json.loads(body)}
    names = ("symbol", "report_type", "time_horizon", "language")
    known_on = request.known_on.isoformat() if request.known_on else None
    if report["known_on"] != known_on or any(report[name] != getattr(request, name) for name in names):
        raise NotFoundError("There is no such stream.")


def _final_frames(stream_id: str, body: bytes, number: int = 1) -> bytes:
    return sse_frames(stream_id, frame_line(number, _ALL, ReportEvent(body).payload()) + END_LINE)


def _end_key(stream_id: str) -> CacheKey:
    return CacheKey("reports", "report_stream", stream_id)
