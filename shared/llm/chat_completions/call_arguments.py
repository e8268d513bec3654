"""Reads the arguments of tool calls, which models and servers do not always write as a JSON object."""

import ast
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic_core import from_json

from shared.llm.chat_completions.content_parts import mend_surrogates
from shared.llm.chat_completions.tolerant_json import values_in_row

_FENCE: Final = re.compile(r"```\w*")
_MAX_ENCODINGS: Final = 3


def normalise_arguments(written: str) -> str:
    """Returns the arguments of a call as a JSON object.

    Code fences are removed, JSON within a JSON string is unwrapped, and of several objects the last that is
    not empty counts: servers send ``{}`` before the arguments, or the same object twice.

    Args:
        written: The arguments as the server sent them.

    Returns:
        The object as JSON; ``written`` as it is when it holds no object, for the error message of the tool.
    """
    written = mend_surrogates(written)
    text = _without_fence(written.strip())
    if text in ("", "null", "None", '""'):
        return "{}"
    value = parsed_arguments(text)
    value = _python_literal(text) if value is None else value
    value = _surrounded(text) if value is None else value
    if value is None:
        return written
    try:
        if isinstance(from_json(text, allow_inf_nan=False), dict):
            return text
    except ValueError:
        pass
    try:
        return mend_surrogates(json.dumps(value, ensure_ascii=False, allow_nan=False))
    except (ValueError, TypeError, RecursionError):
        return written


def _without_fence(text: str) -> str:
    fence = _FENCE.match(text)
    return text[fence.end() :].rstrip().rstrip("`").strip() if fence else text


def parsed_arguments(text: str) -> Mapping[str, object] | None:
    """Returns the object that a text holds, or None."""
    value: object = text
    for _ in range(_MAX_ENCODINGS):
        if isinstance(value, str):
            value = _last_value(_without_fence(value.strip()))
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
    return value if isinstance(value, dict) else None


def _python_literal(text: str) -> Mapping[str, object] | None:
    """Returns the object that small models write as Python does: single quotes, ``None``, a last comma."""
    if not text.startswith("{"):
        return None
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _surrounded(text: str) -> Mapping[str, object] | None:
    """Returns the object between words or marks of a template, such as ``{…}<|call|>``."""
    start, end = text.find("{"), text.rfind("}") + 1
    return parsed_arguments(text[start:end]) if 0 <= start < end else None


def different_objects(text: str) -> list[str]:
    """Returns the objects that a text holds one after another, without those that a later one repeats."""
    if "}" not in text[:-1] or "{" not in text[1:]:
        return []
    kept: list[Mapping[str, object]] = []
    for value in _values(text):
        if not isinstance(value, dict):
            return []
        kept = [one for one in kept if not all(key in value and value[key] == one[key] for key in one)]
        kept.append(value)
    return [json.dumps(value, ensure_ascii=False) for value in kept]


def _last_value(text: str) -> object:
    """Returns the last value of a text that is not empty; None when anything in it is not JSON."""
    found: object = None
    for value in _values(text):
        found = value or found or value
    return found


def _values(text: str) -> list[object]:
    """Returns the JSON values of a text that follow each other; none when anything in it is not JSON."""
    try:
        return list(values_in_row(text))
    except ValueError:
        return []


def same_arguments(one: str, other: str) -> bool:
    """Returns whether two texts hold the same arguments."""
    return one == other or ((value := parsed_arguments(one)) is not None and value == parsed_arguments(other))


def arguments_fit(written: str, schema: Mapping[str, Any]) -> bool:
    """Returns whether arguments are an object with every required argument of a tool, of a fitting type.

    Unknown arguments do no harm: tools ignore them.

    Args:
        written: The arguments as JSON.
        schema: JSON schema of the arguments.
    """
    value = parsed_arguments(written)
    if value is None:
        return False
    properties = schema.get("properties", {})
    return all(
        value.get(name) is not None and _has_type(value[name], properties.get(name, {}).get("type"))
        for name in schema.get("required", ())
    )


def sole_argument(text: str, schema: Mapping[str, Any]) -> str | None:
    """Returns a text as the only argument that a tool requires, or takes, as JSON; None if it has several."""
    names = list(schema.get("required", ())) or list(schema.get("properties", ()))
    return json.dumps({names[0]: text}, ensure_ascii=False) if len(names) == 1 else None


def _has_type(value: object, name: object) -> bool:
    """Returns whether a value fits a type of JSON schema; models often write numbers as texts."""
    match name:
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
        case "string" | "number" | "integer" | "boolean":
            return not isinstance(value, list | dict)
    return True
