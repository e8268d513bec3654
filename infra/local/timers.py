"""Timers: six-field NCRONTAB in UTC, no run overlapping another of its own."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from azure.functions.timer import TimerRequest
from croniter import CroniterBadCronError, croniter

from infra.local.indexing import IndexingError, TimerFunction
from shared.clock import Clock

_LONGEST_SLEEP: Final = 30.0
"""The clock is looked at again after this many seconds: machines sleep, clocks are set."""

_log = logging.getLogger(__name__)


def due_times(schedule: str, after: datetime) -> Iterator[datetime]:
    """The due times of an NCRONTAB expression, seconds first, in UTC.

    Raises:
        IndexingError: It is not one.
    """
    try:
        if len(schedule.split()) != 6:
            raise IndexingError(f"The schedule {schedule!r} must have six fields, seconds first.")
        times = croniter(schedule, after.astimezone(UTC), second_at_beginning=True, ret_type=datetime)
    except (CroniterBadCronError, ValueError) as error:
        raise IndexingError(f"The schedule {schedule!r} is not valid: {error}") from None
    while True:
        yield times.get_next(datetime)


class Timer:
    """Runs one function on its schedule and by hand."""

    def __init__(self, function: TimerFunction, clock: Clock) -> None:
        self.function = function
        self._clock = clock
        self._running: asyncio.Task[None] | None = None

    def next_due(self, count: int) -> list[datetime]:
        """The next due times."""
        times = due_times(self.function.schedule, self._clock())
        return [next(times) for _ in range(count)]

    async def follow_schedule(self) -> None:
        """Starts a run at each due time, until it is cancelled."""
        while True:
            (due,) = self.next_due(1)
            while (wait := (due - self._clock()).total_seconds()) > 0:  # noqa: ASYNC110 - waits for the clock
                await asyncio.sleep(min(wait, _LONGEST_SLEEP))
            self.start()

    def start(self, *, past_due: bool = False) -> asyncio.Task[None] | None:
        """Starts a run; None when one is still going on, for a timer does not overlap itself."""
        if self._running is not None and not self._running.done():
            _log.warning("timer %s is still running: this run is left out", self.function.name)
            return None
        self._running = asyncio.ensure_future(self._run(past_due))
        return self._running

    async def _run(self, past_due: bool) -> None:
        arguments = {self.function.parameter: TimerRequest(past_due=past_due)}
        try:
            if asyncio.iscoroutinefunction(self.function.call):
                await self.function.call(**arguments)
            else:
                await asyncio.to_thread(self.function.call, **arguments)
        except Exception:  # noqa: BLE001 - as the host: a failed run is logged, the schedule goes on
            _log.exception("timer %s failed", self.function.name)

    async def aclose(self, grace: float) -> None:
        """Waits for a run that is going on, then cancels it.

        Args:
            grace: Seconds to wait.
        """
        if self._running is None or self._running.done():
            return
        await asyncio.wait({self._running}, timeout=grace)
        self._running.cancel()
        await asyncio.wait({self._running}, timeout=grace)


class TimerService:
    """All timers of the app."""

    def __init__(self, functions: Sequence[TimerFunction], clock: Clock) -> None:
        self.timers = {function.name: Timer(function, clock) for function in functions}
        for timer in self.timers.values():
            timer.next_due(1)
        self._followers: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Follows all schedules."""
        self._followers = [asyncio.ensure_future(timer.follow_schedule()) for timer in self.timers.values()]

    async def aclose(self, grace: float) -> None:
        """Starts no further runs, and waits for those that are going on."""
        for follower in self._followers:
            follower.cancel()
        await asyncio.gather(*(timer.aclose(grace) for timer in self.timers.values()))
