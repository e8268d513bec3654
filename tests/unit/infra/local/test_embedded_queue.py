"""The embedded queue: at least once, in the file, together with the embedded database."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
import pytest_asyncio

from infra.local.embedded_mongo import FILE_NAME, embedded_mongo
from infra.local.embedded_queue import EmbeddedQueue, embedded_queue
from infra.local.shared_database import SharedDatabase
from shared.errors import ConfigurationError
from shared.errors.service_errors import DependencyUnavailableError
from tests.support.cache import FrozenClock

_REACHED_SECONDS = 0.2
_DEADLINE_SECONDS = 10


@pytest_asyncio.fixture
async def queue(tmp_path: Path, clock: FrozenClock) -> AsyncIterator[EmbeddedQueue]:
    queue = EmbeddedQueue(tmp_path / FILE_NAME, "work", clock.monotonic)
    yield queue
    await queue.aclose()


async def test_message_is_received_once_and_deleted(queue: EmbeddedQueue) -> None:
    for text in ("one", "two", "three"):
        await queue.add(text)
    received = await queue.receive(2)
    assert [(message.body, message.dequeue_count) for message in received] == [("one", 1), ("two", 1)]
    assert [message.body for message in await queue.receive(10)] == ["three"]
    assert await queue.receive(10) == []
    await queue.delete(received[0])
    assert await queue.length() == 2


async def test_delayed_message_is_invisible(queue: EmbeddedQueue, clock: FrozenClock) -> None:
    await queue.add("later", delay_seconds=30)
    assert await queue.receive(10) == []
    clock.advance(30)
    assert [message.body for message in await queue.receive(10)] == ["later"]


async def test_message_is_given_again_or_moved(queue: EmbeddedQueue, clock: FrozenClock) -> None:
    await queue.add("again")
    (message,) = await queue.receive(10)
    await queue.give_back(message, 60)
    assert await queue.receive(10) == []
    clock.advance(60)
    (message,) = await queue.receive(10)
    assert message.dequeue_count == 2
    await queue.move(message, "work-poison")
    assert await queue.length() == 0


async def test_messages_survive_the_process(tmp_path: Path, clock: FrozenClock) -> None:
    first = EmbeddedQueue(tmp_path / FILE_NAME, "work", clock.monotonic)
    await first.add("one")
    await first.add("two")
    await first.receive(1)
    await first.aclose()
    second = EmbeddedQueue(tmp_path / FILE_NAME, "work", clock.monotonic)
    await second.recover()
    assert [(item.body, item.dequeue_count) for item in await second.receive(10)] == [("one", 2), ("two", 1)]
    await second.aclose()


async def test_queue_and_database_share_the_file(tmp_path: Path) -> None:
    client = embedded_mongo(str(tmp_path))
    client["app"]["things"].insert_one({"_id": 1})
    queue = embedded_queue(str(tmp_path), "work")
    await queue.add("one")
    client["app"]["things"].insert_one({"_id": 2})
    client.close()
    assert await queue.length() == 1
    await queue.aclose()
    again = embedded_mongo(str(tmp_path))
    assert again["app"]["things"].count_documents({}) == 2
    again.close()


def test_two_clients_of_one_process_cannot_have_the_documents(tmp_path: Path) -> None:
    client = embedded_mongo(str(tmp_path))
    client["app"]["things"].insert_one({"_id": 1})
    with pytest.raises(ConfigurationError, match="is in use"):
        embedded_mongo(str(tmp_path))["app"]["things"].find_one({})
    client.close()


async def test_unusable_file_is_an_unavailable_queue(queue: EmbeddedQueue) -> None:
    await queue.add("one")
    assert queue._file is not None
    queue._file.connection.execute("drop table messages")
    with pytest.raises(DependencyUnavailableError):
        await queue.add("two")


def test_queue_is_closed_while_an_operation_waits_for_the_file(tmp_path: Path) -> None:
    queue = EmbeddedQueue(tmp_path / FILE_NAME, "work")
    asyncio.run(queue.add("one"))
    file = SharedDatabase.at(tmp_path / FILE_NAME).acquire()
    SharedDatabase.at(tmp_path / FILE_NAME).release()
    lengths: list[int] = []

    def ask() -> None:
        # Either the operation or the end of the queue is first.
        with suppress(DependencyUnavailableError):
            lengths.append(asyncio.run(queue.length()))

    asking = threading.Thread(target=ask, daemon=True)
    closing = threading.Thread(target=lambda: asyncio.run(queue.aclose()), daemon=True)
    with file.lock:
        asking.start()
        eventually_waits(asking)
        closing.start()
        eventually_waits(closing)
    asking.join(_DEADLINE_SECONDS)
    closing.join(_DEADLINE_SECONDS)
    assert not asking.is_alive()
    assert not closing.is_alive()
    assert lengths in ([1], [])


async def test_closed_queue_is_not_opened_again(tmp_path: Path) -> None:
    queue = EmbeddedQueue(tmp_path / FILE_NAME, "work")
    await queue.add("one")
    await queue.aclose()
    with pytest.raises(DependencyUnavailableError, match="closed"):
        await queue.length()
    await queue.aclose()
    other = EmbeddedQueue(tmp_path / FILE_NAME, "work")
    assert await other.length() == 1
    await other.aclose()


def eventually_waits(thread: threading.Thread) -> None:
    """Gives a thread time to reach the lock that the test holds; in another order, the test passes too."""
    thread.join(_REACHED_SECONDS)
