"""Streams: real status codes, frames, heartbeats, errors as frames, and an end when the client leaves."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import pytest
from fastapi import Request

from shared.api.sse import Frame, event_stream
from shared.errors import ModelInterruptedError, ModelUnavailableError
from shared.telemetry import request_scope
from tests.support.http import body_of, make_request


async def frames_of(*items: Frame | Exception) -> AsyncGenerator[Frame]:
    for item in items:
        if isinstance(item, Exception):
            raise item
        yield item


async def opened(
    frames: AsyncGenerator[Frame], *, req: Request | None = None, origins: tuple[str, ...] = (), **more: float
) -> Any:
    with request_scope("abc-1", "chat"):
        return await event_stream(req or make_request(), frames, origins=origins, **more)


async def lines_of(*items: Frame | Exception) -> list[str]:
    response = await opened(frames_of(*items))
    return (await body_of(response)).decode().split("\n\n")[:-1]


async def test_every_frame_is_one_line_of_json_and_done_comes_last() -> None:
    lines = await lines_of({"event": "meta"}, {"chunk": "a\nb é"})
    assert lines == ['data: {"event":"meta"}', 'data: {"chunk":"a\\nb é"}', "data: [DONE]"]


async def test_headers_are_those_of_the_contract() -> None:
    response = await opened(frames_of({"event": "meta"}))
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-cache"
    assert response.headers["x-accel-buffering"] == "no"
    assert "access-control-allow-origin" not in response.headers
    await body_of(response)


@pytest.mark.parametrize(
    ("origins", "allowed"),
    [
        (("*",), "*"),
        (("https://a.example",), "https://a.example"),
        (("https://b.example",), None),
    ],
)
async def test_only_configured_origins_may_read(origins: tuple[str, ...], allowed: str | None) -> None:
    req = make_request(headers={"origin": "https://a.example"})
    response = await opened(frames_of({"event": "meta"}), req=req, origins=origins)
    assert response.headers.get("access-control-allow-origin") == allowed
    await body_of(response)


async def test_failure_before_the_first_frame_is_raised() -> None:
    with pytest.raises(ModelUnavailableError):
        await opened(frames_of(ModelUnavailableError("down")))


async def test_failure_after_it_is_a_frame_and_the_stream_ends_cleanly() -> None:
    _, error, done = await lines_of({"chunk": "a"}, ModelInterruptedError("openai broke off."))
    assert json.loads(error.removeprefix("data: ")) == {
        "event": "error",
        "error": "openai broke off.",
        "code": "model_interrupted",
        "retryable": True,
        "request_id": "abc-1",
    }
    assert done == "data: [DONE]"


async def test_defect_in_a_stream_tells_the_client_nothing_and_the_log_all(
    caplog: pytest.LogCaptureFixture,
) -> None:
    _, error, done = await lines_of({"chunk": "a"}, ValueError("secret detail"))
    assert "secret detail" not in error
    assert json.loads(error.removeprefix("data: "))["code"] == "internal_error"
    assert done == "data: [DONE]"
    assert "secret detail" in caplog.text


async def test_silence_is_filled_with_comments() -> None:
    go_on = asyncio.Event()

    async def slow() -> AsyncGenerator[Frame]:
        yield {"event": "meta"}
        await go_on.wait()
        yield {"chunk": "a"}

    body: AsyncIterator[bytes] = (await opened(slow(), heartbeat=0.001)).body_iterator
    assert await anext(body) == b'data: {"event":"meta"}\n\n'
    assert await anext(body) == b": ping\n\n"
    go_on.set()
    rest = [chunk async for chunk in body if not chunk.startswith(b":")]
    assert rest == [b'data: {"chunk":"a"}\n\n', b"data: [DONE]\n\n"]


async def test_client_that_leaves_closes_the_frames_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    waiting, closed = asyncio.Event(), asyncio.Event()

    async def endless() -> AsyncGenerator[Frame]:
        try:
            yield {"event": "meta"}
            waiting.set()
            await asyncio.Event().wait()
        finally:
            closed.set()

    response = await opened(endless())
    reading = asyncio.ensure_future(body_of(response))
    with caplog.at_level(logging.INFO):
        await waiting.wait()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
    assert closed.is_set()
    assert "outcome=disconnected" in caplog.text
