"""Reads JSON that a strict parser refuses, and several values in one event."""

import json
import re
from collections.abc import Iterator
from typing import Final

_BETWEEN: Final = re.compile(r"[\s;,]*")


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


def values_in_row(text: str) -> Iterator[object]:
    """Yields the JSON values of a text that holds nothing else; NaN and the infinities are None.

    Args:
        text: One value or several, with white space, commas or, as Llama writes them, semicolons between.

    Raises:
        ValueError: There is something else, or it has too many levels.
    """
    decoder = json.JSONDecoder(strict=False, parse_constant=lambda _name: None)
    start = 0
    while start < len(text):
        try:
            value, start = decoder.raw_decode(text, start)
        except RecursionError:
            raise ValueError("too many levels") from None
        yield value
        between = _BETWEEN.match(text, start)
        start = between.end() if between else start


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
