"""One deadline over many waits."""

import asyncio
from contextlib import suppress

import pytest

from shared.runtime.deadline import Deadline


def _in(seconds: float) -> Deadline:
    return Deadline(asyncio.get_running_loop().time() + seconds)


async def _wait() -> None:
    await asyncio.Event().wait()


async def test_waits_before_the_deadline_bring_what_they_wait_for() -> None:
    async def soon() -> int:
        await asyncio.sleep(0)
        return 1

    deadline = _in(60)

    assert [await deadline.run(soon) for _ in range(3)] == [1, 1, 1]
    deadline.close()


async def test_wait_ends_when_the_deadline_passes_and_the_task_goes_on() -> None:
    with pytest.raises(TimeoutError):
        await _in(0).run(_wait)

    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_no_wait_begins_after_the_deadline() -> None:
    async def never() -> None:
        pytest.fail("began")

    deadline = _in(0)
    with suppress(TimeoutError):
        await deadline.run(_wait)

    with pytest.raises(TimeoutError):
        await deadline.run(never)


async def test_deadline_that_passes_between_two_waits_cancels_nothing_but_the_next() -> None:
    deadline = _in(0)
    await asyncio.sleep(0.001)

    with pytest.raises(TimeoutError):
        await deadline.run(_wait)


async def test_closed_deadline_does_not_pass() -> None:
    deadline = _in(0)
    deadline.close()
    await asyncio.sleep(0.001)

    assert await deadline.run(lambda: asyncio.sleep(0, "here")) == "here"


async def test_who_waits_can_be_cancelled_also_when_the_deadline_passes_at_the_same_time() -> None:
    for seconds in (60, 0):
        deadline = _in(seconds)
        task = asyncio.create_task(deadline.run(_wait))
        await asyncio.sleep(0)
        task.cancel()

        with pytest.raises(asyncio.CancelledError):
            await task
        deadline.close()


async def test_deadline_and_somebody_else_cancel_in_the_same_turn_of_the_loop() -> None:
    deadline = _in(60)
    task = asyncio.create_task(deadline.run(_wait))
    await asyncio.sleep(0)
    deadline._pass()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_wait_that_ends_by_itself_in_spite_of_the_deadline_leaves_no_cancellation_behind() -> None:
    async def stubborn() -> str:
        with suppress(asyncio.CancelledError):
            await _wait()
        return "done"

    assert await _in(0).run(stubborn) == "done"
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_deadline_within_a_time_out_of_asyncio_gives_way_to_it() -> None:
    deadline = _in(60)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await deadline.run(_wait)
    deadline.close()

    assert await _in(60).run(lambda: asyncio.sleep(0, 1)) == 1
