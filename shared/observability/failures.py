"""Failures of requests: which error a client receives, and what the log says about the cause."""

import logging

from shared.errors import AppError, ConfigurationError, ProblemError
from shared.errors.service_errors import InternalError
from shared.observability.telemetry import RequestScope

_log = logging.getLogger(__name__)


def unexpected() -> InternalError:
    """Returns the error that a client receives for a defect, without any details."""
    return InternalError("The request could not be completed because of an internal error.")


def is_expected(error: Exception) -> bool:
    """Returns whether an error is a known condition of operation, and no defect of this project."""
    return isinstance(error, AppError) and not isinstance(error, InternalError | ConfigurationError)


def log_failure(error: ProblemError, scope: RequestScope) -> None:
    """Puts a failure on the request's log line; a defect is also logged with its cause.

    An unavailable dependency is logged once, by its circuit breaker, and not again by every request.
    """
    scope.annotate(code=error.code)
    if not is_expected(error):
        _log.error("%s: %s", error.code, error.detail, exc_info=error.__cause__)
    elif error.status >= 500:
        cause = error.__cause__
        scope.annotate(detail=error.detail, cause=f"{type(cause).__name__}: {cause}" if cause else None)


def stream_failure(error: Exception, scope: RequestScope) -> ProblemError:
    """Logs a failure in the middle of a stream and returns the error for the client."""
    if isinstance(error, ProblemError):
        log_failure(error, scope)
        return error
    _log.error("stream failed: unexpected error", exc_info=error)
    return unexpected()
