"""The embedded queue: messages in the SQLite file of the embedded database.

A message that was added is in the file: it survives a restart and ``kill -9``.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pymongo.errors import PyMongoError

from infra.local.embedded_mongo import FILE_NAME
from infra.local.received_message import ReceivedMessage
from infra.local.shared_database import DatabaseFile, SharedDatabase
from shared.errors import ConfigurationError
from shared.errors.service_errors import DependencyUnavailableError

T = TypeVar("T")


def embedded_queue(data_dir: str, name: str) -> "EmbeddedQueue":
    """Returns a queue in ``<data_dir>/mongo.db``, which it opens on first use."""
    return EmbeddedQueue(Path(data_dir) / FILE_NAME, name)


class EmbeddedQueue:
    """A queue; all objects of one name and file are the same queue.

    Args:
        path: The file.
        name: Name of the queue.
        clock: Seconds since the epoch: delays continue over restarts.
    """

    def __init__(self, path: Path, name: str, clock: Callable[[], float] = time.time) -> None:
        self._shared = SharedDatabase.at(path)
        self._name = name
        self._clock = clock
        self._file: DatabaseFile | None = None
        self._opening = threading.Lock()
        self._is_closed = False

    async def add(self, message: str, *, delay_seconds: float = 0.0) -> None:
        """Adds a message; see :class:`shared.queue.message_queue.MessageQueue`."""
        visible_at = self._clock() + delay_seconds
        await self._run(
            lambda file: file.write(
                "insert into messages (queue, body, visible_at, dequeue_count, in_flight)"
                " values (?, ?, ?, 0, 0)",
                self._name,
                message,
                visible_at,
            )
        )

    async def length(self) -> int:
        """Returns the number of messages, invisible ones included."""
        rows = await self._run(
            lambda file: file.read("select count(*) from messages where queue = ?", self._name)
        )
        return int(rows[0][0])

    async def receive(self, max_messages: int) -> list[ReceivedMessage]:
        """Returns up to so many visible messages, oldest first; invisible until they are settled."""

        def receive(file: DatabaseFile) -> list[ReceivedMessage]:
            rows = file.read(
                "select id, body, dequeue_count from messages"
                " where queue = ? and in_flight = 0 and visible_at <= ? order by visible_at, id limit ?",
                self._name,
                self._clock(),
                max_messages,
            )
            for identifier, _, count in rows:
                file.write(
                    "update messages set in_flight = 1, dequeue_count = ? where id = ?", count + 1, identifier
                )
            return [ReceivedMessage(str(identifier), body, count + 1) for identifier, body, count in rows]

        return await self._run(receive)

    async def delete(self, message: ReceivedMessage) -> None:
        """Deletes a message that was handled."""
        await self._run(lambda file: file.write("delete from messages where id = ?", int(message.id)))

    async def give_back(self, message: ReceivedMessage, delay_seconds: float) -> None:
        """Makes a message visible again after some seconds."""
        visible_at = self._clock() + delay_seconds
        await self._run(
            lambda file: file.write(
                "update messages set in_flight = 0, visible_at = ? where id = ?", visible_at, int(message.id)
            )
        )

    async def move(self, message: ReceivedMessage, queue: str) -> None:
        """Moves a message to another queue."""
        await self._run(
            lambda file: file.write(
                "update messages set queue = ?, in_flight = 0, dequeue_count = 0 where id = ?",
                queue,
                int(message.id),
            )
        )

    async def recover(self) -> None:
        """Makes the messages visible that a process which has ended had received."""
        await self._run(
            lambda file: file.write(
                "update messages set in_flight = 0 where queue = ? and in_flight = 1", self._name
            )
        )

    async def aclose(self) -> None:
        """Ends the use of the file; what begins later fails."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        with self._opening:
            is_open, self._file, self._is_closed = self._file is not None, None, True
        if is_open:
            self._shared.release()

    async def _run(self, work: Callable[[DatabaseFile], T]) -> T:
        return await asyncio.to_thread(self._in_transaction, work)

    def _in_transaction(self, work: Callable[[DatabaseFile], T]) -> T:
        try:
            # Not within the transaction: closing the file waits for its end, and opening for the closing.
            file = self._open()
            with file.transaction():
                return work(file)
        except (ConfigurationError, PyMongoError) as error:
            raise DependencyUnavailableError("The local queue cannot be used.") from error

    def _open(self) -> DatabaseFile:
        with self._opening:
            if self._is_closed:
                # An operation that was cancelled before its thread began would hold the file for good.
                raise DependencyUnavailableError("The local queue is closed.")
            if self._file is None:
                self._file = self._shared.acquire()
            return self._file
