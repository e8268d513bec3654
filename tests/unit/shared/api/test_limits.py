"""What one caller may ask for."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from fakeredis import FakeAsyncRedis, FakeServer
from fastapi import Request

from shared.api.caller import Caller
from shared.api.limits import RateLimiter
from shared.api.quota import Quota, quota_headers
from shared.config.settings import LimitSettings
from shared.errors import RateLimitedError
from tests.support.cache import FrozenClock
from tests.support.http import make_request

ALICE, BOB = Caller("a" * 32), Caller("b" * 32)


def request_of(key: str) -> Request:
    return make_request(headers={"x-functions-key": key})


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.fixture
async def limiter(server: FakeServer, clock: FrozenClock) -> AsyncIterator[RateLimiter]:
    settings = LimitSettings(body_bytes=65_536, chat_per_minute=3, reports_per_minute=1, streams_per_caller=2)
    async with FakeAsyncRedis(server=server) as redis:
        yield RateLimiter(settings, redis, clock, prefix="test")


@pytest.mark.parametrize("connected", [True, False], ids=["redis", "redis away"])
async def test_one_too_many_in_a_minute_is_refused_and_told_when_to_come_back(
    limiter: RateLimiter, server: FakeServer, clock: FrozenClock, connected: bool
) -> None:
    server.connected = connected
    for _ in range(3):
        await limiter.check("chat", request_of("alice"))
    clock.advance(15)
    with pytest.raises(RateLimitedError) as raised:
        await limiter.check("chat", request_of("alice"))
    assert raised.value.retry_after == pytest.approx(45)
    clock.advance(45)
    await limiter.check("chat", request_of("alice"))


async def test_callers_and_scopes_are_counted_apart(limiter: RateLimiter) -> None:
    await limiter.check("reports", request_of("alice"))
    await limiter.check("reports", request_of("bob"))
    await limiter.check("chat", request_of("alice"))
    with pytest.raises(RateLimitedError):
        await limiter.check("reports", request_of("alice"))


async def test_quota_counts_down_and_stands_in_the_headers(limiter: RateLimiter, clock: FrozenClock) -> None:
    await limiter.check("chat", request_of("alice"))
    clock.advance(20.5)
    request = request_of("alice")
    await limiter.check("chat", request)
    assert quota_headers(request) == {
        "RateLimit-Limit": "3",
        "RateLimit-Remaining": "1",
        "RateLimit-Reset": "40",
    }


def test_reset_is_rounded_up() -> None:
    assert Quota(3, 0, 0.2).headers()["RateLimit-Reset"] == "1"


@pytest.mark.parametrize("connected", [True, False], ids=["redis", "redis away"])
async def test_streams_at_a_time_are_bounded_and_free_again_when_they_end(
    limiter: RateLimiter, server: FakeServer, connected: bool
) -> None:
    server.connected = connected
    async with limiter.stream(ALICE):
        async with limiter.stream(ALICE), limiter.stream(BOB):
            with pytest.raises(RateLimitedError) as raised:
                await limiter.stream(ALICE).__aenter__()
            assert raised.value.retry_after
        async with limiter.stream(ALICE):
            pass


async def test_stream_that_is_cut_off_gives_its_place_back(limiter: RateLimiter) -> None:
    async def hang() -> None:
        async with limiter.stream(ALICE):
            await asyncio.Event().wait()

    for _ in range(5):
        stream = asyncio.create_task(hang())
        await asyncio.sleep(0.01)
        stream.cancel()
        await asyncio.wait({stream})
        assert stream.cancelled()


async def test_place_of_a_worker_that_died_is_free_after_ten_minutes(
    limiter: RateLimiter, clock: FrozenClock
) -> None:
    await limiter.stream(ALICE).__aenter__()
    await limiter.stream(ALICE).__aenter__()
    clock.advance(600)
    async with limiter.stream(ALICE):
        pass
