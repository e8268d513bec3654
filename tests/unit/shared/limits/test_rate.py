"""Rate limits, in Redis and without it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import time_machine
from fakeredis import FakeServer
from redis.asyncio import Redis

from infra.local.embedded_redis import EmbeddedRedis
from shared.limits import rate as module
from shared.limits.limit import Limit
from shared.limits.rate import RateLimits
from tests.support.redis_parts import make_rates

MINUTE = Limit("a", 3, 60)

pytestmark = pytest.mark.usefixtures("wall_clock")


@pytest.fixture
def rates(either_redis: Redis) -> RateLimits:
    return make_rates(either_redis)


async def test_limit_holds_and_is_reset_at_the_time_it_reports(
    rates: RateLimits, wall_clock: time_machine.Traveller
) -> None:
    seen = [(one.granted, one.remaining) for one in [await rates.hit(MINUTE) for _ in range(3)]]
    assert seen == [(True, 2), (True, 1), (True, 0)]
    refused = await rates.hit(MINUTE)
    assert (refused.granted, refused.remaining) == (False, 0)
    assert 0 < refused.resets_in <= 60
    wall_clock.shift(refused.resets_in + 0.01)
    assert (await rates.hit(MINUTE)).granted


async def test_refusals_do_not_lengthen_the_wait(
    rates: RateLimits, wall_clock: time_machine.Traveller
) -> None:
    for _ in range(3):
        await rates.hit(MINUTE)
    for _ in range(59):
        wall_clock.shift(1)
        await rates.hit(MINUTE)
    wall_clock.shift(2)
    assert (await rates.hit(MINUTE)).granted


async def test_first_concurrent_uses_are_granted_what_is_left(rates: RateLimits) -> None:
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


async def test_concurrent_uses_cost_few_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[object] = []
    execute: Callable[..., Awaitable[object]] = Redis.execute_command

    async def counted(self: Redis, *args: object, **options: object) -> object:
        commands.append(args[0])
        return await execute(self, *args, **options)

    monkeypatch.setattr(Redis, "execute_command", counted)
    rates = make_rates(EmbeddedRedis(FakeServer()))
    many = Limit("many", 1000, 60)
    await asyncio.gather(*(rates.hit(many) for _ in range(500)))
    assert (await rates.hit(many)).remaining == 499
    # A hundred at a time, with two commands each, and the last one alone; two scripts are loaded first.
    assert len(commands) <= 6 * 2 + 2 * 2


async def test_names_do_not_share(rates: RateLimits) -> None:
    one = Limit("one", 1, 60)
    assert (await rates.hit(one)).granted
    assert (await rates.hit(Limit("other", 1, 60))).granted
    assert not (await rates.hit(one)).granted


async def test_workers_share_in_redis() -> None:
    server = FakeServer()
    first, second = (make_rates(EmbeddedRedis(server)) for _ in range(2))
    once = Limit("once", 1, 60)
    assert (await first.hit(once)).granted
    assert not (await second.hit(once)).granted


async def test_worker_counts_alone_while_redis_is_unavailable() -> None:
    server = FakeServer()
    rates = make_rates(EmbeddedRedis(server))
    once = Limit("once", 1, 60)
    assert (await rates.hit(once)).granted
    server.connected = False
    assert [(await rates.hit(once)).granted for _ in range(3)] == [True, False, False]


async def test_counters_expire() -> None:
    redis = EmbeddedRedis(FakeServer())
    rates = make_rates(redis)
    await rates.hit(MINUTE)
    lifetimes = {key.decode(): await redis.ttl(key) for key in await redis.keys()}
    assert lifetimes == {"test:v1:{rate/a/3/60/second}": 120}


async def test_memory_is_bounded_while_redis_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MAX_LOCAL_NAMES", 50)
    server = FakeServer()
    server.connected = False
    rates = make_rates(EmbeddedRedis(server))
    for number in range(500):
        await rates.hit(Limit(f"caller-{number}", 3, 60))
        assert len(rates._local.storage) <= 52


async def test_use_of_several_units_is_granted_or_refused_as_a_whole(rates: RateLimits) -> None:
    assert (await rates.take(MINUTE, 2)).granted
    refused = await rates.take(MINUTE, 2)
    assert (refused.granted, refused.remaining) == (False, 1)
    assert refused.resets_in > 0
    assert (await rates.take(MINUTE, 1)).granted
