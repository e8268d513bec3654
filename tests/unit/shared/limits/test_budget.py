"""Budgets: counted in Redis without TTL, mirrored, restored, and counted without Redis."""

import asyncio
from dataclasses import dataclass, field

import pytest
import time_machine
from fakeredis import FakeServer

from infra.local.embedded_redis import EmbeddedRedis
from shared.domain.stored_budget import StoredBudget
from shared.errors.service_errors import DependencyUnavailableError
from shared.limits.budget import Budgets
from shared.limits.limit import Limit
from shared.redis.guard import RedisGuard
from tests.support.redis_parts import KEYS

DAY = Limit("tokens:day", 100, 86_400)
KEY = "test:v1:budget:tokens"


@dataclass
class Mirror:
    """Copies of budgets in memory."""

    copies: dict[str, StoredBudget] = field(default_factory=dict)
    available: bool = True

    async def load(self, group: str) -> StoredBudget | None:
        self._check()
        return self.copies.get(group)

    async def save(self, group: str, budget: StoredBudget) -> None:
        self._check()
        self.copies[group] = budget

    def _check(self) -> None:
        if not self.available:
            raise DependencyUnavailableError("The database is not available.")


@pytest.fixture
def mirror() -> Mirror:
    return Mirror()


class Seconds:
    """Monotonic seconds that follow the wall clock."""

    def __init__(self, wall: time_machine.Traveller) -> None:
        self._wall = wall
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds
        self._wall.shift(seconds)


@pytest.fixture
def seconds(wall_clock: time_machine.Traveller) -> Seconds:
    return Seconds(wall_clock)


def worker(redis: EmbeddedRedis, mirror: Mirror, seconds: Seconds, *, every: float = 3600) -> Budgets:
    """Returns the budgets of a new worker."""
    guard = RedisGuard(redis, clock=seconds)
    return Budgets(guard, KEYS, mirror, clock=seconds, mirror_seconds=every)


async def test_spending_may_exceed_the_budget_which_is_reset_after_its_period(
    redis: EmbeddedRedis, mirror: Mirror, seconds: Seconds
) -> None:
    budgets = worker(redis, mirror, seconds)
    await budgets.spend(DAY, 99)
    assert await budgets.used_up(DAY) is None
    await budgets.spend(DAY, 50)
    assert await budgets.used_up(DAY) == pytest.approx(86_400, abs=1)
    seconds.advance(86_000)
    assert await worker(redis, mirror, seconds).used_up(DAY) == pytest.approx(400, abs=1)
    seconds.advance(401)
    assert await budgets.used_up(DAY) is None


async def test_amount_is_taken_from_all_budgets_or_from_none(
    redis: EmbeddedRedis, mirror: Mirror, seconds: Seconds
) -> None:
    budgets = worker(redis, mirror, seconds)
    large, small = Limit("up:all", 10, 86_400), Limit("up:one", 2, 86_400)
    taken = [await budgets.take([large, small]) for _ in range(3)]
    assert [use.exceeded for use in taken] == [None, None, small]
    assert taken[-1].used == (2, 2)
    assert (await budgets.take([large])).used == (3,)


async def test_counters_are_in_one_key_without_ttl(
    redis: EmbeddedRedis, mirror: Mirror, seconds: Seconds
) -> None:
    await worker(redis, mirror, seconds).spend(DAY, 1)
    assert {key.decode(): await redis.ttl(key) for key in await redis.keys()} == {KEY: -1}


