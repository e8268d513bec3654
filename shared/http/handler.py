"""The wrapper around every handler: request id, log line, and errors as problem responses."""

import asyncio
import logging
import re
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import azure.functions as func

# The platform accepts only these classes (they are FastAPI's). Importing them from the extension switches the
# app to HTTP streaming.
from azurefunctions.extensions.http.fastapi import Request, Response
from starlette.requests import ClientDisconnect

from shared.app.context import AppContext
from shared.app.context_provider import RETRY_SECONDS, contexts
from shared.errors import ConfigurationError, ProblemError, SecretsUnavailableError
from shared.errors.request_errors import UpgradeNotSupportedError
from shared.errors.service_errors import DependencyUnavailableError
from shared.http.blueprint import ROUTE_ATTRIBUTE
from shared.http.problems import instance_of, problem_response
from shared.http.quota import quota_headers
from shared.http.request_caller import caller_of
from shared.observability.failures import is_expected, log_failure, unexpected
from shared.observability.telemetry import Field, RequestScope, current_scope, request_scope
from shared.runtime.degraded import DegradedState
from shared.runtime.shutdown import shutdown

Handler = Callable[[Request, AppContext], Awaitable[Response]]
PlainHandler = Callable[[Request], Awaitable[Response]]
Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]
TimerRun = Callable[[AppContext], Awaitable[None]]
TimerEndpoint = Callable[[func.TimerRequest], Coroutine[Any, Any, None]]
QueueRun = Callable[[AppContext, func.QueueMessage], Awaitable[None]]
QueueEndpoint = Callable[[func.QueueMessage], Coroutine[Any, Any, None]]

EXPOSED_HEADERS = (
    "Age, Content-Disposition, ETag, Location, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, "
    "Retry-After, X-Data-As-Of, X-Data-Errors, X-Data-Fallback-Reason, X-Data-Fetched-At, X-Data-Source, "
    "X-Data-Stale, X-Request-ID"
)
"""Headers that pages of an allowed origin may read; the CORS settings of the platform do not cover them."""

_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{1,128}$")
_log = logging.getLogger(__name__)


def request_id_of(req: Request) -> str:
    """Returns the ``X-Request-ID`` of the client if it is valid, else a new id."""
    given = req.headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def http_handler(handler: Handler) -> Endpoint:
    """Returns the endpoint of a handler, which the Functions worker calls.

    The worker requires exactly the bindings as parameters: the endpoint takes ``req`` and adds the context.
    No exception and no cancellation leaves it: the worker would turn the first into plain text and let the
    request hang after the second.
    """

    async def with_context(req: Request) -> Response:
        app = await contexts.get()
        current_scope().caller = lambda: caller_of(req, app.settings.app.caller_hash_key)
        return await handler(req, app)

    _take_name(with_context, handler)
    return plain_handler(with_context)


def plain_handler(handler: PlainHandler) -> Endpoint:
    """Returns the endpoint of a handler that needs no configuration; see :func:`http_handler`."""

    async def endpoint(req: Request) -> Response:
        route: str = getattr(endpoint, ROUTE_ATTRIBUTE, f"/{handler.__name__}")
        with request_scope(
            request_id_of(req), handler.__name__, method=req.method, route=route, headers=req.headers
        ) as scope:
            response = await _answer(handler, req, scope)
            response.headers["X-Request-ID"] = scope.request_id
            # Responses contain third-party text: forbid MIME sniffing.
            response.headers["X-Content-Type-Options"] = "nosniff"
            response.headers.update(quota_headers(req))
            if "origin" in req.headers:
                response.headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
            # A stream logs its line at its end (shared.http.sse).
            if not scope.streaming:
                scope.log_request(response.status_code)
            return response

    _take_name(endpoint, handler)
    return endpoint


