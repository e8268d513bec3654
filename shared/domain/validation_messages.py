"""The project's own wording of validation errors, for requests and for the configuration.

The wording of pydantic speaks of Python types, repeats input in some cases and changes with its versions.
"""

import re
from typing import Final

from pydantic_core import ErrorDetails

_MESSAGES: Final = {
    "missing": "is missing",
    "extra_forbidden": "is not a known field",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must match {pattern}",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "finite_number": "must be a finite number",
    "uuid_version": "must be a UUID of version {expected_version}",
    "value_error": "{error}",
    "invalid_symbol": "{rule}",
}
"""Messages by the type of the error, with the names of its context in braces."""

_KINDS: Final = (
    ("string", "must be text"),
    ("bool", "must be true or false"),
    ("int", "must be a whole number"),
    ("float", "must be a number"),
    ("decimal", "must be a number"),
    ("datetime", "must be a time in RFC 3339"),
    ("date", "must be a date, YYYY-MM-DD"),
    ("uuid", "must be a UUID"),
    ("list", "must be a list"),
    ("tuple", "must be a list"),
    ("set", "must be a list"),
    ("dict", "must be an object"),
    ("model", "must be an object"),
    ("mapping", "must be an object"),
)
"""Messages by the first part of the error's type, for values of the wrong kind."""

_EXPECTED: Final = re.compile(r"'([^']*)'")


def validation_message(details: ErrorDetails) -> str:
    """Returns what is wrong with a value, as a predicate: ``must be at least 1``."""
    kind, context = details["type"], details.get("ctx", {})
    if kind == "literal_error":
        return f"must be one of {', '.join(_EXPECTED.findall(str(context['expected'])))}"
    if kind in _MESSAGES:
        return _MESSAGES[kind].format_map(context)
    return next((message for prefix, message in _KINDS if kind.startswith(prefix)), "is not valid")
