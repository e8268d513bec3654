"""Protects the local host, which asks for no keys, from web pages of other origins."""

import re
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.domain.ip_addresses import is_loopback
from shared.errors.request_errors import ForbiddenOriginError
from shared.http.handler import request_id_of
from shared.http.problems import instance_of, problem_response

# Not urlsplit: it takes what stands before an @ or after a slash for other parts of an address.
_HOST: Final = re.compile(r"(?P<name>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?")
_ORIGIN: Final = re.compile(r"https?://(?P<host>[^/]+)")


@dataclass(frozen=True)
class Origins:
    """The origins whose pages may call the local host.

    Attributes:
        configured: Origins of ``Host.CORS``; ``*`` for all. Loopback origins are always allowed.
    """

    configured: tuple[str, ...] = ()

    def allow(self, origin: str) -> bool:
        """Returns whether pages of an origin may call."""
        if "*" in self.configured or origin in self.configured:
            return True
        match = _ORIGIN.fullmatch(origin)
        return match is not None and is_loopback_name(_name_of(match["host"]))


def is_loopback_name(name: str) -> bool:
    """Returns whether a host name means this machine."""
    name = name.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return is_loopback(name)
    except ValueError:
        return False


@dataclass(frozen=True)
class OriginCheck:
    """Refuses requests that a page of another origin sent, in front of an ASGI app.

    A page can send simple requests (an image, a form) without asking, and by DNS rebinding it can call this
    machine under a name of its own. The check is by ``Host``, ``Origin`` and ``Sec-Fetch-Site``.

    Attributes:
        app: The app.
        origins: The allowed origins.
    """

    app: ASGIApp
    origins: Origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request (ASGI)."""
        request = Request(scope)
        reason = self._objection(request)
        if reason is None:
            await self.app(scope, receive, send)
            return
        error = ForbiddenOriginError(reason)
        response = problem_response(error, instance=instance_of(request), request_id=request_id_of(request))
        await response(scope, receive, send)

    def _objection(self, request: Request) -> str | None:
        for host in request.headers.getlist("host") or [""]:
            if not is_loopback_name(_name_of(host)):
                return "The Host header must be a loopback name, such as localhost."
        origins = request.headers.getlist("origin")
        if not all(map(self.origins.allow, origins)):
            return "Pages of this origin may not call the local host; Host.CORS allows origins."
        cross_site = "cross-site" in ",".join(request.headers.getlist("sec-fetch-site")).lower()
        if cross_site and not origins and "*" not in self.origins.configured:
            return "A page of another site may not call the local host."
        return None


def _name_of(host: str) -> str:
    """Returns the name in a ``Host`` header, without brackets and port; empty if the header is malformed."""
    match = _HOST.fullmatch(host)
    return match["name"].strip("[]") if match else ""
