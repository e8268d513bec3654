"""When a failed delivery is tried again. docs/webhooks.md has the table."""

import random
from collections.abc import Callable
from typing import Final

MAX_ATTEMPTS: Final = 8
MAX_DELAY: Final = 6 * 3600.0
"""Seconds between two attempts at most, whatever ``Retry-After`` says."""

_FIRST_DELAY: Final = 30.0
_GROWTH: Final = 4.0
_JITTER: Final = 0.2
_BUSY_DELAY: Final = (5.0, 15.0)


def delay_after(
    attempts: int, retry_after: float | None, jitter: Callable[[], float] = random.random
) -> float | None:
    """Returns the seconds until the next attempt; None after the last one.

    Args:
        attempts: Attempts that failed.
        retry_after: Seconds that the target asked for, if any: the delay is at least that long.
        jitter: Returns a number from 0 to 1; deliveries that failed together are spread by it.
    """
    if attempts >= MAX_ATTEMPTS:
        return None
    delay = min(_FIRST_DELAY * _GROWTH ** (attempts - 1), MAX_DELAY)
    spread = delay * (1 + _JITTER * (2 * jitter() - 1))
    return min(max(spread, retry_after or 0.0), MAX_DELAY)


def delay_while_busy(jitter: Callable[[], float] = random.random) -> float:
    """Returns the seconds until a delivery is tried whose target has enough requests at present."""
    least, most = _BUSY_DELAY
    return least + (most - least) * jitter()
