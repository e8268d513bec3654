"""A queue of Azure Storage. The identity signs in; a connection string is for the storage emulator."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

from shared.errors.service_errors import DependencyUnavailableError
from shared.runtime.circuit_breaker import CircuitBreaker
from shared.runtime.upstream_health import UpstreamHealth

if TYPE_CHECKING:
    from azure.storage.queue.aio import QueueClient

T = TypeVar("T")

_DEADLINE: Final = 10.0
"""Seconds of one operation, the first token of the identity included."""
_COOLDOWN: Final = 10.0
_LIFETIME_SECONDS: Final = 7 * 86_400
"""After which Azure deletes a message. Deliveries that are lost this way are queued again by the sweep."""

_log = logging.getLogger(__name__)


class AzureMessageQueue:
    """A queue of a storage account; created if it does not exist.

    Args:
        name: Name of the queue.
        connect: Returns the client of a queue; imports the library, so it is called in a thread.
    """

    def __init__(self, name: str, connect: "Callable[[str], QueueClient]") -> None:
        self._name = name
        self._connect = connect
        self._client: QueueClient | None = None
        self._connecting = asyncio.Lock()
        breaker = CircuitBreaker(f"queue {name}", cooldown=_COOLDOWN, max_cooldown=_COOLDOWN)
        self._health = UpstreamHealth(f"queue {name}", _log, breaker=breaker)

    async def add(self, message: str, *, delay_seconds: float = 0.0) -> None:
        """Adds a message; see :class:`shared.queue.message_queue.MessageQueue`."""
        delay = math.ceil(delay_seconds)

        async def send(client: "QueueClient") -> None:
            await client.send_message(message, visibility_timeout=delay, time_to_live=_LIFETIME_SECONDS)

        await self.run(send)

    async def length(self) -> int:
        """Returns the approximate number of messages."""

        async def count(client: "QueueClient") -> int:
            return (await client.get_queue_properties()).approximate_message_count or 0

        return await self.run(count)

    async def aclose(self) -> None:
        """Closes all connections."""
        if self._client is not None:
            await self._client.close()

    async def run(self, operation: "Callable[[QueueClient], Awaitable[T]]") -> T:
        """Runs an operation on the queue, after creating the queue if necessary.

        Raises:
            DependencyUnavailableError: The queue is unavailable; the operation may have been executed.
        """
        if not self._health.allow():
            raise self._unavailable()
        from azure.core.exceptions import AzureError, ResourceNotFoundError

        try:
            async with asyncio.timeout(_DEADLINE):
                client = await self._connected()
                try:
                    result = await operation(client)
                except ResourceNotFoundError:
                    await _create(client)
                    result = await operation(client)
        except (AzureError, OSError, TimeoutError, ValueError) as error:
            # ValueError: the identity has no credential, or the address is wrong.
            self._health.failure(type(error).__name__)
            raise self._unavailable() from error
        self._health.success()
        return result

    async def _connected(self) -> "QueueClient":
        if self._client is None:
            async with self._connecting:
                if self._client is None:
                    self._client = await asyncio.to_thread(self._connect, self._name)
        return self._client

    def _unavailable(self) -> DependencyUnavailableError:
        return DependencyUnavailableError("The queue is unavailable.", retry_after=_COOLDOWN)


def with_identity(account_url: str) -> "Callable[[str], QueueClient]":
    """Returns a function that builds clients which sign in with the identity of the app.

    Args:
        account_url: Queue endpoint of the account, such as ``https://name.queue.core.windows.net``.
    """

    def connect(name: str) -> "QueueClient":
        from azure.storage.queue.aio import QueueClient

        from shared.runtime.identity import AsyncAppCredential

        return QueueClient(account_url, name, credential=AsyncAppCredential(), **_options())

    return connect


def with_connection_string(connection: str) -> "Callable[[str], QueueClient]":
    """Returns a function that builds clients of a storage emulator."""

    def connect(name: str) -> "QueueClient":
        from azure.storage.queue.aio import QueueClient

        return QueueClient.from_connection_string(connection, name, **_options())

    return connect


async def _create(client: "QueueClient") -> None:
    from azure.core.exceptions import ResourceExistsError

    try:
        await client.create_queue()
    except ResourceExistsError:
        # Another worker was faster.
        return


def _options() -> dict[str, Any]:
    from azure.storage.queue import TextBase64DecodePolicy, TextBase64EncodePolicy

    return {
        # host.json says the same (messageEncoding): otherwise the host cannot read the messages.
        "message_encode_policy": TextBase64EncodePolicy(),
        "message_decode_policy": TextBase64DecodePolicy(),
        "connection_timeout": 2,
        "read_timeout": 5,
        "retry_total": 1,
        "retry_backoff_factor": 0.2,
    }