def timer_handler(run: TimerRun) -> TimerEndpoint:
    """Returns the endpoint of a timer, which the Functions worker calls; see :func:`_run_triggered`."""
    state = DegradedState(f"timer {run.__name__}", _log)

    async def endpoint(timer: func.TimerRequest) -> None:
        await _run_triggered("timer", run.__name__, state, run, past_due=timer.past_due)

    _take_name(endpoint, run)
    return endpoint


def queue_handler(run: QueueRun) -> QueueEndpoint:
    """Returns the endpoint of a queue trigger, which the Functions worker calls; see :func:`_run_triggered`.

    The host delivers a message again after a failed run, a limited number of times.
    """
    state = DegradedState(f"queue {run.__name__}", _log)

    async def endpoint(message: func.QueueMessage) -> None:
        async def handle(app: AppContext) -> None:
            await run(app, message)

        await _run_triggered("queue", run.__name__, state, handle, dequeue_count=message.dequeue_count)

    _take_name(endpoint, run)
    return endpoint


async def _run_triggered(
    trigger: str, name: str, state: DegradedState, run: TimerRun, **fields: Field | None
) -> None:
    """Runs a function without a client.

    An exception is raised again, so that the host counts the run as failed. A defect is logged with its
    traceback; an expected failure is a degraded state of the function.
    """
    with request_scope(uuid.uuid4().hex, name) as scope:
        scope.annotate(**fields)
        try:
            await run(await contexts.get())
        except Exception as error:
            if isinstance(error, ProblemError):
                log_failure(error, scope)
            if is_expected(error):
                state.begin(str(error))
            else:
                _log.exception("%s run failed: unexpected error", trigger)
            scope.log_request(500)
            raise
        state.end()
        scope.log_request(200)


def _take_name(
    endpoint: Endpoint | TimerEndpoint | QueueEndpoint, named: Handler | PlainHandler | TimerRun | QueueRun
) -> None:
    # Not functools.wraps: the worker would see the signature of the wrapped function.
    endpoint.__name__ = endpoint.__qualname__ = named.__name__
    endpoint.__module__ = named.__module__
    endpoint.__doc__ = named.__doc__


async def _answer(handler: PlainHandler, req: Request, scope: RequestScope) -> Response:
    try:
        _refuse_what_no_handler_serves(req)
        with shutdown.tracking():
            return await handler(req)
    except ProblemError as error:
        log_failure(error, scope)
        return _problem(error, req, scope)
    except SecretsUnavailableError:
        return _problem(_without_secrets(), req, scope)
    except ConfigurationError as error:
        _log.error("configuration error: %s", error)
        return _problem(unexpected(), req, scope)
    except ClientDisconnect:
        # The status that nginx logs for a client that disconnected.
        scope.annotate(outcome="disconnected")
        return Response(status_code=499)
    except asyncio.CancelledError:
        if shutdown.interrupting:
            return _interrupted(req, scope)
        _log.warning("request cancelled")
        return _problem(unexpected(), req, scope)
    except Exception:  # noqa: BLE001 - the only place; the cause is logged, the client gets internal_error
        _log.exception("request failed: unexpected error")
        return _problem(unexpected(), req, scope)


def _refuse_what_no_handler_serves(req: Request) -> None:
    if shutdown.begun:
        raise shutdown.error()
    if "websocket" in ",".join(req.headers.getlist("upgrade")).lower():
        raise UpgradeNotSupportedError("WebSocket is not supported. Streams are server-sent events.")


def _interrupted(req: Request, scope: RequestScope) -> Response:
    if task := asyncio.current_task():
        # The cancellation ends here: the task still has to send the response.
        task.uncancel()
    error = shutdown.error()
    log_failure(error, scope)
    return _problem(error, req, scope)


def _without_secrets() -> ProblemError:
    detail = "The service cannot read its secrets at present."
    return DependencyUnavailableError(detail, retry_after=RETRY_SECONDS)


def _problem(error: ProblemError, req: Request, scope: RequestScope) -> Response:
    return problem_response(error, instance=instance_of(req), request_id=scope.request_id)
