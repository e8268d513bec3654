"""A connection's place in a stream."""

import asyncio

import pytest

from shared.errors.service_errors import (
    DependencyUnavailableError,
    ProducerLostError,
    UpstreamUnavailableError,
)
from shared.streams.log import END_LINE, StreamLog, frame_line
from shared.streams.reader import LoadLines, StreamReader

STREAM = "5" * 32
LINES = [frame_line(number, number, b'{"chunk":"x"}') for number in (1, 2, 3)]


def filled() -> StreamLog:
    log = StreamLog(STREAM)
    for line in LINES:
        log.append(line)
    return log


async def _nothing(_: int) -> bytes:
    raise AssertionError("everything is in memory")


def reader_of(log: StreamLog, position: int = 0, load: LoadLines = _nothing) -> StreamReader:
    return StreamReader(log, position, load, lambda _: None)


async def test_reader_receives_what_follows_its_place_and_then_ends() -> None:
    log = filled()
    reader = reader_of(log, 1)
    await reader.wait()
    assert reader.take_lines() == LINES[1] + LINES[2]
    assert (reader.position, reader.pending, reader.ended, reader.take()) == (3, False, False, b"")
    log.append(END_LINE)
    await reader.wait()
    assert reader.take() == f"id: {STREAM}.end\ndata: [DONE]\n\n".encode()
    assert (reader.pending, reader.ended, reader.error) == (False, True, None)


async def test_wait_ends_with_a_line_or_when_it_is_woken() -> None:
    log = StreamLog(STREAM)
    reader = reader_of(log)
    for wake in (reader.wake, lambda: log.append(LINES[0])):
        waiting = asyncio.create_task(reader.wait())
        await asyncio.sleep(0)
        assert not waiting.done()
        wake()
        async with asyncio.timeout(60):
            await waiting
    assert reader.pending


async def test_lines_that_left_the_memory_are_loaded() -> None:
    log = filled()
    log.remove_to(2)
    asked: list[int] = []

    async def load(number: int) -> bytes:
        asked.append(number)
        return b"".join(LINES[number:])

    reader = reader_of(log, 1, load)
    assert reader.take() == b""
    await reader.wait()
    assert reader.take_lines() == LINES[1] + LINES[2]
    assert (asked, reader.position) == ([1], 3)


@pytest.mark.parametrize(
    ("load_error", "expected"),
    [
        (DependencyUnavailableError("Redis is unavailable."), DependencyUnavailableError),
        (None, ProducerLostError),
    ],
)
async def test_lines_that_cannot_be_loaded_are_the_readers_error(
    load_error: Exception | None, expected: type[Exception]
) -> None:
    log = filled()
    log.remove_to(2)

    async def load(_: int) -> bytes:
        if load_error is not None:
            raise load_error
        return b""

    reader = reader_of(log, 0, load)
    await reader.wait()
    assert (reader.pending, reader.ended, reader.take()) == (False, True, b"")
    assert isinstance(reader.error, expected)
    # Another reader, whose place is in memory, goes on.
    assert reader_of(log, 2).error is None


async def test_error_of_the_stream_is_the_error_of_its_readers() -> None:
    log = StreamLog(STREAM)
    reader = reader_of(log)
    error = UpstreamUnavailableError("down")
    log.end(error)
    await reader.wait()
    assert (reader.error, reader.ended) == (error, True)


async def test_close_is_reported_once_and_ends_the_wakening() -> None:
    log, left = filled(), list[StreamReader]()
    reader = StreamReader(log, 3, _nothing, left.append)
    reader.close()
    reader.close()
    assert left == [reader]
    assert reader.stream_id == STREAM
