"""The task that writes the events of one report job to a stream, whether or not anybody is connected."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Self
from uuid import uuid4

from shared.errors.request_errors import NotFoundError
from shared.errors.service_errors import DependencyUnavailableError
from shared.observability.telemetry import current_scope
from shared.redis.stream_records import StreamOpening
from shared.reports.jobs import ReportJob
from shared.reports.report_events import ContentEvent
from shared.reports.request import ReportRequest
from shared.runtime.compact_json import dumps
from shared.runtime.shutdown import shutdown
from shared.streams.log import StreamLog
from shared.streams.reader import LoadLines, StreamReader
from shared.streams.stream_transport import StreamTransport
from shared.streams.stream_writer import StreamWriter

_KEEP_SECONDS: Final = 900.0
"""Time after which Redis forgets a stream that did not end: 11 minutes after the deadline of a report."""


@dataclass(frozen=True)
class StreamedRequest:
    """What Redis holds about a stream beside its lines: the request that it answers.

    Attributes:
        symbol: Symbol of the report.
        variant: ``ReportRequest.variant``.
        request_id: Id of the HTTP request that began it.
    """

    symbol: str
    variant: str
    request_id: str

    def encoded(self) -> bytes:
        """Returns the description as it is stored."""
        return dumps({"report": self.__dict__})

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Returns a stored description.

        Raises:
            NotFoundError: The stream is not one of a report.
        """
        values = json.loads(data)
        if "report" not in values:
            raise NotFoundError("There is no such stream.")
        return cls(**values["report"])

    def check(self, request: ReportRequest) -> None:
        """Checks that the stream answers a request.

        Raises:
            NotFoundError: It answers another one.
        """
        if (self.symbol, self.variant) != (request.symbol, request.variant):
            raise NotFoundError("There is no such stream.")


RecordEnd = Callable[[str, StreamedRequest, str], Awaitable[None]]
"""Records the content that a stream ended with, by the id of the stream."""


class ReportProducer:
    """Writes the events of one job.

    Args:
        request: The request.
        job: The generation of the report.
        transport: Receives the frames.
        record_end: Called when the report is stored.
    """

    def __init__(
        self, request: ReportRequest, job: ReportJob, transport: StreamTransport, record_end: RecordEnd
    ) -> None:
        self.stream_id = uuid4().hex
        self.streamed = StreamedRequest(request.symbol, request.variant, current_scope().request_id)
        self._job = job
        self._streams = transport.streams
        self._record_end = record_end
        opening = StreamOpening(self.stream_id, self.streamed.encoded(), _KEEP_SECONDS)
        self._writer = StreamWriter(None, opening, transport)
        self._claim = asyncio.create_task(self._claimed())
        self.task = asyncio.create_task(self._run())
        shutdown.track(self.task)

    @property
    def log(self) -> StreamLog:
        """Returns the frames."""
        return self._writer.log

    def interrupt(self) -> None:
        """Ends the stream, because the worker ends; one that is ending already gets the time for it."""
        if not self.log.ended:
            self.task.cancel()

    def reader(self, number: int, load: LoadLines) -> StreamReader:
        """Returns a reader that continues after a frame.

        Args:
            number: Number of the frame.
            load: Reads the lines that are not in memory any more.
        """
        reader = StreamReader(self.log, number, load, self._writer.readers.discard)
        self._writer.readers.add(reader)
        return reader

    async def claimed_elsewhere(self) -> str | None:
        """Returns the id of the stream of the worker that generates the same report already, if any."""
        return await asyncio.shield(self._claim)

    async def _claimed(self) -> str | None:
        """Makes this stream the one of its request, unless another worker has one."""
        try:
            if not await self._writer.opened():
                return None
            name = f"{self.streamed.symbol}:{self.streamed.variant}"
            return await self._streams.claim(name, self.stream_id, _KEEP_SECONDS)
        except DependencyUnavailableError:
            return None

    async def _run(self) -> None:
        error: Exception | None = None
        try:
            await self._write()
        except asyncio.CancelledError:
            # Not raised again: the traceback would keep the whole stream in a reference cycle.
            error = shutdown.error()
        except Exception as failure:  # noqa: BLE001 - readers receive it; the cause is logged
            error = failure
        with suppress(asyncio.CancelledError):
            await self._writer.end(error)

    async def _write(self) -> None:
        elsewhere = await self.claimed_elsewhere()
        async for event in self._job.events():
            if elsewhere is not None:
                # The other worker has ended: readers of further workers read this stream from now on.
                elsewhere, self._claim = None, asyncio.create_task(self._claimed())
            self._writer.put(event)
            self._writer.make_room()
        report = await self._job.result()
        await self._record_end(self.stream_id, self.streamed, report.report_id)
        self._writer.put(ContentEvent(report.report_id), characters=1)
