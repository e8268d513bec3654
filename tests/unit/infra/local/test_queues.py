"""Messages are given to functions as the Functions host does: after failures they go to the poison queue."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import azure.functions as func
import pytest
import pytest_asyncio

from infra.local.embedded_mongo import FILE_NAME
from infra.local.embedded_queue import EmbeddedQueue
from infra.local.host_files import QueueSettings
from infra.local.indexing import QueueFunction
from infra.local.invocation import Invoker
from infra.local.queues import QueueService
from infra.local.received_message import ReceivedMessage
from shared.errors.service_errors import DependencyUnavailableError


class Handler:
    """A handler that fails for some texts, and records its messages."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, int | None]] = []
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.at_once = 0
        self.most_at_once = 0

    async def __call__(self, message: func.QueueMessage) -> None:
        text = message.get_body().decode()
        self.messages.append((text, message.dequeue_count))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.go_on.wait()
        finally:
            self.at_once -= 1
        if text == "expected":
            raise DependencyUnavailableError("down")
        if text == "defect":
            raise ValueError("broken")


@pytest.fixture(autouse=True)
def fast_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.local.queues._POLL_SECONDS", 0.01)


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / FILE_NAME


@pytest_asyncio.fixture
async def service(handler: Handler, path: Path) -> AsyncIterator[QueueService]:
    async def work(message: func.QueueMessage) -> None:
        await handler(message)

    function = QueueFunction("work", "items", "STORAGE", work, "message", wants_context=False)
    settings = QueueSettings(concurrency=2, max_dequeue_count=3, visibility_timeout=0.0)
    service = QueueService([function], settings, Invoker(1), lambda name: EmbeddedQueue(path, name))
    service.start()
    yield service
    await service.aclose(0.1)


@pytest_asyncio.fixture
async def items(service: QueueService, path: Path) -> AsyncIterator[EmbeddedQueue]:
    del service
    queue = EmbeddedQueue(path, "items")
    yield queue
    await queue.aclose()


async def until_empty(queue: EmbeddedQueue) -> None:
    async with asyncio.timeout(60):
        while await queue.length():  # noqa: ASYNC110 - a file
            await asyncio.sleep(0.01)


async def test_message_is_handled_and_deleted(items: EmbeddedQueue, handler: Handler) -> None:
    await items.add("one")
    await until_empty(items)
    assert handler.messages == [("one", 1)]


@pytest.mark.parametrize("text", ["expected", "defect"])
async def test_failing_message_goes_to_the_poison_queue(
    items: EmbeddedQueue, handler: Handler, path: Path, text: str
) -> None:
    await items.add(text)
    await until_empty(items)
    assert handler.messages == [(text, 1), (text, 2), (text, 3)]
    poison = EmbeddedQueue(path, "items-poison")
    assert [message.body for message in await poison.receive(10)] == [text]
    await poison.aclose()


async def test_concurrency_is_bounded(items: EmbeddedQueue, handler: Handler) -> None:
    handler.go_on.clear()
    for number in range(6):
        await items.add(str(number))
    async with asyncio.timeout(60):
        while handler.at_once < 2:  # noqa: ASYNC110 - a counter
            await asyncio.sleep(0.01)
    handler.go_on.set()
    await until_empty(items)
    assert (handler.most_at_once, len(handler.messages)) == (2, 6)


async def test_message_by_hand(service: QueueService, handler: Handler) -> None:
    service.listeners["work"].start("by hand")
    async with asyncio.timeout(60):
        while not handler.messages:  # noqa: ASYNC110 - a list
            await asyncio.sleep(0.01)
    assert handler.messages == [("by hand", None)]


async def test_run_that_is_cut_off_leaves_its_message(
    service: QueueService, items: EmbeddedQueue, handler: Handler
) -> None:
    handler.go_on.clear()
    await items.add("one")
    async with asyncio.timeout(60):
        while not handler.messages:  # noqa: ASYNC110 - a list
            await asyncio.sleep(0.01)
    await service.aclose(0.05)
    assert await items.length() == 1
    await items.recover()
    assert [message.dequeue_count for message in await items.receive(10)] == [2]


async def test_defect_of_a_queue_is_logged_and_the_queue_is_read_again(
    service: QueueService,
    items: EmbeddedQueue,
    handler: Handler,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    del service
    receive = EmbeddedQueue.receive
    defects = iter([ValueError("unreadable")])

    async def receive_later(queue: EmbeddedQueue, max_messages: int) -> list[ReceivedMessage]:
        for defect in defects:
            raise defect
        return await receive(queue, max_messages)

    monkeypatch.setattr(EmbeddedQueue, "receive", receive_later)
    await items.add("one")
    await until_empty(items)
    assert handler.messages == [("one", 1)]
    assert "messages of work: unexpected error" in caplog.messages
