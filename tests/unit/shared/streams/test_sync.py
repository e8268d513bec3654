"""The exchange of a worker with Redis: outages, restarts, and lost producers."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from fakeredis import FakeServer

from shared.errors.request_errors import AnswerStoppedError
from shared.errors.service_errors import DependencyUnavailableError
from shared.redis.stream_records import StreamOpening
from shared.streams.log import END_LINE, StreamLog, frame_line
from shared.streams.stream_transport import StreamTransport
from shared.streams.sync import ProducedStream
from tests.support.stream_parts import make_transport

STREAM = "5" * 32


@pytest.fixture
async def one(server: FakeServer) -> AsyncIterator[StreamTransport]:
    async with make_transport(server) as transport:
        yield transport


@pytest.fixture
async def two(server: FakeServer) -> AsyncIterator[StreamTransport]:
    async with make_transport(server) as transport:
        yield transport


def produced() -> ProducedStream:
    return ProducedStream(StreamLog(STREAM), "c1", StreamOpening(STREAM, b"{}", 60))


async def eventually(check: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not check():  # noqa: ASYNC110 - the exchange has no event of its own
            await asyncio.sleep(0.01)


def line(number: int) -> bytes:
    return frame_line(number, number, b'{"chunk":"x"}')


async def test_lines_reach_the_followers_of_another_worker(
    one: StreamTransport, two: StreamTransport
) -> None:
    stream, followed = produced(), StreamLog(STREAM)
    assert await one.sync.produce(stream)
    two.sync.follow(followed, lambda: None)
    for text in (line(1), line(2), END_LINE):
        stream.log.append(text)
        await asyncio.sleep(0.02)
    await eventually(lambda: followed.ended)
    assert followed.after(0)[1] == line(1) + line(2) + END_LINE
    async with asyncio.timeout(60):
        await stream.done.wait()


async def test_stream_that_has_ended_does_not_look_alive(one: StreamTransport) -> None:
    stream = produced()
    await one.sync.produce(stream)
    stream.log.append(line(1))
    await eventually(lambda: stream.written == 1)
    # The heartbeat is due in the same exchange.
    stream.beat_at = 0.0
    stream.log.append(END_LINE)
    async with asyncio.timeout(60):
        await stream.done.wait()
    loaded = await one.streams.load(STREAM)
    assert loaded is not None
    assert not loaded.alive


async def test_outage_delays_lines_and_loses_none(
    one: StreamTransport, two: StreamTransport, server: FakeServer
) -> None:
    stream, followed = produced(), StreamLog(STREAM)
    await one.sync.produce(stream)
    two.sync.follow(followed, lambda: None)
    stream.log.append(line(1))
    await eventually(lambda: followed.last == 1)
    server.connected = False
    stream.log.append(line(2))
    await asyncio.sleep(0.2)
    server.connected = True
    stream.log.append(END_LINE)
    await eventually(lambda: followed.ended)
    assert followed.after(0)[1] == line(1) + line(2) + END_LINE


async def test_followers_receive_the_error_of_a_long_outage(
    one: StreamTransport, two: StreamTransport, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.streams.sync._GIVE_UP_SECONDS", 0.2)
    stream, followed = produced(), StreamLog(STREAM)
    await one.sync.produce(stream)
    two.sync.follow(followed, lambda: None)
    server.connected = False
    await eventually(lambda: followed.ended)
    assert isinstance(followed.error, DependencyUnavailableError)
    assert not stream.log.ended


async def test_followers_learn_that_a_stream_was_deleted(one: StreamTransport, two: StreamTransport) -> None:
    stream, followed = produced(), StreamLog(STREAM)
    await one.sync.produce(stream)
    two.sync.follow(followed, lambda: None)
    stream.log.append(line(1))
    await eventually(lambda: followed.last == 1)
    await one.streams.forget({STREAM: "c1"})
    await eventually(lambda: followed.ended)
    assert isinstance(followed.error, AnswerStoppedError)
    async with asyncio.timeout(60):
        await stream.done.wait()


@pytest.mark.parametrize("idle", [True, False], ids=["first stream of the worker", "beside another stream"])
async def test_stream_that_is_deleted_while_it_is_opened_is_stopped(
    one: StreamTransport, two: StreamTransport, monkeypatch: pytest.MonkeyPatch, idle: bool
) -> None:
    other = ProducedStream(StreamLog("6" * 32), "c2", StreamOpening("6" * 32, b"{}", 60))
    if not idle:
        await one.sync.produce(other)
    stopped = asyncio.Event()
    stream = ProducedStream(StreamLog(STREAM), "c1", StreamOpening(STREAM, b"{}", 60), stopped.set)
    first_stop, opened = one.streams.first_stop, one.streams.open

    async def deleted() -> None:
        await two.streams.forget({STREAM: "c1"})

    async def asked_late() -> str:
        await deleted()
        return await first_stop()

    async def opened_late(openings: Sequence[StreamOpening]) -> None:
        if not idle:
            await deleted()
            async with asyncio.timeout(60):
                await stopped.wait()
        await opened(openings)

    monkeypatch.setattr(one.streams, "first_stop", asked_late)
    monkeypatch.setattr(one.streams, "open", opened_late)
    assert await one.sync.produce(stream) == idle
    async with asyncio.timeout(60):
        await stopped.wait()
        await stream.done.wait()
        while await two.streams.load(STREAM) is not None:  # noqa: ASYNC110 - the exchange has no event
            await asyncio.sleep(0.01)
    other.log.append(END_LINE)


async def test_restart_of_redis_without_its_data_is_repaired(
    one: StreamTransport, server: FakeServer
) -> None:
    stream = produced()
    await one.sync.produce(stream)
    stream.log.append(line(1))
    await eventually(lambda: stream.written == 1)
    server.dbs.clear()
    stream.log.append(line(2))
    await asyncio.sleep(0)
    await eventually(lambda: stream.written == 2)
    loaded = await one.streams.load(STREAM)
    assert loaded is not None
    assert (loaded.lines, loaded.alive) == (line(1) + line(2), True)
    stream.log.append(END_LINE)
    async with asyncio.timeout(60):
        await stream.done.wait()


async def test_missing_heartbeat_is_reported_only_while_it_lasts(
    one: StreamTransport, two: StreamTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.streams.sync._LOST_AFTER", 0.6)
    stream, lost = produced(), asyncio.Event()
    await one.sync.produce(stream)
    two.sync.follow(StreamLog(STREAM), lost.set)
    await asyncio.sleep(1.3)
    assert not lost.is_set()
    await one.aclose()
    await one.streams.remove(STREAM)
    async with asyncio.timeout(60):
        await lost.wait()


async def test_stream_that_redis_never_takes_is_given_up(
    one: StreamTransport, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.streams.sync._KEEP_SECONDS", 0.1)
    stream = produced()
    await one.sync.produce(stream)
    server.connected = False
    stream.log.append(line(1))
    stream.log.append(END_LINE)
    async with asyncio.timeout(60):
        await stream.done.wait()


async def test_without_redis_nothing_is_opened(one: StreamTransport, server: FakeServer) -> None:
    server.connected = False
    assert not await one.sync.produce(produced())
