"""Timers run when they are due, by hand, and never twice at the same time."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import azure.functions as func
import pytest

from infra.local.indexing import TimerFunction
from infra.local.invocation import Invoker
from infra.local.schedule import Schedule
from infra.local.timers import Timer, TimerService

START = datetime(2026, 3, 6, 12, 0, 10, tzinfo=UTC)


class Time:
    """A clock that goes forward when somebody sleeps, and only then."""

    def __init__(self) -> None:
        self.now = START
        self.slept: list[float] = []
        self.oversleep = timedelta()
        self.stop_at = START + timedelta(hours=1)

    def clock(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        if self.now >= self.stop_at:
            await asyncio.Event().wait()
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds) + self.oversleep
        self.oversleep = timedelta()
        # What was started gets its turn before the next step.
        await asyncio.sleep(0)
        await asyncio.sleep(0)


class Job:
    """A timer's handler that can be made to last."""

    def __init__(self) -> None:
        self.runs: list[func.TimerRequest] = []
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.cancelled = False

    async def __call__(self, timer: func.TimerRequest) -> None:
        self.runs.append(timer)
        try:
            await self.go_on.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise


Handler = Callable[[func.TimerRequest], Awaitable[object]]


def timer_of(handler: Handler, time: Time, *, schedule: str = "0 * * * * *", at_start: bool = False) -> Timer:
    async def call(timer: func.TimerRequest) -> object:
        return await handler(timer)

    function = TimerFunction(
        "job", Schedule(schedule), at_start, call, parameter="timer", wants_context=False
    )
    return Timer(function, Invoker(1), time.clock, time.sleep)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def job() -> AsyncIterator[Job]:
    job = Job()
    yield job
    job.go_on.set()


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0)


async def follow(timer: Timer, until: Callable[[], bool]) -> None:
    follower = asyncio.create_task(timer.follow_schedule())
    await eventually(until)
    follower.cancel()
    await asyncio.gather(follower, return_exceptions=True)


async def test_runs_when_due_and_not_before(time: Time, job: Job) -> None:
    time.stop_at = START + timedelta(seconds=50)
    await follow(timer_of(job, time), lambda: len(job.runs) >= 1)
    assert time.slept == [30.0, 20.0], "in steps of at most 30 s, to the full minute"
    assert job.runs[0].past_due is False


async def test_late_run_is_past_due(time: Time, job: Job, caplog: pytest.LogCaptureFixture) -> None:
    time.oversleep = timedelta(minutes=5)  # the machine was asleep
    await follow(timer_of(job, time), lambda: len(job.runs) >= 1)
    assert job.runs[0].past_due is True
    assert len(job.runs) == 1, "what was missed is not made up for"
    assert "timer job: 4 due times missed since 2026-03-06T12:01:00Z" in caplog.text


async def test_due_time_during_a_run_is_left_out_and_logged(
    time: Time, job: Job, caplog: pytest.LogCaptureFixture
) -> None:
    job.go_on.clear()
    await follow(timer_of(job, time), lambda: caplog.text.count("still running") >= 2)
    assert len(job.runs) == 1
    assert "timer job is still running: run skipped" in caplog.text


async def test_goes_on_after_a_run_has_ended(time: Time, job: Job) -> None:
    await follow(timer_of(job, time), lambda: len(job.runs) >= 3)
    assert not any(run.past_due for run in job.runs)


async def test_failed_run_is_logged_and_the_schedule_goes_on(
    time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    runs = 0

    async def fail(_timer: func.TimerRequest) -> None:
        nonlocal runs
        runs += 1
        raise RuntimeError("broken")

    await follow(timer_of(fail, time), lambda: runs >= 2)
    assert "timer job failed" in caplog.text
    assert "RuntimeError: broken" in caplog.text


async def test_answer_is_a_failed_run(time: Time, caplog: pytest.LogCaptureFixture) -> None:
    async def answer(_timer: func.TimerRequest) -> int:
        return 1

    timer_of(answer, time).start()
    await eventually(lambda: "without a $return binding returned a non-None value" in caplog.text)


async def test_run_by_hand_does_not_overlap(time: Time, job: Job) -> None:
    job.go_on.clear()
    timer = timer_of(job, time)
    assert timer.start()
    assert not timer.start()
    job.go_on.set()
    await timer.aclose(5)
    assert timer.start()
    await timer.aclose(5)
    assert len(job.runs) == 2


async def test_runs_at_the_start_when_asked_to(time: Time, job: Job) -> None:
    time.stop_at = START
    await follow(timer_of(job, time, at_start=True), lambda: len(job.runs) == 1)
    assert time.slept == [], "the run at the start waits for no schedule"


async def test_sync_handler_runs_in_a_thread(time: Time) -> None:
    threads: list[str] = []

    def work(timer: func.TimerRequest) -> None:
        import threading

        threads.append(f"{threading.current_thread().name} {timer.past_due}")

    function = TimerFunction(
        "job", Schedule("0 * * * * *"), False, work, parameter="timer", wants_context=False
    )
    timer = Timer(function, Invoker(1), time.clock, time.sleep)
    timer.start(past_due=True)
    await timer.aclose(5)
    assert threads == ["functions_0 True"]


async def test_end_waits_for_a_run_but_not_for_ever(
    time: Time, job: Job, caplog: pytest.LogCaptureFixture
) -> None:
    job.go_on.clear()
    service = TimerService([timer_of(job, time).function], Invoker(1), time.clock, time.sleep)
    service.start()
    await eventually(lambda: bool(job.runs))
    with caplog.at_level(logging.WARNING):
        await service.aclose(0.01)
    assert job.cancelled
    assert "timer job was cancelled before its end" in caplog.text
