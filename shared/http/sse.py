"""Server-sent events: the one place where typed events become frames.

A frame is one ``data:`` line of JSON. Heartbeats fill silence, errors are frames, ``[DONE]`` ends a stream.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, suppress
from typing import Final, Generic, Protocol, TypeVar

from fastapi import Request
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from shared.domain.stream_events import ErrorEvent, StreamEvent
from shared.http.disconnect import watching
from shared.observability.failures import stream_failure, unexpected
from shared.observability.telemetry import RequestScope, current_scope
from shared.runtime.compact_json import dumps
from shared.runtime.shutdown import shutdown

EVENT_STREAM: Final = "text/event-stream"

HEARTBEAT_SECONDS: Final = 15.0
"""The load balancer of the platform closes a connection after 230 s without a byte, proxies much sooner."""

FIRST_FRAME_SECONDS: Final = 30.0
"""After this time the stream starts without its first frame; a later error is a frame, not a status code."""

_PING: Final = b": ping\n\n"
_DONE: Final = b"data: [DONE]\n\n"
_PREAMBLE: Final = b":" + b" " * 4_096 + b"\nretry: 1000\n\n"
"""Goes before the first frame: proxies that buffer the first 4 KiB pass them on, and EventSource reconnects
after a second."""


Event = TypeVar("Event")


class FrameSource(Protocol):
    """Finished server-sent events, for one connection."""

    @property
    def error(self) -> Exception | None:
        """Why the events ended without ``[DONE]``; None otherwise."""

    @property
    def pending(self) -> bool:
        """Returns whether frames can be taken."""

    @property
    def ended(self) -> bool:
        """Returns whether no further frame follows those that are pending."""

    async def wait(self) -> None:
        """Waits until frames are pending, or all have been taken, or :meth:`wake` is called."""

    def take(self) -> bytes:
        """Returns the pending frames; empty without any."""

    def wake(self) -> None:
        """Ends a wait early."""

    def close(self) -> None:
        """Ends reading; the caller need not wait for it."""


class EventStream(StreamingResponse):
    """A streaming response that ends when its client disconnects, also while it waits for a slow client."""

    media_type = EVENT_STREAM

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the response; see :class:`starlette.responses.StreamingResponse`.

        It sends in the task of the request. Starlette starts two tasks in a group of anyio first, which took
        a seventh of the time from a model's first token to the first byte of the response.
        """
        del scope
        sending = asyncio.current_task()
        assert sending is not None  # noqa: S101 - a coroutine runs in a task
        left = False

        def leave(listening: "asyncio.Future[None]") -> None:
            nonlocal left
            # A failure of the connection is a disconnect, too.
            if not listening.cancelled():
                listening.exception()
                left = sending.cancel()

        listening = asyncio.ensure_future(self.listen_for_disconnect(receive))
        listening.add_done_callback(leave)
        try:
            await self.stream_response(send)
        finally:
            listening.remove_done_callback(leave)
            listening.cancel()
            if left:
                sending.uncancel()

    async def stream_response(self, send: Send) -> None:
        """Sends the body and closes its generator, which the garbage collector would close late."""
        body = self.body_iterator
        assert isinstance(body, AsyncGenerator)  # noqa: S101 - event_stream makes no other
        # Not raised again: nothing follows in this task, and the traceback would keep the whole stream in a
        # reference cycle.
        with suppress(asyncio.CancelledError):
            async with aclosing(body):
                await super().stream_response(send)


async def event_stream(
    req: Request,
    source: FrameSource,
    *,
    origins: tuple[str, ...],
    heartbeat: float = HEARTBEAT_SECONDS,
    first_within: float = FIRST_FRAME_SECONDS,
    headers: Mapping[str, str] | None = None,
) -> EventStream:
    """Returns a stream as soon as its first frame is ready.

    A failure before the first frame is an ordinary problem response with its status code.
    The source is closed at the end, after a failure, and when the client disconnects.

    Args:
        req: The request.
        source: The frames to send.
        origins: Origins whose pages may read the stream; ``*`` for all.
        heartbeat: Seconds of silence before a comment is sent.
        first_within: Seconds after which the stream starts without its first frame.
        headers: Further headers.

    Raises:
        ProblemError: The error of a source without frames.
        ClientDisconnect: The client disconnected before the first frame.
    """
    scope = current_scope()
    # Before the first frame: what follows it delays the first word.
    sent = {**stream_headers(req, origins), **(headers or {})}
    try:
        await _first_frame(req, source, first_within)
    except BaseException:
        source.close()
        raise
    scope.streaming = True
    scope.annotate(first_frame_ms=scope.elapsed_ms())
    return EventStream(_body(scope, source, heartbeat), headers=sent)


def stream_headers(req: Request, origins: tuple[str, ...]) -> dict[str, str]:
    """Returns the headers of a stream, besides its media type."""
    return {
        "Cache-Control": "no-cache, no-transform",
        "Connection": "keep-alive",
        "X-Accel-Buffering": "no",
        **_cors(req, origins),
    }


async def _first_frame(req: Request, source: FrameSource, seconds: float) -> None:
    """Waits until frames are pending, or the time is over."""
    disconnected = False

    def disconnect() -> None:
        nonlocal disconnected
        disconnected = True
        source.wake()

    with suppress(TimeoutError), watching(req, disconnect):
        async with asyncio.timeout(seconds):
            await source.wait()
    if disconnected:
        raise ClientDisconnect
    if source.error is not None and not source.pending:
        raise source.error


def _cors(req: Request, origins: tuple[str, ...]) -> dict[str, str]:
    origin = req.headers.get("origin")
    if "*" in origins:
        return {"Access-Control-Allow-Origin": "*"}
    if origin in origins:
        return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
    return {}


def event_frame(event: StreamEvent) -> bytes:
    """Returns the frame of an event, without an id."""
    data = event.payload()
    return b"data: " + (data if isinstance(data, bytes) else dumps(data)) + b"\n\n"


class EventFeed(Generic[Event]):
    """Reads events in a task of its own and turns them into frames.

    Args:
        events: The events; closed at the end, after a failure, and by :meth:`close`.
        frame: Returns the frame of an event.
        end: The last frame, after that of the last event.
    """

    def __init__(
        self,
        events: AsyncGenerator[Event],
        *,
        frame: Callable[[Event], bytes],
        end: bytes = b"",
    ) -> None:
        self._frame = frame
        self._end = end
        self.ended = False
        self.error: Exception | None = None
        self._ready: list[bytes] = []
        self._arrived = asyncio.Event()
        self._task = asyncio.create_task(self._read(events))
        # The event loop itself holds tasks only weakly.
        shutdown.track(self._task)

    @property
    def pending(self) -> bool:
        """Returns whether frames can be taken."""
        return bool(self._ready)

    async def wait(self) -> None:
        """Waits until frames are pending, or all have been taken, or :meth:`wake` is called."""
        await self._arrived.wait()

    def take(self) -> bytes:
        """Returns the pending frames; empty without any."""
        data = b"".join(self._ready)
        self._ready.clear()
        if not self.ended:
            self._arrived.clear()
        return data

    def wake(self) -> None:
        """Ends a wait early."""
        self._arrived.set()

    def close(self) -> None:
        """Ends reading; the task closes the events, the caller need not wait for it."""
        self._task.cancel()

    async def _read(self, events: AsyncGenerator[Event]) -> None:
        try:
            async with aclosing(events):
                async for event in events:
                    self._put(self._frame(event))
            if self._end:
                self._put(self._end)
        except asyncio.CancelledError:
            # Not raised again: the traceback would keep the whole stream in a reference cycle.
            self.error = shutdown.error() if shutdown.interrupting else unexpected()
        except Exception as error:  # noqa: BLE001 - _body sends it to the client and logs the cause
            self.error = error
        finally:
            self.ended = True
            self._arrived.set()

    def _put(self, frame: bytes) -> None:
        self._ready.append(frame)
        self._arrived.set()


class _Heartbeat:
    """Wakes a source after each period of silence.

    It uses one timer per stream: a timer per frame was an eighth of the cost of a frame.
    """

    def __init__(self, source: FrameSource, seconds: float) -> None:
        self._source = source
        self._seconds = seconds
        self._sent_at = asyncio.get_running_loop().time()
        self._timer = self._start(seconds)

    def sent(self) -> None:
        """Records that something was sent."""
        self._sent_at = asyncio.get_running_loop().time()

    def due(self) -> bool:
        """Returns whether a heartbeat is due: nothing was sent for its interval."""
        return asyncio.get_running_loop().time() - self._sent_at >= self._seconds

    def close(self) -> None:
        """Removes the timer."""
        self._timer.cancel()

    def _start(self, wait: float) -> asyncio.TimerHandle:
        # Not a closure that refers to itself: that reference cycle would keep the whole stream in memory.
        return asyncio.get_running_loop().call_later(wait, self._check)

    def _check(self) -> None:
        silence = asyncio.get_running_loop().time() - self._sent_at
        if silence >= self._seconds:
            self._source.wake()
        self._timer = self._start(self._seconds - silence if silence < self._seconds else self._seconds)


async def _body(scope: RequestScope, source: FrameSource, heartbeat: float) -> AsyncGenerator[bytes]:
    # Runs outside the context of the invocation, so the scope of the request is bound again.
    with scope.bound():
        outcome = "disconnected"
        pulse = _Heartbeat(source, heartbeat)
        preamble, last_id = _PREAMBLE, b""
        try:
            while source.pending or not source.ended:
                await source.wait()
                data = source.take() or (_PING if pulse.due() else b"")
                if data:
                    pulse.sent()
                    scope.stream_bytes += len(data)
                    last_id = _last_id(data) or last_id
                    yield preamble + data
                    preamble = b""
            outcome = "ok"
            if source.error is not None:
                error = stream_failure(source.error, scope)
                yield preamble + last_id + event_frame(ErrorEvent(error, scope.request_id)) + last_id + _DONE
                outcome = error.code
        finally:
            # Nothing may be awaited here: after a disconnect, every await is cancelled again.
            pulse.close()
            source.close()
            scope.log_request(200, outcome)


def _last_id(frames: bytes) -> bytes:
    """Returns the line with the id of the last frame; empty if it has none.

    The error frame of a connection repeats it: a client that reconnects continues after what it received.
    """
    start = frames.rfind(b"\n\nid: ") + 2 if b"\n\nid: " in frames else 0
    if not frames.startswith(b"id: ", start):
        return b""
    return frames[start : frames.index(b"\n", start) + 1]
