"""Moments in time as the HTTP contract writes them."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import WithJsonSchema

MomentText = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time", "pattern": "Z$"})]
"""A moment in UTC as JSON has it: RFC 3339 with ``Z``."""


def rfc3339(moment: datetime) -> str:
    """Returns a moment in RFC 3339 format: UTC, whole seconds, ending in ``Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
