"""The envelope of a message: JSON-RPC 2.0, one message per request."""

import json
from typing import Any, Final

from mcp_types import INVALID_REQUEST, PARSE_ERROR

from shared.runtime.compact_json import dumps

_ENDINGS: Final = frozenset({"method", "result", "error"})
"""Fields of which every message has one."""


def envelope_error(body: bytes) -> bytes | None:
    """Returns the JSON-RPC error for a body that is not one message; None for a message.

    The SDK would answer with the text of an exception, and take a request with an invalid id for a
    notification.
    """
    try:
        message = json.loads(body)
        # A lone surrogate could not be encoded in a response.
        json.dumps(message, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return _error(PARSE_ERROR, "The body is not JSON.")
    if not isinstance(message, dict):
        return _error(INVALID_REQUEST, "Send one JSON-RPC message per request, as an object; no batches.")
    objection = _objection(message)
    if objection is None:
        return None
    identifier = message.get("id")
    return _error(INVALID_REQUEST, objection, identifier if _is_id(identifier) else None)


def _objection(message: dict[str, Any]) -> str | None:
    if message.get("jsonrpc") != "2.0":
        return 'jsonrpc must be "2.0".'
    if not _ENDINGS & message.keys():
        return "method is missing."
    if "method" in message and not isinstance(message["method"], str):
        return "method must be text."
    if "id" in message and not _is_id(message["id"]):
        return "id must be text or a whole number."
    return _objection_to_parts(message)


def _objection_to_parts(message: dict[str, Any]) -> str | None:
    if "method" in message:
        params = message.get("params")
        return None if params is None or isinstance(params, dict) else "params must be an object."
    if "id" not in message:
        return "id is missing."
    if "result" in message:
        return None if isinstance(message["result"], dict) else "result must be an object."
    error = message["error"]
    if not isinstance(error, dict):
        return "error must be an object."
    if not isinstance(error.get("message"), str) or not _is_whole(error.get("code")):
        return "error must have a code, which is a whole number, and a message, which is text."
    return None


def _is_id(value: Any) -> bool:  # noqa: ANN401 - whatever JSON can hold
    return isinstance(value, str) or _is_whole(value)


def _is_whole(value: Any) -> bool:  # noqa: ANN401 - whatever JSON can hold
    return isinstance(value, int) and not isinstance(value, bool)


def _error(code: int, message: str, identifier: str | int | None = None) -> bytes:
    return dumps({"jsonrpc": "2.0", "id": identifier, "error": {"code": code, "message": message}})
