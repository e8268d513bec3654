"""Errors as clients see them: RFC 9457 problem responses, made in this one place."""

from http import HTTPStatus
from math import ceil
from typing import Any

from fastapi import Response

from shared.errors import InternalError, ProblemError
from shared.http.json import dumps

PROBLEM_MEDIA_TYPE = "application/problem+json"


def problem_body(error: ProblemError, *, instance: str, request_id: str) -> dict[str, Any]:
    """The fields of a problem.

    ``error`` repeats ``detail``: the clients of the earlier Flask service read that key.
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
    """A problem as an HTTP response, with ``Retry-After`` in whole seconds where the error knows it."""
    headers = {"Cache-Control": "no-store"}
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, ceil(error.retry_after)))
    return Response(
        dumps(problem_body(error, instance=instance, request_id=request_id)),
        status_code=HTTPStatus(error.status),
        media_type=PROBLEM_MEDIA_TYPE,
        headers=headers,
    )


def unexpected() -> InternalError:
    """What a client is told of a defect: nothing about it."""
    return InternalError("The request could not be completed because of an internal error.")
