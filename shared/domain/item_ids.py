"""The ids of conversations, reports and streams; each has one accepted form."""

import re
from typing import Annotated, Final

from pydantic import StringConstraints, WithJsonSchema

HEX_ID_PATTERN: Final = r"^[0-9a-f]{32}$"
"""Ids of reports and streams."""
UUID4_PATTERN: Final = (
    r"^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-4[0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$"
)
"""A UUID v4 as RFC 9562 (4) writes it: with hyphens, without braces and ``urn:uuid:``, in any case."""

_HEX_ID: Final = re.compile(HEX_ID_PATTERN)
_UUID4: Final = re.compile(UUID4_PATTERN)

ConversationId = Annotated[
    str,
    StringConstraints(pattern=UUID4_PATTERN, to_lower=True),
    WithJsonSchema({"type": "string", "format": "uuid"}),
]
"""UUID v4 of a conversation; validated, it is in lower case."""


def is_hex_id(text: str) -> bool:
    """Returns whether a text has the form of the ids of reports and streams."""
    return _HEX_ID.fullmatch(text) is not None


def read_conversation_id(text: str) -> str | None:
    """Returns the id of a conversation in lower case; None if the text is not a UUID v4."""
    return text.lower() if _UUID4.fullmatch(text) else None
