"""The daily budget of upstream requests, its shares, and the limit of misses."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from redis.asyncio import Redis

from shared.domain.caller import Caller
from shared.errors.provider_errors import ProviderRateLimitedError
from shared.errors.request_errors import RateLimitedError
from shared.limits.miss_limit import CallerMissLimit
from shared.limits.upstream_budget import UpstreamBudget
from shared.observability.telemetry import request_scope
from tests.support.limits import limit_settings
from tests.support.redis_parts import make_budgets, make_rates

ALICE, BOB = Caller("a" * 32), Caller("b" * 32)


@contextmanager
def request_of(caller: Caller) -> Iterator[None]:
    """The scope of a request of a caller."""
    with request_scope("id", "quote") as scope:
        scope.caller = lambda: caller
        yield


def budget_of(redis: Redis, total: int, refresh_share: float = 0.0) -> UpstreamBudget:
    settings = limit_settings(upstream_requests_per_day=total, upstream_refresh_share=refresh_share)
    return UpstreamBudget(settings, make_budgets(redis))


async def use_up(budget: UpstreamBudget, caller: Caller) -> int:
    """Takes requests of a caller until one is refused; returns how many were granted."""
    with request_of(caller):
        for count in range(1_000):
            try:
                await budget.take("yahoo")
            except (RateLimitedError, ProviderRateLimitedError):
                return count
    raise AssertionError("never refused")


async def test_one_caller_uses_ninety_percent_and_others_the_rest(either_redis: Redis) -> None:
    budget = budget_of(either_redis, 20)
    assert await use_up(budget, ALICE) == 18
    assert await budget.refusal(ALICE) is not None
    assert await budget.refusal(BOB) is None
    assert await use_up(budget, BOB) == 2


async def test_share_of_the_refresh_is_reserved(either_redis: Redis) -> None:
    budget = budget_of(either_redis, 20, refresh_share=0.5)
    assert await use_up(budget, ALICE) == 9
    assert await use_up(budget, BOB) == 1
    for _ in range(10):
        await budget.take("yahoo")
    with pytest.raises(ProviderRateLimitedError, match="daily request budget exhausted") as raised:
        await budget.take("yahoo")
    assert raised.value.retry_after == pytest.approx(86_400, abs=60)


async def test_exhausted_budget_is_not_the_fault_of_a_caller(either_redis: Redis) -> None:
    budget = budget_of(either_redis, 1)
    assert await use_up(budget, ALICE) == 1
    assert await budget.refusal(ALICE) is None


def miss_limit(redis: Redis, per_minute: int) -> CallerMissLimit:
    settings = limit_settings(cache_misses_per_minute=per_minute)
    return CallerMissLimit(settings, make_rates(redis), UpstreamBudget(settings, make_budgets(redis)))


async def test_misses_are_counted_by_weight_and_caller(either_redis: Redis) -> None:
    limit = miss_limit(either_redis, 10)
    with request_of(ALICE):
        assert await limit.admit(["quote"] * 4) is None
        assert await limit.admit(["search"]) is None
        refusal = await limit.admit(["quote", "quote"])
        assert refusal is not None
        assert 0 < (refusal.retry_after or 0) <= 60
        assert await limit.admit(["quote"]) is None
    with request_of(BOB):
        assert await limit.admit(["quote"] * 10) is None


async def test_unknown_symbols_weigh_more(either_redis: Redis) -> None:
    limit = miss_limit(either_redis, 10)
    with request_of(ALICE):
        assert await limit.admit(["quote"]) is None
        await limit.count_unknown(["quote"])
        assert await limit.admit(["quote"] * 6) is not None
        assert await limit.admit(["quote"] * 5) is None


async def test_large_batch_is_admitted_once(either_redis: Redis) -> None:
    limit = miss_limit(either_redis, 10)
    with request_of(ALICE):
        assert await limit.admit(["quote"] * 100) is None
        assert await limit.admit(["quote"]) is not None


async def test_reports_and_background_work_are_not_limited_here(either_redis: Redis) -> None:
    limit = miss_limit(either_redis, 1)
    assert await limit.admit(["quote"] * 100) is None
    with request_of(ALICE):
        assert await limit.admit(["report", "report_form"] * 50) is None
