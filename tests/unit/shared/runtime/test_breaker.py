"""The circuit breaker, with the time held still."""

from dataclasses import dataclass

import pytest

from shared.errors import BreakerOpenError
from shared.runtime.breaker import Breaker


@dataclass
class Seconds:
    """A monotonic clock that moves when told."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


def make(seconds: Seconds, *, threshold: int = 1, max_pause: float = 60.0, jitter: float = 0.0) -> Breaker:
    return Breaker(
        "redis", seconds, pause=5.0, max_pause=max_pause, threshold=threshold, jitter=lambda: jitter
    )


def test_new_breaker_lets_calls_pass(seconds: Seconds) -> None:
    breaker = make(seconds)
    breaker.check()
    assert breaker.open_for() == 0


def test_failure_opens_it_for_the_pause(seconds: Seconds) -> None:
    breaker = make(seconds)
    breaker.failure()
    with pytest.raises(BreakerOpenError) as raised:
        breaker.check()
    assert raised.value.retry_after == 5.0
    assert raised.value.name == "redis"
    seconds.now += 5.0
    breaker.check()


def test_after_the_pause_one_call_is_the_trial(seconds: Seconds) -> None:
    breaker = make(seconds)
    breaker.failure()
    seconds.now += 5.0
    assert [breaker.allow() for _ in range(3)] == [True, False, False]
    breaker.success()
    assert [breaker.allow() for _ in range(3)] == [True, True, True]


def test_trial_that_never_reports_back_is_followed_by_another(seconds: Seconds) -> None:
    breaker = make(seconds)
    breaker.failure()
    seconds.now += 5.0
    assert breaker.allow()
    seconds.now += 5.0
    assert breaker.allow()


def test_pauses_double_up_to_the_bound_and_start_over_after_success(seconds: Seconds) -> None:
    breaker = make(seconds)
    pauses = []
    for _ in range(6):
        breaker.failure()
        pauses.append(breaker.open_for())
        seconds.now += breaker.open_for()
    assert pauses == [5, 10, 20, 40, 60, 60]
    breaker.success()
    breaker.failure()
    assert breaker.open_for() == 5


def test_pauses_stay_as_they_are_where_they_are_not_to_grow(seconds: Seconds) -> None:
    breaker = Breaker("mongodb", seconds, pause=5.0, growth=1.0, jitter=lambda: 0.0)
    for _ in range(3):
        breaker.failure()
        assert breaker.open_for() == 5
        seconds.now += 5


def test_thousands_of_failures_do_not_overflow(seconds: Seconds) -> None:
    breaker = make(seconds)
    for _ in range(3000):
        breaker.failure()
        seconds.now += breaker.open_for()
    breaker.failure()
    assert breaker.open_for() == 60


def test_calls_that_fail_together_count_once(seconds: Seconds) -> None:
    breaker = make(seconds)
    for _ in range(100):
        breaker.failure()
    assert breaker.open_for() == 5


def test_failures_below_the_threshold_do_not_open_it(seconds: Seconds) -> None:
    breaker = make(seconds, threshold=3)
    breaker.failure()
    breaker.failure()
    assert breaker.allow()
    breaker.failure()
    assert breaker.open_for() == 5


def test_success_in_between_starts_the_count_over(seconds: Seconds) -> None:
    breaker = make(seconds, threshold=2)
    breaker.failure()
    breaker.success()
    breaker.failure()
    assert breaker.allow()


def test_retry_after_opens_at_once_and_is_honoured_up_to_the_bound(seconds: Seconds) -> None:
    breaker = make(seconds, threshold=3)
    breaker.failure(retry_after=30)
    assert breaker.open_for() == 30
    breaker.failure(retry_after=86_400)
    assert breaker.open_for() == 60


def test_short_retry_after_does_not_shorten_the_pause(seconds: Seconds) -> None:
    breaker = make(seconds)
    breaker.failure(retry_after=1)
    assert breaker.open_for() == 5


def test_jitter_stretches_a_pause_by_at_most_a_fifth(seconds: Seconds) -> None:
    breaker = make(seconds, jitter=1.0)
    breaker.failure()
    assert breaker.open_for() == pytest.approx(6.0)
