"""The clients of docs/streams.md in Chromium: over a connection cut ten times, and with error frames."""

import asyncio
import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.backstage import Backstage
from tests.support.edge_proxy import EdgeProxy, random_cuts
from tests.support.host import REPOSITORY, running_host
from tests.support.openai_process import openai_process

CUTS = 10
WORDS = 240
QUESTION = "How is AAPL?"
DOCUMENT = REPOSITORY / "docs/streams.md"
RUN = {
    "EventSource": f"ask({json.dumps(QUESTION)}, 'key-of-the-page', (text) => shown += text, report);",
    "fetch": (
        f"ask({{ message: {json.dumps(QUESTION)} }}, {{ 'x-functions-key': 'key-of-the-page' }}, "
        "(frame) => shown += frame.chunk ?? '').then(() => report(), (error) => report(String(error)));"
    ),
}


def client_of(name: str) -> str:
    section = DOCUMENT.read_text("utf-8").partition(f"## Client with {name}")[2]
    found = re.search(r"```js\n(.*?)```", section, re.DOTALL)
    assert found is not None
    return found[1]


def page(name: str) -> str:
    return f"""<!doctype html><title>Client</title><p id="shown"></p><script>
let shown = "";
const report = (error) => {{
  document.getElementById("shown").textContent = shown;
  fetch("/result", {{ method: "POST", body: JSON.stringify({{ shown, error: error ?? null }}) }});
}};
{client_of(name)}
{RUN[name]}
</script>"""


@contextmanager
def browsing(program: str, url: str, profile: Path) -> Iterator[None]:
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run")
    process = subprocess.Popen(
        [program, *options, "--remote-debugging-port=0", f"--user-data-dir={profile}", url],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("name", list(RUN))
def test_page_shows_the_text_once_and_the_model_was_asked_once(
    name: str, chromium_path: str, tmp_path: Path
) -> None:
    with openai_process() as model:
        environ = {
            "OPENAI_API_KEY": "sk-of-the-tests",
            "OPENAI_BASE_URL": model,
            "OPENAI_MODEL": f"tokens={WORDS}&rate=12",
        }
        with running_host(tmp_path / "host", environ) as base_url, Backstage() as backstage:
            proxy = EdgeProxy(
                int(base_url.rpartition(":")[2]), page=page(name), cuts=random_cuts(CUTS, seed=20)
            )
            backstage.run(proxy.start())
            with browsing(chromium_path, f"http://127.0.0.1:{proxy.port}/page", tmp_path / "profile"):
                waits = (backstage.run(proxy.result(25)) for _ in range(4))
                posted = next((found for found in waits if found), None)
            backstage.run(proxy.aclose())
            assert posted is not None, proxy.requests
            result = json.loads(posted)
            assert result["error"] is None, proxy.requests
            assert result["shown"].split() == [f"w{number}" for number in range(WORDS)]
            assert proxy.cut == CUTS
            assert proxy.requests.count(proxy.requests[0]) == CUTS + 1
        calls = httpx.get(f"{model.removesuffix('/v1')}/calls", timeout=60).json()["calls"]
        assert len(calls) == 1


class ScriptedService:
    """Answers each request with the next of the given streams."""

    def __init__(self, streams: list[list[str]]) -> None:
        self._streams = streams
        self.last_ids: list[str] = []
        self.server: asyncio.Server | None = None

    async def start(self) -> int:
        """Listens; returns the port."""
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port: int = self.server.sockets[0].getsockname()[1]
        return port

    async def aclose(self) -> None:
        """Ends listening."""
        assert self.server is not None
        self.server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        if "/chat/stream" not in head:
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        else:
            found = re.search(r"(?i)^last-event-id: *(\S+)", head, re.MULTILINE)
            self.last_ids.append(found[1] if found else "")
            body = "retry: 100\n\n" + "".join(self._streams[len(self.last_ids) - 1])
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
            writer.write(body.encode())
        await writer.drain()
        writer.close()


def frame(identifier: str, **fields: object) -> str:
    return f"id: {identifier}\ndata: {json.dumps(fields)}\n\n"


def error_frame(identifier: str, code: str) -> str:
    return frame(identifier, event="error", error=f"The reason is {code}.", code=code, retryable=True)


def done(identifier: str) -> str:
    return f"id: {identifier}\ndata: [DONE]\n\n"


def posted_by_page(
    name: str, streams: list[list[str]], chromium_path: str, profile: Path
) -> tuple[dict[str, str | None], list[str]]:
    """Runs the client against the streams; returns what its page posts and the ids that it resumed from."""
    with Backstage() as backstage:
        service = ScriptedService(streams)
        proxy = EdgeProxy(backstage.run(service.start()), page=page(name))
        backstage.run(proxy.start())
        with browsing(chromium_path, f"http://127.0.0.1:{proxy.port}/page", profile):
            posted = backstage.run(proxy.result(25)) or backstage.run(proxy.result(25))
        backstage.run(proxy.aclose())
        backstage.run(service.aclose())
        assert posted is not None, proxy.requests
        return json.loads(posted), service.last_ids


@pytest.mark.parametrize("name", list(RUN))
def test_page_resumes_after_an_error_of_its_connection(name: str, chromium_path: str, tmp_path: Path) -> None:
    unavailable = [frame("a.1", chunk="first "), error_frame("a.1", "dependency_unavailable"), done("a.1")]
    rest = [frame("a.2", chunk="second"), frame("a.3", event="done"), done("a.4")]
    result, last_ids = posted_by_page(name, [unavailable, rest], chromium_path, tmp_path)
    assert result == {"shown": "first second", "error": None}
    assert last_ids == ["", "a.1"]


@pytest.mark.parametrize("code", ["model_interrupted", "producer_lost"])
@pytest.mark.parametrize("name", list(RUN))
def test_page_reports_the_error_of_an_answer(
    name: str, code: str, chromium_path: str, tmp_path: Path
) -> None:
    ended = [frame("a.1", chunk="first "), error_frame("a.2", code), done("a.3")]
    result, last_ids = posted_by_page(name, [ended], chromium_path, tmp_path)
    assert result["shown"] == "first "
    assert f"The reason is {code}." in (result["error"] or "")
    assert last_ids == [""]
