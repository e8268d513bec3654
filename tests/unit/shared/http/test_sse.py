"""Streams: real status codes, frames, heartbeats, errors as frames, and an end when the client leaves."""

import asyncio
import gc
import json
import logging
import weakref
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, MutableMapping
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import Request
from starlette.requests import ClientDisconnect

from shared.chat.chat_events import ChunkEvent
from shared.domain.stream_events import StreamEvent
from shared.errors.service_errors import (
    DependencyUnavailableError,
    ModelInterruptedError,
    ModelUnavailableError,
)
from shared.http.sse import EventFeed, EventStream, event_frame, event_stream
from shared.observability.telemetry import request_scope
from tests.support.http import body_of, make_request


@dataclass(frozen=True)
class Plain:
    """An event that is nothing but its name."""

    event: str

    def payload(self) -> dict[str, str]:
        return {"event": self.event}


async def frames_of(*items: StreamEvent | Exception) -> AsyncGenerator[StreamEvent]:
    for item in items:
        if isinstance(item, Exception):
            raise item
        yield item


async def opened(
    frames: AsyncGenerator[StreamEvent],
    *,
    req: Request | None = None,
    origins: tuple[str, ...] = (),
    **more: Any,
) -> Any:
    with request_scope("abc-1", "chat"):
        feed = EventFeed(frames, frame=event_frame, end=b"data: [DONE]\n\n")
        return await event_stream(req or make_request(), feed, origins=origins, **more)


async def lines_of(*items: StreamEvent | Exception) -> list[str]:
    return await received(await opened(frames_of(*items)))


async def received(response: Any) -> list[str]:
    """The frames of a response, without the comment before the first one."""
    preamble, *lines, end = (await body_of(response)).decode().split("\n\n")
    assert end == ""
    assert preamble.startswith(": ")
    return lines


async def test_every_frame_is_one_line_of_json_and_done_comes_last() -> None:
    lines = await lines_of(Plain("meta"), ChunkEvent("a\nb é"))
    assert lines == ['data: {"event":"meta"}', 'data: {"chunk":"a\\nb é"}', "data: [DONE]"]


async def test_headers_are_those_of_the_contract() -> None:
    response = await opened(frames_of(Plain("meta")))
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-cache, no-transform"
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
    response = await opened(frames_of(Plain("meta")), req=req, origins=origins)
    assert response.headers.get("access-control-allow-origin") == allowed
    await body_of(response)


async def test_failure_before_the_first_frame_is_raised() -> None:
    with pytest.raises(ModelUnavailableError):
        await opened(frames_of(ModelUnavailableError("down")))


async def test_failure_after_it_is_a_frame_and_the_stream_ends_cleanly() -> None:
    _, error, done = await lines_of(ChunkEvent("a"), ModelInterruptedError("openai broke off."))
    assert json.loads(error.removeprefix("data: ")) == {
        "event": "error",
        "error": "openai broke off.",
        "code": "model_interrupted",
        "retryable": True,
        "request_id": "abc-1",
    }
    assert done == "data: [DONE]"


@pytest.mark.parametrize(
    ("sent", "repeated"),
    [
        (b"id: s.1.0\ndata: {}\n\nid: s.2.5\ndata: {}\n\n", b"id: s.2.5\n"),
        (b"id: s.1.0\ndata: {}\n\n", b"id: s.1.0\n"),
        (b'data: {"text":"id: none"}\n\n', b""),
    ],
)
async def test_error_frame_of_a_connection_repeats_the_id_of_its_last_frame(
    sent: bytes, repeated: bytes
) -> None:
    async def frames() -> AsyncGenerator[bytes]:
        yield sent
        await asyncio.sleep(0)
        raise DependencyUnavailableError("Redis is unavailable.")

    with request_scope("abc-1", "chat"):
        response = await event_stream(make_request(), EventFeed(frames(), frame=bytes), origins=())
    body = await body_of(response)
    error, done = body.removesuffix(b"\n\n").split(b"\n\n")[-2:]
    assert error.startswith(repeated + b'data: {"event":"error"')
    assert done == repeated + b"data: [DONE]"


async def test_defect_in_a_stream_tells_the_client_nothing_and_the_log_all(
    caplog: pytest.LogCaptureFixture,
) -> None:
    _, error, done = await lines_of(ChunkEvent("a"), ValueError("secret detail"))
    assert "secret detail" not in error
    assert json.loads(error.removeprefix("data: "))["code"] == "internal_error"
    assert done == "data: [DONE]"
    assert "secret detail" in caplog.text


async def test_silence_is_filled_with_comments() -> None:
    go_on = asyncio.Event()

    async def slow() -> AsyncGenerator[StreamEvent]:
        yield Plain("meta")
        await go_on.wait()
        yield ChunkEvent("a")

    body: AsyncIterator[bytes] = (await opened(slow(), heartbeat=0.001)).body_iterator
    assert (await anext(body)).endswith(b'\n\ndata: {"event":"meta"}\n\n')
    assert await anext(body) == b": ping\n\n"
    go_on.set()
    rest = [chunk async for chunk in body if not chunk.startswith(b":")]
    assert b"".join(rest) == b'data: {"chunk":"a"}\n\ndata: [DONE]\n\n'


