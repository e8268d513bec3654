"""The requests of a plan are shared by all workers."""

import asyncio

import fakeredis
import pytest
from redis.asyncio import Redis

from shared.cache.guard import RedisGuard
from shared.cache.slots import Slots
from shared.errors import ProviderRateLimitedError
from shared.market.request_budget import RequestBudget
from tests.support.cache import FrozenClock


@pytest.fixture
def server() -> fakeredis.FakeServer:
    return fakeredis.FakeServer()


def budget(
    server: fakeredis.FakeServer, clock: FrozenClock, *, per_second: int = 100, per_day: int = 3
) -> RequestBudget:
    """The budget as one worker sees it."""
    redis: Redis = fakeredis.FakeAsyncRedis(server=server)
    slots = Slots(RedisGuard(redis), "test", clock)
    return RequestBudget(slots, "alpha_vantage", per_second=per_second, per_day=per_day)


async def test_workers_share_the_days_requests(server: fakeredis.FakeServer) -> None:
    clock = FrozenClock()
    one, other = budget(server, clock), budget(server, clock)
    await one.take()
    await other.take()
    await one.take()
    for worker in (one, other):
        with pytest.raises(ProviderRateLimitedError) as caught:
            await worker.take()
        assert caught.value.retry_after == pytest.approx(86_400, abs=2)


async def test_day_moves_on(server: fakeredis.FakeServer) -> None:
    clock = FrozenClock()
    worker = budget(server, clock, per_day=1)
    await worker.take()
    clock.advance(86_401)
    await worker.take()


async def test_while_redis_is_away_the_worker_counts_alone(server: fakeredis.FakeServer) -> None:
    server.connected = False
    worker = budget(server, FrozenClock(), per_day=1)
    await worker.take()
    with pytest.raises(ProviderRateLimitedError):
        await worker.take()


async def test_request_waits_for_its_turn(server: fakeredis.FakeServer) -> None:
    clock = FrozenClock()
    worker = budget(server, clock, per_second=1)
    await worker.take()
    waiting = asyncio.ensure_future(worker.take())
    done, _ = await asyncio.wait({waiting}, timeout=0.05)
    assert not done
    clock.advance(1.1)
    await waiting
