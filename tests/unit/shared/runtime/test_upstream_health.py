"""The health of an upstream: circuit breaker, last error, log of outages."""

import logging

import pytest

from shared.runtime.circuit_breaker import CircuitBreaker
from shared.runtime.upstream_health import UpstreamHealth
from tests.support.hand_seconds import HandSeconds


@pytest.fixture
def health(seconds: HandSeconds) -> UpstreamHealth:
    breaker = CircuitBreaker("yahoo", seconds, threshold=2, jitter=lambda: 0.0)
    return UpstreamHealth("yahoo", logging.getLogger("test"), seconds, breaker=breaker)


def test_new_upstream_is_healthy(health: UpstreamHealth) -> None:
    assert (health.healthy, health.last_error, health.allow()) == (True, None, True)


def test_outage_is_logged_when_it_begins_and_when_it_ends(
    health: UpstreamHealth, seconds: HandSeconds, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    health.failure("timeout")
    assert (health.allow(), caplog.messages) == (True, [])
    health.failure("timeout")
    assert (health.allow(), health.healthy, health.last_error) == (False, False, "timeout")
    seconds.now += 5
    assert health.allow()
    health.failure("timeout")
    seconds.now += 10
    health.success()
    assert (health.healthy, health.last_error) == (True, None)
    assert caplog.messages == [
        "degraded: yahoo: circuit breaker opened (timeout), cooldown 5 s",
        "recovered: yahoo after 15 s",
    ]


def test_error_that_does_not_open_the_breaker_makes_it_unhealthy_for_a_time(
    health: UpstreamHealth, seconds: HandSeconds, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        health.report_unhealthy("key refused", 60, ValueError())
    assert (health.allow(), health.healthy, health.last_error) == (True, False, "key refused")
    assert caplog.messages == ["degraded: yahoo: key refused (ValueError)"]
    seconds.now += 60
    assert health.healthy


def test_answer_with_an_error_closes_the_breaker_but_ends_no_outage(health: UpstreamHealth) -> None:
    health.failure("timeout")
    health.report_unhealthy("key refused", 60)
    health.answered()
    health.failure("timeout")
    assert health.allow()
    assert not health.healthy


def test_outage_of_another_worker_is_adopted(health: UpstreamHealth) -> None:
    health.adopt(3, "answered 503", 20)
    assert (health.remaining_cooldown(), health.last_error) == (20, "answered 503")
