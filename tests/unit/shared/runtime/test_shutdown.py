"""The orderly end of a worker: work finishes in the grace time, or is interrupted and may still store."""

import asyncio

import pytest

from shared.runtime import shutdown as module
from shared.runtime.shutdown import RETRY_AFTER, Shutdown


@pytest.fixture
def shutdown() -> Shutdown:
    return Shutdown()


async def test_work_that_finishes_in_time_is_not_interrupted(shutdown: Shutdown) -> None:
    go_on = asyncio.Event()

    async def work() -> str:
        with shutdown.tracking():
            await go_on.wait()
            return "done"

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    draining = asyncio.create_task(shutdown.drain(60))
    await asyncio.sleep(0)
    assert shutdown.begun
    go_on.set()
    await draining
    assert await task == "done"
    assert not shutdown.interrupting


async def test_longer_work_is_interrupted_and_stores_what_it_has(shutdown: Shutdown) -> None:
    stored: list[str] = []

    async def work() -> None:
        with shutdown.tracking():
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                stored.append("partial answer")

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    await shutdown.drain(0)
    assert stored == ["partial answer"]
    assert task.cancelled()
    assert shutdown.interrupting


async def test_work_that_ignores_the_interruption_does_not_hold_up_the_end(
    shutdown: Shutdown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STORE_SECONDS", 0.01)
    go_on = asyncio.Event()

    async def work() -> None:
        while not go_on.is_set():
            try:
                await go_on.wait()
            except asyncio.CancelledError:
                continue

    task = asyncio.create_task(work())
    shutdown.track(task)
    await asyncio.sleep(0)
    await shutdown.drain(0)
    assert not task.done()
    go_on.set()
    await task


async def test_worker_without_work_ends_immediately(shutdown: Shutdown) -> None:
    await shutdown.drain(60)
    assert (shutdown.begun, shutdown.interrupting) == (True, False)


def test_refused_request_is_told_when_to_retry(shutdown: Shutdown) -> None:
    assert shutdown.error().retry_after == RETRY_AFTER
