"""A message queue in memory, which a test can make unavailable."""

from dataclasses import dataclass, field

from shared.errors.service_errors import DependencyUnavailableError


@dataclass
class RecordingQueue:
    """A queue that keeps what is added.

    Attributes:
        added: The messages with their delay in seconds.
        available: Whether it answers.
    """

    added: list[tuple[str, float]] = field(default_factory=list)
    available: bool = True

    async def add(self, message: str, *, delay_seconds: float = 0.0) -> None:
        """Adds a message."""
        self._check()
        self.added.append((message, delay_seconds))

    async def length(self) -> int:
        """Returns the number of messages."""
        self._check()
        return len(self.added)

    def take(self) -> list[tuple[str, float]]:
        """Returns the messages and removes them."""
        taken, self.added = self.added, []
        return taken

    def _check(self) -> None:
        if not self.available:
            raise DependencyUnavailableError("The queue is unavailable.")
