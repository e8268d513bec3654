"""Finds the error that a chunk, or a response with status 200, reports."""

from collections.abc import Mapping
from typing import Any, Final

_ENVELOPE: Final = frozenset({"choices", "id", "model", "usage", "created", "provider"})
"""Fields of a chunk that say nothing about its error; the text of an answer must not decide on it."""
_CODES: Final = ("code", "status", "status_code", "statusCode")
_ERROR_TYPES: Final = ("error", "exception")
_GATEWAY_FIELDS: Final = frozenset({"message", "id", "requestId", "request_id", "__type"})
"""Fields of an error of a gateway in front of the server."""


def reported_error(chunk: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Returns the part of a chunk that describes its error; None when it reports none."""
    groq = chunk.get("x_groq")
    if isinstance(groq, Mapping) and groq.get("error"):
        return {"error": groq["error"]}
    if not (chunk.get("error") or (not chunk.get("choices") and _is_error(chunk))):
        return None
    return {name: value for name, value in chunk.items() if name not in _ENVELOPE}


def _is_error(chunk: Mapping[str, Any]) -> bool:
    if chunk.get("object") == "error" or chunk.get("type") == "error":
        return True
    # FastAPI, SiliconFlow, Cloudflare, Databricks, Apigee.
    if any(chunk.get(name) for name in ("detail", "msg", "errors", "error_code", "fault")):
        return True
    status = chunk.get("base_resp")
    if isinstance(status, Mapping) and status.get("status_code"):
        # MiniMax.
        return True
    if isinstance(chunk.get("title"), str) and _has_code(chunk):
        # Problem details (RFC 9457).
        return True
    return isinstance(chunk.get("message"), str) and (_has_code(chunk) or chunk.keys() <= _GATEWAY_FIELDS)


def _has_code(chunk: Mapping[str, Any]) -> bool:
    kind = str(chunk.get("type") or "").lower()
    return any(chunk.get(name) for name in _CODES) or kind.endswith(_ERROR_TYPES)


def is_filtered(value: object) -> bool:
    """Returns whether ``filtered`` is true anywhere in Azure's filter results."""
    if isinstance(value, Mapping):
        return value.get("filtered") is True or any(map(is_filtered, value.values()))
    return isinstance(value, list) and any(map(is_filtered, value))
