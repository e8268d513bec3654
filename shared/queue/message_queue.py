"""The interface of a message queue. Functions with a queue trigger read the messages."""

from typing import Final, Protocol

DELIVERY_QUEUE: Final = "webhook-deliveries"
"""The queue of the function ``webhook_deliveries``; a message is the id of a delivery."""

DEAD_LETTER_QUEUE: Final = f"{DELIVERY_QUEUE}-poison"
"""The poison queue: the host puts messages there that failed ``MAX_DEQUEUE_COUNT`` times, and so does the app
with deliveries that it gives up."""

MAX_DEQUEUE_COUNT: Final = 5
"""Times that a message is delivered to its function; host.json says the same (``maxDequeueCount``)."""

MAX_DELAY_SECONDS: Final = 6 * 86_400
"""Messages expire after seven days; none may be invisible for as long."""


class MessageQueue(Protocol):
    """A queue of short texts, each delivered at least once."""

    async def add(self, message: str, *, delay_seconds: float = 0.0) -> None:
        """Adds a message.

        Args:
            message: The text.
            delay_seconds: Seconds for which it stays invisible, at most ``MAX_DELAY_SECONDS``.

        Raises:
            DependencyUnavailableError: The queue is unavailable; the message may have been added.
        """

    async def length(self) -> int:
        """Returns the approximate number of messages, invisible ones included.

        Raises:
            DependencyUnavailableError: The queue is unavailable.
        """
