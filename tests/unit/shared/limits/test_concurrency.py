"""Concurrency limits, in Redis and without it."""

import asyncio
from dataclasses import dataclass

import pytest
import time_machine
from fakeredis import FakeServer
from redis.asyncio import Redis

from infra.local.embedded_redis import EmbeddedRedis
from shared.limits.concurrency import ConcurrencyLimits
from shared.redis.guard import RedisGuard
from tests.support.cache import FrozenClock
from tests.support.redis_parts import KEYS, LostReplies, make_concurrency


@dataclass
class Time:
    """The time of Redis and of the worker."""

    wall: time_machine.Traveller
    clock: FrozenClock

    def advance(self, seconds: float) -> None:
        self.wall.shift(seconds)
        self.clock.advance(seconds)


@pytest.fixture
def time(wall_clock: time_machine.Traveller, clock: FrozenClock) -> Time:
    return Time(wall_clock, clock)


@pytest.fixture
def limits(either_redis: Redis, time: Time) -> ConcurrencyLimits:
    return make_concurrency(either_redis, time.clock)


async def test_limit_holds_until_the_first_slot_expires(limits: ConcurrencyLimits, time: Time) -> None:
    for _ in range(3):
        assert (await limits.acquire("a", limit=3, seconds=60)).granted
        time.advance(10)
    assert not (await limits.acquire("a", limit=3, seconds=60)).granted
    time.advance(30)
    assert (await limits.acquire("a", limit=3, seconds=60)).granted
    assert not (await limits.acquire("a", limit=3, seconds=60)).granted


async def test_refusals_do_not_lengthen_the_wait(limits: ConcurrencyLimits, time: Time) -> None:
    await limits.acquire("a", limit=1, seconds=60)
    for _ in range(59):
        time.advance(1)
        assert not (await limits.acquire("a", limit=1, seconds=60)).granted
    time.advance(1)
    assert (await limits.acquire("a", limit=1, seconds=60)).granted


async def test_released_slot_is_free_at_once(limits: ConcurrencyLimits) -> None:
    slot = await limits.acquire("a", limit=1, seconds=600)
    await limits.release("a", slot.token)
    assert (await limits.acquire("a", limit=1, seconds=600)).granted


async def test_first_concurrent_requests_are_granted_what_is_free(limits: ConcurrencyLimits) -> None:
    slots = await asyncio.gather(*(limits.acquire("a", limit=3, seconds=60) for _ in range(5)))
    assert [slot.granted for slot in slots] == [True, True, True, False, False]
    await asyncio.gather(*(limits.release("a", slot.token) for slot in slots[:2]))
    again = await asyncio.gather(*(limits.acquire("a", limit=3, seconds=60) for _ in range(3)))
    assert [slot.granted for slot in again] == [True, True, False]


async def test_released_slot_is_free_for_a_concurrent_request(limits: ConcurrencyLimits) -> None:
    held = await limits.acquire("a", limit=1, seconds=60)
    following, _ = await asyncio.gather(
        limits.acquire("a", limit=1, seconds=60), limits.release("a", held.token)
    )
    assert following.granted


@pytest.mark.parametrize("turns", [1, 2, 3, 5, 8])
async def test_cancelled_request_keeps_no_slot(limits: ConcurrencyLimits, turns: int) -> None:
    leaving = asyncio.create_task(limits.acquire("a", limit=1, seconds=60))
    for _ in range(turns):
        await asyncio.sleep(0)
    if not leaving.cancel():
        await limits.release("a", leaving.result().token)
    await asyncio.wait({leaving})
    # Another name, so that what was queued for the first is done.
    await limits.acquire("b", limit=1, seconds=60)
    assert (await limits.acquire("a", limit=1, seconds=60)).granted


async def test_names_do_not_share(limits: ConcurrencyLimits) -> None:
    assert (await limits.acquire("a", limit=1, seconds=60)).granted
    assert (await limits.acquire("b", limit=1, seconds=60)).granted


async def test_slots_of_one_worker_count_for_the_other(time: Time) -> None:
    redis = EmbeddedRedis(FakeServer())
    first, second = (make_concurrency(redis, time.clock) for _ in range(2))
    assert (await first.acquire("a", limit=1, seconds=60)).granted
    assert not (await second.acquire("a", limit=1, seconds=60)).granted


async def test_expiry_is_by_the_clock_of_redis(time: Time) -> None:
    redis = EmbeddedRedis(FakeServer())
    ahead = make_concurrency(redis, time.clock)
    time.clock.advance(86_400)
    assert (await ahead.acquire("a", limit=1, seconds=60)).granted
    time.wall.shift(61)
    assert (await make_concurrency(redis, FrozenClock()).acquire("a", limit=1, seconds=60)).granted


async def test_slots_granted_before_an_outage_still_count(time: Time) -> None:
    server = FakeServer()
    limits = make_concurrency(EmbeddedRedis(server), time.clock)
    assert (await limits.acquire("a", limit=1, seconds=60)).granted
    server.connected = False
    assert not (await limits.acquire("a", limit=1, seconds=60)).granted
    assert (await limits.acquire("b", limit=1, seconds=60)).granted


async def test_slots_are_in_two_keys_without_ttl_and_leave_nothing_behind(time: Time) -> None:
    redis = EmbeddedRedis(FakeServer())
    limits = make_concurrency(redis, time.clock)
    slots = [await limits.acquire(name, limit=1, seconds=60) for name in "abc"]
    assert {key.decode(): await redis.ttl(key) for key in await redis.keys()} == {
        "test:v1:slots": -1,
        "test:v1:slots:counts": -1,
    }
    for name, slot in zip("ab", slots, strict=False):
        await limits.release(name, slot.token)
    time.advance(61)
    await limits.release("d", (await limits.acquire("d", limit=1, seconds=60)).token)
    assert await redis.keys() == []


async def test_slot_whose_acknowledgement_was_lost_does_not_block_the_caller(time: Time) -> None:
    redis = LostReplies(FakeServer())
    guard = RedisGuard(redis)
    limits = ConcurrencyLimits(guard, KEYS, time.clock)
    redis.lost = 1
    slot = await limits.acquire("a", limit=1, seconds=600)
    assert slot.granted
    guard.health.success()
    await limits.release("a", slot.token)
    assert (await limits.acquire("a", limit=1, seconds=600)).granted


async def test_release_is_repeated_after_an_outage(time: Time) -> None:
    server = FakeServer()
    redis = EmbeddedRedis(server)
    guard = RedisGuard(redis, clock=time.clock.monotonic)
    limits = ConcurrencyLimits(guard, KEYS, time.clock)
    slot = await limits.acquire("a", limit=1, seconds=600)
    server.connected = False
    await limits.release("a", slot.token)
    server.connected = True
    guard.health.success()
    for _ in range(500):
        if not await redis.exists("test:v1:slots"):
            break
        await asyncio.sleep(0.01)
    else:
        pytest.fail("the slot was not released")
    await limits.aclose()
