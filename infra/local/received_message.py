"""A message that was received from a queue."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReceivedMessage:
    """A message that was received, and is invisible to others.

    Attributes:
        id: Its id.
        body: Its text.
        dequeue_count: How often it was received, this time included.
        receipt: Proof of this receipt, where the queue wants one.
    """

    id: str
    body: str
    dequeue_count: int
    receipt: str = ""
