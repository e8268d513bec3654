"""A queue of the storage emulator (Azurite), for a local host beside which one runs."""

import math
import re
import socket
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from infra.local.received_message import ReceivedMessage
from shared.queue.azure_queue import AzureMessageQueue, with_connection_string

if TYPE_CHECKING:
    from azure.storage.queue.aio import QueueClient

_DEVELOPMENT: Final = "usedevelopmentstorage=true"
_DEVELOPMENT_PLACE: Final = ("127.0.0.1", 10001)
_PROBE_SECONDS: Final = 0.5
_MAX_MESSAGES: Final = 32
"""Messages of one request at most."""
_INVISIBLE_SECONDS: Final = 600
"""As the Functions host: longer than a run takes."""


def emulator_answers(connection: str) -> bool:
    """Returns whether the emulator that a connection string names accepts connections."""
    place = _place_of(connection)
    if place is None:
        return False
    with suppress(OSError):
        socket.create_connection(place, _PROBE_SECONDS).close()
        return True
    return False


def _place_of(connection: str) -> tuple[str, int] | None:
    """Returns host and port of the queues; None if the connection string names none that could answer."""
    if connection.strip().rstrip(";").lower() == _DEVELOPMENT:
        return _DEVELOPMENT_PLACE
    if match := re.search(r"QueueEndpoint=(http[^;]+)", connection):
        # A port beyond 65,535, or an IPv6 address without its end.
        with suppress(ValueError):
            parts = urlsplit(match[1])
            return parts.hostname or "", parts.port or 80
    return None


class EmulatorQueue:
    """A queue of the emulator whose messages are received.

    Args:
        connection: Connection string.
        name: Name of the queue.
    """

    def __init__(self, connection: str, name: str) -> None:
        self._connection = connection
        self._queue = AzureMessageQueue(name, with_connection_string(connection))

    async def receive(self, max_messages: int) -> list[ReceivedMessage]:
        """Returns visible messages, which stay invisible until they are settled."""
        return await self._queue.run(partial(_receive, max_messages=min(max_messages, _MAX_MESSAGES)))

    async def delete(self, message: ReceivedMessage) -> None:
        """Deletes a message that was handled."""
        await self._queue.run(lambda client: client.delete_message(message.id, message.receipt))

    async def give_back(self, message: ReceivedMessage, delay_seconds: float) -> None:
        """Makes a message visible again after some seconds."""
        delay = math.ceil(delay_seconds)
        await self._queue.run(
            lambda client: client.update_message(message.id, message.receipt, visibility_timeout=delay)
        )

    async def move(self, message: ReceivedMessage, queue: str) -> None:
        """Moves a message to another queue."""
        other = AzureMessageQueue(queue, with_connection_string(self._connection))
        try:
            await other.add(message.body)
        finally:
            await other.aclose()
        await self.delete(message)

    async def recover(self) -> None:
        """Does nothing: the emulator makes the messages of an ended process visible after ten minutes."""

    async def aclose(self) -> None:
        """Closes all connections."""
        await self._queue.aclose()


async def _receive(client: "QueueClient", max_messages: int) -> list[ReceivedMessage]:
    received = client.receive_messages(max_messages=max_messages, visibility_timeout=_INVISIBLE_SECONDS)
    return [
        ReceivedMessage(
            id=message.id,
            body=str(message.content),
            dequeue_count=message.dequeue_count or 1,
            receipt=message.pop_receipt or "",
        )
        async for message in received
    ]
