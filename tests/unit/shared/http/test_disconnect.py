"""Work is cancelled when its client disconnects, and only then."""

import asyncio

import pytest
from starlette.requests import ClientDisconnect

from shared.http.disconnect import watching, while_connected
from tests.support.http import make_request


async def test_work_of_a_client_that_stays_is_finished() -> None:
    async def work() -> str:
        await asyncio.sleep(0)
        return "done"

    assert await while_connected(make_request(), work()) == "done"


async def test_client_that_leaves_cancels_the_work() -> None:
    left, cancelled = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        left.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    with pytest.raises(ClientDisconnect):
        await while_connected(make_request(left=left), work())
    assert cancelled.is_set()


async def test_cancelled_request_cancels_the_work_and_is_no_disconnect() -> None:
    begun, cancelled = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    task = asyncio.create_task(while_connected(make_request(), work()))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5):
        await cancelled.wait()


async def test_error_of_the_work_is_raised() -> None:
    async def work() -> None:
        raise ValueError("defect")

    with pytest.raises(ValueError, match="defect"):
        await while_connected(make_request(), work())


async def test_callback_is_not_called_after_the_block() -> None:
    left, calls = asyncio.Event(), []
    with watching(make_request(left=left), lambda: calls.append("left")):
        await asyncio.sleep(0)
    left.set()
    await asyncio.sleep(0.01)
    assert calls == []
