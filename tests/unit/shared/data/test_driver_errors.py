"""Errors of the MongoDB driver: what a caller gets, and how long the circuit breaker stays open."""

import pytest
from pymongo.errors import (
    AutoReconnect,
    ConnectionFailure,
    ExecutionTimeout,
    NetworkTimeout,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
)

from shared.data.driver_errors import AWAY_SECONDS, CREDENTIALS_SECONDS, away, code_of, verdict_on
from shared.errors.service_errors import DependencyUnavailableError, InternalError

SECRET = "mongodb://app:hunter2@db.example:27017"


@pytest.mark.parametrize(
    ("error", "detail", "cooldown"),
    [
        (OperationFailure(SECRET, 18), "refuses the service's credentials", CREDENTIALS_SECONDS),
        (OperationFailure(SECRET, 8000), "refuses the service's credentials", CREDENTIALS_SECONDS),
        (OperationFailure(SECRET, 16500), "busy", None),
        (WaitQueueTimeoutError(SECRET), "busy", None),
        (OperationFailure(SECRET, 14031), "cannot store anything", None),
        (ExecutionTimeout(SECRET, 50), "did not answer in time", None),
        (ConnectionFailure(SECRET), "not available", AWAY_SECONDS),
        (ServerSelectionTimeoutError(SECRET), "not available", AWAY_SECONDS),
        (AutoReconnect(SECRET), "not available", AWAY_SECONDS),
        (NetworkTimeout(SECRET), "not available", AWAY_SECONDS),
    ],
)
def test_condition_of_operation_is_an_unavailable_dependency(
    error: PyMongoError, detail: str, cooldown: float | None
) -> None:
    verdict = verdict_on(error)
    assert isinstance(verdict.error, DependencyUnavailableError)
    assert detail in verdict.error.detail
    assert verdict.cooldown_seconds == cooldown
    assert verdict.error.retry_after
    assert "hunter2" not in verdict.error.detail


def test_refused_operation_is_a_defect_with_its_code_and_without_its_text() -> None:
    verdict = verdict_on(OperationFailure(SECRET, 2))
    assert isinstance(verdict.error, InternalError)
    assert verdict.error.detail == "The database refused an operation (code 2)."
    assert verdict.cooldown_seconds is None
    assert verdict_on(OperationFailure(SECRET)).error.detail == "The database refused an operation."


def test_code_is_the_one_of_the_server() -> None:
    assert code_of(OperationFailure("x", 11000)) == 11000
    assert code_of(ConnectionFailure("x")) is None
    assert away().retry_after == AWAY_SECONDS
