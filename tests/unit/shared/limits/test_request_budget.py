"""The requests that the plan of a source allows, shared by all workers."""

import asyncio

import pytest
import time_machine
from fakeredis import FakeServer

from infra.local.embedded_redis import EmbeddedRedis
from shared.errors.provider_errors import ProviderRateLimitedError
from shared.limits.request_budget import RequestBudget
from tests.support.redis_parts import make_budgets, make_rates


def budget(server: FakeServer, *, per_second: int = 100, per_day: int = 3) -> RequestBudget:
    redis = EmbeddedRedis(server)
    return RequestBudget(
        make_rates(redis), make_budgets(redis), "alpha_vantage", per_second=per_second, per_day=per_day
    )


@pytest.mark.usefixtures("clock")
async def test_workers_share_the_days_requests(server: FakeServer) -> None:
    one, other = budget(server), budget(server)
    await one.take()
    await other.take()
    await one.take()
    for worker in (one, other):
        with pytest.raises(ProviderRateLimitedError) as caught:
            await worker.take()
        assert caught.value.retry_after == pytest.approx(86_400, abs=2)


async def test_budget_is_reset_after_a_day(server: FakeServer, wall_clock: time_machine.Traveller) -> None:
    worker = budget(server, per_day=1)
    await worker.take()
    with pytest.raises(ProviderRateLimitedError):
        await worker.take()
    wall_clock.shift(86_401)
    await worker.take()


@pytest.mark.usefixtures("clock")
async def test_worker_counts_alone_while_redis_is_unavailable(server: FakeServer) -> None:
    server.connected = False
    worker = budget(server, per_day=1)
    await worker.take()
    with pytest.raises(ProviderRateLimitedError):
        await worker.take()


async def test_request_waits_for_the_rate_limit(
    server: FakeServer, wall_clock: time_machine.Traveller
) -> None:
    worker = budget(server, per_second=1)
    await worker.take()
    waiting = asyncio.ensure_future(worker.take())
    done, _ = await asyncio.wait({waiting}, timeout=0.05)
    assert not done
    wall_clock.shift(1.1)
    await waiting
