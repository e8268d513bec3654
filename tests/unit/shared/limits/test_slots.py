"""Slots that expire, in Redis and without it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from fakeredis import FakeAsyncRedis, FakeServer
from redis.asyncio import Redis

from shared.limits.slots import Slots
from shared.redis.guard import RedisGuard
from tests.support.cache import FrozenClock


@pytest.fixture(params=["redis", "memory"])
async def redis(request: pytest.FixtureRequest) -> AsyncIterator[Redis]:
    server = FakeServer()
    server.connected = request.param == "redis"
    async with FakeAsyncRedis(server=server) as client:
        yield client


@pytest.fixture
def slots(redis: Redis, clock: FrozenClock) -> Slots:
    return Slots(RedisGuard(redis), "test", clock)


async def test_limit_holds_until_the_first_expires(slots: Slots, clock: FrozenClock) -> None:
    for _ in range(3):
        assert (await slots.acquire("a", limit=3, seconds=60)).granted
        clock.advance(10)
    assert not (await slots.acquire("a", limit=3, seconds=60)).granted
    clock.advance(30)
    assert (await slots.acquire("a", limit=3, seconds=60)).granted
    assert not (await slots.acquire("a", limit=3, seconds=60)).granted


async def test_refused_one_does_not_lengthen_the_wait(slots: Slots, clock: FrozenClock) -> None:
    await slots.acquire("a", limit=1, seconds=60)
    for _ in range(59):
        clock.advance(1)
        assert not (await slots.acquire("a", limit=1, seconds=60)).granted
    clock.advance(1)
    assert (await slots.acquire("a", limit=1, seconds=60)).granted


async def test_released_slot_is_free_at_once(slots: Slots) -> None:
    slot = await slots.acquire("a", limit=1, seconds=600)
    await slots.release("a", slot.token)
    assert (await slots.acquire("a", limit=1, seconds=600)).granted


async def test_first_of_those_who_ask_together_have_what_there_is(slots: Slots) -> None:
    asked = await asyncio.gather(*(slots.acquire("a", limit=3, seconds=60) for _ in range(5)))
    assert [slot.granted for slot in asked] == [True, True, True, False, False]
    await asyncio.gather(*(slots.release("a", slot.token) for slot in asked[:2]))
    again = await asyncio.gather(*(slots.acquire("a", limit=3, seconds=60) for _ in range(3)))
    assert [slot.granted for slot in again] == [True, True, False]


async def test_slot_that_is_released_is_had_by_who_asks_in_the_same_moment(slots: Slots) -> None:
    held = await slots.acquire("a", limit=1, seconds=60)
    next_one, _ = await asyncio.gather(
        slots.acquire("a", limit=1, seconds=60), slots.release("a", held.token)
    )
    assert next_one.granted


@pytest.mark.parametrize("turns", [1, 2, 3, 5, 8])
async def test_who_leaves_while_asking_keeps_no_slot(slots: Slots, turns: int) -> None:
    leaving = asyncio.create_task(slots.acquire("a", limit=1, seconds=60))
    for _ in range(turns):
        await asyncio.sleep(0)
    if not leaving.cancel():
        await slots.release("a", leaving.result().token)
    await asyncio.wait({leaving})
    # Another's, so that what was left to do for the first is done.
    await slots.acquire("b", limit=1, seconds=60)
    assert (await slots.acquire("a", limit=1, seconds=60)).granted


async def test_names_do_not_share(slots: Slots) -> None:
    assert (await slots.acquire("a", limit=1, seconds=60)).granted
    assert (await slots.acquire("b", limit=1, seconds=60)).granted


async def test_what_one_worker_gave_out_counts_for_the_other(clock: FrozenClock) -> None:
    redis = FakeAsyncRedis(server=FakeServer())
    first, second = (Slots(RedisGuard(redis), "test", clock) for _ in range(2))
    assert (await first.acquire("a", limit=1, seconds=60)).granted
    assert not (await second.acquire("a", limit=1, seconds=60)).granted
    await redis.aclose()


async def test_what_was_given_out_before_redis_left_still_counts(clock: FrozenClock) -> None:
    server = FakeServer()
    slots = Slots(RedisGuard(FakeAsyncRedis(server=server)), "test", clock)
    assert (await slots.acquire("a", limit=1, seconds=60)).granted
    server.connected = False
    assert not (await slots.acquire("a", limit=1, seconds=60)).granted
    assert (await slots.acquire("b", limit=1, seconds=60)).granted


async def test_nothing_is_left_in_redis_after_its_time(clock: FrozenClock) -> None:
    redis = FakeAsyncRedis(server=FakeServer())
    await Slots(RedisGuard(redis), "test", clock).acquire("a", limit=1, seconds=60)
    assert 60 <= await redis.ttl("test:v1:a") <= 61
    await redis.aclose()
