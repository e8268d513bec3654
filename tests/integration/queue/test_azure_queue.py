"""The queue of Azure Storage, against Azurite, Microsoft's emulator."""

import asyncio
import base64
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import pytest
import pytest_asyncio
from azure.storage.queue import QueueClient

from shared.errors.service_errors import DependencyUnavailableError
from shared.queue.azure_queue import AzureMessageQueue, with_connection_string, with_identity
from tests.integration.queue.conftest import connection_string
from tests.support.durations import shortest_duration
from tests.support.ports import free_port

NAME: Final = "webhook-deliveries"


@pytest_asyncio.fixture
async def queue(azurite: str) -> AsyncIterator[AzureMessageQueue]:
    queue = AzureMessageQueue(NAME, with_connection_string(azurite))
    yield queue
    await queue.aclose()


@pytest.fixture
def reader(azurite: str) -> Iterator[QueueClient]:
    """A client without decoding: what the host sees."""
    client = QueueClient.from_connection_string(azurite, NAME)
    yield client
    client.delete_queue()
    client.close()


async def test_message_is_in_base64_as_host_json_says(queue: AzureMessageQueue, reader: QueueClient) -> None:
    # The queue does not exist yet: it is created.
    await queue.add("evt_1")
    (message,) = reader.receive_messages()
    assert base64.b64decode(message.content) == b"evt_1"
    assert await queue.length() == 1


async def test_delayed_message_is_invisible(queue: AzureMessageQueue, reader: QueueClient) -> None:
    await queue.add("evt_1", delay_seconds=3600)
    assert list(reader.receive_messages()) == []
    assert await queue.length() == 1


async def test_concurrent_messages_of_two_workers_arrive(azurite: str, reader: QueueClient) -> None:
    queues = [AzureMessageQueue(NAME, with_connection_string(azurite)) for _ in range(2)]
    await asyncio.gather(*(queue.add(f"evt_{number}") for number in range(10) for queue in queues))
    assert await queues[0].length() == 20
    assert len(list(reader.receive_messages(messages_per_page=32))) == 20
    await asyncio.gather(*(queue.aclose() for queue in queues))


async def test_queue_that_is_away_is_unavailable_once_per_cooldown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    queue = AzureMessageQueue(NAME, with_connection_string(connection_string(free_port())))

    async def refused() -> None:
        with pytest.raises(DependencyUnavailableError):
            await queue.add("evt_1")

    await refused()
    # The others do not wait.
    assert await shortest_duration(refused) < 0.5
    assert caplog.text.count("degraded: queue webhook-deliveries") == 1
    await queue.aclose()


async def test_identity_signs_in(monkeypatch: pytest.MonkeyPatch) -> None:
    scopes: list[str] = []

    class Credential:
        def get_token(self, *asked: str, **_options: Any) -> object:
            from azure.core.exceptions import ClientAuthenticationError

            scopes.extend(asked)
            raise ClientAuthenticationError("no token")

    monkeypatch.setattr("shared.runtime.identity.app_credential", Credential)
    queue = AzureMessageQueue(NAME, with_identity("https://account.queue.example"))
    with pytest.raises(DependencyUnavailableError):
        await queue.add("evt_1")
    assert scopes == ["https://storage.azure.com/.default"]
    await queue.aclose()
