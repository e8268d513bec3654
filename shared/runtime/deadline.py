"""One deadline over many waits."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

Result = TypeVar("Result")


class Deadline:
    """Bounds many short waits, one after the other, by one timer.

    ``asyncio.timeout_at`` does the same for one wait. Around every event of a streamed answer its timers
    were a tenth of what a worker spends on one.

    Args:
        when: When the waiting must have an end, by the event loop's clock.
    """

    def __init__(self, when: float) -> None:
        self._over = False
        self._waiting: asyncio.Task[object] | None = None
        self._timer = asyncio.get_running_loop().call_at(when, self._pass)

    async def run(self, wait: Callable[[], Awaitable[Result]]) -> Result:
        """What a wait brings; it is cancelled when the deadline passes. One at a time.

        Raises:
            TimeoutError: The deadline has passed, now or before.
        """
        if self.passed():
            raise TimeoutError
        task = self._waiting = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine that waits runs in a task
        cancelling = task.cancelling()
        try:
            return await wait()
        except asyncio.CancelledError as error:
            # Cancelled by somebody else besides: that is for the caller of us all.
            if self.passed() and task.cancelling() - 1 <= cancelling:
                raise TimeoutError from error
            raise
        finally:
            self._waiting = None
            if self.passed():
                task.uncancel()

    def passed(self) -> bool:
        """Whether the deadline has passed."""
        return self._over

    def close(self) -> None:
        """Removes the timer; nothing is waited for any more."""
        self._timer.cancel()

    def _pass(self) -> None:
        self._over = True
        if self._waiting is not None:
            self._waiting.cancel()
