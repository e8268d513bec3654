"""The check of a document before it is written: the same schema as the server's, and it names the field.

A schema is compiled once into closures, as candles come by the hundred thousand.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import NoneType
from typing import Any

from bson import Int64, ObjectId

from shared.data.schema.declaration import Schema

Check = Callable[[Any], None]
"""Takes a value; raises :class:`SchemaViolation`."""

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
        field: Path of the field that is wrong, from where the check began.
        reason: Why the value is invalid.
    """

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason

    def within(self, parent: str) -> "SchemaViolation":
        """Returns the same error with the field named from the enclosing document or list."""
        return SchemaViolation(self.reason, f"{parent}.{self.field}" if self.field else parent)


_TYPES: dict[str, tuple[type, Callable[[Any], bool] | None]] = {
    "string": (str, None),
    "double": (float, math.isfinite),
    "int": (int, lambda value: -(2**31) <= value < 2**31),
    "long": (Int64, lambda value: -_INT64 <= value < _INT64),
    "bool": (bool, None),
    "date": (datetime, lambda value: value.tzinfo is not None),
    "null": (NoneType, None),
    "object": (Mapping, None),
    "array": (list, None),
    "objectId": (ObjectId, None),
}
"""The Python type of each kind, and what else its values must be."""


def compile_check(schema: Schema) -> Check:
    """Makes a schema into a function that checks values, the type first.

    Raises:
        ValueError: The schema uses a keyword that is not checked here.
    """
    if unknown := set(schema) - _KNOWN:
        raise ValueError(f"schema keywords that are not checked: {sorted(unknown)}")
    checks = [make(schema) for keyword, make in _MAKERS.items() if keyword in schema]
    if len(checks) == 1:
        return checks[0]

    def check(value: Any) -> None:  # noqa: ANN401 - any value may come
        for part in checks:
            part(value)

    return check


def _type_check(schema: Schema) -> Check:
    kinds = schema["bsonType"]
    names = [kinds] if isinstance(kinds, str) else list(kinds)
    wanted = [_TYPES[name] for name in names]
    plain = frozenset(kind for kind, guard in wanted if guard is None)
    guards = {kind: guard for kind, guard in wanted if guard is not None}
    expected = " or ".join(names)

    def check(value: Any) -> None:  # noqa: ANN401 - any value may come
        kind = type(value)
        if kind in plain:
            return
        guard = guards.get(kind)
        if guard is not None:
            if guard(value):
                return
        # Subclasses, such as a str that is an enum; but a bool is no int, and a long no 32 bits.
        elif kind not in (bool, Int64) and any(isinstance(value, one) for one in plain):
            return
        raise SchemaViolation(f"must be {expected}")

    return check


def _enum_check(schema: Schema) -> Check:
    allowed = frozenset(schema["enum"])
    expected = ", ".join(str(item) for item in schema["enum"])

    def check(value: Any) -> None:  # noqa: ANN401 - any value may come
        if value not in allowed:
            raise SchemaViolation(f"must be one of {expected}")

    return check


def _pattern_check(schema: Schema) -> Check:
    matches = re.compile(schema["pattern"]).search

    def check(value: Any) -> None:  # noqa: ANN401 - any value may come
        if value is not None and not matches(value):
            raise SchemaViolation(f"must match {schema['pattern']}")

    return check


def _length_check(schema: Schema) -> Check:
    limit = schema["maxLength"]

    def check(value: Any) -> None:  # noqa: ANN401 - any value may come
        if value is not None and len(value) > limit:
            raise SchemaViolation(f"must have at most {limit} characters")

    return check


def _range_check(schema: Schema) -> Check:
    low, high = schema["minimum"], schema["maximum"]

    def check(value: Any) -> None:  # noqa: ANN401 - any value may come
        if value is not None and not low <= value <= high:
            raise SchemaViolation(f"must be from {low} to {high}")

    return check


def _items_check(schema: Schema) -> Check:
    item = compile_check(schema["items"])

    def check(value: Any) -> None:  # noqa: ANN401 - any value may come
        for index, element in enumerate(value or ()):
            try:
                item(element)
            except SchemaViolation as error:
                raise error.within(str(index)) from None

    return check


def _count_check(schema: Schema) -> Check:
    limit = schema["maxItems"]

    def check(value: Any) -> None:  # noqa: ANN401 - any value may come
        if value is not None and len(value) > limit:
            raise SchemaViolation(f"must have at most {limit} items")

    return check


def _fields_check(schema: Schema) -> Check:
    known = frozenset(schema["properties"])
    required = frozenset(schema.get("required", ()))
    closed = schema.get("additionalProperties") is False
    fields = tuple((name, compile_check(field)) for name, field in schema["properties"].items() if field)

    def check(value: Any) -> None:  # noqa: ANN401 - any value may come
        if value is None:
            return
        if not required <= value.keys():
            raise SchemaViolation("is missing", min(required - value.keys()))
        if closed and not value.keys() <= known:
            raise SchemaViolation("is not known", min(map(str, value.keys() - known)))
        for name, field in fields:
            if name in value:
                try:
                    field(value[name])
                except SchemaViolation as error:
                    raise error.within(name) from None

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
