"""Collection validators: ``$jsonSchema`` and query expressions."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from bson import Decimal128, Int64, ObjectId
from mongomock.filtering import filter_applies

from tests.support.mongo_server.errors import ServerError
from tests.support.mongo_server.values import Document, canonical

Schema = Mapping[str, Any]
_ANY_LENGTH: Final = 1 << 60


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal128) and not isinstance(value, bool)


def _is_int32(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool | Int64) and -(2**31) <= value < 2**31


def _is_int64(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and not _is_int32(value)


_TYPES: Final[Mapping[str, Callable[[Any], bool]]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "bool": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "date": lambda value: isinstance(value, datetime),
    "objectId": lambda value: isinstance(value, ObjectId),
    "binData": lambda value: isinstance(value, bytes),
    "int": _is_int32,
    "long": _is_int64,
    "double": lambda value: isinstance(value, float),
    "decimal": lambda value: isinstance(value, Decimal128),
    "number": _is_number,
}


def accepts(validator: Schema, document: Document) -> bool:
    """Returns whether a validator accepts a document.

    Raises:
        ServerError: The validator names an unknown type (code 9).
    """
    for name, operand in validator.items():
        if name == "$jsonSchema":
            accepted = _matches(operand, document)
        elif name == "$and":
            accepted = all(accepts(part, document) for part in operand)
        else:
            accepted = bool(filter_applies({name: operand}, document))
        if not accepted:
            return False
    return True


def _matches(schema: Schema, value: Any) -> bool:
    if not _has_type(schema, value):
        return False
    if "enum" in schema and canonical(value) not in {canonical(item) for item in schema["enum"]}:
        return False
    return (
        _number_matches(schema, value)
        and _string_matches(schema, value)
        and _array_matches(schema, value)
        and _object_matches(schema, value)
        and _combination_matches(schema, value)
    )


def _has_type(schema: Schema, value: Any) -> bool:
    given = schema.get("bsonType", schema.get("type"))
    if given is None:
        return True
    names = given if isinstance(given, list) else [given]
    for name in names:
        if name not in _TYPES:
            raise ServerError(9, f"Unknown type name alias: {name}")
    return any(_TYPES[name](value) for name in names)


def _number_matches(schema: Schema, value: Any) -> bool:
    if not _is_number(value):
        return True
    number = float(value.to_decimal()) if isinstance(value, Decimal128) else value
    low, high = schema.get("minimum"), schema.get("maximum")
    too_low = low is not None and (number < low or (schema.get("exclusiveMinimum") and number == low))
    too_high = high is not None and (number > high or (schema.get("exclusiveMaximum") and number == high))
    return not (too_low or too_high)


def _string_matches(schema: Schema, value: Any) -> bool:
    if not isinstance(value, str):
        return True
    long_enough = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", _ANY_LENGTH)
    return long_enough and ("pattern" not in schema or re.search(schema["pattern"], value) is not None)


def _array_matches(schema: Schema, value: Any) -> bool:
    if not isinstance(value, list):
        return True
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", _ANY_LENGTH):
        return False
    if schema.get("uniqueItems") and len({canonical(item) for item in value}) != len(value):
        return False
    items = schema.get("items")
    return items is None or all(_matches(items, item) for item in value)


def _object_matches(schema: Schema, value: Any) -> bool:
    if not isinstance(value, dict):
        return True
    if any(name not in value for name in schema.get("required", ())):
        return False
    properties: Mapping[str, Schema] = schema.get("properties", {})
    additional: bool | Schema = schema.get("additionalProperties", True)
    for name, item in value.items():
        if name in properties:
            accepted = _matches(properties[name], item)
        else:
            accepted = additional if isinstance(additional, bool) else _matches(additional, item)
        if not accepted:
            return False
    return True


def _combination_matches(schema: Schema, value: Any) -> bool:
    return (
        all(_matches(part, value) for part in schema.get("allOf", ()))
        and ("anyOf" not in schema or any(_matches(part, value) for part in schema["anyOf"]))
        and ("oneOf" not in schema or sum(_matches(part, value) for part in schema["oneOf"]) == 1)
        and ("not" not in schema or not _matches(schema["not"], value))
    )
