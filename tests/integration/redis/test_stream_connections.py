"""Streams whose connections to Redis are closed while they are read, as when a token expires."""

import asyncio
from pathlib import Path

import pytest

from shared.redis.connection import connect_redis
from tests.support.redis_server import redis_server
from tests.support.stream_parts import ScriptedAgent, read, stream_workers

ROUNDS = 6


async def _read_until(frames: list[bytes], text: bytes) -> None:
    async with asyncio.timeout(60):
        while True:
            if text in b"".join(frames):
                return
            await asyncio.sleep(0.01)


@pytest.mark.redis_server
async def test_readers_lose_no_frame_when_their_connections_are_closed(tmp_path: Path) -> None:
    gates = [asyncio.Event() for _ in range(ROUNDS)]
    steps = [step for number, gate in enumerate(gates) for step in (f"word{number} ", gate)]
    with redis_server(tmp_path) as server:
        admin = connect_redis(server.settings())
        workers = stream_workers(ScriptedAgent(*steps), 2, connect=lambda: connect_redis(server.settings()))
        async with admin, workers as (one, two):
            here = one.start()
            await here.wait()
            readers = [here, await two.resume(here.stream_id)]
            arrived: list[list[bytes]] = [[], []]
            reading = [
                asyncio.create_task(read(reader, into=frames))
                for reader, frames in zip(readers, arrived, strict=True)
            ]
            for number, gate in enumerate(gates):
                for frames in arrived:
                    await _read_until(frames, b"word%d " % number)
                await admin.client_kill_filter(_type="normal", skipme=True)
                gate.set()
            first, second = await asyncio.gather(*reading)
    assert first == second
    assert first.endswith(b"data: [DONE]\n\n")
    assert [first.count(b"word%d " % number) for number in range(ROUNDS)] == [1] * ROUNDS
