"""Work for a client, ended when the client leaves."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from fastapi import Request
from starlette.requests import ClientDisconnect

T = TypeVar("T")


async def while_connected(req: Request, work: Coroutine[Any, Any, T]) -> T:
    """The result of the work, unless the client leaves before.

    Args:
        req: The request; its body must have been read.
        work: Cancelled when the client leaves, and ended before this returns.

    Raises:
        ClientDisconnect: The client has left.
    """
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_left(req))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        for task in (working, leaving):
            task.cancel()
        await asyncio.wait((working, leaving))


async def _left(req: Request) -> None:
    while (await req.receive())["type"] != "http.disconnect":
        continue
