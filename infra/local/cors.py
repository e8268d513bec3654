"""CORS as the platform does it: it answers preflights itself, functions never see them."""

from dataclasses import dataclass

from fastapi import Request, Response


@dataclass(frozen=True)
class Cors:
    """Which origins may call.

    Attributes:
        origins: Allowed origins; ``*`` for all, none for no CORS at all.
        credentials: Whether browsers may send credentials.
    """

    origins: tuple[str, ...]
    credentials: bool = False

    def preflight(self, request: Request) -> Response | None:
        """The answer to a preflight; None when the request is none, or CORS is not set up."""
        asked = request.headers.get("access-control-request-method")
        if request.method != "OPTIONS" or asked is None or not self.origins:
            return None
        response = Response(status_code=204)
        if self._allowed(request) is not None:
            self.add_headers(request, response)
            response.headers["Access-Control-Allow-Methods"] = asked
            response.headers["Access-Control-Max-Age"] = "600"
            if headers := request.headers.get("access-control-request-headers"):
                response.headers["Access-Control-Allow-Headers"] = headers
        return response

    def add_headers(self, request: Request, response: Response) -> None:
        """Lets the calling origin read the response, unless the function said who may."""
        allowed = self._allowed(request)
        if allowed is None or "access-control-allow-origin" in response.headers:
            return
        response.headers["Access-Control-Allow-Origin"] = allowed
        if allowed != "*":
            response.headers.append("Vary", "Origin")
        if self.credentials:
            response.headers["Access-Control-Allow-Credentials"] = "true"

    def _allowed(self, request: Request) -> str | None:
        origin = request.headers.get("origin")
        if origin is None:
            return None
        if "*" in self.origins:
            return origin if self.credentials else "*"
        return origin if origin in self.origins else None
