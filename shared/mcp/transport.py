"""Answers one HTTP request with the SDK's Streamable HTTP transport, without sessions.

The transport runs in a task of its own. A JSON response is collected and returned as any other response of
the app; an event stream is passed on message by message.
"""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from fastapi import Request, Response
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from starlette.datastructures import Headers
from starlette.types import Message, Scope

from shared.errors.request_errors import NotAcceptableError
from shared.errors.service_errors import InternalError
from shared.http.disconnect import while_connected
from shared.http.negotiation import negotiate
from shared.http.sse import EVENT_STREAM, EventStream
from shared.mcp.envelope import envelope_error
from shared.mcp.mcp_server import build_server
from shared.mcp.tools.tool import ToolContext
from shared.observability.telemetry import RequestScope, current_scope
from shared.runtime.shutdown import shutdown

if TYPE_CHECKING:
    from shared.app.context import AppContext

JSON: Final = "application/json"
_AHEAD: Final = 16
"""Messages that the transport may be ahead of the client."""


async def mcp_response(req: Request, app: "AppContext", body: bytes) -> Response:
    """Returns the response to a message: JSON, or an event stream where progress is sent.

    Args:
        req: The request; its body has been read.
        app: The services.
        body: The body.

    Raises:
        NotAcceptableError: The client accepts neither JSON nor event streams.
        ClientDisconnect: The client disconnected before the response began.
    """
    accept = req.headers.get("accept")
    negotiate(accept, (JSON, EVENT_STREAM))
    if error := envelope_error(body):
        return Response(error, status_code=HTTPStatus.BAD_REQUEST, media_type=JSON)
    manager = StreamableHTTPSessionManager(
        build_server(ToolContext(req, app)),
        json_response=_json_only(req.headers, body),
        stateless=True,
        max_request_body_size=app.settings.limits.body_bytes,
    )
    exchange = _TransportCall(manager, _transport_scope(req.scope), body)
    try:
        start = await while_connected(req, exchange.next())
        headers = Headers(raw=start["headers"])
        if headers.get("content-type", "").startswith(EVENT_STREAM):
            return _stream(exchange, headers)
        content = await while_connected(req, exchange.rest())
    except BaseException:
        exchange.cancel()
        raise
    response = Response(content, status_code=start["status"])
    response.raw_headers = list(start["headers"])
    return response


def _json_only(headers: Headers, body: bytes) -> bool:
    """Returns whether the response must not be an event stream.

    Clients of the older handshake get a stream only where they asked for progress: the transport would send
    them every response as a stream. Newer ones get one only once a notification is sent.
    """
    accept = headers.get("accept")
    if not _accepts(accept, EVENT_STREAM):
        return True
    if not _accepts(accept, JSON) or headers.get("mcp-protocol-version") in MODERN_PROTOCOL_VERSIONS:
        return False
    return not _wants_progress(body)


def _accepts(accept: str | None, media_type: str) -> bool:
    try:
        negotiate(accept, (media_type,))
    except NotAcceptableError:
        return False
    return True


def _wants_progress(body: bytes) -> bool:
    with suppress(ValueError, RecursionError):
        message = json.loads(body)
        for key in ("params", "_meta"):
            message = message.get(key) if isinstance(message, dict) else None
        return isinstance(message, dict) and message.get("progressToken") is not None
    return False


def _transport_scope(scope: Scope) -> Scope:
    # The transport refuses every Accept but one that names both; which of them is sent is decided here.
    headers = [(name, value) for name, value in scope["headers"] if name != b"accept"]
    return {**scope, "headers": [*headers, (b"accept", f"{JSON}, {EVENT_STREAM}".encode())]}


class _TransportCall:
    """The transport's work on one request, and the messages that it sends.

    Args:
        manager: The transport.
        scope: ASGI scope of the request.
        body: Body of the request.
    """

    def __init__(self, manager: StreamableHTTPSessionManager, scope: Scope, body: bytes) -> None:
        self._messages: asyncio.Queue[Message | Exception] = asyncio.Queue(_AHEAD)
        self._received: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
        self._task = asyncio.create_task(self._run(manager, scope))
        shutdown.track(self._task)

    async def next(self) -> Message:
        """Returns the next message of the response; raises what the transport raised."""
        message = await self._messages.get()
        if isinstance(message, Exception):
            raise message
        return message

    async def rest(self) -> bytes:
        """Returns the body of the response."""
        return b"".join([part async for part in self.parts()])

    async def parts(self) -> AsyncGenerator[bytes]:
        """Yields the parts of the body."""
        more = True
        while more:
            message = await self.next()
            more = message.get("more_body", False)
            yield message.get("body", b"")

    def cancel(self) -> None:
        """Ends the work."""
        self._task.cancel()

    async def _run(self, manager: StreamableHTTPSessionManager, scope: Scope) -> None:
        try:
            async with manager.run():
                await manager.handle_request(scope, self._receive, self._messages.put)
        except Exception as error:  # noqa: BLE001 - raised again where the messages are read
            await self._messages.put(error)
        else:
            await self._messages.put(InternalError("The response ended early."))

    async def _receive(self) -> Message:
        if self._received:
            return self._received.pop()
        # The client's disconnection cancels this task; the transport must not wait for it.
        await asyncio.Event().wait()
        raise AssertionError


def _stream(exchange: _TransportCall, headers: Headers) -> Response:
    scope = current_scope()
    scope.streaming = True
    sent = {name: value for name, value in headers.items() if name not in ("content-type", "content-length")}
    return EventStream(_body(scope, exchange), headers=sent)


async def _body(scope: RequestScope, exchange: _TransportCall) -> AsyncGenerator[bytes]:
    # Runs outside the context of the invocation, so the scope of the request is bound again.
    with scope.bound():
        outcome = "disconnected"
        try:
            async for part in exchange.parts():
                scope.stream_bytes += len(part)
                yield part
            outcome = "ok"
        finally:
            exchange.cancel()
            scope.log_request(200, outcome)
