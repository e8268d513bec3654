"""The circuit breaker, with a frozen clock."""

import pytest

from shared.errors import BreakerOpenError
from shared.runtime.circuit_breaker import CircuitBreaker
from tests.support.hand_seconds import HandSeconds


def make(
    seconds: HandSeconds, *, threshold: int = 1, max_cooldown: float = 60.0, jitter: float = 0.0
) -> CircuitBreaker:
    return CircuitBreaker(
        "redis", seconds, cooldown=5.0, max_cooldown=max_cooldown, threshold=threshold, jitter=lambda: jitter
    )


def test_upstream_may_ask_for_more_than_a_cooldown_grows_to(seconds: HandSeconds) -> None:
    breaker = CircuitBreaker("yahoo", seconds, max_cooldown=60, max_retry_after=900, jitter=lambda: 0.0)
    breaker.failure(retry_after=7_200)
    assert breaker.remaining_cooldown() == 900
    breaker.success()
    for _ in range(9):
        seconds.now += breaker.remaining_cooldown()
        breaker.failure()
    assert breaker.remaining_cooldown() == 60


def test_new_breaker_admits_calls(seconds: HandSeconds) -> None:
    breaker = make(seconds)
    breaker.check()
    assert breaker.remaining_cooldown() == 0


def test_failure_opens_it_for_the_cooldown(seconds: HandSeconds) -> None:
    breaker = make(seconds)
    breaker.failure()
    with pytest.raises(BreakerOpenError) as raised:
        breaker.check()
    assert raised.value.retry_after == 5.0
    assert raised.value.name == "redis"
    seconds.now += 5.0
    breaker.check()


def test_after_the_cooldown_one_trial_call_is_admitted(seconds: HandSeconds) -> None:
    breaker = make(seconds)
    breaker.failure()
    seconds.now += 5.0
    assert [breaker.allow() for _ in range(3)] == [True, False, False]
    breaker.success()
    assert [breaker.allow() for _ in range(3)] == [True, True, True]


def test_trial_without_an_outcome_is_followed_by_another(seconds: HandSeconds) -> None:
    breaker = make(seconds)
    breaker.failure()
    seconds.now += 5.0
    assert breaker.allow()
    seconds.now += 5.0
    assert breaker.allow()


def test_cooldowns_double_up_to_the_bound_and_start_over_after_success(seconds: HandSeconds) -> None:
    breaker = make(seconds)
    cooldowns = []
    for _ in range(6):
        breaker.failure()
        cooldowns.append(breaker.remaining_cooldown())
        seconds.now += breaker.remaining_cooldown()
    assert cooldowns == [5, 10, 20, 40, 60, 60]
    breaker.success()
    breaker.failure()
    assert breaker.remaining_cooldown() == 5


def test_cooldown_is_constant_with_growth_1(seconds: HandSeconds) -> None:
    breaker = CircuitBreaker("mongodb", seconds, cooldown=5.0, growth=1.0, jitter=lambda: 0.0)
    for _ in range(3):
        breaker.failure()
        assert breaker.remaining_cooldown() == 5
        seconds.now += 5


def test_thousands_of_failures_do_not_overflow(seconds: HandSeconds) -> None:
    breaker = make(seconds)
    for _ in range(3000):
        breaker.failure()
        seconds.now += breaker.remaining_cooldown()
    breaker.failure()
    assert breaker.remaining_cooldown() == 60


def test_concurrent_failures_count_once(seconds: HandSeconds) -> None:
    breaker = make(seconds)
    for _ in range(100):
        breaker.failure()
    assert breaker.remaining_cooldown() == 5


def test_failures_below_the_threshold_do_not_open_it(seconds: HandSeconds) -> None:
    breaker = make(seconds, threshold=3)
    breaker.failure()
    breaker.failure()
    assert breaker.allow()
    breaker.failure()
    assert breaker.remaining_cooldown() == 5


def test_success_in_between_starts_the_count_over(seconds: HandSeconds) -> None:
    breaker = make(seconds, threshold=2)
    breaker.failure()
    breaker.success()
    breaker.failure()
    assert breaker.allow()


def test_retry_after_opens_at_once_and_is_honoured_up_to_the_bound(seconds: HandSeconds) -> None:
    breaker = make(seconds, threshold=3)
    breaker.failure(retry_after=30)
    assert breaker.remaining_cooldown() == 30
    breaker.failure(retry_after=86_400)
    assert breaker.remaining_cooldown() == 60


def test_short_retry_after_does_not_shorten_the_cooldown(seconds: HandSeconds) -> None:
    breaker = make(seconds)
    breaker.failure(retry_after=1)
    assert breaker.remaining_cooldown() == 5


def test_jitter_lengthens_a_cooldown_by_at_most_a_fifth(seconds: HandSeconds) -> None:
    breaker = make(seconds, jitter=1.0)
    breaker.failure()
    assert breaker.remaining_cooldown() == pytest.approx(6.0)
