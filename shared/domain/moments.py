"""Moments in time as the HTTP contract writes them."""

from datetime import UTC, datetime


def rfc3339(moment: datetime) -> str:
    """Returns a moment in RFC 3339 format: UTC, whole seconds, ending in ``Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
