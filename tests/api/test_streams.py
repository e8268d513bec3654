"""Streams over HTTP: read by several connections, resumed and stopped from another worker, asked once."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from pymongo import MongoClient

from tests.support.openai_process import openai_process
from tests.support.sse_client import Received, receive
from tests.support.two_workers import Workers, two_workers

QUESTION = {"message": "How is $AAPL?"}
ALICE = {"x-functions-key": "shop", "X-User-ID": "alice"}
OTHERS: tuple[dict[str, str], ...] = (
    {"x-functions-key": "shop", "X-User-ID": "bob"},
    {"x-functions-key": "other", "X-User-ID": "alice"},
    {"x-functions-key": "shop"},
)


@pytest.fixture(scope="module")
def model() -> Iterator[str]:
    with openai_process() as base_url:
        yield base_url


@pytest.fixture(scope="module")
def workers(model: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    with two_workers(tmp_path_factory.mktemp("streams"), settings(model)) as both:
        yield both


def settings(model: str, **more: str) -> dict[str, str]:
    return {
        "OPENAI_API_KEY": "sk-of-the-tests",
        "OPENAI_BASE_URL": model,
        "LIMIT_CHAT_PER_MINUTE": "1000",
        "LIMIT_STREAMS_PER_CALLER": "20",
        "MODEL_ALLOWED_MODELS": "*",
        **more,
    }


def calls(model: str) -> int:
    found: dict[str, list[Any]] = httpx.get(f"{model.removesuffix('/v1')}/calls").json()
    return len(found["calls"])


def eventually(check: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Whether a check succeeds within some seconds."""
    ends = time.monotonic() + seconds
    while not (found := check()) and time.monotonic() < ends:
        time.sleep(0.02)
    return found


def words(count: int) -> str:
    return "".join(f"w{number} " for number in range(count))


def ask(
    client: httpx.Client, tokens: int = 60, rate: int = 30, headers: dict[str, str] = ALICE, **more: Any
) -> Received:
    body = {**QUESTION, "model": f"tokens={tokens}&rate={rate}"}
    return receive(client, "/chat/stream", method="POST", json=body, headers=headers, **more)


def resume(client: httpx.Client, stream_id: str, headers: dict[str, str] = ALICE, **more: Any) -> Received:
    return receive(client, f"/chat/streams/{stream_id}", headers=headers, **more)


def test_lost_connection_is_resumed_at_the_other_worker_without_gap_or_repetition(
    workers: Workers, model: str
) -> None:
    one, two = workers.clients
    before = calls(model)
    first = ask(one, leave_after=5)
    assert first.meta["resumable"] is True
    assert all(identifier.startswith(first.meta["stream_id"]) for identifier in first.ids)
    rest = resume(two, first.meta["stream_id"], last_id=first.last_id)
    assert rest.ended
    assert (first.text + rest.text).split() == words(60).split()
    assert set(first.ids).isdisjoint(rest.ids)
    assert calls(model) == before + 1
    again = resume(two, first.meta["stream_id"])
    assert again.raw == first.raw + rest.raw


def test_two_readers_receive_identical_bytes(workers: Workers) -> None:
    one, two = workers.clients
    first = ask(one, leave_after=1)
    stream_id = first.meta["stream_id"]
    received: list[Received] = []
    threads = [
        threading.Thread(target=lambda client=client: received.append(resume(client, stream_id)))
        for client in (one, one, two, two)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(received) == 4
    assert all(other.raw == received[0].raw for other in received)
    assert received[0].text.split() == words(60).split()


def test_finished_stream_is_204_after_its_last_frame_and_replayed_after_an_earlier_one(
    workers: Workers, model: str
) -> None:
    one, two = workers.clients
    whole = ask(one, tokens=20, rate=0)
    stream_id, before = whole.meta["stream_id"], calls(model)
    params = {"message": "How is $AAPL?"}
    for client in (one, two):
        assert resume(client, stream_id, last_id=whole.last_id).status == 204
        missed = resume(client, stream_id, last_id=whole.ids[2])
        assert missed.raw == whole.raw[3:]
        same = receive(client, "/chat/stream", params=params, headers=ALICE, last_id=whole.last_id)
        assert same.status == 204
        missed = receive(client, "/chat/stream", params=params, headers=ALICE, last_id=whole.ids[2])
        assert missed.raw == whole.raw[3:]
        posted = ask(client, last_id=whole.ids[2])
        assert posted.raw == whole.raw[3:]
        for unknown in ("nonsense", "0" * 32 + ".1.0", f"{stream_id}.999.0"):
            asked = receive(client, "/chat/stream", params=params, headers=ALICE, last_id=unknown)
            assert asked.status == 404
            assert resume(client, stream_id, last_id=unknown).status == 404
        assert resume(client, "0" * 32).status == 404
    assert calls(model) == before


def test_stream_of_another_owner_does_not_exist(workers: Workers) -> None:
    one, two = workers.clients
    first = ask(one, leave_after=2)
    stream_id = first.meta["stream_id"]
    for headers in OTHERS:
        for client in (one, two):
            assert resume(client, stream_id, headers=headers).status == 404
            assert client.delete(f"/chat/streams/{stream_id}", headers=headers).status_code == 404
    assert two.delete(f"/chat/streams/{stream_id}", headers=ALICE).status_code == 202


@pytest.mark.parametrize("place", [0, 1])
def test_stream_is_stopped_from_either_worker(workers: Workers, place: int) -> None:
    one, _ = workers.clients
    first = ask(one, tokens=600, leave_after=5)
    stream_id = first.meta["stream_id"]
    started = time.monotonic()
    url = f"/chat/streams/{stream_id}"
    assert workers.clients[place].delete(url, headers=ALICE).status_code == 202
    rest = resume(one, stream_id, last_id=first.last_id)
    assert time.monotonic() - started < 2
    *_, error = rest.frames
    assert (error["code"], error["retryable"]) == ("answer_stopped", False)
    assert eventually(lambda: workers.clients[place].delete(url, headers=ALICE).status_code == 204)


def test_stopped_or_abandoned_answer_is_stored_once_as_interrupted(workers: Workers) -> None:
    one, two = workers.clients
    first = ask(one, tokens=600, leave_after=5)
    two.delete(f"/chat/streams/{first.meta['stream_id']}", headers=ALICE)
    conversation_id = first.meta["conversation_id"]
    assert eventually(lambda: len(turns_of(workers, conversation_id)) == 2)
    _, answer = turns_of(workers, conversation_id)
    assert answer["interrupted"] is True
    assert answer["content"].startswith(words(5))
    assert eventually(lambda: follow_up(two, conversation_id) == 200)
    assert len(turns_of(workers, conversation_id)) == 4


def follow_up(client: httpx.Client, conversation_id: str, headers: dict[str, str] = ALICE) -> int:
    body = {**QUESTION, "model": "tokens=3", "conversation_id": conversation_id}
    return client.post("/chat", json=body, headers=headers).status_code


def turns_of(workers: Workers, conversation_id: str) -> list[dict[str, Any]]:
    with MongoClient[dict[str, Any]](workers.mongodb_uri) as client:
        found = client["stock_research"]["conversations"].find_one({"_id": conversation_id})
    turns: list[dict[str, Any]] = found["turns"] if found else []
    return turns
