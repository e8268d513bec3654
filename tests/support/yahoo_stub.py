"""A stand-in for Yahoo: a proxy that takes every CONNECT itself, over TLS, with an authority of its own.

In a test::

    with YahooStub(tmp_path) as stub:
        for name, value in stub.environment.items():
            monkeypatch.setenv(name, value)
        stub.faults["chart"] = Fault.RATE_LIMIT

For another process, ``python -m tests.support.yahoo_stub`` prints the variables to set and serves until its
standard input ends.
"""

import json
import socket
import ssl
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from tests.support import yahoo_data
from tests.support.certificates import make_certificates
from tests.support.stub_server import ProxyHandler, StubServer, handler_of

_HOSTS = ("*.yahoo.com", "*.finance.yahoo.com", "localhost")
_CRUMB = "stub.Crumb/1"
_NOT_FOUND = "No data found, symbol may be delisted"


class Fault(Enum):
    """What an endpoint does instead of answering."""

    RATE_LIMIT = auto()
    UNAUTHORIZED = auto()
    SERVER_ERROR = auto()
    MAINTENANCE = auto()
    HTML = auto()
    EMPTY = auto()
    GARBAGE = auto()
    DROP = auto()
    HANG = auto()
    STRANGE_404 = auto()


@dataclass(frozen=True)
class Request:
    """A request that arrived."""

    endpoint: str
    path: str
    params: Mapping[str, str]


Answer = tuple[int, str]
"""Status and body."""


