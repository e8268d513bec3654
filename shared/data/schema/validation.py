"""The check of a document before it is written: the same schema as the server's, and it names the field.

A schema is compiled once into closures, as candles come by the hundred thousand.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bson import Int64, ObjectId

from shared.data.schema.declaration import Schema

Check = Callable[[Any, str], None]
"""Takes a value and the path to it; raises :class:`SchemaViolation`."""

_INT64 = 2**63
_KNOWN = frozenset(
    {
        "bsonType",
        "enum",
        "pattern",
        "maxLength",
        "minimum",
        "maximum",
        "items",
        "maxItems",
        "properties",
        "required",
        "additionalProperties",
    }
)


class SchemaViolation(ValueError):  # noqa: N818 - the field's own name for it
    """A document does not fit its schema.

    Attributes:
        field: Path of the field that is wrong.
        reason: What is wrong with it.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def _is_long(value: object) -> bool:
    return isinstance(value, Int64) and -_INT64 <= value < _INT64


_TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "double": lambda value: isinstance(value, float) and math.isfinite(value),
    "int": lambda value: type(value) is int and -(2**31) <= value < 2**31,
    "long": _is_long,
    "bool": lambda value: isinstance(value, bool),
    "date": lambda value: isinstance(value, datetime) and value.tzinfo is not None,
    "null": lambda value: value is None,
    "object": lambda value: isinstance(value, Mapping),
    "array": lambda value: isinstance(value, list | tuple),
    "objectId": lambda value: isinstance(value, ObjectId),
}


def compile_check(schema: Schema) -> Check:
    """Makes a schema into a function that checks values.

    Raises:
        ValueError: The schema uses a keyword that is not checked here.
    """
    if unknown := set(schema) - _KNOWN:
        raise ValueError(f"schema keywords that are not checked: {sorted(unknown)}")
    checks = [make(schema) for keyword, make in _MAKERS.items() if keyword in schema]
    if len(checks) == 1:
        return checks[0]

    def check(value: Any, path: str) -> None:  # noqa: ANN401 - any value may come
        for part in checks:
            part(value, path)

    return check


def _type_check(schema: Schema) -> Check:
    kinds = schema["bsonType"]
    names = [kinds] if isinstance(kinds, str) else list(kinds)
    tests = tuple(_TYPES[name] for name in names)
    expected = " or ".join(names)
    if len(tests) == 1:
        only = tests[0]

        def check_one(value: Any, path: str) -> None:  # noqa: ANN401 - any value may come
            if not only(value):
                raise SchemaViolation(path, f"must be {expected}")

        return check_one

    def check(value: Any, path: str) -> None:  # noqa: ANN401 - any value may come
        if not any(test(value) for test in tests):
            raise SchemaViolation(path, f"must be {expected}")

    return check


def _enum_check(schema: Schema) -> Check:
    allowed = tuple(schema["enum"])

    def check(value: Any, path: str) -> None:  # noqa: ANN401 - any value may come
        if value not in allowed:
            raise SchemaViolation(path, "must be one of " + ", ".join(str(item) for item in allowed))

    return check


def _pattern_check(schema: Schema) -> Check:
    pattern = re.compile(schema["pattern"])

    def check(value: Any, path: str) -> None:  # noqa: ANN401 - any value may come
        if isinstance(value, str) and not pattern.search(value):
            raise SchemaViolation(path, f"must match {pattern.pattern}")

    return check


def _length_check(schema: Schema) -> Check:
    limit = schema["maxLength"]

    def check(value: Any, path: str) -> None:  # noqa: ANN401 - any value may come
        if isinstance(value, str) and len(value) > limit:
            raise SchemaViolation(path, f"must have at most {limit} characters")

    return check


def _range_check(schema: Schema) -> Check:
    low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)

    def check(value: Any, path: str) -> None:  # noqa: ANN401 - any value may come
        if value is not None and not low <= value <= high:
            raise SchemaViolation(path, f"must be from {low} to {high}")

    return check


def _items_check(schema: Schema) -> Check:
    item = compile_check(schema["items"])

    def check(value: Any, path: str) -> None:  # noqa: ANN401 - any value may come
        if isinstance(value, list | tuple):
            for index, element in enumerate(value):
                item(element, f"{path}.{index}")

    return check


def _count_check(schema: Schema) -> Check:
    limit = schema["maxItems"]

    def check(value: Any, path: str) -> None:  # noqa: ANN401 - any value may come
        if isinstance(value, list | tuple) and len(value) > limit:
            raise SchemaViolation(path, f"must have at most {limit} items")

    return check


def _fields_check(schema: Schema) -> Check:
    fields = {name: compile_check(field) for name, field in schema["properties"].items() if field}
    known = frozenset(schema["properties"])
    required = frozenset(schema.get("required", ()))
    closed = schema.get("additionalProperties") is False

    def check(value: Any, path: str) -> None:  # noqa: ANN401 - any value may come
        if not isinstance(value, Mapping):
            return
        prefix = f"{path}." if path else ""
        present = value.keys()
        if not required <= present:
            raise SchemaViolation(prefix + min(required - present), "is missing")
        if closed and not present <= known:
            raise SchemaViolation(prefix + min(map(str, present - known)), "is not known")
        for name, field in fields.items():
            if name in value:
                field(value[name], prefix + name)

    return check


_MAKERS: dict[str, Callable[[Schema], Check]] = {
    "bsonType": _type_check,
    "enum": _enum_check,
    "pattern": _pattern_check,
    "maxLength": _length_check,
    "minimum": _range_check,
    "items": _items_check,
    "maxItems": _count_check,
    "properties": _fields_check,
}
