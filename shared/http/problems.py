"""Errors as clients see them (RFC 9457 problem responses) and as the log has them."""

import logging
from http import HTTPStatus
from math import ceil
from typing import Any

from fastapi import Response

from shared.errors import AppError, ConfigurationError, InternalError, ProblemError
from shared.http.json import dumps
from shared.observability.telemetry import RequestScope

PROBLEM_MEDIA_TYPE = "application/problem+json"

_log = logging.getLogger(__name__)


def problem_body(error: ProblemError, *, instance: str, request_id: str) -> dict[str, Any]:
    """Returns the fields of a problem.

    ``error`` repeats ``detail`` for the clients of the earlier Flask service.
    """
    body: dict[str, Any] = {
        "type": "about:blank" if error.code == "internal_error" else f"urn:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "instance": instance,
        "code": error.code,
        "error": error.detail,
        "request_id": request_id,
    }
    if error.errors:
        body["errors"] = [{"field": item.field, "message": item.message} for item in error.errors]
    return body


def problem_response(error: ProblemError, *, instance: str, request_id: str) -> Response:
    """Returns a problem response, with ``Retry-After`` in whole seconds if the error has one."""
    headers = {"Cache-Control": "no-store", "X-Request-ID": request_id}
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, ceil(error.retry_after)))
    if error.status == HTTPStatus.UPGRADE_REQUIRED:
        # Required with this status (RFC 9110, 15.5.22).
        headers["Upgrade"] = "HTTP/1.1"
    return Response(
        dumps(problem_body(error, instance=instance, request_id=request_id)),
        status_code=HTTPStatus(error.status),
        media_type=PROBLEM_MEDIA_TYPE,
        headers=headers,
    )


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
