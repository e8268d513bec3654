"""Rates and budgets, in Redis and without it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import time_machine
from fakeredis import FakeAsyncRedis, FakeServer
from redis.asyncio import Redis

from shared.limits import rates as module
from shared.limits.rates import Limit, Rates

MINUTE = Limit("a", 3, 60)
DAY = Limit("tokens", 100, 86_400)

pytestmark = pytest.mark.usefixtures("wall_clock")


@pytest.fixture(params=["redis", "memory"])
async def redis(request: pytest.FixtureRequest) -> AsyncIterator[Redis]:
    server = FakeServer()
    server.connected = request.param == "redis"
    async with FakeAsyncRedis(server=server) as client:
        yield client


@pytest.fixture
def rates(redis: Redis) -> Rates:
    return Rates(redis, "test")


async def test_rate_holds_and_is_had_again_when_it_says(
    rates: Rates, wall_clock: time_machine.Traveller
) -> None:
    seen = [(one.granted, one.remaining) for one in [await rates.hit(MINUTE) for _ in range(3)]]
    assert seen == [(True, 2), (True, 1), (True, 0)]
    refused = await rates.hit(MINUTE)
    assert (refused.granted, refused.remaining) == (False, 0)
    assert 0 < refused.resets_in <= 60
    wall_clock.shift(refused.resets_in + 0.01)
    assert (await rates.hit(MINUTE)).granted


async def test_refusals_do_not_lengthen_the_wait(rates: Rates, wall_clock: time_machine.Traveller) -> None:
    for _ in range(3):
        await rates.hit(MINUTE)
    for _ in range(59):
        wall_clock.shift(1)
        await rates.hit(MINUTE)
    wall_clock.shift(2)
    assert (await rates.hit(MINUTE)).granted


async def test_who_asks_for_refusals_alone_counts_the_same(
    rates: Rates, wall_clock: time_machine.Traveller
) -> None:
    assert [await rates.refused_for(MINUTE) for _ in range(2)] == [None, None]
    assert (await rates.hit(MINUTE)).remaining == 0
    seconds = await rates.refused_for(MINUTE)
    assert seconds is not None
    assert 0 < seconds <= 60
    wall_clock.shift(seconds + 0.01)
    assert await rates.refused_for(MINUTE) is None


async def test_first_of_those_who_come_together_are_granted_what_is_left(rates: Rates) -> None:
    await rates.hit(MINUTE)
    others = [rates.hit(Limit(f"caller-{number}", 1, 60)) for number in range(3)]
    *together, first, second, third = await asyncio.gather(*(rates.hit(MINUTE) for _ in range(4)), *others)
    assert [(one.granted, one.remaining) for one in together] == [
        (True, 1),
        (True, 0),
        (False, 0),
        (False, 0),
    ]
    assert all(0 < one.resets_in <= 60 for one in together)
    assert [one.granted for one in (first, second, third)] == [True] * 3


async def test_who_comes_together_costs_redis_no_more_than_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[object] = []
    execute: Callable[..., Awaitable[object]] = Redis.execute_command

    async def counted(self: Redis, *args: object, **options: object) -> object:
        commands.append(args[0])
        return await execute(self, *args, **options)

    monkeypatch.setattr(Redis, "execute_command", counted)
    rates = Rates(FakeAsyncRedis(server=FakeServer()), "test")
    many = Limit("many", 1000, 60)
    await asyncio.gather(*(rates.hit(many) for _ in range(500)))
    assert (await rates.hit(many)).remaining == 499
    # A hundred at a time, with two commands each, and the last one by itself; two scripts are loaded first.
    assert len(commands) <= 6 * 2 + 2 * 2


async def test_names_do_not_share(rates: Rates) -> None:
    one = Limit("one", 1, 60)
    assert (await rates.hit(one)).granted
    assert (await rates.hit(Limit("other", 1, 60))).granted
    assert not (await rates.hit(one)).granted


async def test_budget_counts_what_goes_beyond_it_and_begins_anew(
    rates: Rates, wall_clock: time_machine.Traveller
) -> None:
    assert await rates.used_up(DAY) is None
    await rates.spend(DAY, 99)
    assert await rates.used_up(DAY) is None
    await rates.spend(DAY, 500)
    assert await rates.used_up(DAY) == pytest.approx(86_400, abs=1)
    wall_clock.shift(3_600)
    assert await rates.used_up(DAY) == pytest.approx(82_800, abs=1)
    wall_clock.shift(82_801)
    assert await rates.used_up(DAY) is None


async def test_workers_share_in_redis() -> None:
    server = FakeServer()
    first, second = (Rates(FakeAsyncRedis(server=server), "test") for _ in range(2))
    once = Limit("once", 1, 60)
    assert (await first.hit(once)).granted
    assert not (await second.hit(once)).granted
    await first.spend(DAY, 100)
    assert await second.used_up(DAY) is not None


async def test_worker_goes_on_alone_when_redis_leaves_and_together_when_it_is_back() -> None:
    server = FakeServer()
    rates = Rates(FakeAsyncRedis(server=server), "test")
    once = Limit("once", 1, 60)
    assert (await rates.hit(once)).granted
    server.connected = False
    assert [(await rates.hit(once)).granted for _ in range(3)] == [True, False, False]


async def test_nothing_is_left_in_redis_after_its_time() -> None:
    redis = FakeAsyncRedis(server=FakeServer())
    rates = Rates(redis, "test")
    await rates.hit(MINUTE)
    await rates.spend(DAY, 1)
    lifetimes = {key.decode(): await redis.ttl(key) for key in await redis.keys()}
    assert lifetimes == {
        "test:v1:{rate/a/3/60/second}": 120,
        "test:v1:budget/tokens/100/86400/second": 86_400,
    }


async def test_memory_is_bounded_while_redis_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MAX_NAMES", 50)
    server = FakeServer()
    server.connected = False
    rates = Rates(FakeAsyncRedis(server=server), "test")
    await rates.spend(DAY, 100)
    for number in range(500):
        await rates.hit(Limit(f"caller-{number}", 3, 60))
        assert len(rates._own_rates.storage) <= 52
    assert await rates.used_up(DAY) is not None
