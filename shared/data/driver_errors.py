"""Maps errors of the MongoDB driver to the errors of this project.

A message of the driver may contain host names and parts of the connection string, so it is never shown or
logged.
"""

from dataclasses import dataclass

from pymongo.errors import (
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    WaitQueueTimeoutError,
)

from shared.errors.service_errors import DependencyUnavailableError, InternalError, ServiceError

UNAUTHORIZED = 13
DUPLICATE_KEY = 11000
NAMESPACE_EXISTS = 48
NAMESPACE_NOT_FOUND = 26
DOCUMENT_REFUSED = 121
INVALID_OPTIONS = 72

_CREDENTIALS_REFUSED = frozenset({11, 18, 8000})
"""UserNotFound, AuthenticationFailed, and Atlas' own code for it."""

_THROTTLED = frozenset({16500})
"""Azure DocumentDB: too many requests."""

_OUT_OF_SPACE = frozenset({14031})

AWAY_SECONDS = 5.0
"""Cooldown after the database was unavailable."""

CREDENTIALS_SECONDS = 30.0
"""Cooldown after the database refused the credentials: a retry helps only after they are changed."""


@dataclass(frozen=True)
class ErrorMeaning:
    """What an error of the driver means.

    Attributes:
        error: Error for the caller.
        cooldown_seconds: Cooldown of the circuit breaker; None if the database is up.
    """

    error: ServiceError
    cooldown_seconds: float | None = None


def code_of(error: BaseException) -> int | None:
    """Returns the error code of the server; None if the error has none."""
    return error.code if isinstance(error, OperationFailure) else None


def verdict_on(error: PyMongoError) -> ErrorMeaning:
    """Returns what an error of the driver means to a caller, and the cooldown it causes."""
    code = code_of(error)
    if code in _CREDENTIALS_REFUSED:
        message = "The database refuses the service's credentials."
        return ErrorMeaning(
            DependencyUnavailableError(message, retry_after=CREDENTIALS_SECONDS), CREDENTIALS_SECONDS
        )
    if code in _THROTTLED or isinstance(error, WaitQueueTimeoutError):
        return ErrorMeaning(DependencyUnavailableError("The database is busy.", retry_after=1))
    if code in _OUT_OF_SPACE:
        return ErrorMeaning(DependencyUnavailableError("The database cannot store anything.", retry_after=60))
    if isinstance(error, ExecutionTimeout):
        return ErrorMeaning(DependencyUnavailableError("The database did not answer in time.", retry_after=1))
    if isinstance(error, ConnectionFailure) or error.timeout:
        return ErrorMeaning(away(), AWAY_SECONDS)
    return ErrorMeaning(
        InternalError(f"The database refused an operation{f' (code {code})' if code else ''}.")
    )


def away() -> DependencyUnavailableError:
    """Returns the error for a database that does not answer."""
    return DependencyUnavailableError("The database is not available.", retry_after=AWAY_SECONDS)
