"""The clients of docs/streams.md in Chromium, over a connection that is cut ten times during one answer."""

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
            assert result["error"] is None
            assert result["shown"].split() == [f"w{number}" for number in range(WORDS)]
            assert proxy.cut == CUTS
            assert proxy.requests.count(proxy.requests[0]) == CUTS + 1
        calls = httpx.get(f"{model.removesuffix('/v1')}/calls", timeout=60).json()["calls"]
        assert len(calls) == 1
