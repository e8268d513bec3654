"""Gives the responses of the local host itself what the handlers give theirs."""

from dataclasses import dataclass
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.handler import request_id_of

_REQUEST_ID: Final = "x-request-id"


@dataclass(frozen=True)
class RequestIds:
    """Adds ``X-Request-ID`` to the responses of an ASGI app that have none.

    These are those without a handler: redirects, responses to preflight requests, unknown paths.

    Attributes:
        app: The app.
    """

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request (ASGI)."""

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if _REQUEST_ID not in headers:
                    headers[_REQUEST_ID] = request_id_of(Request(scope))
            await send(message)

        await self.app(scope, receive, send_with_id)
