"""Breakers that all workers share: two workers over one Redis, and one without."""

from dataclasses import dataclass

import pytest
from fakeredis import FakeAsyncRedis, FakeServer

from shared.redis.guard import RedisGuard
from shared.redis.shared_breakers import SharedBreakers
from shared.runtime.breaker import Breaker
from tests.support.cache import FrozenClock


@dataclass
class Workers:
    """Two workers over one Redis.

    Attributes:
        clock: The time of both.
        server: Redis; can be taken away.
    """

    clock: FrozenClock
    server: FakeServer

    def __post_init__(self) -> None:
        self.first, self.second = self.worker(), self.worker()

    def worker(self) -> SharedBreakers:
        clock = self.clock
        return SharedBreakers(
            RedisGuard(self.redis(), Breaker("redis", clock.monotonic, pause=5, max_pause=5)),
            "test",
            now=clock,
            monotonic=clock.monotonic,
            make=lambda name, now: Breaker(name, now, jitter=lambda: 0.0),
        )

    def redis(self) -> FakeAsyncRedis:
        return FakeAsyncRedis(server=self.server)


@pytest.fixture
def workers() -> Workers:
    return Workers(FrozenClock(), FakeServer())


async def test_what_one_worker_finds_out_the_other_knows(workers: Workers) -> None:
    assert await workers.second.allow("grok")
    await workers.first.failure("grok")
    workers.clock.advance(1)
    assert not await workers.second.allow("grok")
    assert await workers.second.open_for("grok") == pytest.approx(4)
    assert await workers.second.allow("openai")


async def test_a_worker_that_starts_later_knows_it_too(workers: Workers) -> None:
    await workers.first.failure("grok", 60)
    assert await workers.worker().open_for("grok") == pytest.approx(60)


async def test_after_the_pause_one_worker_makes_the_trial(workers: Workers) -> None:
    await workers.first.failure("grok")
    workers.clock.advance(5)
    passed = [await worker.allow("grok") for worker in (workers.second, workers.first, workers.second)]
    assert passed == [True, False, False]


async def test_a_trial_that_went_well_closes_it_for_all(workers: Workers) -> None:
    await workers.first.failure("grok")
    workers.clock.advance(5)
    assert await workers.second.allow("grok")
    assert not await workers.first.allow("grok")
    await workers.second.success("grok")
    workers.clock.advance(1)
    assert [await workers.first.allow("grok") for _ in range(2)] == [True, True]
    assert not await workers.redis().keys("*")


async def test_the_pause_grows_over_the_workers(workers: Workers) -> None:
    await workers.first.failure("grok")
    workers.clock.advance(5)
    assert await workers.second.allow("grok")
    await workers.second.failure("grok")
    workers.clock.advance(1)
    assert await workers.first.open_for("grok") == pytest.approx(9)


async def test_redis_is_read_once_a_second_and_not_at_every_call(workers: Workers) -> None:
    await workers.second.allow("grok")
    await workers.first.failure("grok")
    assert await workers.second.allow("grok")
    workers.clock.advance(1)
    assert not await workers.second.allow("grok")


async def test_a_success_without_a_failure_before_it_writes_nothing(workers: Workers) -> None:
    await workers.first.allow("grok")
    await workers.first.success("grok")
    assert not await workers.redis().keys("*")


async def test_without_redis_each_worker_goes_by_what_it_has_seen(workers: Workers) -> None:
    workers.server.connected = False
    await workers.first.failure("grok")
    assert not await workers.first.allow("grok")
    assert await workers.second.allow("grok")
    workers.clock.advance(5)
    assert await workers.first.allow("grok")
    await workers.first.success("grok")
    assert await workers.first.open_for("grok") == 0


async def test_what_was_found_out_without_redis_stays_when_redis_is_back(workers: Workers) -> None:
    workers.server.connected = False
    await workers.first.failure("grok", 60)
    workers.server.connected = True
    workers.clock.advance(6)
    assert not await workers.first.allow("grok")


async def test_a_worker_that_is_alone_needs_no_redis() -> None:
    clock = FrozenClock()
    breakers = SharedBreakers(None, "test", monotonic=clock.monotonic)
    await breakers.failure("grok")
    assert not await breakers.allow("grok")
    clock.advance(7)
    assert [await breakers.allow("grok") for _ in range(2)] == [True, False]


@pytest.mark.parametrize(
    "nonsense", [b"\xff", b"{}", b'{"failures": 0, "until": 1}', b'{"failures": 1, "until": 1e999}']
)
async def test_nonsense_in_redis_is_no_pause(workers: Workers, nonsense: bytes) -> None:
    await workers.redis().set("test:v1:breaker:grok", nonsense)
    assert await workers.first.allow("grok")


async def test_no_pause_is_longer_than_a_breaker_makes_it(workers: Workers) -> None:
    await workers.redis().set("test:v1:breaker:grok", b'{"failures": 3, "until": 1e12}')
    assert await workers.first.open_for("grok") == 300
