"""Streams of reports over HTTP: joined and resumed at two workers, generated once."""

import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis import Redis

from tests.support.durations import Stopwatch, eventually
from tests.support.openai_process import model_calls
from tests.support.sse_client import Received, receive
from tests.support.two_workers import Workers, two_workers

pytestmark = pytest.mark.redis_server

ALICE = {"x-functions-key": "shop", "X-User-ID": "alice"}
BOB = {"x-functions-key": "shop", "X-User-ID": "bob"}
WRITING_SECONDS = 5


@pytest.fixture(scope="module")
def workers(model: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    with two_workers(tmp_path_factory.mktemp("report_streams"), settings(model)) as both:
        yield both


def settings(model: str) -> dict[str, str]:
    return {
        "OPENAI_API_KEY": "sk-of-the-tests",
        "OPENAI_BASE_URL": model,
        # The prose of a report takes some seconds: time to leave, to join and to resume.
        "OPENAI_MODEL": f"first_after={WRITING_SECONDS}",
    }


def request(
    client: httpx.Client,
    symbol: str,
    last_id: str | None = None,
    *,
    headers: dict[str, str] = ALICE,
    **more: Any,
) -> Received:
    """Requests a report as a stream; leaves it after so many ``frames``."""
    body = {"symbol": symbol, "report_type": "quick_overview"}
    accepting = {**headers, "Accept": "text/event-stream"}
    return receive(client, "/reports", method="POST", headers=accepting, json=body, last_id=last_id, **more)


def steps(received: Received) -> list[str]:
    return [frame.get("step") or frame["event"] for frame in received.frames]


def test_report_continues_without_its_reader_and_the_next_request_joins_anywhere(
    workers: Workers, model: str
) -> None:
    before = model_calls(model)
    left = request(workers.clients[0], "AAPL", frames=1)
    joined = {client: request(client, "AAPL", frames=1) for client in workers.clients}
    assert all(other.raw == left.raw for other in joined.values())
    readers: list[Received] = []
    threads = [
        threading.Thread(target=lambda client=client: readers.append(request(client, "AAPL")))
        for client in workers.clients
    ]
    for thread in threads:
        thread.start()
    resumed = request(workers.clients[1], "AAPL", left.last_id)
    for thread in threads:
        thread.join(60)
    one, two = readers
    assert one.raw == two.raw == left.raw + resumed.raw
    assert steps(one)[0] == "data"
    assert steps(one)[-2:] == ["stored", "report"]
    assert (len(one.ids), one.ended) == (len(one.data), True)
    assert model_calls(model) == before + 1


def test_ended_stream_is_204_after_its_end_and_continued_after_an_earlier_frame(
    workers: Workers, model: str
) -> None:
    whole = request(workers.clients[0], "MSFT")
    before = model_calls(model)
    # Redis receives the end up to 100 ms after the reader.
    assert eventually(lambda: request(workers.clients[1], "MSFT", whole.last_id).status == 204)
    for client in workers.clients:
        assert request(client, "MSFT", whole.last_id).status == 204
        for place in range(len(whole.raw) - 1):
            assert request(client, "MSFT", whole.ids[place]).raw == whole.raw[place + 1 :]
        for unknown in ("malformed", "0" * 32 + ".1.0", whole.ids[0].replace(".1.0", ".99.0")):
            assert request(client, "MSFT", unknown).status == 404
        assert request(client, "NVDA", whole.ids[0]).status == 404
    assert model_calls(model) == before


def test_stored_report_is_a_stream_that_is_resumed(workers: Workers) -> None:
    whole = request(workers.clients[0], "SAP.DE")
    stored = request(workers.clients[1], "SAP.DE")
    (report,) = stored.frames
    assert report["report"]["cached"] is True
    assert report["report"]["report_id"] == whole.frames[-1]["report"]["report_id"]
    assert request(workers.clients[0], "SAP.DE", stored.ids[0]).data == ["[DONE]"]
    assert request(workers.clients[0], "SAP.DE", stored.last_id).status == 204
    assert request(workers.clients[0], "NVDA", stored.ids[0]).status == 404


def test_stream_that_redis_forgot_continues_with_the_report(workers: Workers) -> None:
    whole = request(workers.clients[0], "IBM")
    redis = Redis(port=workers.redis.port)
    redis.delete(*redis.keys("*:stream:*"))
    *_, progress, report, _ = whole.ids
    rest = request(workers.clients[1], "IBM", progress)
    assert (rest.ids, steps(rest)) == (whole.ids[-2:], ["report"])
    assert request(workers.clients[1], "IBM", report).data == ["[DONE]"]
    assert request(workers.clients[1], "IBM", whole.last_id).status == 204


def test_owners_share_a_stream_and_have_reports_of_their_own(workers: Workers, model: str) -> None:
    before = model_calls(model)
    request(workers.clients[0], "KO", frames=1)
    bob = request(workers.clients[1], "KO", headers=BOB)
    alice = request(workers.clients[0], "KO")
    ids = [answer.frames[-1]["report"]["report_id"] for answer in (alice, bob)]
    assert ids[0] != ids[1]
    for headers, own, other in ((ALICE, ids[0], ids[1]), (BOB, ids[1], ids[0])):
        assert workers.clients[0].get(f"/reports/{own}", headers=headers).status_code == 200
        assert workers.clients[0].get(f"/reports/{other}", headers=headers).status_code == 404
    assert model_calls(model) == before + 1


def test_chat_and_reports_do_not_resume_each_other(workers: Workers) -> None:
    one = workers.clients[0]
    report = request(one, "DIS", frames=1)
    assert one.get(f"/chat/streams/{report.last_id.split('.')[0]}", headers=ALICE).status_code == 404
    assert one.delete(f"/chat/streams/{report.last_id.split('.')[0]}", headers=ALICE).status_code == 404
    question = {"message": "What is a dividend?"}
    answer = receive(one, "/chat/stream", method="POST", headers=ALICE, json=question)
    assert request(one, "DIS", answer.ids[0]).status == 404


def test_without_redis_the_worker_joins_and_resumes_its_own(model: str, tmp_path: Path) -> None:
    with two_workers(tmp_path, settings(model)) as both:
        one, two = both.clients
        both.redis.stop()
        before = model_calls(model)
        left = request(one, "AAPL", frames=1)
        assert request(two, "AAPL", left.last_id).status == 503
        assert steps(request(one, "AAPL"))[0] == "data"
        assert model_calls(model) == before + 1


def test_readers_learn_that_the_worker_was_killed_and_the_other_generates_it(
    model: str, tmp_path: Path
) -> None:
    with two_workers(tmp_path, settings(model)) as both:
        one, two = both.clients
        request(one, "AAPL", frames=1)
        received: list[Received] = []
        begun = threading.Event()
        reader = threading.Thread(target=lambda: received.append(request(two, "AAPL", begun=begun)))
        reader.start()
        assert begun.wait(60)
        both.hosts[0].send_signal(signal.SIGKILL)
        with Stopwatch() as watch:
            reader.join(60)
        assert watch.seconds < 16
        assert received[0].frames[-1]["code"] == "producer_lost"
        assert received[0].ended
        assert steps(request(two, "AAPL"))[-1] == "report"
