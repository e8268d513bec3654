"""Streams over HTTP: read by several connections, resumed and stopped from another worker, asked once."""

import signal
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo import MongoClient
from redis import Redis

from tests.support.backstage import Backstage
from tests.support.durations import Stopwatch, eventually
from tests.support.edge_proxy import EdgeProxy
from tests.support.heartbeats import wait_until_a_heartbeat_is_due
from tests.support.host import running_host
from tests.support.openai_process import model_calls
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
def workers(model: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    with two_workers(tmp_path_factory.mktemp("streams"), settings(model)) as both:
        yield both


def settings(model: str, **more: str) -> dict[str, str]:
    return {
        "OPENAI_API_KEY": "sk-of-the-tests",
        "OPENAI_BASE_URL": model,
        "LIMIT_STREAMS_PER_CALLER": "20",
        "MODEL_ALLOWED_MODELS": "*",
        **more,
    }


def words(count: int) -> str:
    return "".join(f"w{number} " for number in range(count))


def ask(
    client: httpx.Client, tokens: int = 60, rate: int = 30, headers: dict[str, str] = ALICE, **more: Any
) -> Received:
    body = {**QUESTION, "model": f"tokens={tokens}&rate={rate}"}
    return receive(client, "/chat/stream", method="POST", json=body, headers=headers, **more)


def resume(client: httpx.Client, stream_id: str, headers: dict[str, str] = ALICE, **more: Any) -> Received:
    return receive(client, f"/chat/streams/{stream_id}", headers=headers, **more)


def begin(client: httpx.Client, **more: Any) -> Received:
    """Begins a stream and leaves it. A busy machine may count Redis as unavailable: then once more."""
    for _ in range(20):
        begun = ask(client, **more)
        if begun.meta["resumable"]:
            return begun
        client.delete(f"/chat/streams/{begun.meta['stream_id']}", headers=ALICE)
        time.sleep(1)
    raise AssertionError("Redis stays unavailable")


def resume_patiently(client: httpx.Client, stream_id: str, **more: Any) -> Received:
    """Resumes a stream as soon as Redis counts as available."""
    ends = time.monotonic() + 60
    while (received := resume(client, stream_id, **more)).status == 503 and time.monotonic() < ends:
        time.sleep(0.5)
    return received


def wait_until_ended(other: httpx.Client, whole: Received) -> None:
    """Waits until another worker knows the end of a stream: Redis receives it after the reader does."""
    stream_id, last_id = whole.meta["stream_id"], whole.last_id
    assert eventually(lambda: resume(other, stream_id, last_id=last_id).status == 204)


def start_reader(
    client: httpx.Client, stream_id: str, received: list[Received], **more: Any
) -> threading.Thread:
    """Starts to resume a stream in a thread, and waits for its first frame."""
    begun = threading.Event()

    def read() -> None:
        received.append(resume_patiently(client, stream_id, begun=begun, **more))

    reader = threading.Thread(target=read)
    reader.start()
    assert begun.wait(60)
    return reader


@pytest.mark.redis_server
def test_lost_connection_is_resumed_at_the_other_worker_without_gap_or_repetition(
    workers: Workers, model: str
) -> None:
    one, two = workers.clients
    first = begin(one, leave_after=5)
    before = model_calls(model)
    assert all(identifier.startswith(first.meta["stream_id"]) for identifier in first.ids)
    rest = resume_patiently(two, first.meta["stream_id"], last_id=first.last_id)
    assert rest.ended
    assert (first.text + rest.text).split() == words(60).split()
    assert set(first.ids).isdisjoint(rest.ids)
    assert model_calls(model) == before
    again = resume_patiently(two, first.meta["stream_id"])
    assert again.raw == first.raw + rest.raw


@pytest.mark.redis_server
def test_two_readers_receive_identical_bytes(workers: Workers) -> None:
    one, two = workers.clients
    first = begin(one, leave_after=1)
    stream_id = first.meta["stream_id"]
    received: list[Received] = []
    threads = [
        threading.Thread(target=lambda client=client: received.append(resume_patiently(client, stream_id)))
        for client in (one, one, two, two)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(received) == 4
    assert all(other.raw == received[0].raw for other in received)
    assert received[0].text.split() == words(60).split()


@pytest.mark.redis_server
def test_finished_stream_is_204_after_its_last_frame_and_replayed_after_an_earlier_one(
    workers: Workers, model: str
) -> None:
    one, two = workers.clients
    whole = ask(one, tokens=20, rate=0)
    stream_id, before = whole.meta["stream_id"], model_calls(model)
    wait_until_ended(two, whole)
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
        number, characters = whole.ids[2].split(".")[1:]
        changed = (f".{number}.{characters}9", f".{len(whole.ids)}.{characters}", ".0.5", ".999.0")
        for unknown in ("malformed", "0" * 32 + ".1.0", *(stream_id + place for place in changed)):
            asked = receive(client, "/chat/stream", params=params, headers=ALICE, last_id=unknown)
            assert asked.status == 404
            assert resume(client, stream_id, last_id=unknown).status == 404
        assert resume(client, "0" * 32).status == 404
    assert model_calls(model) == before


@pytest.mark.redis_server
def test_stream_of_another_owner_does_not_exist(workers: Workers) -> None:
    one, two = workers.clients
    first = begin(one, leave_after=2)
    stream_id = first.meta["stream_id"]
    for headers in OTHERS:
        for client in (one, two):
            assert resume(client, stream_id, headers=headers).status == 404
            assert client.delete(f"/chat/streams/{stream_id}", headers=headers).status_code == 404
    assert two.delete(f"/chat/streams/{stream_id}", headers=ALICE).status_code == 202


@pytest.mark.redis_server
@pytest.mark.parametrize("place", [0, 1])
def test_stream_is_stopped_from_either_worker(workers: Workers, place: int) -> None:
    one, _ = workers.clients
    seconds: list[float] = []
    for _ in range(3):
        first = begin(one, tokens=600, leave_after=5)
        url = f"/chat/streams/{first.meta['stream_id']}"
        with Stopwatch() as watch:
            assert workers.clients[place].delete(url, headers=ALICE).status_code == 202
            rest = resume(one, first.meta["stream_id"], last_id=first.last_id)
        seconds.append(watch.seconds)
        *_, error = rest.frames
        assert (error["code"], error["retryable"]) == ("answer_stopped", False)
        stopped = partial(workers.clients[place].delete, url, headers=ALICE)
        assert eventually(lambda: stopped().status_code == 204)  # noqa: B023 - called in this turn
    # The fastest of three: what else the machine does only lengthens it.
    assert min(seconds) < 2


@pytest.mark.redis_server
def test_stopped_or_abandoned_answer_is_stored_once_as_interrupted(workers: Workers) -> None:
    one, two = workers.clients
    first = begin(one, tokens=600, leave_after=5)
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


@pytest.mark.redis_server
def test_killed_producer_is_noticed_within_15_s_and_its_text_is_stored_once(
    model: str, tmp_path: Path
) -> None:
    with two_workers(tmp_path, settings(model)) as both:
        one, two = both.clients
        first = begin(one, tokens=900, leave_after=10)
        stream_id, conversation_id = first.meta["stream_id"], first.meta["conversation_id"]
        received: list[Received] = []
        readers = [start_reader(two, stream_id, received, last_id=first.last_id) for _ in range(2)]
        wait_until_a_heartbeat_is_due(both.redis)
        both.hosts[0].stop(signal.SIGKILL)
        killed = time.monotonic()
        with Stopwatch() as watch:
            busy = two.post(
                "/chat",
                json={**QUESTION, "model": "tokens=3", "conversation_id": conversation_id},
                headers=ALICE,
            )
            assert busy.status_code == 409
            wait = int(busy.headers["retry-after"])
            assert 1 <= wait <= 20
            for reader in readers:
                reader.join(60)
        assert watch.seconds < 15
        for one_reader in received:
            *_, error = one_reader.frames
            assert (error["code"], error["retryable"]) == ("producer_lost", True)
            assert one_reader.ended
        assert received[0].raw == received[1].raw
        time.sleep(max(0.0, wait - (time.monotonic() - killed)))
        assert follow_up(two, conversation_id) == 200
        question, answer, *later = turns_of(both, conversation_id)
        assert (question["content"], answer["interrupted"]) == (QUESTION["message"], True)
        assert answer["content"] == first.text + received[0].text
        assert len(later) == 2
        assert resume(two, stream_id, last_id=received[0].last_id).status == 204


@pytest.mark.redis_server
def test_reader_of_the_killed_worker_itself_receives_the_error_elsewhere(model: str, tmp_path: Path) -> None:
    """It has frames of the last 50 ms that Redis never got."""
    with two_workers(tmp_path, settings(model)) as both:
        one, two = both.clients
        received: list[Received] = []
        begun = threading.Event()
        reading = threading.Thread(
            target=lambda: received.append(ask(one, tokens=3000, rate=100, begun=begun, may_break=True))
        )
        reading.start()
        assert begun.wait(60)
        time.sleep(1)
        both.hosts[0].stop(signal.SIGKILL)
        reading.join(60)
        (cut,) = received
        stream_id = cut.meta["stream_id"]
        with Stopwatch() as watch:
            rest = resume_patiently(two, stream_id, last_id=cut.last_id)
        assert watch.seconds < 16
        assert [frame["code"] for frame in rest.frames if "chunk" not in frame] == ["producer_lost"]
        assert rest.ended
        whole = resume_patiently(two, stream_id)
        assert (cut.text + rest.text).startswith(whole.text)
        assert resume(two, stream_id, last_id=rest.last_id).status == 204


@pytest.mark.redis_server
def test_redis_restarted_empty_costs_neither_the_reader_nor_the_other_worker_a_frame(
    model: str, tmp_path: Path
) -> None:
    with two_workers(tmp_path, settings(model)) as both:
        one, two = both.clients
        received: list[Received] = []
        stream_id = begin(one, tokens=240, rate=20, leave_after=1).meta["stream_id"]
        readers = [start_reader(client, stream_id, received) for client in (one, two)]
        time.sleep(1)
        both.redis.stop()
        both.redis.start()
        for reader in readers:
            reader.join(60)
        whole = next(one_reader for one_reader in received if one_reader.frames[-1]["event"] == "done")
        assert whole.text.split() == words(240).split()
        other = next(one_reader for one_reader in received if one_reader is not whole)
        if other.frames[-1]["event"] == "error":
            assert other.frames[-1]["code"] == "producer_lost"
            rest = resume_patiently(two, stream_id, last_id=other.last_id)
            assert (other.text + rest.text).split() == words(240).split()
        else:
            assert other.raw == whole.raw


@pytest.mark.redis_server
def test_redis_that_hangs_in_the_middle_delays_nobody_connected(model: str, tmp_path: Path) -> None:
    with two_workers(tmp_path, settings(model), redis_hangs=True) as both:
        one, two = both.clients
        received: list[Received] = []
        stream_id = begin(one, tokens=90, rate=20, leave_after=1).meta["stream_id"]
        reading = start_reader(one, stream_id, received)
        with Stopwatch() as watch:
            both.redis.hang()
            assert resume(two, stream_id).status == 503
            time.sleep(1)
            both.redis.resume()
            reading.join(60)
        assert watch.seconds < 8
        assert received[0].text.split() == words(90).split()
        again = resume_patiently(two, stream_id)
        assert again.raw == received[0].raw


@pytest.mark.redis_server
def test_without_redis_streams_work_and_cannot_be_resumed(model: str, tmp_path: Path) -> None:
    with two_workers(tmp_path, settings(model)) as both:
        one, two = both.clients
        both.redis.stop()
        before = model_calls(model)
        whole = ask(one, tokens=20, rate=0)
        assert whole.ended
        assert whole.meta["resumable"] is False
        for identifier in (whole.last_id, whole.ids[2], "0" * 32 + ".1.0"):
            assert resume(two, whole.meta["stream_id"], last_id=whole.ids[2]).status == 503
            assert receive(two, "/chat/stream?message=x", headers=ALICE, last_id=identifier).status == 503
        assert model_calls(model) == before + 1
        left = ask(one, tokens=600, leave_after=3)
        assert left.meta["resumable"] is False
        assert eventually(lambda: follow_up(two, left.meta["conversation_id"]) == 200)
        assert turns_of(both, left.meta["conversation_id"])[1]["interrupted"] is True


@pytest.mark.redis_server
def test_answer_ends_with_its_reader_without_grace_time(model: str, tmp_path: Path) -> None:
    with two_workers(tmp_path, settings(model, CHAT_GRACE_SECONDS="0")) as both:
        one, two = both.clients
        seconds: list[float] = []
        for _ in range(3):
            left = begin(one, tokens=600, leave_after=3)
            with Stopwatch() as watch:
                assert_interrupted(both, left)
            seconds.append(watch.seconds)
            rest = resume(two, left.meta["stream_id"], last_id=left.last_id)
            assert rest.frames[-1]["code"] == "answer_stopped"
        # The fastest of three: what else the machine does only lengthens it.
        assert min(seconds) < 1.5


@pytest.mark.redis_server
def test_answer_ends_after_the_grace_time_without_readers(model: str, tmp_path: Path) -> None:
    with two_workers(tmp_path, settings(model, CHAT_GRACE_SECONDS="2")) as both:
        one, two = both.clients
        left = begin(one, tokens=600, leave_after=3)
        # A reader of the other worker keeps the answer alive.
        again = resume_patiently(two, left.meta["stream_id"], leave_after=60)
        assert len(again.text.split()) >= 60
        with Stopwatch() as watch:
            assert_interrupted(both, left)
        assert watch.seconds < 20
        rest = resume(two, left.meta["stream_id"], last_id=left.last_id)
        assert rest.frames[-1]["code"] == "answer_stopped"


def assert_interrupted(both: Workers, left: Received) -> None:
    """Waits until the answer that a reader has left is stored as interrupted."""
    conversation_id = left.meta["conversation_id"]
    assert eventually(lambda: len(turns_of(both, conversation_id)) == 2)
    assert turns_of(both, conversation_id)[1]["interrupted"] is True


@pytest.mark.redis_server
def test_stream_is_read_from_the_stored_conversation_when_redis_has_forgotten_it(
    model: str, tmp_path: Path
) -> None:
    with two_workers(tmp_path, settings(model)) as both:
        one, two = both.clients
        whole = ask(one, tokens=20, rate=0)
        stream_id = whole.meta["stream_id"]
        wait_until_ended(two, whole)
        Redis(port=both.redis.port).flushall()
        for client in (one, two):
            again = resume(client, stream_id)
            assert (again.text, again.ended) == (whole.text, True)
            assert again.frames[-1] == whole.frames[-1]
            assert again.meta == {**whole.meta, "request_id": again.meta["request_id"]}
            place = next(index for index, frame in enumerate(whole.frames) if "chunk" in frame)
            rest = resume(client, stream_id, last_id=whole.ids[place])
            assert whole.frames[place]["chunk"] + rest.text == whole.text
            assert resume(client, stream_id, last_id=whole.last_id).status == 204
            assert resume(client, stream_id, headers=OTHERS[0]).status == 404


def test_proxy_that_holds_4_kib_back_and_ends_silent_responses_does_no_harm(
    model: str, tmp_path: Path
) -> None:
    environ = settings(model, MODEL_FIRST_EVENT_TIMEOUT="60")
    with running_host(tmp_path, environ) as base_url, Backstage() as backstage:
        proxy = EdgeProxy(int(base_url.rpartition(":")[2]), held=4_096, silence=30)
        backstage.run(proxy.start())
        with httpx.Client(base_url=f"http://127.0.0.1:{proxy.port}/api", timeout=90) as client:
            with Stopwatch() as watch:
                begun = ask(client, tokens=100, rate=5, leave_after=1)
            assert watch.seconds < 10, "the first frames came with the last ones"
            # The model says nothing for longer than the proxy waits.
            slow = receive(
                client,
                "/chat/stream",
                method="POST",
                json={**QUESTION, "model": "tokens=1&first_after=33"},
                headers=ALICE,
            )
        assert begun.meta["event"] == "meta"
        assert (slow.text.split(), slow.ended) == (["w0"], True)
        backstage.run(proxy.aclose())
