"""What one caller may ask for, and all of them together."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import time_machine
from fakeredis import FakeAsyncRedis, FakeServer
from fastapi import Request

from shared.config.settings import LimitSettings
from shared.domain.caller import Caller
from shared.errors import RateLimitedError
from shared.http.quota import check_rate, quota_headers
from shared.limits.caller_limits import Quota, RateLimiter, Scope
from shared.limits.rates import Rates
from shared.limits.slots import Slots
from shared.redis.guard import RedisGuard
from tests.support.cache import FrozenClock
from tests.support.http import make_request

ALICE, BOB = Caller("a" * 32), Caller("b" * 32)

pytestmark = pytest.mark.usefixtures("wall_clock")


async def check_rate_of(limiter: RateLimiter, scope: Scope, request: Request) -> None:
    await check_rate(request, limiter, scope)


def request_of(key: str) -> Request:
    return make_request(headers={"x-functions-key": key})


@pytest.fixture
async def limiter(server: FakeServer, clock: FrozenClock) -> AsyncIterator[RateLimiter]:
    settings = LimitSettings(
        body_bytes=65_536,
        chat_per_minute=3,
        writes_per_minute=3,
        chat_total_per_minute=5,
        reports_per_minute=1,
        streams_per_caller=2,
        upstream_requests_per_day=1,
        model_tokens_per_day=1,
        model_dollars_per_day=1,
    )
    async with FakeAsyncRedis(server=server) as redis:
        yield RateLimiter(settings, Rates(redis, "test"), Slots(RedisGuard(redis), "test", clock))


@pytest.mark.parametrize("connected", [True, False], ids=["redis", "redis away"])
async def test_one_too_many_in_a_minute_is_refused_and_told_when_to_come_back(
    limiter: RateLimiter, server: FakeServer, wall_clock: time_machine.Traveller, connected: bool
) -> None:
    server.connected = connected
    for _ in range(3):
        await check_rate_of(limiter, "chat", request_of("alice"))
    wall_clock.shift(15)
    with pytest.raises(RateLimitedError) as raised:
        await check_rate_of(limiter, "chat", request_of("alice"))
    assert raised.value.retry_after is not None
    assert 0 < raised.value.retry_after <= 60
    wall_clock.shift(raised.value.retry_after + 0.1)
    await check_rate_of(limiter, "chat", request_of("alice"))


async def test_callers_and_scopes_are_counted_apart(limiter: RateLimiter) -> None:
    await check_rate_of(limiter, "reports", request_of("alice"))
    await check_rate_of(limiter, "reports", request_of("bob"))
    await check_rate_of(limiter, "chat", request_of("alice"))
    with pytest.raises(RateLimitedError):
        await check_rate_of(limiter, "reports", request_of("alice"))


async def test_all_callers_together_are_bounded(limiter: RateLimiter) -> None:
    for caller in ("a", "b", "c", "d", "e"):
        await check_rate_of(limiter, "chat", request_of(caller))
    late = request_of("f")
    with pytest.raises(RateLimitedError) as raised:
        await check_rate_of(limiter, "chat", late)
    assert raised.value.retry_after
    assert quota_headers(late)["RateLimit-Remaining"] == "2"


async def test_refused_caller_takes_nothing_from_the_others(limiter: RateLimiter) -> None:
    for _ in range(3):
        await check_rate_of(limiter, "chat", request_of("alice"))
    for _ in range(10):
        with pytest.raises(RateLimitedError):
            await check_rate_of(limiter, "chat", request_of("alice"))
    await check_rate_of(limiter, "chat", request_of("bob"))


async def test_quota_counts_down_and_stands_in_the_headers_also_of_a_refusal(
    limiter: RateLimiter, wall_clock: time_machine.Traveller
) -> None:
    seen = []
    for _ in range(4):
        request = request_of("alice")
        try:
            await check_rate_of(limiter, "chat", request)
        except RateLimitedError:
            seen.append("refused")
        seen.append(quota_headers(request)["RateLimit-Remaining"])
        wall_clock.shift(1)
    assert seen == ["2", "1", "0", "refused", "0"]
    assert quota_headers(request)["RateLimit-Limit"] == "3"
    assert 1 <= int(quota_headers(request)["RateLimit-Reset"]) <= 60


def test_request_that_does_not_count_has_no_such_headers() -> None:
    assert quota_headers(request_of("alice")) == {}


def test_reset_is_rounded_up() -> None:
    request = request_of("alice")
    request.state.quota = Quota(3, 0, 0.2)
    assert quota_headers(request)["RateLimit-Reset"] == "1"


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
    # Kept: a stream that is collected would release its slot.
    lost = [limiter.stream(ALICE), limiter.stream(ALICE)]
    for stream in lost:
        await stream.__aenter__()
    with pytest.raises(RateLimitedError):
        await limiter.stream(ALICE).__aenter__()
    clock.advance(600)
    async with limiter.stream(ALICE):
        pass
