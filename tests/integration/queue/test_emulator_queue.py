"""The local host beside Azurite: functions get the messages of the emulator, to which the app adds."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import azure.functions as func
import httpx
import pytest
import pytest_asyncio
from azure.storage.queue import QueueClient

from infra.local.emulator_queue import EmulatorQueue, emulator_answers
from infra.local.host_files import QueueSettings
from infra.local.indexing import QueueFunction
from infra.local.invocation import Invoker
from infra.local.queues import QueueService
from shared.queue.azure_queue import AzureMessageQueue, with_connection_string
from tests.integration.queue.conftest import connection_string
from tests.support.delivery_parts import SECRET
from tests.support.host import REPOSITORY, running_host
from tests.support.ports import free_port
from tests.support.webhook_receiver import webhook_receiver

APP = REPOSITORY / "tests/support/deliveries_app"
SECONDS = 60.0


@pytest_asyncio.fixture
async def seen(azurite: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[tuple[str, int | None]]]:
    """The messages that a function gets; it fails for the text ``bad``."""
    monkeypatch.setattr("infra.local.queues._POLL_SECONDS", 0.05)
    messages: list[tuple[str, int | None]] = []

    async def work(message: func.QueueMessage) -> None:
        messages.append((message.get_body().decode(), message.dequeue_count))
        if messages[-1][0] == "bad":
            raise ValueError("broken")

    function = QueueFunction("work", "items", "STORAGE", work, "message", wants_context=False)
    settings = QueueSettings(concurrency=2, max_dequeue_count=2, visibility_timeout=0.0)
    service = QueueService([function], settings, Invoker(1), lambda name: EmulatorQueue(azurite, name))
    service.start()
    yield messages
    await service.aclose(0.1)


async def test_messages_are_handled_and_failing_ones_moved(
    azurite: str, seen: list[tuple[str, int | None]]
) -> None:
    queue = AzureMessageQueue("items", with_connection_string(azurite))
    for text in ("good", "bad"):
        await queue.add(text)
    async with asyncio.timeout(SECONDS):
        while await queue.length():  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)
    assert sorted(seen, key=str) == [("bad", 1), ("bad", 2), ("good", 1)]
    await queue.aclose()
    poison = QueueClient.from_connection_string(azurite, "items-poison")
    assert len(list(poison.receive_messages())) == 1
    poison.close()


def test_delivery_goes_through_the_emulator(azurite: str, tmp_path: Path) -> None:
    with webhook_receiver() as receiver:
        environ = {
            "WEBHOOK_ALLOW_LOCAL_TARGETS": "true",
            "WEBHOOK_QUEUE_CONNECTION": azurite,
            "RECEIVER_URL": receiver.url,
            "RECEIVER_SECRET": SECRET.get_secret_value(),
        }
        with running_host(tmp_path, environ, app=APP) as base_url:
            assert httpx.post(f"{base_url}/api/deliveries/evt_1", timeout=60).status_code == 200
            deadline = time.monotonic() + SECONDS
            while not receiver.requests:
                assert time.monotonic() < deadline, "no request arrives"
                time.sleep(0.05)
        assert "in the storage emulator" in (tmp_path / "output.txt").read_text("utf-8")
    used = QueueClient.from_connection_string(azurite, "webhook-deliveries")
    assert used.get_queue_properties().name == "webhook-deliveries"
    used.close()


def test_emulator_that_does_not_answer(azurite: str) -> None:
    assert emulator_answers(azurite)
    assert not emulator_answers(connection_string(free_port()))
    assert not emulator_answers("AccountName=a")
    assert not emulator_answers(connection_string(99_999))
    assert not emulator_answers("QueueEndpoint=http://[::1;AccountName=a")
    assert not emulator_answers("")