class Client:
    """The other end of a response, as the server shows it to the app."""

    def __init__(self, *, reads: bool = True) -> None:
        self.received: list[bytes] = []
        self._left = asyncio.Event()
        self._reads = asyncio.Event()
        self._arrived = asyncio.Event()
        if reads:
            self._reads.set()

    async def get(self, response: EventStream) -> None:
        """Serves the response to this client to its end."""
        scope = {"type": "http", "asgi": {"spec_version": "2.3"}}
        await response(scope, self._receive, self._send)

    def leave(self) -> None:
        self._left.set()

    def read(self) -> None:
        self._reads.set()

    async def until(self, text: bytes) -> None:
        """Returns when the text has arrived."""
        while text not in b"".join(self.received):
            self._arrived.clear()
            await self._arrived.wait()

    async def _receive(self) -> dict[str, Any]:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.body":
            await self._reads.wait()
            self.received.append(message["body"])
            self._arrived.set()


class Endless:
    """Events without end: the first, and then silence until it is closed, which takes a while."""

    def __init__(self) -> None:
        self.closed = asyncio.Event()

    async def frames(self) -> AsyncGenerator[StreamEvent]:
        try:
            yield Plain("meta")
            await asyncio.Event().wait()
        finally:
            for _ in range(5):
                await asyncio.sleep(0)
            self.closed.set()


async def test_client_that_leaves_in_silence_closes_the_frames_and_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    source, client = Endless(), Client()
    serving = asyncio.ensure_future(client.get(await opened(source.frames())))
    await client.until(b"meta")
    with caplog.at_level(logging.INFO):
        client.leave()
        await serving
        await source.closed.wait()
    assert "outcome=disconnected" in caplog.text


async def test_client_that_leaves_without_reading_closes_the_frames(caplog: pytest.LogCaptureFixture) -> None:
    source, client = Endless(), Client(reads=False)
    serving = asyncio.ensure_future(client.get(await opened(source.frames())))
    for _ in range(5):
        await asyncio.sleep(0)
    with caplog.at_level(logging.INFO):
        client.leave()
        await serving
        await source.closed.wait()
    assert "outcome=disconnected" in caplog.text


async def test_client_that_leaves_before_the_first_frame_closes_the_frames() -> None:
    begun, closed, left = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def thinking() -> AsyncGenerator[StreamEvent]:
        try:
            begun.set()
            await asyncio.Event().wait()
            yield Plain("meta")
        finally:
            closed.set()

    opening = asyncio.ensure_future(opened(thinking(), req=make_request(left=left)))
    await begun.wait()
    left.set()
    with pytest.raises(ClientDisconnect):
        await opening
    await closed.wait()


async def test_comment_of_4_kib_goes_before_the_first_frame_and_browsers_reconnect_soon() -> None:
    body = await body_of(await opened(frames_of(Plain("meta"))))
    preamble, _, frames = body.partition(b"\n\n")
    comment, retry = preamble.split(b"\n")
    assert len(comment) > 4_096
    assert comment.startswith(b":")
    assert retry == b"retry: 1000"
    assert frames.startswith(b"data: ")


async def test_stream_begins_without_its_first_frame_when_that_takes_too_long() -> None:
    go_on = asyncio.Event()

    async def thinking() -> AsyncGenerator[StreamEvent]:
        await go_on.wait()
        yield Plain("meta")
        raise ModelUnavailableError("down")

    response = await opened(thinking(), first_within=0.001)
    go_on.set()
    assert (await body_of(response)).count(b"data: ") == 3


async def test_broken_streams_leave_nothing_behind() -> None:
    before = asyncio.all_tasks()
    for _ in range(200):
        source, client = Endless(), Client()
        serving = asyncio.ensure_future(client.get(await opened(source.frames())))
        await client.until(b"meta")
        client.leave()
        await serving
        await source.closed.wait()
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("breaks_off", [True, False])
async def test_stream_that_is_over_does_not_wait_for_the_garbage_collector(*, breaks_off: bool) -> None:
    async def serve() -> "weakref.ref[EventStream]":
        client = Client()
        source = Endless()
        response = await opened(source.frames() if breaks_off else frames_of(Plain("meta")))
        serving = asyncio.ensure_future(client.get(response))
        if breaks_off:
            await client.until(b"meta")
            client.leave()
            await source.closed.wait()
        await serving
        return weakref.ref(response)

    over = await serve()
    await asyncio.sleep(0)
    assert over() is None


async def test_stream_that_is_cancelled_from_within_does_not_end_as_if_complete() -> None:
    async def broken() -> AsyncGenerator[StreamEvent]:
        yield ChunkEvent("a")
        raise asyncio.CancelledError

    lines = await received(await opened(broken()))
    assert json.loads(lines[1].removeprefix("data: "))["code"] == "internal_error"
