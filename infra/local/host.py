"""The local host: routes requests to functions as the Functions host does."""

import logging
from typing import Final

from azurefunctions.extensions.http.fastapi.web import WebApp
from fastapi import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.local.admin import PREFIX, Admin
from infra.local.indexing import FunctionIndex, HttpFunction
from infra.local.invocation import Invoker
from infra.local.queues import QueueService
from infra.local.routing import Router
from infra.local.timers import TimerService

_FUNCTION: Final = "function"
_HOME_FUNCTION: Final = "console"

_log = logging.getLogger(__name__)


class LocalHost:
    """Serves the functions of an app (an ASGI app).

    The web application of the platform's extension produces the responses: it converts return values,
    streams, notices disconnects, and turns an escaping exception into a bare 500.

    Args:
        index: The functions of the app.
        prefix: First part of every route.
        timers: The timers of the app, to be run by hand.
        queues: The queue functions of the app, to be run by hand.
        invoker: Calls the handlers.
    """

    def __init__(
        self,
        index: FunctionIndex,
        prefix: str,
        timers: TimerService,
        queues: QueueService,
        invoker: Invoker,
    ) -> None:
        self._router = Router(index.http, prefix)
        self._admin = Admin(index, timers, queues)
        self._worker = _worker_app(invoker)
        self._home = _home(index, prefix)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one HTTP request (ASGI)."""
        raw_path: str = scope["raw_path"].decode("latin-1").partition("?")[0]
        if scope["path"] == "/" and self._home is not None:
            answer: ASGIApp = RedirectResponse(self._home)
        elif scope["path"].casefold().startswith(PREFIX):
            answer = await self._admin.answer(Request(scope, receive))
        elif found := self._router.match(scope["method"], raw_path):
            function, params = found
            scope = {**scope, _FUNCTION: (function, params)}
            answer = self._worker_answer
        else:
            answer = Response(status_code=404)
        await answer(scope, receive, send)

    async def _worker_answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        answered = False

        async def watch(message: Message) -> None:
            nonlocal answered
            await send(message)
            answered = message["type"] == "http.response.body" and not message.get("more_body", False)

        try:
            await self._worker(scope, receive, watch)
        except Exception:
            # The response is a 500, or its body is cut: only then the connection must end.
            _log.exception("unexpected error escaped from function %s", scope[_FUNCTION][0].name)
            if not answered:
                raise


def _home(index: FunctionIndex, prefix: str) -> str | None:
    """Returns the path of the console, to which ``/`` redirects; None where the app has none."""
    if any(function.name == _HOME_FUNCTION for function in index.http):
        return "/".join(("", *filter(None, (prefix, _HOME_FUNCTION))))
    return None


def _worker_app(invoker: Invoker) -> ASGIApp:
    async def catch_all(request: Request):  # type: ignore[no-untyped-def]  # noqa: ANN202 - no response model
        function: HttpFunction
        function, params = request.scope[_FUNCTION]
        request.path_params.clear()
        request.path_params.update(params)
        return await invoker.call(
            function.name, function.call, {function.parameter: request}, wants_context=function.wants_context
        )

    web_app = WebApp()
    web_app.route(catch_all)
    app: ASGIApp = web_app.get_app()
    return app
