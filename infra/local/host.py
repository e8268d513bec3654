"""The stand-in for the Functions host: an ASGI app that routes requests to functions as the host does."""

import asyncio
import json
import logging
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from fastapi import Request, Response

from infra.local.cors import Cors
from infra.local.indexing import FunctionIndex, HttpFunction
from infra.local.routing import Router
from infra.local.timers import TimerService

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_ADMIN: Final = "/admin/functions/"

_log = logging.getLogger(__name__)


class InvocationContext:
    """What a handler that asks for ``context`` gets, as far as it is useful here."""

    def __init__(self, function_name: str) -> None:
        self.function_name = function_name
        self.invocation_id = str(uuid.uuid4())


class LocalHost:
    """Serves the functions of an app.

    Args:
        index: The app's functions.
        prefix: First part of every route.
        cors: Which browsers may call.
        timers: The app's timers, to be run by hand.
    """

    def __init__(self, index: FunctionIndex, prefix: str, cors: Cors, timers: TimerService) -> None:
        self._router = Router(index.http, prefix)
        names = [one.name for one in index.http] + [one.name for one in index.timers]
        self._names = {name.lower(): name for name in names}
        self._cors = cors
        self._timers = timers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP request (ASGI)."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        if (preflight := self._cors.preflight(request)) is not None:
            await preflight(scope, receive, send)
            return
        response = await self._answer(request)
        self._cors.add_headers(request, response)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        raw_path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
        if raw_path.lower().startswith(_ADMIN):
            return await self._run_by_hand(request, raw_path[len(_ADMIN) :])
        found = self._router.match(request.method, raw_path)
        if found is None:
            return Response(status_code=404)
        function, request.scope["path_params"] = found
        try:
            return await _call(function, request)
        except Exception:  # noqa: BLE001 - as the platform does: logged, and a bare text for the client
            _log.exception("function %s let an exception escape", function.name)
            return Response("Internal Server Error", status_code=500, media_type="text/plain")

    async def _run_by_hand(self, request: Request, name: str) -> Response:
        """Starts a timer now: ``POST /admin/functions/{name}`` with ``{}`` or ``{"input": …}``."""
        known = self._names.get(name.lower())
        if known is None or request.method != "POST":
            return Response(status_code=404)
        try:
            json.loads(await request.body() or b"{}")
        except ValueError:
            return Response(status_code=400)
        timer = self._timers.timers.get(known)
        if timer is None:
            return Response(status_code=400)
        timer.start()
        return Response(status_code=202)


async def _call(function: HttpFunction, request: Request) -> Response:
    arguments: dict[str, Any] = {function.parameter: request}
    if function.wants_context:
        arguments["context"] = InvocationContext(function.name)
    if asyncio.iscoroutinefunction(function.call):
        answer = await function.call(**arguments)
    else:
        answer = await asyncio.to_thread(function.call, **arguments)
    if not isinstance(answer, Response):
        raise TypeError(f"{function.name} returned {type(answer).__name__}, not a response")
    return answer
