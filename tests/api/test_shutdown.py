"""SIGTERM: requests finish or are 503, streams end with an error frame, and the text so far is stored."""

import json
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.embedded_mongo import embedded_mongo
from tests.support.durations import Stopwatch
from tests.support.host import HostProcess
from tests.support.openai_process import model_calls, openai_process

CONVERSATIONS = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")


@pytest.fixture
def slow_host(model: str, tmp_path: Path) -> Iterator[HostProcess]:
    """A host whose model says twenty words a second for a minute."""
    environ = {
        "OPENAI_API_KEY": "sk-of-the-tests",
        "OPENAI_BASE_URL": model,
        "OPENAI_MODEL": "tokens=1200&rate=20",
    }
    host = HostProcess(tmp_path, environ)
    yield host
    host.stop(signal.SIGKILL)


def wait_for_calls(model: str, count: int) -> None:
    deadline = time.monotonic() + 60
    while model_calls(model) < count:
        assert time.monotonic() < deadline, "the model is not asked"
        time.sleep(0.05)


class Reader(threading.Thread):
    """Reads a stream to its end."""

    def __init__(self, url: str, conversation_id: str) -> None:
        super().__init__()
        self._url = url
        self._question = {"message": "How is AAPL?", "conversation_id": conversation_id}
        self.begun = threading.Event()
        self.lines: list[str] = []

    def run(self) -> None:
        with httpx.stream("POST", self._url, json=self._question, timeout=60) as response:
            for line in response.iter_lines():
                if line.startswith("data: "):
                    self.lines.append(line.removeprefix("data: "))
                if '"chunk"' in line:
                    self.begun.set()


def stored_turns(folder: Path, conversation_id: str) -> list[dict[str, Any]]:
    client = embedded_mongo(str(folder / "data"))
    documents = list(client["stock_research"]["conversations"].find())
    client.close()
    (found,) = [one for one in documents if conversation_id in json.dumps(one, default=str)]
    turns: list[dict[str, Any]] = found["turns"]
    return turns


def test_work_in_progress_ends_in_order(slow_host: HostProcess, model: str, tmp_path: Path) -> None:
    base_url, before = slow_host.base_url(), model_calls(model)
    reader = Reader(f"{base_url}/api/chat/stream", CONVERSATIONS[0])
    reader.start()
    whole: list[httpx.Response] = []

    def ask() -> None:
        question = {"message": "How is MSFT?", "conversation_id": CONVERSATIONS[1]}
        whole.append(httpx.post(f"{base_url}/api/chat", json=question, timeout=60))

    asking = threading.Thread(target=ask)
    asking.start()
    assert reader.begun.wait(30)
    wait_for_calls(model, before + 2)
    with Stopwatch() as watch:
        ended = slow_host.stop(signal.SIGTERM)
        reader.join(60)
        asking.join(60)
    assert ended.code == 0, ended.output
    assert watch.seconds < 15

    *_, error, done = reader.lines
    assert done == "[DONE]"
    frame = json.loads(error)
    assert (frame["event"], frame["code"], frame["retryable"]) == ("error", "shutting_down", True)

    (response,) = whole
    assert (response.status_code, response.json()["code"]) == (503, "shutting_down")
    assert int(response.headers["retry-after"]) >= 1

    said = "".join(json.loads(line)["chunk"] for line in reader.lines[:-1] if '"chunk"' in line)
    assert said.startswith("w0 w1 ")
    question, answer = stored_turns(tmp_path, CONVERSATIONS[0])
    assert (question["content"], answer["interrupted"]) == ("How is AAPL?", True)
    assert answer["content"] == said
    assert stored_turns(tmp_path, CONVERSATIONS[1])[-1]["interrupted"] is True
    assert "Traceback" not in ended.output


def test_request_that_can_finish_does(tmp_path: Path) -> None:
    with openai_process() as model:
        environ = {
            "OPENAI_API_KEY": "sk-of-the-tests",
            "OPENAI_BASE_URL": model,
            "OPENAI_MODEL": "tokens=20&rate=10",
        }
        host = HostProcess(tmp_path, environ)
        reader = Reader(f"{host.base_url()}/api/chat/stream", CONVERSATIONS[0])
        reader.start()
        assert reader.begun.wait(30)
        time.sleep(0.5)
        assert host.stop(signal.SIGTERM).code == 0
        reader.join(60)
    assert json.loads(reader.lines[-2])["event"] == "done"
