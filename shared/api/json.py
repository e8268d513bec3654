"""JSON as the contract writes it: compact UTF-8, and never NaN."""

import json
from typing import Any

from fastapi import Response
from pydantic import BaseModel


def dumps(value: Any) -> bytes:  # noqa: ANN401 - whatever JSON can hold
    """Compact JSON in UTF-8.

    Raises:
        ValueError: A number is NaN or infinite.
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def json_response(value: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:  # noqa: ANN401
    """A JSON answer that must not be kept by caches in between. Takes a model, finished bytes, or plain data."""
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
