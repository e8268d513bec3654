"""Server-sent events: frames of JSON, heartbeats in silence, errors as frames, and a clean end."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from typing import Any

from azurefunctions.extensions.http.fastapi import Request, StreamingResponse

from shared.api.json import dumps
from shared.api.problems import unexpected
from shared.errors import ProblemError
from shared.telemetry import RequestScope, current_scope

HEARTBEAT_SECONDS = 15.0
"""The platform's load balancer gives up after 230 s without a byte, proxies before it much sooner."""

Frame = Mapping[str, Any]

_log = logging.getLogger(__name__)


async def event_stream(
    req: Request,
    frames: AsyncGenerator[Frame],
    *,
    origins: tuple[str, ...],
    heartbeat: float = HEARTBEAT_SECONDS,
) -> StreamingResponse:
    """Answers with a stream once its first frame is there.

    Waiting for the first frame keeps status codes real: what fails before it is an ordinary problem response.

    Args:
        req: The request.
        frames: What to send; closed when it is sent, has failed, or the client has left.
        origins: Origins that a browser may read the stream from; ``*`` for all.
        heartbeat: Seconds of silence after which a comment is sent.

    Raises:
        ProblemError: Whatever ``frames`` raises before its first frame.
    """
    scope = current_scope()
    try:
        first = await anext(frames)
    except BaseException:
        await frames.aclose()
        raise
    scope.streaming = True
    return StreamingResponse(
        _body(scope, first, frames, heartbeat),
        media_type="text/event-stream",
        headers={
            "Cache-Control": "no-cache",
            "Connection": "keep-alive",
            "X-Accel-Buffering": "no",
            **_cors(req, origins),
        },
    )


def _cors(req: Request, origins: tuple[str, ...]) -> dict[str, str]:
    origin = req.headers.get("origin")
    if "*" in origins:
        return {"Access-Control-Allow-Origin": "*"}
    if origin in origins:
        return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
    return {}


async def _body(
    scope: RequestScope, first: Frame, frames: AsyncGenerator[Frame], heartbeat: float
) -> AsyncIterator[bytes]:
    # Runs outside the invocation's context, so the request's scope is bound again.
    with scope.bound():
        outcome = "disconnected"
        try:
            yield _data(first)
            async for chunk in _with_heartbeats(frames, heartbeat):
                yield chunk
            outcome = "ok"
            yield b"data: [DONE]\n\n"
        except ProblemError as error:
            outcome = error.code
            _log.warning("stream failed: %s: %s", error.code, error.detail, exc_info=error.__cause__)
            yield _error(error, scope)
        except Exception:  # noqa: BLE001 - logged with its cause
            # The status line is long gone: the client can only be told in a frame.
            outcome = "internal_error"
            _log.exception("unexpected error in a stream")
            yield _error(unexpected(), scope)
        finally:
            await frames.aclose()
            scope.log_request(200, outcome)


async def _with_heartbeats(frames: AsyncGenerator[Frame], heartbeat: float) -> AsyncIterator[bytes]:
    pending: asyncio.Task[Frame] | None = None
    try:
        while True:
            pending = pending or asyncio.ensure_future(_next(frames))
            done, _ = await asyncio.wait({pending}, timeout=heartbeat)
            if not done:
                yield b": ping\n\n"
                continue
            finished, pending = pending, None
            try:
                yield _data(finished.result())
            except StopAsyncIteration:
                return
    finally:
        if pending is not None:
            pending.cancel()
            await asyncio.wait({pending})


async def _next(frames: AsyncGenerator[Frame]) -> Frame:
    return await anext(frames)


def _data(frame: Frame) -> bytes:
    return b"data: " + dumps(frame) + b"\n\n"


def _error(error: ProblemError, scope: RequestScope) -> bytes:
    frame = {
        "event": "error",
        "error": error.detail,
        "code": error.code,
        "retryable": error.status >= 500 or error.status == 429,
        "request_id": scope.request_id,
    }
    return _data(frame) + b"data: [DONE]\n\n"
