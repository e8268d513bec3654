"""The limits of one caller, and of all callers together."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import time_machine
from fakeredis import FakeServer
from fastapi import Request

from infra.local.embedded_redis import EmbeddedRedis
from shared.app.context import AppContext
from shared.domain.caller import Caller
from shared.errors.request_errors import RateLimitedError
from shared.http.quota import check_rate, quota_headers
from shared.limits.caller_limits import Quota, RateLimiter, Scope
from tests.support.cache import FrozenClock
from tests.support.http import make_request
from tests.support.limits import limit_settings
from tests.support.mongo import local_settings
from tests.support.redis_parts import make_concurrency, make_rates

ALICE, BOB = Caller("a" * 32), Caller("b" * 32)

pytestmark = pytest.mark.usefixtures("wall_clock")


async def check_rate_of(limiter: RateLimiter, scope: Scope, request: Request) -> None:
    app = AppContext(local_settings()).override(rate_limiter=limiter)
    await check_rate(request, app, scope)


def request_of(key: str) -> Request:
    return make_request(headers={"x-functions-key": key})


@pytest.fixture
async def limiter(server: FakeServer, clock: FrozenClock) -> AsyncIterator[RateLimiter]:
    settings = limit_settings(
        chat_per_minute=3, chat_total_per_minute=5, reports_per_minute=1, streams_per_caller=2
    )
    async with EmbeddedRedis(server) as redis:
        yield RateLimiter(settings, make_rates(redis), make_concurrency(redis, clock))


@pytest.mark.parametrize("connected", [True, False], ids=["redis", "redis unavailable"])
async def test_request_above_the_limit_is_refused_with_retry_after(
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


async def test_refused_requests_do_not_count_for_all_callers(limiter: RateLimiter) -> None:
    for _ in range(3):
        await check_rate_of(limiter, "chat", request_of("alice"))
    for _ in range(10):
        with pytest.raises(RateLimitedError):
            await check_rate_of(limiter, "chat", request_of("alice"))
    await check_rate_of(limiter, "chat", request_of("bob"))


async def test_quota_is_in_the_headers_of_responses_and_refusals(
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


def test_uncounted_request_has_no_quota_headers() -> None:
    assert quota_headers(request_of("alice")) == {}


def test_reset_is_rounded_up() -> None:
    request = request_of("alice")
    request.state.quota = Quota(3, 0, 0.2)
    assert quota_headers(request)["RateLimit-Reset"] == "1"


@pytest.mark.parametrize("connected", [True, False], ids=["redis", "redis unavailable"])
async def test_concurrent_streams_are_bounded_and_released(
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


async def test_cancelled_stream_releases_its_slot(limiter: RateLimiter) -> None:
    async def hang() -> None:
        async with limiter.stream(ALICE):
            await asyncio.Event().wait()

    for _ in range(5):
        stream = asyncio.create_task(hang())
        await asyncio.sleep(0.01)
        stream.cancel()
        await asyncio.wait({stream})
        assert stream.cancelled()


async def test_slot_of_a_killed_worker_expires_after_ten_minutes(
    limiter: RateLimiter, clock: FrozenClock, wall_clock: time_machine.Traveller
) -> None:
    # Kept: a stream that is collected would release its slot.
    lost = [limiter.stream(ALICE), limiter.stream(ALICE)]
    for stream in lost:
        await stream.__aenter__()
    with pytest.raises(RateLimitedError):
        await limiter.stream(ALICE).__aenter__()
    clock.advance(600)
    wall_clock.shift(600)
    async with limiter.stream(ALICE):
        pass
