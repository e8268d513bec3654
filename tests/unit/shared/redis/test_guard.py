"""Redis at a bounded cost."""

import asyncio

import pytest
from fakeredis import FakeAsyncRedis, FakeServer
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError

from shared.errors import DependencyUnavailableError
from shared.redis.guard import RedisGuard
from shared.runtime.breaker import Breaker
from tests.support.cache import FrozenClock


@pytest.fixture
def guard(clock: FrozenClock) -> RedisGuard:
    breaker = Breaker("redis", clock.monotonic, pause=5.0, max_pause=5.0)
    return RedisGuard(FakeAsyncRedis(server=FakeServer()), breaker, concurrency=2)


async def fail(_: Redis) -> None:
    raise RedisConnectionError("connection to secret-host refused")


async def work(_: Redis) -> str:
    return "done"


async def test_failure_is_our_error_and_names_no_host(guard: RedisGuard) -> None:
    with pytest.raises(DependencyUnavailableError) as raised:
        await guard.run(fail)
    assert "secret-host" not in raised.value.detail


async def test_after_a_failure_nothing_is_sent_until_the_pause_is_over(
    guard: RedisGuard, clock: FrozenClock
) -> None:
    with pytest.raises(DependencyUnavailableError):
        await guard.run(fail)
    with pytest.raises(DependencyUnavailableError) as raised:
        await guard.run(work)
    assert raised.value.retry_after == 5.0
    clock.advance(5)
    assert await guard.run(work) == "done"


async def test_refused_command_comes_through_and_is_no_outage(guard: RedisGuard) -> None:
    async def refuse(_: Redis) -> None:
        raise ResponseError("WRONGTYPE")

    with pytest.raises(ResponseError):
        await guard.run(refuse)
    assert await guard.run(work) == "done"


async def test_command_that_hangs_is_given_up(guard: RedisGuard) -> None:
    async def hang(_: Redis) -> None:
        await asyncio.Event().wait()

    with pytest.raises(DependencyUnavailableError):
        await asyncio.wait_for(guard.run(hang), 2)
    assert guard.breaker.open_for() > 0


async def test_commands_that_wait_their_turn_end_with_the_one_that_failed(guard: RedisGuard) -> None:
    sent = 0

    async def hang(_: Redis) -> None:
        nonlocal sent
        sent += 1
        await asyncio.Event().wait()

    waiting = [guard.run(hang) for _ in range(100)]
    outcomes = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 2)
    assert all(isinstance(outcome, DependencyUnavailableError) for outcome in outcomes)
    assert sent == 2


async def test_no_more_commands_at_a_time_than_set_and_none_is_lost(guard: RedisGuard) -> None:
    running = most = 0

    async def count(_: Redis) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    await asyncio.gather(*(guard.run(count) for _ in range(500)))
    assert most == 2
    assert running == 0
