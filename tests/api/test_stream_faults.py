"""Streams and conversations while Redis or MongoDB fail in the middle of an answer; see docs/faults.md."""

import asyncio
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.backstage import Backstage
from tests.support.durations import Stopwatch
from tests.support.mongo import mongo_server
from tests.support.sse_client import Received, receive
from tests.support.tcp_proxy import ProxyFault, TcpProxy
from tests.support.two_workers import two_workers

pytestmark = pytest.mark.redis_server

QUESTION = {"message": "What is a dividend?"}
ALICE = {"x-functions-key": "shop", "X-User-ID": "alice"}


def settings(model: str, **more: str) -> dict[str, str]:
    return {
        "OPENAI_API_KEY": "sk-of-the-tests",
        "OPENAI_BASE_URL": model,
        "MODEL_ALLOWED_MODELS": "*",
        **more,
    }


def words(count: int) -> list[str]:
    return [f"w{number}" for number in range(count)]


def ask(client: httpx.Client, behaviour: str, *, leave_after: int | None = None, **body: str) -> Received:
    question = {**QUESTION, "model": behaviour, **body}
    return receive(
        client, "/chat/stream", method="POST", headers=ALICE, json=question, leave_after=leave_after
    )


def resume(client: httpx.Client, stream_id: str, last_id: str | None = None, **more: Any) -> Received:
    return receive(client, f"/chat/streams/{stream_id}", headers=ALICE, last_id=last_id, **more)


class Reading:
    """A reader in a thread that has received its first frame."""

    def __init__(self, client: httpx.Client, stream_id: str, last_id: str | None = None) -> None:
        self._received: list[Received] = []
        begun = threading.Event()
        self._thread = threading.Thread(
            target=lambda: self._received.append(resume(client, stream_id, last_id, begun=begun))
        )
        self._thread.start()
        assert begun.wait(60), self._received

    def result(self) -> Received:
        """Waits for the end of the stream."""
        self._thread.join(60)
        return self._received[0]


@contextmanager
def proxy_to(port: int, delay: float = 30.0) -> Iterator["Fault"]:
    """A proxy in front of a server that fails on demand."""
    with Backstage() as backstage:
        proxy = TcpProxy(port, delay=delay)
        backstage.run(proxy.start())
        yield Fault(backstage, proxy)
        backstage.run(proxy.aclose())
        # Connections that were accepted while the proxy closed end in the next turns of its loop.
        backstage.run(asyncio.sleep(0.2))


class Fault:
    """The fault of a proxy."""

    def __init__(self, backstage: Backstage, proxy: TcpProxy) -> None:
        self._backstage = backstage
        self._proxy = proxy
        self.port = proxy.port

    def begin(self, fault: ProxyFault) -> None:
        self._backstage.run(self._proxy.set(fault))

    def end(self) -> None:
        self._backstage.run(self._proxy.set(None))


def test_redis_that_is_gone_for_seconds_costs_no_reader_a_frame(model: str, tmp_path: Path) -> None:
    with two_workers(tmp_path, settings(model)) as both:
        one, two = both.clients
        begun = ask(one, "tokens=160&rate=20", leave_after=1)
        stream_id = begun.meta["stream_id"]
        here, there = Reading(one, stream_id), Reading(two, stream_id)
        time.sleep(1)
        both.redis.stop()
        time.sleep(2)
        both.redis.start()
        whole, other = here.result(), there.result()
        assert whole.text.split() == words(160)
        text = other.text
        if other.frames[-1]["event"] == "error":
            assert other.frames[-1]["retryable"] is True
            text += resume(two, stream_id, other.last_id).text
        assert text.split() == words(160)


def test_redis_that_stays_away_is_an_error_with_an_id_that_resumes_later(model: str, tmp_path: Path) -> None:
    with two_workers(tmp_path, settings(model)) as both:
        one, two = both.clients
        begun = ask(one, "tokens=100&rate=20", leave_after=1)
        stream_id = begun.meta["stream_id"]
        here, there = Reading(one, stream_id), Reading(two, stream_id)
        time.sleep(1)
        both.redis.stop()
        with Stopwatch() as watch:
            assert here.result().text.split() == words(100)
            cut = there.result()
        assert watch.seconds < 20
        assert (cut.frames[-1]["code"], cut.ended) == ("dependency_unavailable", True)
        assert len(cut.ids) == len(cut.data)
        assert resume(two, stream_id, cut.last_id).status == 503
        both.redis.start()
        rest = eventually(lambda: resume(two, stream_id, cut.last_id), lambda answer: answer.status == 200)
        assert (cut.text + rest.text).split() == words(100)
        assert (rest.frames[-1]["event"], rest.ended) == ("done", True)


