"""The requests of a plan, and of a day, are shared by all workers."""

import asyncio

import fakeredis
import pytest
import time_machine

from shared.errors import ProviderRateLimitedError
from shared.limits.rates import Rates
from shared.limits.request_budget import DayBudget, RequestBudget


def rates(server: fakeredis.FakeServer) -> Rates:
    """The counts as one worker sees them."""
    return Rates(fakeredis.FakeAsyncRedis(server=server), "test")


def budget(server: fakeredis.FakeServer, *, per_second: int = 100, per_day: int = 3) -> RequestBudget:
    return RequestBudget(rates(server), "alpha_vantage", per_second=per_second, per_day=per_day)


@pytest.mark.usefixtures("clock")
async def test_workers_share_the_days_requests(server: fakeredis.FakeServer) -> None:
    one, other = budget(server), budget(server)
    await one.take()
    await other.take()
    await one.take()
    for worker in (one, other):
        with pytest.raises(ProviderRateLimitedError) as caught:
            await worker.take()
        assert caught.value.retry_after == pytest.approx(86_400, abs=2)


async def test_day_moves_on(server: fakeredis.FakeServer, wall_clock: time_machine.Traveller) -> None:
    worker = budget(server, per_day=1)
    await worker.take()
    with pytest.raises(ProviderRateLimitedError):
        await worker.take()
    wall_clock.shift(86_401)
    await worker.take()


@pytest.mark.usefixtures("clock")
async def test_while_redis_is_away_the_worker_counts_alone(server: fakeredis.FakeServer) -> None:
    server.connected = False
    worker = budget(server, per_day=1)
    await worker.take()
    with pytest.raises(ProviderRateLimitedError):
        await worker.take()


async def test_request_waits_for_its_turn(
    server: fakeredis.FakeServer, wall_clock: time_machine.Traveller
) -> None:
    worker = budget(server, per_second=1)
    await worker.take()
    waiting = asyncio.ensure_future(worker.take())
    done, _ = await asyncio.wait({waiting}, timeout=0.05)
    assert not done
    wall_clock.shift(1.1)
    await waiting


@pytest.mark.usefixtures("clock")
async def test_budget_of_all_sources_names_the_one_that_is_not_asked(server: fakeredis.FakeServer) -> None:
    day = DayBudget(rates(server), "all", per_day=1)
    await day.take("yahoo")
    with pytest.raises(ProviderRateLimitedError) as caught:
        await day.take("alpha_vantage")
    assert str(caught.value) == "alpha_vantage: the day's requests are used up"
