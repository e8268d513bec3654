"""Conversations over HTTP: listed, read, renamed and deleted by their owner, at two workers."""

import threading
import time
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo import MongoClient

from tests.support.durations import eventually
from tests.support.openai_process import openai_process
from tests.support.sse_client import receive
from tests.support.two_workers import Workers, two_workers

pytestmark = pytest.mark.redis_server

ALICE = {"x-functions-key": "shop", "X-User-ID": "alice"}
OTHERS: tuple[dict[str, str], ...] = (
    {"x-functions-key": "shop", "X-User-ID": "bob"},
    {"x-functions-key": "other", "X-User-ID": "alice"},
    {"x-functions-key": "shop"},
)
SLOW = {"message": "How is $AAPL?", "model": "tokens=600&rate=20"}


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    with openai_process() as model:
        settings = {
            "OPENAI_API_KEY": "sk-of-the-tests",
            "OPENAI_BASE_URL": model,
            "OPENAI_MODEL": "tokens=5",
            "MODEL_ALLOWED_MODELS": "*",
        }
        with two_workers(tmp_path_factory.mktemp("conversations"), settings) as both:
            yield both


@pytest.fixture
def alice() -> dict[str, str]:
    """A user of this test alone."""
    return {**ALICE, "X-User-ID": uuid.uuid4().hex}


