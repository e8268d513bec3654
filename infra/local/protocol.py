"""The HTTP protocol of the local host, with a bound for headers and a deadline for slow requests."""

import asyncio
from typing import Any, Final

from starlette.requests import Request
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from shared.errors import ProblemError
from shared.errors.request_errors import HeadersTooLargeError, InvalidRequestError, RequestTimeoutError
from shared.http.handler import request_id_of
from shared.http.problems import instance_of, problem_response
from shared.observability.failures import log_failure
from shared.observability.telemetry import request_scope

HEAD_BYTES: Final = 32_768
"""Maximum bytes of request line and headers; the Functions host has the same order of magnitude."""
REQUEST_SECONDS: Final = 20.0
"""Deadline for a whole request, from its first byte or from the connection to its last."""

_LONGEST_INSTANCE: Final = 1_000
"""Characters of a path that a problem repeats."""


class BoundedHttpProtocol(HttpToolsProtocol):
    """Closes connections whose request is no HTTP (400), too slow (408), or has too large headers (431).

    Until the headers have been read, no app can answer: the protocol sends the problem response itself.
    """

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - uvicorn's
        super().__init__(*args, **options)
        self._head_bytes = 0
        self._in_head = False
        self._begun = False
        self._refused = False
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Starts the deadline: a connection that sends nothing ends, too."""
        super().connection_made(transport)
        self._start_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends the deadline."""
        self._end_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parses data, and refuses headers that do not end within their bound."""
        if self._refused:
            return
        self._begun = True
        super().data_received(data)
        if self._in_head and not self._refused:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES:
                self._refuse(_headers_too_large())

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's
        """Refuses what the parser does not understand; uvicorn itself would send plain text."""
        self._refuse(InvalidRequestError("The request is not valid HTTP/1.1."))

    def on_message_begin(self) -> None:
        """Starts a request."""
        super().on_message_begin()
        self._in_head, self._head_bytes = True, 0
        self._start_deadline()

    def on_headers_complete(self) -> None:
        """Starts the response, unless the headers are too large."""
        self._in_head = False
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > HEAD_BYTES:
            self._refuse(_headers_too_large())
        if not self._refused:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Takes a part of the body."""
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Ends the request."""
        self._end_deadline()
        if not self._refused:
            super().on_message_complete()

    def _start_deadline(self) -> None:
        self._end_deadline()
        self._deadline = self.loop.call_later(REQUEST_SECONDS, self._time_out)

    def _end_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _time_out(self) -> None:
        if self._begun:
            self._refuse(RequestTimeoutError(f"The request did not arrive within {REQUEST_SECONDS:.0f} s."))
        else:
            # Browsers connect before they have anything to send: there is no request to respond to.
            self.transport.close()

    def _refuse(self, error: ProblemError) -> None:
        if self._refused:
            return
        self._refused = True
        self._end_deadline()
        # While an earlier response is being sent, a status line would become a part of it.
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            self.transport.write(self._problem(error))
        self.transport.close()

    def _problem(self, error: ProblemError) -> bytes:
        """Returns the bytes of a problem response, and writes the request's log line."""
        path = getattr(self, "url", b"").partition(b"?")[0][:_LONGEST_INSTANCE]
        request = Request({"type": "http", "path": "/", "raw_path": path, "headers": self.headers or []})
        with request_scope(request_id_of(request), "local_host") as scope:
            log_failure(error, scope)
            response = problem_response(error, instance=instance_of(request), request_id=scope.request_id)
            scope.log_request(error.status)
        headers = [*self.server_state.default_headers, *response.raw_headers, (b"connection", b"close")]
        lines = [b"%s: %s\r\n" % header for header in headers]
        return b"".join((STATUS_LINE[error.status], *lines, b"\r\n", bytes(response.body)))


def _headers_too_large() -> HeadersTooLargeError:
    return HeadersTooLargeError(f"Request line and headers may have at most {HEAD_BYTES} bytes.")
