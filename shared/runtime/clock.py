"""The time, handed in wherever it matters so that tests can hold it still."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present moment, timezone-aware, in UTC."""

_LOADED = time.monotonic()


def utc_now() -> datetime:
    """The present moment in UTC: the clock of everything outside tests."""
    return datetime.now(UTC)


def uptime_seconds() -> float:
    """Seconds since this worker loaded the app."""
    return time.monotonic() - _LOADED
