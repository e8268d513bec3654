"""Timeouts in the time that the event loop was free to run."""

import asyncio
import time

import pytest

from shared.runtime.loop_timeout import LoopTimeout
from tests.support.durations import Stopwatch


async def test_block_is_cancelled_after_its_time() -> None:
    started = time.monotonic()
    with Stopwatch() as watch, pytest.raises(TimeoutError):
        async with LoopTimeout(0.05):
            await asyncio.Event().wait()
    assert time.monotonic() - started > 0.04
    assert watch.seconds < 1


async def test_result_in_time_is_returned_and_the_timer_removed() -> None:
    async with LoopTimeout(0.02):
        await asyncio.sleep(0)
    await asyncio.sleep(0.05)


async def test_time_in_which_the_loop_was_blocked_does_not_count() -> None:
    arrived = asyncio.Event()
    async with LoopTimeout(0.1):
        time.sleep(0.3)  # noqa: ASYNC251 - blocks the loop on purpose
        asyncio.get_running_loop().call_later(0.03, arrived.set)
        await arrived.wait()


async def test_loop_that_is_always_blocked_does_not_prolong_it_for_ever() -> None:
    blocked = 0

    async def block() -> None:
        nonlocal blocked
        async with LoopTimeout(0.01):
            while True:
                time.sleep(0.02)  # noqa: ASYNC251 - blocks the loop on purpose
                blocked += 1
                await asyncio.sleep(0)

    with pytest.raises(TimeoutError):
        await block()
    assert 5 < blocked < 100


async def test_cancellation_from_outside_stays_one() -> None:
    async def wait() -> None:
        async with LoopTimeout(10):
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