def ask(
    client: httpx.Client, message: str, headers: dict[str, str], conversation_id: str | None = None
) -> str:
    body = {"message": message, "conversation_id": conversation_id}
    answer = client.post("/chat", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    conversation: str = answer.json()["conversation_id"]
    return conversation


def is_locked(workers: Workers, conversation_id: str) -> bool:
    """Whether an answer in a conversation is in progress."""
    with MongoClient[dict[str, Any]](workers.mongodb_uri) as client:
        found = client["stock_research"]["conversations"].find_one({"_id": conversation_id})
    return bool(found and found.get("lock"))


def stream_is_gone(client: httpx.Client, stream_id: str, headers: dict[str, str]) -> bool:
    return receive(client, f"/chat/streams/{stream_id}", headers=headers).status == 404


def listed(client: httpx.Client, headers: dict[str, str], **params: Any) -> list[dict[str, Any]]:
    answer = client.get("/conversations", headers=headers, params=params)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["conversations"]
    return found


def test_conversation_is_listed_read_and_renamed_at_both_workers(
    workers: Workers, alice: dict[str, str]
) -> None:
    one, two = workers.clients
    first = ask(one, "How  is\n$AAPL doing, and why is that so?", alice)
    second = ask(two, "x" * 300, alice)
    ask(two, "And now?", alice, first)
    for client in (one, two):
        entries = listed(client, alice)
        assert [entry["conversation_id"] for entry in entries] == [second, first]
        assert entries[1]["title"] == "How is $AAPL doing, and why is that so?"
        assert len(entries[0]["title"]) == 81
        read = client.get(f"/conversations/{first}", headers=alice).json()
        question, answer, again, _ = read["messages"]
        assert (question["role"], question["content"]) == (
            "user",
            "How  is\n$AAPL doing, and why is that so?",
        )
        assert (answer["role"], answer["interrupted"]) == ("assistant", False)
        assert answer["sources"][0]["symbol"] == "AAPL"
        assert answer["figures"]["marks"] == []
        assert again["content"] == "And now?"
    renamed = one.patch(f"/conversations/{first}", json={"title": " Apple "}, headers=alice)
    assert (renamed.status_code, renamed.json()["title"]) == (200, "Apple")
    ask(one, "Once more?", alice, first)
    assert listed(two, alice)[1]["title"] == "Apple"


def test_pages_have_each_conversation_once(workers: Workers, alice: dict[str, str]) -> None:
    one, two = workers.clients
    asked = [ask(one, f"question {number}", alice) for number in range(5)]
    found: list[str] = []
    cursor = None
    while True:
        params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = two.get("/conversations", headers=alice, params=params).json()
        found += [entry["conversation_id"] for entry in page["conversations"]]
        ask(one, "again", alice, asked[0])
        if (cursor := page["next_cursor"]) is None:
            break
    assert sorted(found) == sorted(asked)
    wrong = one.get("/conversations", headers=alice, params={"cursor": "x"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "cursor")


def test_conversation_of_another_owner_does_not_exist(workers: Workers) -> None:
    one, two = workers.clients
    conversation = ask(one, "mine", ALICE)
    url = f"/conversations/{conversation}"
    for headers in OTHERS:
        assert listed(two, headers) == []
        assert two.get(url, headers=headers).status_code == 404
        assert two.patch(url, json={"title": "yours"}, headers=headers).status_code == 404
        assert two.delete(url, headers=headers).status_code == 404
        bulk = two.post("/conversations/delete", json={"conversation_ids": [conversation]}, headers=headers)
        assert bulk.json() == {"deleted": 0}
    assert one.get(url, headers=ALICE).status_code == 200
    for unknown in ("1", "delete", str(uuid.uuid1()), str(uuid.uuid4())):
        assert one.get(f"/conversations/{unknown}", headers=ALICE).status_code == 404
        assert one.delete(f"/conversations/{unknown}", headers=ALICE).status_code == 404


@pytest.mark.parametrize("title", ["", "  ", "x" * 201, 7, None, "\u200b\u200b", "\0", "\u202e"])
def test_title_that_is_none_is_refused(workers: Workers, alice: dict[str, str], title: object) -> None:
    one, _ = workers.clients
    conversation = ask(one, "mine", alice)
    refused = one.patch(f"/conversations/{conversation}", json={"title": title}, headers=alice)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "title")


def test_title_is_one_line_without_control_characters(workers: Workers, alice: dict[str, str]) -> None:
    one, _ = workers.clients
    conversation = ask(one, "mine", alice)
    titles = {"a\nb\t c": "a b c", "a\0b\u202egnp": "abgnp", "👩\u200d💻 Größe 株": "👩\u200d💻 Größe 株"}
    for title, stored in titles.items():
        renamed = one.patch(f"/conversations/{conversation}", json={"title": title}, headers=alice)
        assert (renamed.status_code, renamed.json()["title"]) == (200, stored)


def test_several_are_deleted_together(workers: Workers, alice: dict[str, str]) -> None:
    one, two = workers.clients
    asked = [ask(one, f"question {number}", alice) for number in range(3)]
    ids = [*asked[:2], asked[0], str(uuid.uuid4())]
    deleted = two.post("/conversations/delete", json={"conversation_ids": ids}, headers=alice)
    assert (deleted.status_code, deleted.json()) == (200, {"deleted": 2})
    assert [entry["conversation_id"] for entry in listed(one, alice)] == asked[2:]
    for ids in ([], ["x"], [str(uuid.uuid4())] * 101):
        refused = two.post("/conversations/delete", json={"conversation_ids": ids}, headers=alice)
        assert refused.status_code == 400


def test_deleted_conversation_takes_its_running_answer_and_its_stream_with_it(
    workers: Workers, alice: dict[str, str]
) -> None:
    one, two = workers.clients
    first = receive(one, "/chat/stream", method="POST", json=SLOW, headers=alice, leave_after=3)
    conversation, stream = first.meta["conversation_id"], first.meta["stream_id"]
    assert two.delete(f"/conversations/{conversation}", headers=alice).status_code == 204
    # The worker that produces it learns of the deletion with its next exchange, after 50 ms.
    for client in (one, two):
        assert eventually(partial(stream_is_gone, client, stream, alice))
        assert client.get(f"/conversations/{conversation}", headers=alice).status_code == 404
        assert listed(client, alice) == []


@pytest.mark.parametrize("what", ["conversations/{}", "users/{}"])
@pytest.mark.parametrize("place", [0, 1])
def test_deletion_right_after_the_first_frame_finds_the_stream(
    workers: Workers, alice: dict[str, str], what: str, place: int
) -> None:
    one = workers.clients[0]
    first = receive(one, "/chat/stream", method="POST", json=SLOW, headers=alice, leave_after=1)
    name = alice["X-User-ID"] if what.startswith("users") else first.meta["conversation_id"]
    path = f"/{what.format(name)}"
    # A busy machine may count Redis as unavailable: then once more.
    while (deleted := workers.clients[place].delete(path, headers=alice).status_code) == 503:
        time.sleep(0.5)
    assert deleted == 204
    address = f"/chat/streams/{first.meta['stream_id']}"
    assert eventually(lambda: one.head(address, headers=alice).status_code == 404)
    assert {client.get(address, headers=alice).status_code for client in workers.clients} == {404}


def test_deleted_conversation_takes_its_finished_stream_with_it(
    workers: Workers, alice: dict[str, str]
) -> None:
    one, two = workers.clients
    body = {**SLOW, "model": "tokens=5"}
    first = receive(one, "/chat/stream", method="POST", json=body, headers=alice)
    assert first.ended
    assert two.delete(f"/conversations/{first.meta['conversation_id']}", headers=alice).status_code == 204
    # The worker that produced it learns of the deletion with its next exchange, after 50 ms.
    for client in (one, two):
        assert eventually(partial(stream_is_gone, client, first.meta["stream_id"], alice))


def test_deleted_conversation_ends_an_answer_as_json(workers: Workers, alice: dict[str, str]) -> None:
    one, two = workers.clients
    conversation = ask(one, "first", alice)
    assert eventually(lambda: not is_locked(workers, conversation))
    answers: list[httpx.Response] = []
    body = {**SLOW, "conversation_id": conversation}
    asking = threading.Thread(target=lambda: answers.append(one.post("/chat", json=body, headers=alice)))
    asking.start()
    assert eventually(lambda: is_locked(workers, conversation))
    assert two.delete(f"/conversations/{conversation}", headers=alice).status_code == 204
    asking.join(60)
    assert [answer.status_code for answer in answers] == [409]
    assert listed(two, alice) == []


def test_deletion_that_redis_does_not_confirm_is_503_and_can_be_repeated(tmp_path: Path) -> None:
    with two_workers(tmp_path, redis_hangs=True) as both:
        one, two = both.clients
        conversation = ask(one, "How is $AAPL?", ALICE)
        both.redis.hang()
        refused = two.delete(f"/conversations/{conversation}", headers=ALICE)
        assert (refused.status_code, refused.json()["code"]) == (503, "dependency_unavailable")
        assert refused.headers["retry-after"]
        both.redis.resume()
        deleted = f"/conversations/{conversation}"
        assert eventually(lambda: two.delete(deleted, headers=ALICE).status_code == 204)
        assert one.get(f"/conversations/{conversation}", headers=ALICE).status_code == 404