class YahooStub(StubServer):
    """The server.

    Attributes:
        requests: What arrived, in order.
        faults: By endpoint (``cookie``, ``consent``, ``crumb``, ``quote``, ``chart``, ``summary``, ``news``,
            ``search``, ``screener``) what it does instead of answering.
        crumb: The crumb that is given out, and the only one that is accepted.
        environment: Variables that send a process's requests here.
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        certificates = make_certificates(folder, _HOSTS)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificates.certificate, certificates.key)
        self.clock = clock
        self.requests: list[Request] = []
        self.faults: dict[str, Fault] = {}
        self.crumb = _CRUMB
        self.stopping = threading.Event()
        self._connections: set[socket.socket] = set()
        super().__init__(handler_of(self, _Handler, tls=tls))
        self.environment = {
            "HTTPS_PROXY": self.url,
            "https_proxy": self.url,
            "REQUESTS_CA_BUNDLE": str(certificates.ca),
        }

    def close_connections(self) -> None:
        """Ends responses that hang, and connections that clients keep open."""
        self.stopping.set()
        for connection in tuple(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def count(self, endpoint: str) -> int:
        """How many requests an endpoint had."""
        return sum(request.endpoint == endpoint for request in self.requests)

    def opened(self, connection: socket.socket) -> None:
        """Remembers a connection, to end it with the server."""
        self._connections.add(connection)

    def closed(self, connection: socket.socket) -> None:
        """Forgets a connection."""
        self._connections.discard(connection)

    def answer(self, request: Request, body: bytes) -> Answer:
        """The answer when there is no fault."""
        if request.endpoint == "cookie":
            return 404, ""
        if request.endpoint == "consent":
            return 200, "<html>no consent is needed</html>"
        if request.endpoint == "crumb":
            return 200, self.crumb
        if request.endpoint in ("quote", "summary") and request.params.get("crumb") != self.crumb:
            return 401, _error("finance", "Unauthorized", "Invalid Crumb")
        return _ANSWERS[request.endpoint](request, body, self.clock())


def _quote(request: Request, _body: bytes, now: datetime) -> Answer:
    listings = map(yahoo_data.LISTINGS.get, request.params["symbols"].split(","))
    rows = [yahoo_data.quote_row(listing, now) for listing in listings if listing]
    return 200, json.dumps({"quoteResponse": {"result": rows, "error": None}})


def _chart(request: Request, _body: bytes, now: datetime) -> Answer:
    listing = yahoo_data.LISTINGS.get(_symbol(request))
    if listing is None:
        return 404, _error("chart", "Not Found", _NOT_FOUND)
    answer = yahoo_data.chart(listing, request.params, now)
    if not answer["chart"]["result"][0]["timestamp"]:
        return 400, _error("chart", "Bad Request", "Data doesn't exist for startDate = 1, endDate = 2")
    return 200, json.dumps(answer)


def _summary(request: Request, _body: bytes, now: datetime) -> Answer:
    listing = yahoo_data.LISTINGS.get(_symbol(request))
    if listing is None or listing.kind != "EQUITY":
        return 404, _error("quoteSummary", "Not Found", "No fundamentals data found")
    result = [yahoo_data.summary(listing, now)]
    return 200, json.dumps({"quoteSummary": {"result": result, "error": None}})


def _timeseries(_request: Request, _body: bytes, now: datetime) -> Answer:
    entry = {"asOfDate": f"{now:%Y-%m-%d}", "reportedValue": {"raw": 1.9}}
    return 200, json.dumps({"timeseries": {"result": [{"trailingPegRatio": [entry]}], "error": None}})


def _news(_request: Request, body: bytes, now: datetime) -> Answer:
    wanted = json.loads(body)["serviceConfig"]
    return 200, json.dumps(yahoo_data.news(wanted["s"], wanted["snippetCount"], now))


def _search(request: Request, _body: bytes, _now: datetime) -> Answer:
    return 200, json.dumps(yahoo_data.search(request.params["q"], int(request.params["quotesCount"])))


def _screener(_request: Request, body: bytes, now: datetime) -> Answer:
    assert json.loads(body)["query"]["operands"][0]["operands"] == ["industry", "Consumer Electronics"]
    return 200, json.dumps(yahoo_data.screener(now))


_ANSWERS: Mapping[str, Callable[[Request, bytes, datetime], Answer]] = {
    "quote": _quote,
    "chart": _chart,
    "summary": _summary,
    "timeseries": _timeseries,
    "news": _news,
    "search": _search,
    "screener": _screener,
}
_PATHS = {
    "/v1/test/getcrumb": "crumb",
    "/v7/finance/quote": "quote",
    "/v8/finance/chart/": "chart",
    "/v10/finance/quoteSummary/": "summary",
    "/xhr/ncp": "news",
    "/v1/finance/search": "search",
    "/v1/finance/screener": "screener",
    "/ws/fundamentals-timeseries/": "timeseries",
}
_FAULTS: Mapping[Fault, Answer] = {
    Fault.RATE_LIMIT: (429, "Edge: Too Many Requests"),
    Fault.UNAUTHORIZED: (
        401,
        '{"finance":{"result":null,"error":{"code":"Unauthorized","description":"x"}}}',
    ),
    Fault.SERVER_ERROR: (503, "upstream connect error"),
    Fault.MAINTENANCE: (200, "<html>Will be right back...</html>"),
    Fault.HTML: (200, "<html>Welcome to the hotel's network</html>"),
    Fault.EMPTY: (200, "{}"),
    Fault.GARBAGE: (200, '{"chart": {"result": [{"meta": 7'),
    Fault.STRANGE_404: (404, "<html>no such page</html>"),
}


def _error(envelope: str, code: str, description: str) -> str:
    return json.dumps({envelope: {"result": None, "error": {"code": code, "description": description}}})


def _symbol(request: Request) -> str:
    return request.path.rpartition("/")[2].replace("%5E", "^").replace("%3D", "=")


class _Handler(ProxyHandler):
    owner: YahooStub

    def setup(self) -> None:
        super().setup()
        self.owner.opened(self.connection)

    def finish(self) -> None:
        self.owner.closed(self.connection)
        super().finish()

    def do_CONNECT(self) -> None:
        self.owner.closed(self.connection)
        super().do_CONNECT()
        self.owner.opened(self.connection)

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.request_body())

    def _serve(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        request = Request(self._endpoint(parts.path), parts.path, dict(parse_qsl(parts.query)))
        self.owner.requests.append(request)
        fault = self.owner.faults.get(request.endpoint)
        if fault is Fault.HANG:
            self.owner.stopping.wait()
        if fault in (Fault.HANG, Fault.DROP):
            self.close_connection = True
            return
        self._send(*(_FAULTS[fault] if fault else self.owner.answer(request, body)))

    def _endpoint(self, path: str) -> str:
        if self.connect_host == "fc.yahoo.com":
            return "cookie"
        if self.connect_host in ("guce.yahoo.com", "consent.yahoo.com"):
            return "consent"
        return next((name for start, name in _PATHS.items() if path.startswith(start)), "unknown")

    def _send(self, status: int, body: str) -> None:
        headers = {}
        if self.connect_host == "fc.yahoo.com":
            headers["Set-Cookie"] = "A3=stub; Domain=.yahoo.com; Path=/; Max-Age=31536000; Secure"
        if status == 429:
            headers["Retry-After"] = "120"
        self.respond(status, body, headers)


def main() -> None:
    """Serves until standard input ends."""
    with tempfile.TemporaryDirectory() as folder, YahooStub(Path(folder)) as stub:
        for name, value in stub.environment.items():
            sys.stdout.write(f"{name}={value}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
