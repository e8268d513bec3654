"""What the local host refuses: foreign web pages, slow connections, large headers, other protocols."""

import json
import socket
import time
from collections.abc import Iterator

import httpx
import pytest

from infra.local import protocol
from tests.support.durations import Stopwatch
from tests.support.host import SAMPLE_APP, running_host

FRONT = "https://front.example"
EVIL = "https://evil.example"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_host(tmp_path_factory.mktemp("service")) as base_url:
        yield base_url


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Configures the origin ``FRONT``."""
    with running_host(tmp_path_factory.mktemp("sample"), app=SAMPLE_APP) as base_url:
        yield base_url


def code_of(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-request-id"] == response.json()["request_id"]
    return response.status_code, response.json()["code"]


def raw(base_url: str, request: bytes, *, seconds: float = 60.0) -> bytes:
    """Sends bytes and reads until the host closes the connection."""
    port = httpx.URL(base_url).port
    assert port is not None
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(request)
        received = b""
        while part := connection.recv(65_536):
            received += part
        return received


def problem_in(received: bytes) -> tuple[int, str, str]:
    """Status, code and instance of the one problem response in received bytes."""
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.decode("ascii").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    problem = json.loads(body)
    assert headers["content-type"] == "application/problem+json"
    assert headers["content-length"] == str(len(body))
    assert headers["connection"] == "close"
    assert headers["x-request-id"] == problem["request_id"]
    assert int(status.split()[1]) == problem["status"]
    return problem["status"], problem["code"], problem["instance"]


FORBIDDEN = (403, "forbidden_origin")
PATHS = ["/api/health", "/api/quotes/AAPL", "/api/nothing", "/admin/functions", "/"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:7071"},
        {"Host": "localhost.evil.example"},
        {"Host": "10.0.0.1"},
        {"Origin": EVIL},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://[broken"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_foreign_page_is_refused_on_every_route(service: str, path: str, headers: dict[str, str]) -> None:
    response = httpx.get(f"{service}{path}", headers=headers, timeout=60)
    assert code_of(response) == FORBIDDEN
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("head", [b"HTTP/1.0\r\n", b"HTTP/1.1\r\n", b"HTTP/1.1\r\nHost:\r\n"])
def test_request_without_a_host_is_refused(service: str, head: bytes) -> None:
    answer = raw(service, b"GET /api/health " + head + b"Connection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "localhost:1"},
        {"Host": "app.localhost"},
        {"Host": "[::1]:7071"},
        {"Host": "127.0.0.2"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "http://127.0.0.1:5173", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_own_machine_is_served(service: str, headers: dict[str, str]) -> None:
    response = httpx.get(f"{service}/api/health", headers=headers, timeout=60)
    assert response.status_code == 200
    assert response.headers.get("access-control-allow-origin") == headers.get("Origin")


def test_image_of_a_foreign_page_spends_nothing(service: str) -> None:
    """``<img src="http://localhost:7071/api/chat/stream?message=…">`` sends no Origin."""
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
    response = httpx.get(f"{service}/api/chat/stream?message=AAPL", headers=headers, timeout=60)
    assert code_of(response) == FORBIDDEN


def test_preflight_of_a_foreign_page_is_refused(service: str) -> None:
    headers = {"Origin": EVIL, "Access-Control-Request-Method": "POST"}
    assert code_of(httpx.options(f"{service}/api/chat", headers=headers)) == FORBIDDEN


def test_stream_may_be_read_by_a_loopback_page_only(service: str) -> None:
    own = httpx.get(
        f"{service}/api/chat/stream?message=AAPL", headers={"Origin": "http://localhost:3000"}, timeout=60
    )
    assert own.headers["access-control-allow-origin"] == "http://localhost:3000"


def test_configured_origin_is_served(sample: str) -> None:
    headers = {"Origin": FRONT, "Sec-Fetch-Site": "cross-site"}
    response = httpx.get(f"{sample}/api/files", headers=headers, timeout=60)
    assert (response.status_code, response.headers["access-control-allow-origin"]) == (200, FRONT)
    assert httpx.get(f"{sample}/api/files", headers={"Origin": EVIL}, timeout=60).status_code == 403


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_timer_is_run_by_json_only(service: str, media_type: str | None) -> None:
    headers = {} if media_type is None else {"Content-Type": media_type}
    response = httpx.post(f"{service}/admin/functions/migrations", content=b"{}", headers=headers, timeout=60)
    assert code_of(response) == (415, "unsupported_media_type")


def test_own_endpoints_have_no_cors_headers(service: str) -> None:
    headers = {"Origin": "http://localhost:3000"}
    response = httpx.get(f"{service}/admin/functions", headers=headers, timeout=60)
    assert response.status_code == 200
    assert not [name for name in response.headers if name.startswith("access-control")]
    preflight = {**headers, "Access-Control-Request-Method": "POST"}
    refused = httpx.options(f"{service}/admin/functions/migrations", headers=preflight)
    assert not [name for name in refused.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/quotes/AAPL%0d%0aX-Injected:1", 400, "invalid_symbol"),
        ("/api/quotes/AAPL%0a", 400, "invalid_symbol"),
        ("/api/symbols/AAPL%0a", 400, "invalid_symbol"),
        ("/api/quotes/AAPL%09", 400, "invalid_symbol"),
        ("/api/quotes/AA%0d%0aPL/history", 400, "invalid_symbol"),
        ("/api/%0d%0anowhere", 404, "not_found"),
        ("/api/no%0awhere/%0d", 404, "not_found"),
        ("/api/reports/%0a", 404, "report_not_found"),
        ("/api/users/alice%0a/preferences", 400, "invalid_request"),
    ],
)
def test_line_break_in_a_path_is_a_problem(service: str, path: str, status: int, code: str) -> None:
    response = httpx.get(f"{service}{path}", headers={"X-Request-ID": "break-1"}, timeout=60)
    assert code_of(response) == (status, code)
    assert response.headers["x-request-id"] == "break-1"
    assert "x-injected" not in response.headers


@pytest.mark.parametrize("path", ["/api/chat/stream?message=hi", "/api/quotes/AAPL", "/api/nowhere"])
def test_websocket_is_not_supported(service: str, path: str) -> None:
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
    }
    response = httpx.get(f"{service}{path}", headers=headers, timeout=60)
    assert code_of(response) == (426, "upgrade_not_supported")
    assert response.headers["upgrade"] == "HTTP/1.1"


def test_large_headers_are_refused(service: str) -> None:
    size = protocol.HEAD_BYTES
    one = raw(service, b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * size + b"\r\n\r\n")
    assert problem_in(one) == (431, "headers_too_large", "/api/health")
    # Without an end, it is not waited for.
    endless = raw(service, b"GET /api/health HTTP/1.1\r\n" + b"X: y\r\n" * (size // 5))
    assert problem_in(endless) == (431, "headers_too_large", "/api/health")
    long_path = raw(service, b"GET /api/" + b"x" * size + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert problem_in(long_path)[:2] == (431, "headers_too_large")
    assert len(long_path) < size
    assert httpx.get(f"{service}/api/health", headers={"X": "x" * (size // 2)}, timeout=60).status_code == 200


@pytest.mark.parametrize(
    ("request_bytes", "instance"),
    [
        (b"FOO\r\n\r\n", "/"),
        (b"\x16\x03\x01\x02\x00\x01\x00", "/"),
        (b"BREW /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n", "/"),
        (b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nNo header\r\n\r\n", "/api/health"),
        (b"POST /api/chat?a=b HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n", "/api/chat"),
        (b"GET /api/h\xc3\xa9 HTTP/1.1\r\nHost: localhost\r\n\r\n", "/"),
    ],
)
def test_what_is_no_http_is_a_problem_too(service: str, request_bytes: bytes, instance: str) -> None:
    assert problem_in(raw(service, request_bytes)) == (400, "invalid_request", instance)


def test_id_of_a_malformed_request_is_repeated(service: str) -> None:
    head = b"GET /api/health HTTP/1.1\r\nX-Request-ID: broken-7\r\nHost: localhost\r\nNo header\r\n\r\n"
    assert b'"request_id":"broken-7"' in raw(service, head)


def test_malformed_request_does_not_end_in_the_response_to_the_one_before(service: str) -> None:
    fine = b"GET /api/chat/stream?message=hi HTTP/1.1\r\nHost: localhost\r\n\r\n"
    received = raw(service, fine + b"FOO\r\n\r\n")
    assert received.count(b"HTTP/1.1 ") <= 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 307),
        ("GET", "/nothing", 404),
        ("PROPFIND", "/api/health", 404),
        ("GET", "/admin/functions", 200),
        ("OPTIONS", "/api/health", 204),
    ],
)
def test_responses_of_the_host_itself_have_a_request_id(
    service: str, method: str, path: str, status: int
) -> None:
    preflight = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "GET"}
    headers = {"X-Request-ID": "own-1", **(preflight if method == "OPTIONS" else {})}
    response = httpx.request(method, f"{service}{path}", headers=headers, timeout=60)
    assert (response.status_code, response.headers["x-request-id"]) == (status, "own-1")


def test_slow_connections_time_out(service: str) -> None:
    seconds = protocol.REQUEST_SECONDS
    started = time.monotonic()
    with Stopwatch() as watch:
        head = b"POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        port = httpx.URL(service).port
        silent = socket.create_connection(("127.0.0.1", port), timeout=seconds + 60)
        half_head = socket.create_connection(("127.0.0.1", port), timeout=seconds + 60)
        half_head.sendall(head)
        half_body = socket.create_connection(("127.0.0.1", port), timeout=seconds + 60)
        half_body.sendall(head + b'Content-Length: 100\r\n\r\n{"message"')
        assert silent.recv(4096) == b""
        for connection in (half_head, half_body):
            assert problem_in(connection.recv(4096)) == (408, "request_timeout", "/api/chat")
        for connection in (silent, half_head, half_body):
            connection.close()
    assert time.monotonic() - started > seconds - 1
    assert watch.seconds < seconds + 8
    assert json.loads(httpx.get(f"{service}/api/health", timeout=60).text)["status"] == "healthy"
