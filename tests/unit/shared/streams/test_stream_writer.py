"""Writes the frames of a stream: ids, joined text, room, the end in Redis."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import pytest
from fakeredis import FakeServer

from shared.chat.chat_events import ChunkEvent, SourcesEvent
from shared.errors.service_errors import ModelInterruptedError, UpstreamUnavailableError
from shared.redis.stream_records import StreamOpening
from shared.streams.log import END_LINE, MAX_BYTES
from shared.streams.reader import StreamReader
from shared.streams.stream_transport import StreamTransport
from shared.streams.stream_writer import StreamWriter
from tests.support.stream_parts import make_transport

STREAM = "5" * 32
OPENING = StreamOpening(STREAM, b"{}", 60)


@pytest.fixture
async def transport(server: FakeServer) -> AsyncIterator[StreamTransport]:
    async with make_transport(server) as transport:
        yield transport


def writer_of(transport: StreamTransport, stop: Callable[[], None] | None = None) -> StreamWriter:
    return StreamWriter("c1", OPENING, transport, stop)


def lines_of(writer: StreamWriter) -> list[bytes]:
    return writer.log.after(0, most=writer.log.size)[1].splitlines(keepends=True)


async def test_frames_have_numbers_and_the_characters_so_far(transport: StreamTransport) -> None:
    writer = writer_of(transport)
    writer.put(SourcesEvent([]))
    writer.put_text("Größe", ChunkEvent)
    writer.put(SourcesEvent([]), characters=2)
    assert await writer.end(None) == "ok"
    places = [line.partition(b" ")[0] for line in lines_of(writer)]
    assert places == [b"1.0", b"2.5", b"3.7", b"end"]


async def test_text_that_follows_quickly_is_one_frame(
    transport: StreamTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.streams.stream_writer.JOIN_SECONDS", 0.5)
    writer = writer_of(transport)
    for text in ("a", "b", "c"):
        writer.put_text(text, ChunkEvent)
    assert writer.log.last == 1
    async with asyncio.timeout(60):
        while writer.log.last == 1:  # noqa: ASYNC110 - the timer has no event
            await asyncio.sleep(0.01)
    chunks = [json.loads(line.partition(b" ")[2])["chunk"] for line in lines_of(writer)]
    assert chunks == ["a", "bc"]
    await writer.end(None)


async def test_much_text_at_a_time_does_not_wait_to_be_joined(transport: StreamTransport) -> None:
    writer = writer_of(transport)
    for _ in range(100):
        writer.put_text("x" * 1_000, ChunkEvent)
    assert writer.log.size > 90_000
    assert max(map(len, lines_of(writer))) < 10_000
    await writer.end(None)


async def test_redis_holds_the_stream_and_then_its_end(transport: StreamTransport) -> None:
    writer = writer_of(transport)
    assert await writer.opened()
    writer.put_text("a", ChunkEvent)
    await writer.end(None)
    loaded = await transport.streams.load(STREAM)
    assert loaded is not None
    assert loaded.lines == b"".join(lines_of(writer))
    assert (loaded.alive, await transport.streams.running_in(["c1"])) == (False, {})


async def test_failure_is_the_last_frame_before_the_end(transport: StreamTransport) -> None:
    writer = writer_of(transport)
    writer.put_text("a", ChunkEvent)
    assert await writer.end(ModelInterruptedError("The model ended.")) == "model_interrupted"
    _, error, end = lines_of(writer)
    assert (json.loads(error.partition(b" ")[2])["code"], end) == ("model_interrupted", END_LINE)


async def test_stream_without_a_frame_is_removed(transport: StreamTransport) -> None:
    writer = writer_of(transport)
    await writer.opened()
    error = UpstreamUnavailableError("down")
    await writer.end(error)
    assert writer.log.error is error
    assert await transport.streams.load(STREAM) is None


async def test_without_redis_the_stream_cannot_be_resumed_and_still_ends(
    server: FakeServer, transport: StreamTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.streams.stream_writer._FLUSH_SECONDS", 600.0)
    server.connected = False
    writer = writer_of(transport)
    assert not await writer.opened()
    writer.put_text("a", ChunkEvent)
    async with asyncio.timeout(60):
        assert await writer.end(None) == "ok"


async def test_memory_keeps_what_neither_redis_nor_a_reader_has(
    server: FakeServer, transport: StreamTransport
) -> None:
    server.connected = False
    writer = writer_of(transport)
    await writer.opened()
    reader = StreamReader(writer.log, 0, transport.followed.load_after(STREAM), writer.readers.discard)
    writer.readers.add(reader)
    while writer.log.size <= MAX_BYTES:
        writer.put(ChunkEvent("x" * 10_000))
    assert not writer.make_room()
    while reader.pending:
        reader.take()
    assert writer.make_room()
    assert writer.log.size == 0


async def test_client_of_any_worker_stops_it(transport: StreamTransport) -> None:
    stopped = asyncio.Event()
    writer = writer_of(transport, stopped.set)
    await writer.opened()
    await transport.streams.request_stop(STREAM)
    async with asyncio.timeout(60):
        await stopped.wait()
    await writer.end(None)
