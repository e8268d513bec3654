"""Streams of other workers."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from fakeredis import FakeServer

from infra.local.embedded_redis import EmbeddedRedis
from shared.domain.stream_events import ErrorEvent
from shared.errors.request_errors import NotFoundError
from shared.errors.service_errors import DependencyUnavailableError, ProducerLostError
from shared.redis.stream_records import Exchange, LoadedStream, StreamOpening, StreamWrite
from shared.streams.event_id import EventId
from shared.streams.followed import Recover, end_lost_stream, loaded_log
from shared.streams.log import END_LINE, frame_line
from shared.streams.reader import StreamReader
from shared.streams.stream_transport import StreamTransport
from tests.support.stream_parts import KEYS, make_transport

STREAM = "5" * 32
LINES = [frame_line(number, number, b'{"chunk":"x"}') for number in (1, 2)]


@pytest.fixture
async def transport(server: FakeServer) -> AsyncIterator[StreamTransport]:
    """A worker that reads; another one has begun a stream of two frames."""
    async with make_transport(server) as transport:
        await transport.streams.open([StreamOpening(STREAM, b"{}", 60)])
        await transport.streams.exchange(Exchange([StreamWrite(STREAM, 2, b"".join(LINES))]))
        yield transport


async def loaded(transport: StreamTransport) -> LoadedStream:
    stream = await transport.streams.load(STREAM)
    assert stream is not None
    return stream


async def ignore(_: str) -> None:
    return


async def reader_at(transport: StreamTransport, number: int) -> StreamReader | None:
    return await read_after(transport, EventId(STREAM, number, number))


async def read_after(
    transport: StreamTransport, place: EventId, recover: Recover = ignore
) -> StreamReader | None:
    return await transport.followed.read(STREAM, await loaded(transport), place, recover)


async def write(transport: StreamTransport, last: int, lines: bytes, *, ended: bool = False) -> None:
    await transport.streams.exchange(Exchange([StreamWrite(STREAM, last, lines, ended=ended)]))


async def test_readers_share_the_lines_and_receive_what_follows(transport: StreamTransport) -> None:
    first, second = await reader_at(transport, 0), await reader_at(transport, 1)
    assert first is not None
    assert second is not None
    assert (first.take_lines(), second.take_lines()) == (b"".join(LINES), LINES[1])
    await write(transport, 3, END_LINE, ended=True)
    async with asyncio.timeout(60):
        await asyncio.gather(first.wait(), second.wait())
    assert first.take_lines() == second.take_lines() == END_LINE
    assert first.ended


async def test_frame_that_redis_does_not_have_yet_is_waited_for(
    transport: StreamTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.streams.followed._ARRIVAL_SECONDS", 30.0)
    waiting = asyncio.create_task(reader_at(transport, 3))
    await asyncio.sleep(0.1)
    await write(transport, 4, frame_line(3, 3, b"{}") + frame_line(4, 4, b"{}"))
    reader = await waiting
    assert reader is not None
    assert reader.take_lines() == frame_line(4, 4, b"{}")
    reader.close()


async def test_frame_that_a_blocked_worker_reads_late_is_known(
    transport: StreamTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.streams.followed._ARRIVAL_SECONDS", 0.5)
    before = await loaded(transport)
    await write(transport, 3, frame_line(3, 3, b"{}"))
    waiting = asyncio.create_task(transport.followed.read(STREAM, before, EventId(STREAM, 3, 3), ignore))
    await asyncio.sleep(0)
    time.sleep(0.8)  # noqa: ASYNC251 - blocks the loop on purpose
    reader = await waiting
    assert reader is not None
    reader.close()


async def test_frame_that_does_not_come_is_unknown(
    transport: StreamTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.streams.followed._ARRIVAL_SECONDS", 0.05)
    waiting = asyncio.create_task(reader_at(transport, 9))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    # A producer that lives has written everything that its clients had before.
    await transport.streams.exchange(Exchange(producing=[STREAM]))
    with pytest.raises(NotFoundError):
        await waiting


@pytest.mark.parametrize(("number", "characters"), [(0, 1), (1, 0), (2, 1), (3, 2), (None, 0)])
async def test_place_that_no_frame_has_is_unknown(
    transport: StreamTransport, monkeypatch: pytest.MonkeyPatch, number: int | None, characters: int
) -> None:
    monkeypatch.setattr("shared.streams.followed._ARRIVAL_SECONDS", 0.0)
    waiting = asyncio.create_task(read_after(transport, EventId(STREAM, number, characters)))
    await asyncio.sleep(0.1)
    await write(transport, 3, frame_line(3, 3, b"{}"))
    with pytest.raises(NotFoundError):
        await waiting


@pytest.mark.parametrize("number", [3, 4, 5])
async def test_client_that_has_more_than_a_lost_producer_wrote_receives_the_error(
    transport: StreamTransport, server: FakeServer, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr("shared.streams.sync._LOST_AFTER", 0.0)
    monkeypatch.setattr("shared.streams.followed._ARRIVAL_SECONDS", 0.05)

    async def recover(stream_id: str) -> None:
        event = ErrorEvent(ProducerLostError("gone"), "r1")
        await end_lost_stream(transport.streams, stream_id, await loaded(transport), event, 2)

    async def error_after(characters: int) -> bytes:
        reader = await read_after(transport, EventId(STREAM, number, characters), recover)
        assert reader is not None
        return reader.take_lines()

    waiting = asyncio.create_task(error_after(9))
    await asyncio.sleep(0.1)
    async with EmbeddedRedis(server) as redis:
        await redis.delete(KEYS.key("stream", STREAM, "alive"))
    for lines in (await waiting, await error_after(9)):
        assert lines.startswith(b'3.2 {"event":"error"')
        assert lines.endswith(END_LINE)
    # No reader had this frame: it has less text than Redis.
    with pytest.raises(NotFoundError):
        await error_after(1)


async def test_end_of_an_ended_stream_has_nothing_to_read(transport: StreamTransport) -> None:
    await write(transport, 3, END_LINE, ended=True)
    assert await read_after(transport, EventId(STREAM, None)) is None


async def test_stream_is_followed_until_its_last_reader_leaves(transport: StreamTransport) -> None:
    readers = [await reader_at(transport, 0) for _ in range(2)]
    for reader in readers:
        assert reader is not None
        reader.close()
    await write(transport, 3, END_LINE, ended=True)
    again = await reader_at(transport, 2)
    assert again is not None
    assert again.take_lines() == END_LINE


async def test_recovery_is_tried_again_while_redis_is_unavailable(
    transport: StreamTransport, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.streams.sync._LOST_AFTER", 0.0)
    tried = 0

    async def recover(stream_id: str) -> None:
        nonlocal tried
        tried += 1
        if tried == 1:
            raise DependencyUnavailableError("Redis is unavailable.")
        transport.followed.end(stream_id, ProducerLostError("gone"))

    reader = await read_after(transport, EventId(STREAM, 2, 2), recover)
    assert reader is not None
    await transport.streams.remove(STREAM)
    async with asyncio.timeout(60):
        await reader.wait()
    assert isinstance(reader.error, ProducerLostError)
    assert (tried, server.connected) == (2, True)


async def test_lost_stream_is_ended_once(transport: StreamTransport) -> None:
    event = ErrorEvent(ProducerLostError("gone"), "r1")
    before = await loaded(transport)
    for _ in range(2):
        await end_lost_stream(transport.streams, STREAM, before, event, 7)
    await end_lost_stream(transport.streams, STREAM, await loaded(transport), event, 7)
    log = loaded_log(STREAM, await loaded(transport))
    assert (log.last, log.ended) == (4, True)
    assert b'3.7 {"event":"error"' in log.after(2)[1]
