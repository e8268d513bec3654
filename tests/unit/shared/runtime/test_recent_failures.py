"""Recent failures: raised again as they were, for a few seconds, a bounded number of them."""

from datetime import datetime, timedelta

import pytest

from shared.errors import ConfigurationError, FieldError, SecretsUnavailableError
from shared.errors.service_errors import ServiceError, UpstreamUnavailableError
from shared.runtime.recent_failures import RecentFailures, decode_failure, encode_failure
from tests.support.stock_data import NOW


class Moment:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def test_failure_is_remembered_for_its_seconds() -> None:
    clock = Moment()
    failures: RecentFailures[ServiceError] = RecentFailures(clock)
    errors = [FieldError("symbol", "is wrong")]
    failures.remember("quote", UpstreamUnavailableError("down", retry_after=7, errors=errors), 5)
    again = failures.get("quote")
    assert isinstance(again, UpstreamUnavailableError)
    assert (again.detail, again.retry_after, list(again.errors)) == ("down", 7, errors)
    clock.now += timedelta(seconds=5)
    assert failures.get("quote") is None


def test_raising_it_again_does_not_lengthen_its_traceback() -> None:
    failures: RecentFailures[ConfigurationError] = RecentFailures(Moment())
    with pytest.raises(SecretsUnavailableError) as first:
        raise SecretsUnavailableError("the vault does not respond")
    failures.remember("configuration", first.value, 5)
    again = failures.get("configuration")
    assert isinstance(again, SecretsUnavailableError)
    assert str(again) == "the vault does not respond"
    assert again.__traceback__ is None


def test_success_forgets_it() -> None:
    failures: RecentFailures[ServiceError] = RecentFailures(Moment())
    failures.remember("quote", UpstreamUnavailableError("down"), 5)
    failures.forget("quote")
    assert failures.get("quote") is None


def test_oldest_are_dropped_first() -> None:
    failures: RecentFailures[ServiceError] = RecentFailures(Moment())
    for number in range(5_000):
        failures.remember(str(number), UpstreamUnavailableError("down"), 5)
    assert failures.get("0") is None
    assert failures.get("4999") is not None


def test_marker_of_a_failure_can_be_read_again() -> None:
    failure = decode_failure(encode_failure(UpstreamUnavailableError("a|b", retry_after=7)))
    assert isinstance(failure, UpstreamUnavailableError)
    assert (failure.detail, failure.retry_after) == ("a|b", 7)
    assert decode_failure(b"token") is None
