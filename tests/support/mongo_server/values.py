"""Comparison of BSON values, and the values at a dotted path."""

import re
from collections.abc import Hashable, Iterator
from datetime import datetime
from typing import Any, Final

from bson import Decimal128, ObjectId

Document = dict[str, Any]

MISSING: Final = object()
"""The value of a field that a document does not have."""


def canonical(value: Any) -> Hashable:
    """Returns a hashable form in which equal BSON values are equal: 5 equals 5.0, and "5" does not."""
    if value is None:
        return ("null",)
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, int | float | Decimal128):
        return ("number", _canonical_number(value))
    if isinstance(value, str | datetime | ObjectId | bytes):
        return (type(value).__name__, value)
    if isinstance(value, dict):
        return ("object", tuple((name, canonical(item)) for name, item in value.items()))
    if isinstance(value, list | tuple):
        return ("array", tuple(canonical(item) for item in value))
    return (type(value).__name__, repr(value))


def _canonical_number(value: int | float | Decimal128) -> Hashable:
    number = value.to_decimal() if isinstance(value, Decimal128) else value
    if number != number:
        return "nan"
    if isinstance(number, int):
        return int(number)
    whole = number not in (float("inf"), float("-inf")) and number == int(number)
    return int(number) if whole else float(number)


def values_at(document: Document, path: str) -> list[Any]:
    """Returns the values at a dotted path, with arrays expanded as a multikey index does."""
    current: list[Any] = [document]
    for part in path.split("."):
        current = [item for value in current for item in _children(value, part)]
    found: list[Any] = []
    for value in current:
        if isinstance(value, list):
            found += value or [None]
        found.append(value)
    return found or [MISSING]


def _children(value: Any, part: str) -> Iterator[Any]:
    if isinstance(value, dict):
        yield value.get(part, MISSING)
    elif isinstance(value, list):
        if part.isdigit() and int(part) < len(value):
            yield value[int(part)]
        yield from (item.get(part, MISSING) for item in value if isinstance(item, dict))
    else:
        yield MISSING


def equality_operand(condition: Any) -> Any:
    """Returns the value that a condition compares a field with, or MISSING if it is no plain equality."""
    if isinstance(condition, dict):
        if set(condition) != {"$eq"}:
            return MISSING
        condition = condition["$eq"]
    if condition is None or isinstance(condition, list | dict | re.Pattern):
        return MISSING
    return condition