async def test_further_names_share_a_counter(
    redis: EmbeddedRedis, mirror: Mirror, seconds: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.limits.budget._MAX_COUNTERS", 3)
    budgets = worker(redis, mirror, seconds)
    for number in range(10):
        await budgets.take([Limit(f"up:{number}", 5, 86_400)])
    assert await redis.hlen("test:v1:budget:up") == 4
    assert (await budgets.take([Limit("up:new", 5, 86_400)], 0)).used == (5,)


async def test_counters_lost_by_redis_are_restored_from_their_copy(
    redis: EmbeddedRedis, mirror: Mirror, seconds: Seconds
) -> None:
    first = worker(redis, mirror, seconds)
    await first.spend(DAY, 70)
    await first.aclose()
    assert mirror.copies["tokens"].counters == {"tokens:day": 70}
    await redis.flushall()
    seconds.advance(100)
    second, third = worker(redis, mirror, seconds), worker(redis, mirror, seconds)
    await second.spend(DAY, 30)
    assert await third.used_up(DAY) == pytest.approx(86_300, abs=1)
    assert await redis.hget(KEY, "tokens:day") == b"100"


async def test_budget_that_was_used_up_stays_so_after_flushall(
    redis: EmbeddedRedis, mirror: Mirror, seconds: Seconds
) -> None:
    first = worker(redis, mirror, seconds)
    await first.spend(DAY, 100)
    await first.aclose()
    await redis.flushall()
    assert await worker(redis, mirror, seconds).used_up(DAY) is not None


async def test_copy_of_a_past_period_is_not_restored(
    redis: EmbeddedRedis, mirror: Mirror, seconds: Seconds
) -> None:
    first = worker(redis, mirror, seconds)
    await first.spend(DAY, 100)
    await first.aclose()
    await redis.flushall()
    seconds.advance(86_401)
    assert await worker(redis, mirror, seconds).used_up(DAY) is None


async def test_copy_that_could_not_be_read_is_restored_with_the_next_copy(
    redis: EmbeddedRedis, mirror: Mirror, seconds: Seconds
) -> None:
    first = worker(redis, mirror, seconds)
    await first.spend(DAY, 70)
    await first.aclose()
    await redis.flushall()
    seconds.advance(5)
    mirror.available = False
    second = worker(redis, mirror, seconds)
    await second.spend(DAY, 5)
    mirror.available = True
    await second.aclose()
    assert await redis.hget(KEY, "tokens:day") == b"75"
    assert mirror.copies["tokens"].counters == {"tokens:day": 75}


async def test_spending_is_mirrored_within_the_interval(
    redis: EmbeddedRedis, mirror: Mirror, seconds: Seconds
) -> None:
    budgets = worker(redis, mirror, seconds, every=0.01)
    await budgets.spend(DAY, 10)
    for _ in range(500):
        if "tokens" in mirror.copies:
            break
        await asyncio.sleep(0.01)
    assert mirror.copies["tokens"].counters == {"tokens:day": 10}
    await budgets.aclose()


async def test_worker_counts_alone_from_what_it_knew_and_adds_it_afterwards(
    redis: EmbeddedRedis, server: FakeServer, mirror: Mirror, seconds: Seconds
) -> None:
    budgets = worker(redis, mirror, seconds)
    await budgets.spend(DAY, 60)
    server.connected = False
    await budgets.spend(DAY, 30)
    assert await budgets.used_up(DAY) is None
    assert (await budgets.take([DAY], 20)).exceeded == DAY
    await budgets.spend(DAY, 10)
    assert await budgets.used_up(DAY) is not None
    server.connected = True
    seconds.advance(5)
    assert await budgets.used_up(DAY) is not None
    assert await redis.hget(KEY, "tokens:day") == b"100"


async def test_period_from_the_future_ends_a_day_from_now_with_what_was_counted(
    redis: EmbeddedRedis, mirror: Mirror, seconds: Seconds
) -> None:
    budgets = worker(redis, mirror, seconds)
    seconds.advance(10 * 86_400)
    await budgets.spend(DAY, 100)
    # The server's successor has the right time.
    seconds.advance(-10 * 86_400)
    other = worker(redis, mirror, seconds)
    assert await other.used_up(DAY) == pytest.approx(86_400, abs=1)
    seconds.advance(86_401)
    assert await other.used_up(DAY) is None
