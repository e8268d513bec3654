"""Takes the place of a queue where none is configured: the app runs, and deliveries stay stored."""

import logging

from shared.errors.service_errors import DependencyUnavailableError
from shared.runtime.degraded import DegradedState

_log = logging.getLogger(__name__)


class UnconfiguredQueue:
    """A queue that is never available, which it logs once.

    Args:
        name: Name of the queue.
    """

    def __init__(self, name: str) -> None:
        self._state = DegradedState(f"queue {name}", _log)

    async def add(self, message: str, *, delay_seconds: float = 0.0) -> None:
        """Raises DependencyUnavailableError."""
        del message, delay_seconds
        raise self._unavailable()

    async def length(self) -> int:
        """Raises DependencyUnavailableError."""
        raise self._unavailable()

    def _unavailable(self) -> DependencyUnavailableError:
        self._state.begin("not configured, set WEBHOOK_QUEUE_URL")
        return DependencyUnavailableError("No queue is configured.")
