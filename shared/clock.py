"""The time, handed in wherever it matters so that tests can hold it still."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present moment, timezone-aware, in UTC."""


def utc_now() -> datetime:
    """The present moment in UTC: the clock of everything outside tests."""
    return datetime.now(UTC)


def rfc3339(moment: datetime) -> str:
    """A moment as the contract writes it: UTC, whole seconds, ending in ``Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
