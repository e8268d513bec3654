"""Server-sent events: the one place where typed events become frames.

A frame is one ``data:`` line of JSON. Heartbeats fill silence, errors are frames, ``[DONE]`` ends a stream.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol

from fastapi import Request
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect
from starlette.types import Send

from shared.chat.events import ChunkEvent
from shared.errors import ProblemError
from shared.http.disconnect import watching
from shared.http.json import dumps
from shared.http.problems import log_failure, unexpected
from shared.http.shutdown import shutdown
from shared.observability.telemetry import RequestScope, current_scope

EVENT_STREAM: Final = "text/event-stream"

HEARTBEAT_SECONDS: Final = 15.0
"""The load balancer of the platform closes a connection after 230 s without a byte, proxies much sooner."""

FIRST_FRAME_SECONDS: Final = 30.0
"""After this time the stream starts without its first frame; a later error is a frame, not a status code."""

_AHEAD: Final = 16_384
"""Characters that are buffered for a slow client before the model has to wait."""

_PING: Final = b": ping\n\n"

_log = logging.getLogger(__name__)


class StreamEvent(Protocol):
    """One event of a stream."""

    def payload(self) -> Mapping[str, Any] | bytes:
        """Returns the event as JSON data, or as finished JSON."""


@dataclass(frozen=True)
class ErrorEvent:
    """Reports a failure after the first byte, when the status code has been sent.

    Attributes:
        error: What failed.
        request_id: Id of the request.
    """

    error: ProblemError
    request_id: str

    def payload(self) -> dict[str, Any]:
        """Returns the event as JSON data of the contract."""
        return {
            "event": "error",
            "error": self.error.detail,
            "code": self.error.code,
            "retryable": self.error.status >= 500 or self.error.status == 429,
            "request_id": self.request_id,
        }


class EventStream(StreamingResponse):
    """A streaming response that ends when its client disconnects, also while it waits for a slow client."""

    media_type = EVENT_STREAM

    async def stream_response(self, send: Send) -> None:
        """Sends the body and closes its generator, which the garbage collector would close late."""
        body = self.body_iterator
        assert isinstance(body, AsyncGenerator)  # noqa: S101 - event_stream makes no other
        # Not raised again: nothing follows in this task, and anyio would keep the traceback of a cancelled
        # task, and with it the whole stream, in a reference cycle.
        with suppress(asyncio.CancelledError):
            async with aclosing(body):
                await super().stream_response(send)


async def event_stream(
    req: Request,
    events: AsyncGenerator[StreamEvent],
    *,
    origins: tuple[str, ...],
    heartbeat: float = HEARTBEAT_SECONDS,
    first_within: float = FIRST_FRAME_SECONDS,
    headers: Mapping[str, str] | None = None,
) -> EventStream:
    """Returns a stream as soon as its first frame is ready.

    A failure before the first frame is an ordinary problem response with its status code.
    A separate task reads the events. It closes their generator at the end, after a failure, and when the
    client disconnects. Consecutive chunks of text may be sent as one frame.

    Args:
        req: The request.
        events: The events to send.
        origins: Origins whose pages may read the stream; ``*`` for all.
        heartbeat: Seconds of silence before a comment is sent.
        first_within: Seconds after which the stream starts without its first frame.
        headers: Further headers.

    Raises:
        ProblemError: Whatever ``events`` raises before its first event.
        ClientDisconnect: The client disconnected before it.
    """
    scope = current_scope()
    feed = _Feed(events)
    try:
        with suppress(TimeoutError), watching(req, feed.disconnect):
            async with asyncio.timeout(first_within):
                await feed.wait()
        if feed.client_disconnected:
            raise ClientDisconnect
        if feed.error is not None and not feed.pending:
            raise feed.error
    except BaseException:
        feed.cancel()
        raise
    scope.streaming = True
    scope.annotate(first_frame_ms=scope.elapsed_ms())
    sent = {
        "Cache-Control": "no-cache",
        "Connection": "keep-alive",
        "X-Accel-Buffering": "no",
        **_cors(req, origins),
        **(headers or {}),
    }
    return EventStream(_body(scope, feed, heartbeat), headers=sent)


def _cors(req: Request, origins: tuple[str, ...]) -> dict[str, str]:
    origin = req.headers.get("origin")
    if "*" in origins:
        return {"Access-Control-Allow-Origin": "*"}
    if origin in origins:
        return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
    return {}


class _Feed:
    """Reads events in its own task and buffers their frames up to a bound.

    It uses one task per stream, not per frame: at hundreds of tokens per second, tasks dominate the cost.
    Chunks that arrive while earlier ones are being sent share a frame.

    Attributes:
        ended: Whether all events have been read.
        client_disconnected: Whether the client disconnected before the first frame.
        error: The error of the events, or None.
    """

    def __init__(self, events: AsyncGenerator[StreamEvent]) -> None:
        self.ended = False
        self.client_disconnected = False
        self.error: Exception | None = None
        self._ready: list[bytes] = []
        self._deltas: list[str] = []
        self._size = 0
        self._arrived = asyncio.Event()
        self._taken = asyncio.Event()
        self._taken_at = 0.0
        self._heartbeat_timer: asyncio.TimerHandle | None = None
        self._task = asyncio.create_task(self._read(events))
        # The event loop itself holds tasks only weakly.
        shutdown.track(self._task)

    @property
    def pending(self) -> bool:
        """Returns whether frames are buffered."""
        return bool(self._ready or self._deltas)

    async def wait(self) -> None:
        """Waits until frames are buffered or all events have been read."""
        await self._arrived.wait()

    def beat(self, seconds: float) -> None:
        """Starts heartbeats: a comment after each period of silence.

        It uses one timer per stream: a timer per frame was an eighth of the cost of a frame.
        """
        self._taken_at = asyncio.get_running_loop().time()
        self._beat_in(seconds, seconds)

    def take(self) -> bytes:
        """Returns the buffered frames and clears the buffer; empty without any."""
        self._join_deltas()
        data = b"".join(self._ready)
        self._ready.clear()
        self._size = 0
        self._taken.set()
        self._taken_at = asyncio.get_running_loop().time()
        if not self.ended:
            self._arrived.clear()
        return data

    def disconnect(self) -> None:
        """Records that the client has disconnected."""
        self.client_disconnected = True
        self._arrived.set()

    def cancel(self) -> None:
        """Stops reading; the task closes the events, the caller need not wait for it."""
        self._task.cancel()
        if self._heartbeat_timer is not None:
            self._heartbeat_timer.cancel()

    def _beat_in(self, wait: float, seconds: float) -> None:
        # Not a closure that refers to itself: that reference cycle would keep the whole stream in memory.
        self._heartbeat_timer = asyncio.get_running_loop().call_later(wait, self._check_idle, seconds)

    def _check_idle(self, seconds: float) -> None:
        quiet = asyncio.get_running_loop().time() - self._taken_at
        if quiet >= seconds and not self.pending:
            self._ready.append(_PING)
            self._arrived.set()
        self._beat_in(seconds - quiet if quiet < seconds else seconds, seconds)

    async def _read(self, events: AsyncGenerator[StreamEvent]) -> None:
        try:
            async with aclosing(events):
                async for event in events:
                    self._put(event)
                    while self._size > _AHEAD:
                        self._taken.clear()
                        await self._taken.wait()
        except asyncio.CancelledError:
            # Not raised again: the traceback would keep the whole stream in a reference cycle.
            self.error = shutdown.error() if shutdown.interrupting else unexpected()
        except Exception as error:  # noqa: BLE001 - _body sends it to the client and logs the cause
            self.error = error
        finally:
            self.ended = True
            self._arrived.set()

    def _put(self, event: StreamEvent) -> None:
        if isinstance(event, ChunkEvent):
            self._deltas.append(event.text)
            self._size += len(event.text)
        else:
            self._join_deltas()
            self._ready.append(_frame(event))
            self._size += len(self._ready[-1])
        self._arrived.set()

    def _join_deltas(self) -> None:
        if self._deltas:
            self._ready.append(_frame(ChunkEvent("".join(self._deltas))))
            self._deltas.clear()


async def _body(scope: RequestScope, feed: _Feed, heartbeat: float) -> AsyncGenerator[bytes]:
    # Runs outside the context of the invocation, so the scope of the request is bound again.
    with scope.bound():
        outcome = "disconnected"
        feed.beat(heartbeat)
        try:
            while feed.pending or not feed.ended:
                await feed.wait()
                if data := feed.take():
                    scope.stream_bytes += len(data)
                    yield data
            if feed.error is not None:
                error = _as_problem(feed.error, scope)
                yield _frame(ErrorEvent(error, scope.request_id))
                outcome = error.code
            yield b"data: [DONE]\n\n"
            outcome = "ok" if feed.error is None else outcome
        finally:
            # Nothing may be awaited here: after a disconnect, every await is cancelled again.
            feed.cancel()
            scope.log_request(200, outcome)


def _as_problem(error: Exception, scope: RequestScope) -> ProblemError:
    """Logs a failure and returns the error for the client."""
    if isinstance(error, ProblemError):
        log_failure(error, scope)
        return error
    _log.error("stream failed: unexpected error", exc_info=error)
    return unexpected()


def _frame(event: StreamEvent) -> bytes:
    data = event.payload()
    return b"data: " + (data if isinstance(data, bytes) else dumps(data)) + b"\n\n"
