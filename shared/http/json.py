"""JSON responses."""

from typing import Any

from fastapi import Response
from pydantic import BaseModel

from shared.runtime.compact_json import dumps


def json_response(
    value: Any,  # noqa: ANN401 - whatever JSON can hold
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    """Returns a JSON response with ``Cache-Control: no-store``.

    Args:
        value: A model, finished JSON, or plain data.
        status: HTTP status code.
        headers: Further headers.
    """
    if isinstance(value, BaseModel):
        body = value.model_dump_json().encode()
    elif isinstance(value, bytes):
        body = value
    else:
        body = dumps(value)
    return Response(
        body,
        status_code=status,
        media_type="application/json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )
