"""The clock, injected wherever the time matters, so that tests can freeze it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the current time, timezone-aware, in UTC."""

_LOADED = time.monotonic()


def utc_now() -> datetime:
    """Returns the current time in UTC; the clock of everything outside tests."""
    return datetime.now(UTC)


def uptime_seconds() -> float:
    """Returns the seconds since this worker loaded the app."""
    return time.monotonic() - _LOADED
