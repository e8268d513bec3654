"""A worker whose event loop is blocked does not take Redis for unavailable."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.errors.service_errors import DependencyUnavailableError
from shared.redis.connection import connect_redis
from shared.redis.guard import RedisGuard
from tests.support.durations import Stopwatch
from tests.support.redis_server import RedisServer, redis_server

pytestmark = pytest.mark.redis_server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as running:
        yield running


@pytest.mark.parametrize("blocked", [0.3, 0.5])
@pytest.mark.parametrize("connected", [False, True])
async def test_command_succeeds_whenever_the_loop_is_blocked(
    server: RedisServer, connected: bool, blocked: float
) -> None:
    # The block begins before the command, while it connects, after it is sent, and after its reply.
    for turns in range(8):
        redis = connect_redis(server.settings())
        guard = RedisGuard(redis)
        if connected:
            await guard.run(lambda redis: redis.ping())
        commands = [asyncio.create_task(guard.run(lambda redis: redis.ping())) for _ in range(4)]
        for _ in range(turns):
            await asyncio.sleep(0)
        time.sleep(blocked)  # noqa: ASYNC251 - blocks the loop on purpose
        assert all(await asyncio.gather(*commands))
        assert guard.health.breaker.closed
        assert await guard.run(lambda redis: redis.ping())
        await redis.aclose()


@pytest.mark.parametrize("connected", [False, True])
async def test_dead_server_opens_the_breaker_in_time(server: RedisServer, connected: bool) -> None:
    async def seconds_to_fail() -> float:
        redis = connect_redis(server.settings())
        guard = RedisGuard(redis)
        if connected:
            await guard.run(lambda redis: redis.ping())
        server.hang()
        with Stopwatch() as watch, pytest.raises(DependencyUnavailableError):
            await guard.run(lambda redis: redis.ping())
        assert guard.health.remaining_cooldown() > 0
        server.resume()
        await redis.aclose()
        return watch.seconds

    # The fastest of three: what else the machine does only lengthens it.
    assert min([await seconds_to_fail() for _ in range(3)]) < 0.6
