"""Streams over two workers in process: one production, any number of readers, nothing left behind."""

import asyncio
import json
import random
from collections.abc import AsyncGenerator, Callable
from itertools import pairwise

import pytest

from shared.chat.chat_events import ChatEvent, ChunkEvent
from shared.chat.query import ChatQuery
from shared.domain.caller import Owner
from shared.errors.request_errors import NotFoundError, RateLimitedError
from shared.errors.service_errors import ModelUnavailableError
from shared.streams.event_id import EventId
from shared.streams.log import MAX_BYTES
from tests.support.stream_parts import ALICE, ScriptedAgent, StreamWorker, read, stream_workers

WORDS = [f"w{number} " for number in range(40)]


def chunks_of(frames: bytes) -> str:
    data = [line[6:] for line in frames.decode().split("\n") if line.startswith("data: {")]
    return "".join(json.loads(item).get("chunk", "") for item in data)


async def eventually(check: Callable[[], bool]) -> None:
    """Returns when a check succeeds."""
    async with asyncio.timeout(60):
        while True:
            if check():
                return
            await asyncio.sleep(0.01)


def ids_of(frames: bytes) -> list[str]:
    return [line[4:] for line in frames.decode().split("\n") if line.startswith("id: ")]


async def test_readers_that_attach_early_receive_identical_bytes_500_times() -> None:
    agent = ScriptedAgent(*WORDS)

    async def repeat(one: StreamWorker, two: StreamWorker) -> None:
        first = one.start()
        await first.wait()
        others = [await one.resume(first.stream_id), await two.resume(first.stream_id)]
        whole, *same = await asyncio.gather(*(read(reader) for reader in (first, *others)))
        assert same == [whole, whole]
        assert chunks_of(whole) == "".join(WORDS)

    async with stream_workers(agent, 2) as (one, two):
        for _ in range(10):
            await asyncio.gather(*(repeat(one, two) for _ in range(50)))
    assert agent.asked == 500


@pytest.mark.parametrize("seed", range(5))
async def test_connection_that_is_cut_anywhere_loses_and_repeats_nothing(seed: int) -> None:
    chance = random.Random(seed)
    agent = ScriptedAgent(*WORDS)
    async with stream_workers(agent, 2) as workers:
        reader = workers[0].start()
        stream_id, frames = reader.stream_id, b""
        for _ in range(10):
            cut = chance.randrange(1, 4)
            part = await read(reader, at_least=cut)
            frames += part
            if b"[DONE]" in part:
                break
            _, number, characters = ids_of(frames)[-1].split(".")
            reader = await chance.choice(workers).resume(stream_id, int(number), int(characters))
        else:
            frames += await read(reader)
    assert chunks_of(frames) == "".join(WORDS)
    numbers = [int(identifier.split(".")[1]) for identifier in ids_of(frames)[:-1]]
    assert all(after == before + 1 for before, after in pairwise(numbers))
    assert agent.asked == 1


async def test_slow_reader_does_not_slow_the_producer_and_memory_is_bounded() -> None:
    text = "x" * 1_000
    agent = ScriptedAgent(*([text] * 600))
    async with stream_workers(agent) as (worker,):
        slow = worker.start()
        await slow.wait()
        producer = worker.service._producers[slow.stream_id]
        largest = 0
        async with asyncio.timeout(60):
            while agent.yielded < 600:
                largest = max(largest, producer.log.size)
                await asyncio.sleep(0)
        assert largest < 150 * 1024
        assert MAX_BYTES < 150 * 1024
        assert chunks_of(await read(slow)) == text * 600


async def test_two_workers_notice_a_stop() -> None:
    agent = ScriptedAgent("a ", asyncio.Event())
    async with stream_workers(agent, 2) as (one, two):
        reader = one.start()
        await reader.wait()
        with pytest.raises(NotFoundError):
            await two.service.stop(reader.stream_id, Owner("bob"))
        assert await two.service.stop(reader.stream_id, ALICE)
        frames = await read(reader)
        assert b'"code":"answer_stopped","retryable":false' in frames
        assert (agent.open, one.slot.held) == (0, 0)


async def test_abandoned_streams_leave_nothing_behind() -> None:
    agent = ScriptedAgent("a ", asyncio.Event())
    async with stream_workers(agent, grace=0) as (worker,):
        before = asyncio.all_tasks()
        for _ in range(50):
            readers = [worker.start() for _ in range(20)]
            for reader in readers:
                await reader.wait()
                reader.close()
        await eventually(lambda: not (worker.service._producers or worker.slot.held or agent.open))
        await eventually(lambda: asyncio.all_tasks() == before)
        assert await worker.redis.hlen("test:v1:streams:running") == 0
        lifetimes = [await worker.redis.pttl(key) for key in await worker.redis.keys("test:v1:stream:*")]
        assert all(0 < lifetime <= 120_000 for lifetime in lifetimes)


async def test_reader_that_comes_back_within_the_grace_time_keeps_the_answer() -> None:
    go_on = asyncio.Event()
    agent = ScriptedAgent("a ", go_on, "b")
    async with stream_workers(agent, grace=1.5) as (worker,):
        reader = worker.start()
        await reader.wait()
        reader.close()
        await asyncio.sleep(0.1)
        again = await worker.resume(reader.stream_id)
        await asyncio.sleep(1.6)
        go_on.set()
        assert chunks_of(await read(again)) == "a b"


async def test_answer_without_readers_ends_after_the_grace_time() -> None:
    agent = ScriptedAgent("a ", asyncio.Event())
    async with stream_workers(agent, grace=0.1) as (worker,):
        reader = worker.start()
        await reader.wait()
        reader.close()
        assert agent.open == 1
        await eventually(lambda: not agent.open)


@pytest.mark.parametrize("error", [ModelUnavailableError("down"), RateLimitedError("no")])
async def test_failure_before_the_first_frame_is_the_readers_error(error: Exception) -> None:
    class Failing(ScriptedAgent):
        async def process_query_streaming(self, query: ChatQuery) -> AsyncGenerator[ChatEvent]:
            if query.stream_id:
                raise error
            yield ChunkEvent("")

    async with stream_workers(Failing()) as (worker,):
        reader = worker.start()
        await reader.wait()
        assert (reader.pending, reader.ended, reader.error) == (False, True, error)
        reader.close()
        assert await worker.redis.keys("*") == []


async def test_unknown_frame_and_foreign_stream_do_not_exist() -> None:
    agent = ScriptedAgent("a ", asyncio.Event())
    async with stream_workers(agent, 2) as (one, two):
        reader = one.start()
        await reader.wait()
        for worker in (one, two):
            with pytest.raises(NotFoundError):
                await worker.service.resume(EventId(reader.stream_id, 99), ALICE)
            with pytest.raises(NotFoundError):
                await worker.service.resume(EventId(reader.stream_id), Owner("bob"))
            with pytest.raises(NotFoundError):
                await worker.service.resume(EventId("0" * 32), ALICE)
        reader.close()
