"""The base of the HTTP servers that replace upstream services in tests."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


class StubHandler(BaseHTTPRequestHandler):
    """Handles the requests of one connection; logs nothing, and survives clients that disconnect."""

    def log_message(self, *_arguments: object) -> None:
        """Writes nothing."""

    def handle(self) -> None:
        """Serves the connection until one side closes it."""
        with suppress(OSError):
            super().handle()

    def finish(self) -> None:
        """Flushes the connection."""
        with suppress(OSError):
            super().finish()

    def request_body(self) -> bytes:
        """Returns the body of the request."""
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def respond(self, status: int, body: object, headers: Mapping[str, str] | None = None) -> None:
        """Sends a response; a body that is neither text nor bytes is sent as JSON."""
        fields = dict(headers or {})
        if not isinstance(body, str | bytes):
            fields = {"Content-Type": "application/json", **fields}
            body = json.dumps(body)
        content = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, value in {**fields, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()


class ProxyHandler(StubHandler):
    """Accepts CONNECT and continues the connection as the named host, over TLS."""

    protocol_version = "HTTP/1.1"
    tls: ssl.SSLContext
    connect_host = ""

    def setup(self) -> None:
        """Remembers the plain connection, which the server closes."""
        super().setup()
        self._plain: socket.socket = self.connection

    def finish(self) -> None:
        """Flushes the connection, and closes it if it is a TLS connection."""
        super().finish()
        if self.connection is not self._plain:
            self.connection.close()

    def do_CONNECT(self) -> None:
        """Accepts the tunnel."""
        self.connect_host = self.path.partition(":")[0]
        self.send_response(200)
        self.end_headers()
        self.wfile.flush()
        self.connection = self.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb")
        self.close_connection = False


class _Server(ThreadingHTTPServer):
    """Waits for its threads at the end, and accepts many connections at a time."""

    daemon_threads = False
    # With the usual five, the system drops further ones for a second while this process is busy.
    request_queue_size = 128


class StubServer:
    """Serves on a free loopback port, in a thread, while it is entered.

    Attributes:
        port: The port.
        url: The address, without a slash at the end.
    """

    def __init__(self, handler: type[StubHandler]) -> None:
        self._server = _Server(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self.close_connections()
        self._server.server_close()
        self._thread.join()

    def close_connections(self) -> None:
        """Ends what would keep a connection's thread alive; for servers that hold connections open."""


def handler_of(owner: Any, base: type[StubHandler], **members: Any) -> type[StubHandler]:
    """Returns a handler class whose ``owner`` is the stub that it serves."""
    return type(base.__name__, (base,), {"owner": owner, **members})


def get_handler(answer: Callable[[StubHandler], tuple[int, object, Mapping[str, str]]]) -> type[StubHandler]:
    """Returns a handler class that responds to GET with status, body and headers from a function."""

    class Handler(StubHandler):
        def do_GET(self) -> None:
            self.respond(*answer(self))

    return Handler
