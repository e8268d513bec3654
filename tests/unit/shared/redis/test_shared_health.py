"""Health shared by all workers: two workers over one Redis, and one without."""

from dataclasses import dataclass

import pytest
import time_machine
from fakeredis import FakeServer

from infra.local.embedded_redis import EmbeddedRedis
from shared.redis.shared_health import SharedHealth
from shared.runtime.circuit_breaker import CircuitBreaker
from shared.runtime.upstream_health import UpstreamHealth
from tests.support.redis_parts import KEYS, make_leases

KEY = "test:v1:health:grok"


@dataclass
class Workers:
    """Two workers over one Redis.

    Attributes:
        time: The time of both, and of Redis.
        server: Redis; can be disconnected.
    """

    time: time_machine.Traveller
    server: FakeServer

    def __post_init__(self) -> None:
        self.now = 1000.0
        self.first, self.second = self.worker(), self.worker()

    def advance(self, seconds: float) -> None:
        """Moves the time forward."""
        self.now += seconds
        self.time.shift(seconds)

    def worker(self) -> SharedHealth:
        """Returns a new worker."""

        def clock() -> float:
            return self.now

        return SharedHealth(
            make_leases(self.redis(), clock),
            KEYS,
            clock=clock,
            make=lambda name, log, now: UpstreamHealth(
                name, log, now, breaker=CircuitBreaker(name, now, jitter=lambda: 0.0)
            ),
        )

    def redis(self) -> EmbeddedRedis:
        return EmbeddedRedis(self.server)


@pytest.fixture
def workers(wall_clock: time_machine.Traveller) -> Workers:
    return Workers(wall_clock, FakeServer())


async def test_outage_that_one_worker_notices_is_known_to_the_other(workers: Workers) -> None:
    assert await workers.second.allow("grok")
    await workers.first.failure("grok", "answered 503")
    workers.advance(1)
    assert not await workers.second.allow("grok")
    assert await workers.second.remaining_cooldown("grok") == pytest.approx(4)
    assert workers.second.last_error("grok") == "answered 503"
    assert await workers.second.allow("openai")


async def test_cooldown_is_measured_by_the_clock_of_redis(workers: Workers) -> None:
    # Nothing in the value is a time of the first worker, whose clock may be ahead.
    await workers.first.failure("grok", "answered 503", 60)
    assert await workers.redis().get(KEY) == b'{"failures":1,"reason":"answered 503"}'
    assert await workers.worker().remaining_cooldown("grok") == pytest.approx(60)


async def test_after_the_cooldown_one_worker_makes_the_trial_call(workers: Workers) -> None:
    await workers.first.failure("grok", "down")
    workers.advance(5)
    allowed = [await worker.allow("grok") for worker in (workers.second, workers.first, workers.second)]
    assert allowed == [True, False, False]


async def test_successful_trial_closes_the_breaker_for_all(workers: Workers) -> None:
    await workers.first.failure("grok", "down")
    workers.advance(5)
    assert await workers.second.allow("grok")
    assert not await workers.first.allow("grok")
    await workers.second.success("grok")
    workers.advance(1)
    assert [await workers.first.allow("grok") for _ in range(2)] == [True, True]
    assert not await workers.redis().keys("*")


async def test_cooldown_grows_over_the_workers(workers: Workers) -> None:
    await workers.first.failure("grok", "down")
    workers.advance(5)
    assert await workers.second.allow("grok")
    await workers.second.failure("grok", "still down")
    workers.advance(1)
    assert await workers.first.remaining_cooldown("grok") == pytest.approx(9)


async def test_redis_is_read_once_a_second(workers: Workers) -> None:
    await workers.second.allow("grok")
    await workers.first.failure("grok", "down")
    assert await workers.second.allow("grok")
    workers.advance(1)
    assert not await workers.second.allow("grok")


async def test_success_without_a_failure_writes_nothing(workers: Workers) -> None:
    await workers.first.allow("grok")
    await workers.first.success("grok")
    assert not await workers.redis().keys("*")


async def test_without_redis_each_worker_decides_alone(workers: Workers) -> None:
    workers.server.connected = False
    await workers.first.failure("grok", "down")
    assert not await workers.first.allow("grok")
    assert await workers.second.allow("grok")
    workers.advance(5)
    assert await workers.first.allow("grok")
    await workers.first.success("grok")
    assert await workers.first.remaining_cooldown("grok") == 0


async def test_outage_noticed_without_redis_stays_when_redis_is_back(workers: Workers) -> None:
    workers.server.connected = False
    await workers.first.failure("grok", "down", 60)
    workers.server.connected = True
    workers.advance(6)
    assert not await workers.first.allow("grok")


async def test_worker_without_redis_decides_alone() -> None:
    now = 0.0
    health = SharedHealth(None, KEYS, clock=lambda: now)
    await health.failure("grok", "down")
    assert not await health.allow("grok")
    now = 7
    assert [await health.allow("grok") for _ in range(2)] == [True, False]


@pytest.mark.parametrize("invalid", [b"\xff", b"{}", b'{"failures": 0}', b'{"failures": 1e9}'])
async def test_invalid_value_in_redis_is_ignored(workers: Workers, invalid: bytes) -> None:
    await workers.redis().set(KEY, invalid, ex=400)
    assert await workers.first.allow("grok")


async def test_cooldown_from_redis_is_bounded(workers: Workers) -> None:
    await workers.redis().set(KEY, b'{"failures": 3}', ex=1_000_000)
    assert await workers.first.remaining_cooldown("grok") == 300
