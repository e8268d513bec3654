"""Cancels work whose client has disconnected."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from fastapi import Request
from starlette.requests import ClientDisconnect

from shared.runtime.shutdown import shutdown

T = TypeVar("T")


@contextmanager
def watching(req: Request, leave: Callable[[], None]) -> Iterator[None]:
    """Calls ``leave`` when the client disconnects within the block.

    Args:
        req: The request; its body must have been read.
        leave: The callback.
    """
    watcher = asyncio.ensure_future(_left(req))
    watcher.add_done_callback(lambda done: None if done.cancelled() or done.exception() else leave())
    try:
        yield
    finally:
        watcher.cancel()


async def while_connected(req: Request, work: Coroutine[Any, Any, T]) -> T:
    """Returns the result of the work, which is cancelled when the client disconnects.

    Args:
        req: The request; its body must have been read.
        work: The work.

    Raises:
        ClientDisconnect: The client has disconnected.
    """
    working = asyncio.create_task(work)
    shutdown.track(working)
    left = False

    def leave() -> None:
        nonlocal left
        left = working.cancel()

    try:
        with watching(req, leave):
            return await working
    except asyncio.CancelledError:
        if left:
            raise ClientDisconnect from None
        working.cancel()
        raise


async def _left(req: Request) -> None:
    while (await req.receive())["type"] != "http.disconnect":
        continue
