"""The endpoints of the host: list functions, and run a timer or a queue function by hand."""

import json
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from infra.local.indexing import FunctionIndex
from infra.local.queues import QueueService
from infra.local.timers import TimerService
from shared.errors import ProblemError
from shared.errors.request_errors import (
    InvalidJsonError,
    InvalidRequestError,
    NotFoundError,
    PayloadTooLargeError,
    UnsupportedMediaTypeError,
)
from shared.http.handler import request_id_of
from shared.http.problems import instance_of, problem_response

PREFIX: Final = "/admin/"
_BODY_BYTES: Final = 65_536


class Admin:
    """Serves requests under ``/admin/``.

    Args:
        index: The functions of the app.
        timers: The timers of the app.
        queues: The queue functions of the app.
    """

    def __init__(self, index: FunctionIndex, timers: TimerService, queues: QueueService) -> None:
        self._timers = {name.casefold(): timer for name, timer in timers.timers.items()}
        self._queues = {name.casefold(): listener for name, listener in queues.listeners.items()}
        self._http_names = {function.name.casefold() for function in index.http}
        self._listed: list[dict[str, object]] = []
        for function in index.http:
            self._listed.append({"name": function.name, "route": function.route, "methods": function.methods})
        for timer in index.timers:
            self._listed.append({"name": timer.name, "schedule": timer.schedule.expression})
        for function_of_queue in index.queues:
            self._listed.append({"name": function_of_queue.name, "queue": function_of_queue.queue_name})

    async def answer(self, request: Request) -> Response:
        """Returns the response to a request."""
        try:
            return await self._answer(request)
        except ProblemError as error:
            return problem_response(error, instance=instance_of(request), request_id=request_id_of(request))

    async def _answer(self, request: Request) -> Response:
        match request.method, request.url.path.rstrip("/").casefold().split("/")[2:]:
            case "GET", ["host", "status"]:
                return JSONResponse({"state": "Running"})
            case "GET", ["functions"]:
                return JSONResponse(self._listed)
            case "POST", ["functions", name]:
                return await self._run_by_hand(request, name)
        raise NotFoundError("Unknown endpoint of the host.")

    async def _run_by_hand(self, request: Request, name: str) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise UnsupportedMediaTypeError("The body must be sent as Content-Type: application/json.")
        content = await _read_body(request)
        if (listener := self._queues.get(name)) is not None:
            listener.start(_input_of(content))
            return Response(status_code=202)
        timer = self._timers.get(name)
        if timer is None and name in self._http_names:
            raise InvalidRequestError(
                "Only timers and queue functions can be run by hand; call the others by their routes."
            )
        if timer is None:
            raise NotFoundError("Unknown function.")
        # Also while it is still running: as on the platform, 202 means that the request was accepted.
        timer.start()
        return Response(status_code=202)


async def _read_body(request: Request) -> dict[str, object]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _BODY_BYTES:
            raise PayloadTooLargeError(f"The body may have at most {_BODY_BYTES} bytes.")
    try:
        content = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise InvalidJsonError("The body is not valid JSON.") from None
    if not isinstance(content, dict):
        raise InvalidRequestError('The body must be {} or {"input": …}.')
    return content


def _input_of(content: dict[str, object]) -> str:
    """Returns the message that a queue function is run with."""
    given = content.get("input", "")
    if not isinstance(given, str):
        raise InvalidRequestError("input must be a text: the message.")
    return given
