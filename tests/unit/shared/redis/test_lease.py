"""Leases: one worker at a time, lost acknowledgements, repeated releases."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from fakeredis import FakeServer
from redis.asyncio import Redis

from shared.errors.request_errors import ConflictError
from shared.errors.service_errors import DependencyUnavailableError
from shared.redis.lease import LeaseMarker, RedisLease, RedisLeases
from tests.support.hand_seconds import HandSeconds
from tests.support.redis_parts import LostReplies, make_leases

KEY = "test:v1:refresh:lease"


def lease_of(redis: Redis, seconds: float = 10) -> RedisLease:
    """Returns a lease of a new worker."""
    return RedisLease(make_leases(redis), KEY, seconds)


async def test_second_worker_acquires_it_after_the_first_releases_it(redis: Redis) -> None:
    first, second = lease_of(redis), lease_of(redis)
    assert await first.acquire()
    assert not await second.acquire()
    await first.release()
    assert await second.acquire()


async def test_it_expires(redis: Redis) -> None:
    await lease_of(redis).acquire()
    assert 9_000 < await redis.pttl(KEY) <= 10_000


async def test_late_holder_does_not_release_the_lease_of_the_next(redis: Redis) -> None:
    late, following = lease_of(redis), lease_of(redis)
    await late.acquire()
    await redis.delete(KEY)  # as its expiry does
    await following.acquire()
    await late.release()
    assert not await lease_of(redis).acquire()


async def test_a_key_is_acquired_once_within_a_worker(redis: Redis) -> None:
    leases = make_leases(redis)
    assert await leases.acquire(KEY, 10)
    assert not await leases.acquire(KEY, 10)


async def test_marker_replaces_a_released_lease(redis: Redis) -> None:
    leases = make_leases(redis)
    await leases.acquire(KEY, 10)
    await leases.release({KEY: LeaseMarker(b"!failed", 5)})
    assert await redis.get(KEY) == b"!failed"
    assert 4_000 < await redis.pttl(KEY) <= 5_000
    assert not await leases.acquire(KEY, 10)


async def test_block_holds_it_and_releases_it_after_an_error(redis: Redis) -> None:
    async def fail_while_held() -> None:
        async with lease_of(redis).held():
            assert not await lease_of(redis).acquire()
            raise ValueError("in the block")

    with pytest.raises(ValueError, match="in the block"):
        await fail_while_held()
    assert await lease_of(redis).acquire()


async def test_block_does_not_begin_while_another_worker_holds_it(redis: Redis) -> None:
    await lease_of(redis).acquire()
    with pytest.raises(ConflictError):
        await lease_of(redis).held().__aenter__()


def without_cooldown(leases: RedisLeases) -> RedisLeases:
    """Makes the next attempt possible immediately."""
    leases.guard.health.success()
    return leases


async def test_lease_whose_acknowledgement_was_lost_is_the_workers_own(server: FakeServer) -> None:
    redis = LostReplies(server=server)
    leases = make_leases(redis)
    redis.lost = 1
    with pytest.raises(DependencyUnavailableError):
        await leases.acquire(KEY, 10)
    assert await redis.get(KEY) == leases.token
    assert await without_cooldown(leases).acquire(KEY, 10)
    assert 9_000 < await redis.pttl(KEY) <= 10_000
    await leases.aclose()


@pytest.mark.parametrize("block", [RedisLease.held, RedisLease.waited_for])
async def test_lease_whose_acknowledgement_was_lost_is_released_for_other_workers(
    server: FakeServer, block: Callable[[RedisLease], AbstractAsyncContextManager[RedisLease]]
) -> None:
    redis = LostReplies(server=server)
    leases = make_leases(redis)
    redis.lost = 1
    with pytest.raises(DependencyUnavailableError):
        await block(RedisLease(leases, KEY, 10)).__aenter__()
    without_cooldown(leases)
    await until_released(redis)
    assert await lease_of(redis).acquire()


async def until_released(redis: Redis) -> None:
    for _ in range(500):
        if await redis.get(KEY) is None:
            return
        await asyncio.sleep(0.01)
    pytest.fail("the lease was not released")


async def test_release_is_repeated_after_the_cooldown(redis: Redis, server: FakeServer) -> None:
    clock = HandSeconds()
    leases = make_leases(redis, clock)
    async with RedisLease(leases, KEY, 10).held():
        server.connected = False
    server.connected = True
    assert await redis.get(KEY) == leases.token
    clock.now += 5
    await until_released(redis)
    await leases.aclose()


async def test_repeated_release_spares_a_lease_acquired_again(redis: Redis, server: FakeServer) -> None:
    leases = make_leases(redis)
    await leases.acquire(KEY, 10)
    server.connected = False
    await leases.release({KEY: None})
    server.connected = True
    assert await without_cooldown(leases).acquire(KEY, 10)
    await asyncio.sleep(0.2)
    assert await redis.get(KEY) == leases.token
    await leases.aclose()


async def test_unavailable_redis_is_an_error(redis: Redis, server: FakeServer) -> None:
    server.connected = False
    with pytest.raises(DependencyUnavailableError):
        await lease_of(redis).acquire()


async def test_wait_ends_when_the_first_worker_releases_it(redis: Redis) -> None:
    order: list[str] = []

    async def second() -> None:
        async with lease_of(redis).waited_for():
            order.append("second")

    async with lease_of(redis).waited_for():
        waiting = asyncio.create_task(second())
        await asyncio.sleep(0.05)
        order.append("first")
    await waiting
    assert order == ["first", "second"]
    assert await redis.get(KEY) is None


async def test_failed_poll_does_not_end_the_wait(redis: Redis, server: FakeServer) -> None:
    first = lease_of(redis)
    await first.acquire()
    leases = make_leases(redis)
    # Kept: a block that is collected would release its lease.
    block = RedisLease(leases, KEY, 10).waited_for()
    waiting = asyncio.create_task(block.__aenter__())
    await asyncio.sleep(0.05)
    server.connected = False
    for _ in range(500):
        if leases.guard.health.remaining_cooldown():
            break
        await asyncio.sleep(0.01)
    server.connected = True
    without_cooldown(leases)
    assert not waiting.done()
    await first.release()
    await asyncio.wait_for(waiting, 60)
    assert await redis.get(KEY) == leases.token


async def test_wait_ends_if_redis_stays_unavailable_for_the_time_of_a_lease(
    redis: Redis, server: FakeServer
) -> None:
    await lease_of(redis).acquire()
    waiting = asyncio.create_task(lease_of(redis, 0.2).waited_for().__aenter__())
    await asyncio.sleep(0.05)
    server.connected = False
    with pytest.raises(DependencyUnavailableError):
        await asyncio.wait_for(waiting, 60)


async def test_lease_is_renewed_while_it_is_held(redis: Redis) -> None:
    async with lease_of(redis, 3).waited_for():
        await redis.pexpire(KEY, 2_000)
        for _ in range(500):
            if await redis.pttl(KEY) > 2_000:
                break
            await asyncio.sleep(0.01)
        else:
            pytest.fail("it was not renewed")


async def test_outage_does_not_end_the_block(redis: Redis, server: FakeServer) -> None:
    done = False
    async with lease_of(redis).waited_for():
        server.connected = False
        done = True
    assert done
