"""Requests as the worker hands them to a handler, without a server."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from urllib.parse import urlencode

from fastapi import Request, Response


def make_request(
    path: str = "/api/things",
    *,
    method: str = "GET",
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    body: bytes | Sequence[bytes] = b"",
    path_params: Mapping[str, str] | None = None,
    client: str = "127.0.0.1",
    left: asyncio.Event | None = None,
) -> Request:
    """A request; a body given as a sequence comes in as many pieces; its client stays until ``left``."""
    pieces = [body] if isinstance(body, bytes) else list(body)
    messages = [
        {"type": "http.request", "body": piece, "more_body": index < len(pieces) - 1}
        for index, piece in enumerate(pieces)
    ]
    remaining = iter(messages)

    async def receive() -> dict[str, object]:
        if message := next(remaining, None):
            return message
        await (left or asyncio.Event()).wait()
        return {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "method": method,
        "scheme": "http",
        "server": ("localhost", 7071),
        "client": (client, 50000),
        "path": path,
        "raw_path": path.encode(),
        "query_string": urlencode(query or {}).encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()],
        "path_params": dict(path_params or {}),
    }
    return Request(scope, receive)


async def body_of(response: Response) -> bytes:
    """The whole body of a response, streamed or not."""
    chunks: AsyncIterator[bytes | str] | None = getattr(response, "body_iterator", None)
    if chunks is None:
        return bytes(response.body)
    return b"".join([chunk.encode() if isinstance(chunk, str) else chunk async for chunk in chunks])
