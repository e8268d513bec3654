"""Reads JSON that a strict parser refuses, and several values in one event."""

import json


def json_values(data: bytes) -> list[object] | None:
    """Returns the JSON values of an event: one, those of a list, or one a line; None when it is not JSON."""
    try:
        value = _parsed(data)
    except (ValueError, RecursionError):
        lines = [line for line in data.split(b"\n") if line.strip()]
        try:
            return [_parsed(line) for line in lines] if len(lines) > 1 else None
        except (ValueError, RecursionError):
            return None
    if isinstance(value, str) and value.startswith("{"):
        # JSON within JSON.
        return json_values(value.encode("utf-8", "surrogatepass"))
    return value if isinstance(value, list) else [value]


def undoubled(data: bytes) -> bytes:
    """Returns data without the name of the field, which some gateways write twice."""
    return data.removeprefix(b"data:").lstrip() if data.startswith(b"data:") else data


def is_json(data: bytes) -> bool:
    """Returns whether all of the data is one JSON value."""
    try:
        _parsed(data)
    except (ValueError, RecursionError):
        return False
    return True


def _parsed(data: bytes) -> object:
    """Parses JSON with invalid UTF-8, halves of characters or control characters in its strings."""
    return json.loads(decoded(data), strict=False)


def decoded(data: bytes) -> str:
    """Returns a text; bytes that are no UTF-8 are replaced."""
    return data.decode("utf-8", "replace")
