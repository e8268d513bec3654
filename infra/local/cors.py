"""CORS as the platform does it: it answers preflights itself, functions never see them."""

from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(frozen=True)
class Cors:
    """An ASGI app in front of another.

    Attributes:
        app: The other.
        origins: Origins that may call; ``*`` for all, none for no CORS at all.
        credentials: Whether browsers may send credentials.
    """

    app: ASGIApp
    origins: tuple[str, ...]
    credentials: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request (ASGI)."""
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is None or not self.origins:
            await self.app(scope, receive, send)
            return
        allowed = self._headers_for(origin)
        asked = headers.get("access-control-request-method")
        if scope["method"] == "OPTIONS" and asked is not None:
            if allowed:
                allowed["Access-Control-Allow-Methods"] = asked
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
        if "*" in self.origins:
            return {"Access-Control-Allow-Origin": "*"}
        if origin not in self.origins:
            return {}
        allowed = {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
        if self.credentials:
            allowed["Access-Control-Allow-Credentials"] = "true"
        return allowed
