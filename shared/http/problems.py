"""Errors as clients see them: RFC 9457 problem responses."""

from http import HTTPStatus
from math import ceil
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from fastapi import Request, Response

from shared.errors import ProblemError
from shared.runtime.compact_json import dumps

if TYPE_CHECKING:
    from shared.http.response_bodies import ProblemJson

PROBLEM_MEDIA_TYPE = "application/problem+json"

_PATH_CHARACTERS: Final = "/:@!$&'()*+,;=%"
"""Characters of a path besides letters, digits and ``-._~`` (RFC 3986, 3.3), and of encoded others."""


def instance_of(req: Request) -> str:
    """Returns the path of a request as the URI reference that ``instance`` is (RFC 9457, 3.1.5)."""
    # ASGI makes the path as it was sent optional.
    raw: bytes = req.scope.get("raw_path") or quote(req.scope["path"]).encode()
    return quote(raw.partition(b"?")[0], safe=_PATH_CHARACTERS)


def problem_body(error: ProblemError, *, instance: str, request_id: str) -> "ProblemJson":
    """Returns the fields of a problem.

    ``error`` repeats ``detail`` for the clients of the earlier Flask service.
    """
    body: ProblemJson = {
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
    headers = {
        "Cache-Control": "no-store",
        "X-Request-ID": request_id,
        # A detail may repeat what the client sent.
        "X-Content-Type-Options": "nosniff",
    }
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, ceil(error.retry_after)))
    if error.status == HTTPStatus.UPGRADE_REQUIRED:
        # Required with this status (RFC 9110, 15.5.22).
        headers["Upgrade"] = "HTTP/1.1"
    if error.status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = "POST"
    return Response(
        dumps(problem_body(error, instance=instance, request_id=request_id)),
        status_code=HTTPStatus(error.status),
        media_type=PROBLEM_MEDIA_TYPE,
        headers=headers,
    )
