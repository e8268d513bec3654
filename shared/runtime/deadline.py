"""One deadline for many waits."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

Result = TypeVar("Result")


class Deadline:
    """Bounds many short, consecutive waits by one timer.

    ``asyncio.timeout_at`` does the same for one wait. Around every event of a streamed answer, its timers
    cost a tenth of the CPU time of the event.

    Args:
        when: Time of the deadline, by the event loop's clock.
    """

    def __init__(self, when: float) -> None:
        self._over = False
        self._waiting: asyncio.Task[object] | None = None
        self._timer = asyncio.get_running_loop().call_at(when, self._pass)

    async def run(self, wait: Callable[[], Awaitable[Result]]) -> Result:
        """Returns the result of a wait, which is cancelled at the deadline; one wait at a time.

        Raises:
            TimeoutError: The deadline has passed.
        """
        if self.passed():
            raise TimeoutError
        task = self._waiting = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine that waits runs in a task
        cancelling = task.cancelling()
        try:
            return await wait()
        except asyncio.CancelledError as error:
            # Cancelled by someone else too: the caller must see that.
            if self.passed() and task.cancelling() - 1 <= cancelling:
                raise TimeoutError from error
            raise
        finally:
            self._waiting = None
            if self.passed():
                task.uncancel()

    def passed(self) -> bool:
        """Returns whether the deadline has passed."""
        return self._over

    def close(self) -> None:
        """Removes the timer."""
        self._timer.cancel()

    def _pass(self) -> None:
        self._over = True
        if self._waiting is not None:
            self._waiting.cancel()