def test_slow_redis_delays_the_frames_of_other_workers_only(model: str, tmp_path: Path) -> None:
    with two_workers(tmp_path / "without", settings(model)) as both, proxy_to(both.redis.port, 0.05) as fault:
        environ = settings(
            model, REDIS_HOST="127.0.0.1", REDIS_PORT=str(fault.port), MONGODB_URI=both.mongodb_uri
        )
        with two_workers(tmp_path / "slow", environ) as slow:
            one, two = slow.clients
            begun = ask(one, "tokens=100&rate=20", leave_after=1)
            stream_id = begun.meta["stream_id"]
            fault.begin(ProxyFault.SLOW)
            with Stopwatch() as watch:
                here, there = Reading(one, stream_id, begun.last_id), Reading(two, stream_id, begun.last_id)
                whole, other = here.result(), there.result()
            assert watch.seconds < 10
            assert (begun.text + whole.text).split() == words(100)
            assert (other.status, other.raw) == (200, whole.raw)


def test_worker_that_is_shut_down_tells_readers_elsewhere(model: str, tmp_path: Path) -> None:
    environ = settings(model, OPENAI_MODEL="first_after=30")
    with two_workers(tmp_path, environ) as both:
        one, two = both.clients
        begun = ask(one, "tokens=600&rate=20", leave_after=1)
        report(one, frames=1)
        answer = Reading(two, begun.meta["stream_id"])
        received: list[Received] = []
        begun_there = threading.Event()
        reading = threading.Thread(target=lambda: received.append(report(two, begun=begun_there)))
        reading.start()
        assert begun_there.wait(60)
        both.hosts[0].send_signal(signal.SIGTERM)
        reading.join(60)
        for reader in (answer.result(), received[0]):
            assert (reader.frames[-1]["code"], reader.frames[-1]["retryable"]) == ("shutting_down", True)
            assert reader.ended
        # Its text is stored, and the conversation is free.
        body = {**QUESTION, "model": "tokens=1", "conversation_id": begun.meta["conversation_id"]}
        assert two.post("/chat", json=body, headers=ALICE).status_code == 200


def report(client: httpx.Client, **more: Any) -> Received:
    accepting = {**ALICE, "Accept": "text/event-stream"}
    body = {"symbol": "AAPL", "report_type": "quick_overview"}
    return receive(client, "/reports", method="POST", headers=accepting, json=body, **more)


@pytest.mark.parametrize("tokens", [30, 80])
def test_database_outage_of_two_seconds_frees_the_conversation_in_time(
    model: str, tmp_path: Path, tokens: int
) -> None:
    """With 30 words the answer ends within the outage, with 80 words after it."""
    with mongo_server() as uri:
        port = int(uri.rpartition("://")[2].partition("/")[0].rpartition(":")[2])
        with proxy_to(port) as fault:
            proxied = uri.replace(f":{port}", f":{fault.port}")
            with two_workers(tmp_path, settings(model, MONGODB_URI=proxied)) as both:
                one, two = both.clients
                conversation = {"conversation_id": ask(one, "tokens=1").meta["conversation_id"]}
                received: list[Received] = []
                asking = threading.Thread(
                    target=lambda: received.append(ask(one, f"tokens={tokens}&rate=20", **conversation))
                )
                asking.start()
                time.sleep(1)
                fault.begin(ProxyFault.GONE)
                time.sleep(2)
                fault.end()
                with Stopwatch() as watch:
                    asking.join(60)
                    assert received[0].text.split() == words(tokens)
                    body = {**QUESTION, "model": "tokens=1", **conversation}
                    answer = two.post("/chat", json=body, headers=ALICE)
                    while answer.status_code == 409 or "memory" in answer.json():
                        wait = int(answer.headers.get("Retry-After", "1"))
                        assert wait <= 20
                        time.sleep(wait)
                        answer = two.post("/chat", json=body, headers=ALICE)
                    assert answer.status_code == 200
                assert watch.seconds < 20


def eventually(get: Any, check: Any) -> Any:
    """Returns what passes a check, within 60 s."""
    ends = time.monotonic() + 60
    while not check(found := get()):
        assert time.monotonic() < ends, found
        time.sleep(0.5)
    return found
