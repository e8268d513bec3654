"""The kinds of field that schemas are made of."""

from collections.abc import Sequence
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from shared.data.schema.declaration import Schema
from shared.domain.symbols import SYMBOL_PATTERN

MAX_TEXT = 200_000
"""Characters of the longest text that is kept."""

date: Schema = {"bsonType": "date"}
boolean: Schema = {"bsonType": "bool"}
double: Schema = {"bsonType": "double"}
long: Schema = {"bsonType": "long"}
"""64 bits: a volume or market cap does not fit ``int``, which has 32."""

anything: Schema = {}
symbol: Schema = {"bsonType": "string", "pattern": SYMBOL_PATTERN}


def text(max_length: int = 500, *, pattern: str | None = None) -> Schema:
    """Returns the schema of a string of bounded length."""
    schema: dict[str, Any] = {"bsonType": "string", "maxLength": max_length}
    return {**schema, "pattern": pattern} if pattern else schema


def one_of(values: Sequence[str]) -> Schema:
    """Returns the schema of one of these strings."""
    return {"bsonType": "string", "enum": list(values)}


def nullable(schema: Schema) -> Schema:
    """Returns a schema that also allows null."""
    result = dict(schema)
    if "enum" in result:
        result["enum"] = [*result["enum"], None]
    kinds = result["bsonType"]
    return {**result, "bsonType": [*([kinds] if isinstance(kinds, str) else kinds), "null"]}


def array(items: Schema, max_items: int) -> Schema:
    """Returns the schema of a list of bounded length."""
    return {"bsonType": "array", "items": items, "maxItems": max_items}


def record(
    fields: dict[str, Schema], *, required: Sequence[str] | None = None, closed: bool = True
) -> Schema:
    """Returns the schema of an embedded document.

    Args:
        fields: Schema by field.
        required: Required fields; None for all.
        closed: Whether other fields are forbidden.
    """
    schema: dict[str, Any] = {
        "bsonType": "object",
        "properties": fields,
        "required": list(fields if required is None else required),
    }
    if not schema["required"]:
        del schema["required"]
    if closed:
        schema["additionalProperties"] = False
    return schema


def document(
    key: Schema, fields: dict[str, Schema], *, required: Sequence[str] | None = None, closed: bool = True
) -> Schema:
    """Returns the schema of a document of a collection with an ``_id`` of the given kind."""
    needed = ["_id", *(fields if required is None else required)]
    return record({"_id": key, **fields}, required=needed, closed=closed)


def fields_of(model: type[BaseModel]) -> dict[str, Schema]:
    """Returns the schemas of the fields of a model that hold texts, numbers and booleans."""
    kinds: dict[type, Schema] = {str: text(20_000), int: long, float: double, bool: boolean}
    fields: dict[str, Schema] = {}
    for name, field in model.model_fields.items():
        annotation: Any = field.annotation
        options = get_args(annotation) if get_origin(annotation) in {Union, UnionType} else (annotation,)
        plain = [_plain(option) for option in options]
        kind = next((kinds[option] for option in plain if option in kinds), None)
        if kind is not None:
            fields[name] = nullable(kind) if NoneType in plain else kind
    return fields


def _plain(annotation: Any) -> Any:  # noqa: ANN401 - whatever an annotation is
    # Annotated[float, ...] says float in its first argument.
    return get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation


currency = text(3, pattern="^[A-Z]{3}$")
identifier = text(128)
