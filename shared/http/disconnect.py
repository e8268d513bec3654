"""Work for a client, ended when the client leaves."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from fastapi import Request
from starlette.requests import ClientDisconnect

from shared.http.shutdown import shutdown

T = TypeVar("T")


@contextmanager
def watching(req: Request, leave: Callable[[], None]) -> Iterator[None]:
    """Calls ``leave`` when the client leaves within the block.

    Args:
        req: The request; its body must have been read.
        leave: What to do.
    """
    watcher = asyncio.ensure_future(_left(req))
    watcher.add_done_callback(lambda done: None if done.cancelled() or done.exception() else leave())
    try:
        yield
    finally:
        watcher.cancel()


async def while_connected(req: Request, work: Coroutine[Any, Any, T]) -> T:
    """The result of the work, unless the client leaves before.

    Args:
        req: The request; its body must have been read.
        work: Cancelled when the client leaves, and ended before this returns.

    Raises:
        ClientDisconnect: The client has left.
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
