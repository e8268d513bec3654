"""The HTTP protocol of the local host, with a bound for headers and a deadline for slow requests."""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

HEAD_BYTES: Final = 32_768
"""Maximum bytes of request line and headers; the Functions host has the same order of magnitude."""
REQUEST_SECONDS: Final = 20.0
"""Deadline for a whole request, from its first byte or from the connection to its last."""


class BoundedHttpProtocol(HttpToolsProtocol):
    """Closes connections whose request is too slow (408) or whose headers are too large (431)."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - uvicorn's
        super().__init__(*args, **options)
        self._head_bytes = 0
        self._in_head = False
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
        super().data_received(data)
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES:
                self._refuse(431)

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
            self._refuse(431)
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
        self._deadline = self.loop.call_later(REQUEST_SECONDS, self._refuse, 408)

    def _end_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, status: int) -> None:
        self._refused = True
        self._end_deadline()
        # While an earlier response is being sent, a status line would become a part of it.
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            head = (STATUS_LINE[status], b"content-length: 0\r\n", b"connection: close\r\n", b"\r\n")
            self.transport.write(b"".join(head))
        self.transport.close()
