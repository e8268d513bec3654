"""Calls the queue functions with the messages of their queues, as the Functions host does."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Final, Protocol

import azure.functions as func
from azure.functions.queue import QueueMessage

from infra.local.host_files import QueueSettings
from infra.local.indexing import QueueFunction
from infra.local.invocation import Invoker
from infra.local.received_message import ReceivedMessage
from shared.errors import AppError
from shared.errors.service_errors import DependencyUnavailableError
from shared.runtime.degraded import DegradedState

_POLL_SECONDS: Final = 1.0
_log = logging.getLogger(__name__)


class LocalQueue(Protocol):
    """A queue whose messages are received: the embedded one or the emulator's."""

    async def receive(self, max_messages: int) -> list[ReceivedMessage]:
        """Returns up to so many visible messages."""

    async def delete(self, message: ReceivedMessage) -> None:
        """Deletes a message."""

    async def give_back(self, message: ReceivedMessage, delay_seconds: float) -> None:
        """Makes a message visible again after some seconds."""

    async def move(self, message: ReceivedMessage, queue: str) -> None:
        """Moves a message to another queue."""

    async def recover(self) -> None:
        """Makes the messages visible that an ended process had received."""

    async def aclose(self) -> None:
        """Ends the use of the file."""


class QueueListener:
    """Receives the messages of one function.

    A message is delivered again after a failed run, until it goes to the poison queue.

    Args:
        function: The function.
        queue: Its queue.
        settings: Settings of host.json.
        invoker: Calls the function.
    """

    def __init__(
        self, function: QueueFunction, queue: LocalQueue, settings: QueueSettings, invoker: Invoker
    ) -> None:
        self.function = function
        self._queue = queue
        self._settings = settings
        self._invoker = invoker
        self._running: set[asyncio.Task[None]] = set()
        self._recovered = False

    async def listen(self, received: Callable[[], None]) -> None:
        """Receives messages until cancelled.

        Args:
            received: Called whenever the queue has answered.

        Raises:
            DependencyUnavailableError: The queue cannot be used.
        """
        if not self._recovered:
            await self._queue.recover()
            self._recovered = True
        while True:
            free = self._settings.concurrency - len(self._running)
            messages = await self._queue.receive(free) if free > 0 else []
            received()
            for message in messages:
                self._begin(self._handle(message))
            if not messages:
                await asyncio.sleep(_POLL_SECONDS)

    def start(self, text: str) -> None:
        """Runs the function once with a given text, which is in no queue."""
        self._begin(self._run_by_hand(func_message(text)))

    async def aclose(self, grace: float) -> None:
        """Waits for the current runs, then cancels them; their messages stay in the queue.

        Args:
            grace: Seconds to wait, before cancelling and after.
        """
        for _ in range(2):
            if self._running:
                await asyncio.wait(self._running, timeout=grace)
            for task in self._running:
                task.cancel()
        await self._queue.aclose()

    def _begin(self, run: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(run, name=f"queue {self.function.name}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _handle(self, message: ReceivedMessage) -> None:
        succeeded = await self._call(func_message(message.body, message.id, message.dequeue_count))
        try:
            await self._settle(message, succeeded)
        except DependencyUnavailableError:
            _log.warning("message %s of %s comes again after a restart", message.id, self.function.name)

    async def _settle(self, message: ReceivedMessage, succeeded: bool) -> None:
        if succeeded:
            await self._queue.delete(message)
        elif message.dequeue_count >= self._settings.max_dequeue_count:
            poison = f"{self.function.queue_name}-poison"
            _log.warning("message moved to %s after %d runs", poison, message.dequeue_count)
            await self._queue.move(message, poison)
        else:
            await self._queue.give_back(message, self._settings.visibility_timeout)

    async def _run_by_hand(self, message: func.QueueMessage) -> None:
        await self._call(message)

    async def _call(self, message: func.QueueMessage) -> bool:
        """Returns whether the run succeeded."""
        function = self.function
        arguments = {function.parameter: message}
        try:
            await self._invoker.call(
                function.name, function.call, arguments, wants_context=function.wants_context
            )
        except AppError:
            # Expected, and logged by the function itself.
            _log.debug("queue function %s failed", function.name)
            return False
        except Exception:  # noqa: BLE001 - as in the host: a failed run is logged, the message comes again
            _log.exception("queue function %s failed", function.name)
            return False
        return True


class QueueService:
    """All queue functions of the app.

    Args:
        functions: The functions with queue triggers.
        settings: Settings of host.json.
        invoker: Calls the functions.
        open_queue: Returns a queue by its name.
    """

    def __init__(
        self,
        functions: Sequence[QueueFunction],
        settings: QueueSettings,
        invoker: Invoker,
        open_queue: Callable[[str], LocalQueue],
    ) -> None:
        self.listeners = {
            function.name: QueueListener(function, open_queue(function.queue_name), settings, invoker)
            for function in functions
        }
        self._loops: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Starts receiving messages."""
        self._loops = [asyncio.create_task(_forever(listener)) for listener in self.listeners.values()]

    async def aclose(self, grace: float) -> None:
        """Receives no further messages and waits for the current runs.

        Args:
            grace: Seconds to wait.
        """
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        await asyncio.gather(*(listener.aclose(grace) for listener in self.listeners.values()))


async def _forever(listener: QueueListener) -> None:
    state = DegradedState(f"messages of {listener.function.name}", _log)
    while True:
        try:
            await listener.listen(state.end)
        except DependencyUnavailableError as error:
            state.begin(str(error.__cause__ or error))
        except Exception:  # noqa: BLE001 - as in the host: a defect is logged, and the queue is read again
            _log.exception("messages of %s: unexpected error", listener.function.name)
        await asyncio.sleep(_POLL_SECONDS)


def func_message(text: str, identifier: str | None = None, dequeue_count: int | None = None) -> QueueMessage:
    """Returns a message as the worker gives it to a function."""
    return QueueMessage(id=identifier, body=text, dequeue_count=dequeue_count)
