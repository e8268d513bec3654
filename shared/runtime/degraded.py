"""Degraded states: one WARNING when a state begins, one INFO when it ends, nothing in between."""

import logging
import time
from collections.abc import Callable


class DegradedState:
    """Logs the begin and the end of an expected failure that lasts, such as an unavailable dependency.

    Args:
        name: What is degraded, for the log.
        log: The logger of the module that notices it.
        clock: Monotonic seconds.
    """

    def __init__(self, name: str, log: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._log = log
        self._clock = clock
        self._since: float | None = None

    def begin(self, reason: str) -> None:
        """Logs the begin with its reason, unless the state has begun already."""
        if self._since is None:
            self._since = self._clock()
            self._log.warning("degraded: %s: %s", self._name, reason)

    def end(self) -> None:
        """Logs the end with its duration, unless the state has not begun."""
        if self._since is not None:
            self._log.info("recovered: %s after %.0f s", self._name, self._clock() - self._since)
            self._since = None
