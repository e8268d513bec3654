"""CORS as on the platform, which answers preflight requests itself."""

from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.local.admin import PREFIX
from infra.local.origins import Origins


@dataclass(frozen=True)
class Cors:
    """Adds CORS headers to the responses of an ASGI app; the host's own endpoints get none.

    Attributes:
        app: The app.
        origins: The allowed origins.
        credentials: Whether browsers may send credentials.
    """

    app: ASGIApp
    origins: Origins
    credentials: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request (ASGI)."""
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is None or scope["path"].casefold().startswith(PREFIX):
            await self.app(scope, receive, send)
            return
        allowed = self._headers_for(origin)
        requested_method = headers.get("access-control-request-method")
        if scope["method"] == "OPTIONS" and requested_method is not None:
            allowed["Access-Control-Allow-Methods"] = requested_method
            allowed["Access-Control-Allow-Headers"] = headers.get("access-control-request-headers", "")
            await Response(status_code=204, headers=allowed)(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = MutableHeaders(scope=message)
                if "access-control-allow-origin" not in sent:
                    sent.update(allowed)
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _headers_for(self, origin: str) -> dict[str, str]:
        if "*" in self.origins.configured:
            return {"Access-Control-Allow-Origin": "*"}
        allowed = {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
        if self.credentials:
            allowed["Access-Control-Allow-Credentials"] = "true"
        return allowed
