"""The project's own wording of validation errors, for requests and for the configuration.

The wording of pydantic speaks of Python types, repeats input in some cases and changes with its versions.
"""

import re
from typing import Final

from pydantic_core import ErrorDetails

from shared.domain.item_ids import UUID4_PATTERN
from shared.domain.symbols import SYMBOL_PATTERN, SYMBOL_RULE
from shared.domain.terms import FILING_FORM_PATTERN

_MESSAGES: Final = {
    "missing": "is missing",
    "extra_forbidden": "is not a known field",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "finite_number": "must be a finite number",
    "value_error": "{error}",
    "invalid_symbol": "{rule}",
}
"""Messages by the type of the error, with the names of its context in braces."""

_PATTERNS: Final = {
    r"^([01][0-9]|2[0-3]):[0-5][0-9]$": "must be a time of day, HH:MM, such as 07:30",
    r"^[A-Za-z0-9_-]{1,64}$": "must have 1 to 64 letters, digits, hyphens or underscores",
    r"^[A-Za-z0-9/_]{1,20}$": "must be the code of an exchange calendar, such as XNYS, or 24/7",
    r"^[A-Za-z0-9._-]{1,64}$": "must have 1 to 64 letters, digits, dots, hyphens or underscores",
    r"^[A-Za-z0-9_-]+$": "must have letters, digits, hyphens and underscores only",
    r"^[a-z0-9-]{1,32}$": "must have 1 to 32 lower-case letters, digits or hyphens",
    r"^[0-9a-f]{64}$": "must be a SHA-256 in hex: 64 lower-case digits",
    r"^[A-Za-z_][\w.]*$": "must be the name of a Python module",
    FILING_FORM_PATTERN: "must be the name of a form, such as 10-K, with at most 20 characters",
    UUID4_PATTERN: "must be a UUID of version 4, such as 28c35b09-517e-49ba-8082-440fd61a4016",
    SYMBOL_PATTERN: SYMBOL_RULE,
}
"""Messages for texts that do not match a pattern, by the pattern: a regular expression helps no user."""

_OTHER_PATTERN: Final = "has characters that are not allowed, or not the required form"

_KINDS: Final = (
    ("string", "must be text"),
    ("bool", "must be true or false"),
    ("int", "must be a whole number"),
    ("float", "must be a number"),
    ("decimal", "must be a number"),
    ("datetime", "must be a time in RFC 3339"),
    ("date", "must be a date, YYYY-MM-DD"),
    ("list", "must be a list"),
    ("sequence", "must be a list"),
    ("tuple", "must be a list"),
    ("set", "must be a list"),
    ("dict", "must be an object"),
    ("model", "must be an object"),
    ("mapping", "must be an object"),
)
"""Messages by the first part of the error's type, for values of the wrong kind."""

_LENGTHS: Final = {
    "string_too_short": ("least", "min_length", "character"),
    "string_too_long": ("most", "max_length", "character"),
    "too_short": ("least", "min_length", "entry"),
    "too_long": ("most", "max_length", "entry"),
}
"""Bound, name of the length in the context, and what is counted, by the type of the error."""

_PLURALS: Final = {"character": "characters", "entry": "entries"}

_EXPECTED: Final = re.compile(r"'([^']*)'")


def validation_message(details: ErrorDetails) -> str:
    """Returns what is wrong with a value, as a predicate: ``must be at least 1``."""
    kind, context = details["type"], details.get("ctx", {})
    if kind == "literal_error":
        return f"must be one of {', '.join(_EXPECTED.findall(str(context['expected'])))}"
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], _OTHER_PATTERN)
    if kind in _LENGTHS:
        return _length_message(details)
    if kind in _MESSAGES:
        return _MESSAGES[kind].format_map(context)
    return next((message for prefix, message in _KINDS if kind.startswith(prefix)), "is not valid")


def _length_message(details: ErrorDetails) -> str:
    bound, name, unit = _LENGTHS[details["type"]]
    context = details.get("ctx", {})
    if context.get("field_type") == "Value":
        # Pydantic's name of a secret, which is text.
        unit = "character"
    length = context[name]
    return f"must have at {bound} {length} {unit if length == 1 else _PLURALS[unit]}"
