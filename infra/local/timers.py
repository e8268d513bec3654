"""Runs timers on schedule and by hand; runs of one timer do not overlap."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from itertools import islice, takewhile
from typing import Final

from azure.functions.timer import TimerRequest

from infra.local.indexing import TimerFunction
from infra.local.invocation import Invoker
from shared.domain.moments import rfc3339
from shared.errors import AppError
from shared.runtime.clock import Clock

Sleep = Callable[[float], Awaitable[None]]

_LONGEST_SLEEP: Final = 30.0
"""Seconds after which the clock is read again: machines sleep, clocks are changed."""
_LATE: Final = timedelta(seconds=2)
"""A run that starts later than this is past due."""
_MAX_COUNTED: Final = 1000

_log = logging.getLogger(__name__)


class Timer:
    """One function with a timer trigger.

    Args:
        function: The function.
        invoker: Calls the function.
        clock: Current time.
        sleep: Waits for a number of seconds.
    """

    def __init__(
        self, function: TimerFunction, invoker: Invoker, clock: Clock, sleep: Sleep = asyncio.sleep
    ) -> None:
        self.function = function
        self._invoker = invoker
        self._clock = clock
        self._sleep = sleep
        self._running: asyncio.Task[None] | None = None

    def next_due(self, count: int) -> list[datetime]:
        """Returns the next due times."""
        return list(islice(self.function.schedule.after(self._clock()), count))

    async def follow_schedule(self) -> None:
        """Starts a run at each due time until cancelled."""
        if self.function.run_on_startup:
            self.start()
        while True:
            (due,) = self.next_due(1)
            while (wait := (due - self._clock()).total_seconds()) > 0:
                await self._sleep(min(wait, _LONGEST_SLEEP))
            self._log_missed(due)
            self.start(past_due=self._clock() - due > _LATE)

    def start(self, *, past_due: bool = False) -> bool:
        """Starts a run; returns False if one is still running."""
        if self._running is not None and not self._running.done():
            _log.warning("timer %s is still running: run skipped", self.function.name)
            return False
        self._running = asyncio.create_task(self._run(past_due), name=f"timer {self.function.name}")
        return True

    async def aclose(self, grace: float) -> None:
        """Waits for the current run, then cancels it.

        Args:
            grace: Seconds to wait, before cancelling and after.
        """
        if self._running is None or self._running.done():
            return
        await asyncio.wait({self._running}, timeout=grace)
        if self._running.cancel():
            _log.warning("timer %s was cancelled before its end", self.function.name)
            await asyncio.wait({self._running}, timeout=grace)

    def _log_missed(self, due: datetime) -> None:
        now = self._clock()
        later = islice(self.function.schedule.after(due), _MAX_COUNTED)
        missed = sum(1 for _ in takewhile(lambda moment: moment <= now, later))
        if missed:
            _log.warning("timer %s: %d due times missed since %s", self.function.name, missed, rfc3339(due))

    async def _run(self, past_due: bool) -> None:
        function = self.function
        request = TimerRequest(past_due=past_due)
        try:
            answer = await self._invoker.call(
                function.name,
                function.call,
                {function.parameter: request},
                wants_context=function.wants_context,
            )
            if answer is not None:
                raise TypeError(
                    f"function {function.name!r} without a $return binding returned a non-None value"
                )
        except AppError:
            # Expected, and logged by the function itself.
            _log.debug("timer %s failed", function.name)
        except Exception:  # noqa: BLE001 - as in the host: a failed run is logged, the schedule continues
            _log.exception("timer %s failed", function.name)


class TimerService:
    """All timers of the app.

    Args:
        functions: The functions with timer triggers.
        invoker: Calls the functions.
        clock: Current time.
        sleep: Waits for a number of seconds.
    """

    def __init__(
        self,
        functions: Sequence[TimerFunction],
        invoker: Invoker,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.timers = {function.name: Timer(function, invoker, clock, sleep) for function in functions}
        self._followers: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Starts following all schedules."""
        self._followers = [asyncio.create_task(timer.follow_schedule()) for timer in self.timers.values()]

    async def aclose(self, grace: float) -> None:
        """Starts no further runs and waits for the current ones.

        Args:
            grace: Seconds to wait.
        """
        for follower in self._followers:
            follower.cancel()
        await asyncio.gather(*self._followers, return_exceptions=True)
        await asyncio.gather(*(timer.aclose(grace) for timer in self.timers.values()))
