"""The lock: one holder, known by its token."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, cast

import pytest
from fakeredis import FakeAsyncRedis, FakeServer
from redis.asyncio import Redis
from redis.exceptions import TimeoutError as RedisTimeoutError

from shared.errors import ConflictError, DependencyUnavailableError
from shared.redis.lock import RedisLock

NAME = "test:v1:lock:cache_refresh"


@pytest.fixture
async def redis(server: FakeServer) -> AsyncIterator[Redis]:
    async with FakeAsyncRedis(server=server) as client:
        yield client


def make_lock(redis: Redis) -> RedisLock:
    return RedisLock(redis, NAME, seconds=10)


async def test_second_does_not_get_it_before_the_first_lets_go(redis: Redis) -> None:
    first, second = make_lock(redis), make_lock(redis)
    assert await first.try_acquire()
    assert not await second.try_acquire()
    assert await first.release()
    assert await second.try_acquire()


async def test_it_ends_by_itself(redis: Redis) -> None:
    await make_lock(redis).try_acquire()
    assert 9_000 < await redis.pttl(NAME) <= 10_000


async def test_holder_whose_time_ran_out_does_not_take_it_from_the_next(redis: Redis) -> None:
    late, next_one = make_lock(redis), make_lock(redis)
    await late.try_acquire()
    await redis.delete(NAME)  # as its time does
    await next_one.try_acquire()
    assert not await late.release()
    assert not await make_lock(redis).try_acquire()


async def test_block_holds_it_and_lets_go_also_when_it_fails(redis: Redis) -> None:
    async def fail_while_held() -> None:
        async with make_lock(redis).held():
            assert not await make_lock(redis).try_acquire()
            raise ValueError("in the block")

    with pytest.raises(ValueError, match="in the block"):
        await fail_while_held()
    assert await make_lock(redis).try_acquire()


async def test_block_does_not_begin_while_somebody_else_holds_it(redis: Redis) -> None:
    await make_lock(redis).try_acquire()
    with pytest.raises(ConflictError):
        await anext(aiter(_entered(make_lock(redis))))


async def _entered(lock: RedisLock) -> AsyncIterator[None]:
    async with lock.held():
        yield


async def test_work_that_was_done_does_not_fail_because_the_lock_could_not_be_given_back(
    redis: Redis, server: FakeServer
) -> None:
    async with make_lock(redis).held() as lock:
        server.connected = False
    assert lock is not None
    server.connected = True
    assert not await make_lock(redis).try_acquire(), "nothing has released it: it expires"


class LateRedis:
    """Sets what it is told to, and does not say so in time."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self.eval = redis.eval

    async def set(self, *args: Any, **kwargs: Any) -> object:
        await self._redis.set(*args, **kwargs)
        raise RedisTimeoutError


@pytest.mark.parametrize("block", [RedisLock.held, RedisLock.turn])
async def test_lock_that_redis_gave_without_saying_so_in_time_is_given_back(
    redis: Redis, block: Callable[[RedisLock], AbstractAsyncContextManager[RedisLock]]
) -> None:
    late = RedisLock(cast("Redis", LateRedis(redis)), NAME, seconds=10)
    with pytest.raises(DependencyUnavailableError):
        await block(late).__aenter__()
    assert await make_lock(redis).try_acquire()


async def test_acquiring_again_is_no_waiting_for_oneself(redis: Redis) -> None:
    lock = make_lock(redis)
    assert await lock.try_acquire()
    assert await lock.try_acquire()


async def test_lock_is_given_back_though_redis_hesitates(
    redis: Redis, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    async def come_back(seconds: float) -> None:
        pauses.append(seconds)
        server.connected = len(pauses) == 2

    async with make_lock(redis).held():
        monkeypatch.setattr("shared.redis.lock.asyncio.sleep", come_back)
        server.connected = False
    assert pauses == [0.1, 0.2]
    assert await redis.get(NAME) is None


async def test_redis_away_is_not_taken_for_free_or_held(redis: Redis, server: FakeServer) -> None:
    server.connected = False
    lock = make_lock(redis)
    for call in (lock.try_acquire, lock.release):
        with pytest.raises(DependencyUnavailableError):
            await call()


async def test_turn_waits_until_the_first_lets_go(redis: Redis) -> None:
    order: list[str] = []

    async def second() -> None:
        async with make_lock(redis).turn():
            order.append("second")

    async with make_lock(redis).turn():
        waiting = asyncio.create_task(second())
        await asyncio.sleep(0.05)
        order.append("first")
    await waiting
    assert order == ["first", "second"]
    assert await redis.get(NAME) is None


async def test_turn_is_held_for_longer_than_the_time_of_the_lock(redis: Redis) -> None:
    async with RedisLock(redis, NAME, seconds=0.3).turn():
        await redis.pexpire(NAME, 250)
        for _ in range(500):
            if await redis.pttl(NAME) > 250:
                break
            await asyncio.sleep(0.01)
        else:
            pytest.fail("it was not extended")


async def test_turn_needs_redis(redis: Redis, server: FakeServer) -> None:
    server.connected = False
    with pytest.raises(DependencyUnavailableError):
        await make_lock(redis).turn().__aenter__()


async def test_redis_that_goes_away_does_not_end_the_turn(redis: Redis, server: FakeServer) -> None:
    done = False
    async with make_lock(redis).turn():
        server.connected = False
        done = True
    assert done
