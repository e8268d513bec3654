"""HEAD is answered wherever GET is, with the same headers and no body, and never asks a model."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.host import running_host


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        running_host(tmp_path_factory.mktemp("head")) as base_url,
        httpx.Client(base_url=f"{base_url}/api", timeout=60) as client,
    ):
        yield client


@pytest.mark.parametrize(
    "path",
    [
        "/health",
        "/health/ready",
        "/config",
        "/models",
        "/openapi.json",
        "/docs",
        "/docs/start.js",
        "/console",
        "/quotes/AAPL",
        "/quotes?symbols=AAPL,MSFT",
        "/quotes/AAPL/history?period=5d&format=csv",
        "/quotes/history?symbols=AAPL,MSFT&period=5d",
        "/quotes/AAPL/technicals",
        "/quotes/AAPL/fundamentals",
        "/quotes/AAPL/statements",
        "/quotes/AAPL/filings",
        "/quotes/AAPL/news",
        "/reports",
        "/symbols?query=app",
        "/symbols/AAPL",
        "/users/alice/preferences",
    ],
)
def test_head_has_the_headers_of_get(client: httpx.Client, path: str) -> None:
    answered = client.get(path)
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "etag", "cache-control"):
        assert head.headers.get(name) == answered.headers.get(name) or name == "cache-control"
    assert head.headers["x-request-id"] != answered.headers["x-request-id"]


def test_head_of_a_problem_has_its_status(client: httpx.Client) -> None:
    head = client.head("/quotes/ZZZZ")
    assert (head.status_code, head.content) == (404, b"")
    assert client.head("/nothing-here").status_code == 404


def test_head_of_a_streamed_body_has_the_headers_of_get_and_states_no_length(client: httpx.Client) -> None:
    alice = {"X-User-ID": "alice"}
    with client.stream("GET", "/chat/stream?message=How+is+AAPL", headers=alice) as answered:
        text = answered.read().decode()
    stream = re.findall(r'"stream_id":"(\w+)"', text)[0]
    paths = ["/chat/stream?message=How+is+AAPL", f"/chat/streams/{stream}", "/users/alice/data"]
    for path in paths:
        with client.stream("GET", path, headers=alice) as answered:
            assert answered.status_code == 200
        head = client.head(path, headers=alice)
        assert (head.status_code, head.content) == (200, b"")
        assert "content-length" not in head.headers
        for name in ("content-type", "cache-control", "x-accel-buffering", "content-disposition"):
            assert head.headers.get(name) == answered.headers.get(name)
        # The connection is fit for the next request.
        assert client.get("/health").status_code == 200


def test_head_of_the_chat_stream_asks_no_model(tmp_path: Path) -> None:
    with running_host(tmp_path) as base_url:
        head = httpx.head(f"{base_url}/api/chat/stream?message=How+is+AAPL")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert httpx.head(f"{base_url}/api/chat/stream").status_code == 400
    (line,) = re.findall(
        r".*method=HEAD route=/chat/stream status=200.*", (tmp_path / "output.txt").read_text()
    )
    assert "model_calls" not in line
    assert "upstream_calls" not in line
