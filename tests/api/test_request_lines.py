"""The line that every request and timer run leaves in the log: what an operator asks for is on it."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.host import running_host


class Service:
    """A running service, and the lines it has logged."""

    def __init__(self, client: httpx.Client, output: Path) -> None:
        self.client = client
        self._output = output

    def line(self, request_id: str) -> dict[str, str]:
        """The fields of a request's line."""
        return self._wait_for(f"request_id={request_id} ")

    def line_of_timer(self, function: str) -> dict[str, str]:
        """The fields of a timer's line."""
        return self._wait_for(f"function={function} ")

    def _wait_for(self, sign: str) -> dict[str, str]:
        deadline = time.monotonic() + 30
        while True:
            for line in self._output.read_text().splitlines():
                if sign in line and " shared.requests " in line:
                    return dict(re.findall(r'(\w+)=("(?:[^"\\]|\\.)*"|\S+)', line))
            assert time.monotonic() < deadline, self._output.read_text()
            time.sleep(0.05)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("lines")
    # A provider that is down, so that there is something to fall back from.
    environ = {"OPENAI_API_KEY": "sk-of-the-tests", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
    with running_host(folder, environ) as base_url, httpx.Client(base_url=base_url, timeout=60) as client:
        yield Service(client, folder / "output.txt")


def request(service: Service, name: str, method: str, path: str, **options: Any) -> dict[str, str]:
    response = service.client.request(method, path, headers={"X-Request-ID": name}, **options)
    assert response.status_code < 400, response.text
    return service.line(name)


def test_quote(service: Service) -> None:
    first = request(service, "q1", "GET", "/api/quotes/ibm")
    assert first["function"] == "quote"
    assert (first["status"], first["outcome"]) == ("200", "ok")
    assert float(first["duration_ms"]) > 0
    assert (first["symbol"], first["source"], first["cache"]) == ("IBM", "sample", "miss")
    assert (first["upstream_calls"], first["upstream_ms"].isdigit()) == ("1", True)
    again = request(service, "q2", "GET", "/api/quotes/ibm")
    assert again["cache"] == "hit"
    assert "upstream_calls" not in again


def test_many_quotes(service: Service) -> None:
    line = request(service, "q3", "GET", "/api/quotes?symbols=JPM,SPY,ZZZZ")
    assert (line["symbols"], line["failed"], line["source"]) == ("3", "1", "sample")
    assert line["cache"] == "miss:2,negative:1"


def test_failure(service: Service) -> None:
    assert service.client.get("/api/quotes/ZZZZ", headers={"X-Request-ID": "q4"}).status_code == 404
    line = service.line("q4")
    assert (line["status"], line["outcome"], line["code"]) == ("404", "error", "symbol_not_found")
    assert line["symbol"] == "ZZZZ"


@pytest.mark.parametrize("path", ["chat", "chat/stream"])
def test_chat(service: Service, path: str) -> None:
    name = path.replace("/", "-")
    line = request(service, name, "POST", f"/api/{path}", json={"message": "How is AAPL?"})
    assert (line["symbol"], line["provider"], line["model"]) == ("AAPL", "offline", "composed")
    assert line["fallback"] == "true"
    assert line["prompt_tokens"].isdigit()
    assert line["completion_tokens"].isdigit()
    assert int(line["model_calls"]) >= 1
    assert line["model_ms"].isdigit()
    assert line["cache"].startswith(("hit", "miss"))
    if path == "chat/stream":
        assert int(line["stream_bytes"]) > 500
        assert float(line["first_frame_ms"]) <= float(line["duration_ms"])


def test_report(service: Service) -> None:
    asked = {"symbol": "MSFT", "report_type": "quick_overview"}
    made = request(service, "r1", "POST", "/api/reports", json=asked)
    assert (made["symbol"], made["report_type"]) == ("MSFT", "quick_overview")
    assert (made["provider"], made["model"], made["fallback"]) == ("offline", "composed", "true")
    assert made["cached"] == "false"
    again = request(service, "r2", "POST", "/api/reports", json=asked)
    assert again["cached"] == "true"
    shown = request(service, "r3", "GET", f"/api/reports/{made['report_id']}?format=markdown")
    assert (shown["report_id"], shown["format"]) == (made["report_id"], "markdown")


def test_timers(service: Service) -> None:
    for name in ("cache_refresh", "briefings", "migrations"):
        assert service.client.post(f"/admin/functions/{name}", json={}).status_code == 202
    refresh = service.line_of_timer("cache_refresh")
    assert (refresh["status"], refresh["outcome"], refresh["failed"]) == ("200", "ok", "0")
    assert int(refresh["refreshed"]) == int(refresh["attempted"]) > 0
    assert int(refresh["upstream_calls"]) > 0
    briefings = service.line_of_timer("briefings")
    assert (briefings["status"], briefings["outcome"], briefings["owners"]) == ("200", "ok", "0")
    migrations = service.line_of_timer("migrations")
    assert migrations["status"] == "200"
    assert "migrations" in migrations
