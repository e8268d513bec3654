"""Export and erasure of a user's data over HTTP, with answers that are still running."""

import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.two_workers import two_workers

ANN = {"x-functions-key": "shop", "X-User-ID": "erased-ann"}
BOB = {"x-functions-key": "shop", "X-User-ID": "erased-bob"}
CONVERSATION = "3f0c1c62-6a5e-4d2c-9d5e-0d2f5a4b7c11"
PREFERENCES = {"watchlist": ["AAPL"], "default_provider": "offline", "report": {"format": "html"}}


def fill(client: httpx.Client, headers: dict[str, str], conversation: str) -> str:
    user = headers["X-User-ID"]
    assert client.put(f"/users/{user}/preferences", json=PREFERENCES, headers=headers).status_code == 200
    question = {"message": "What is the price of $AAPL?", "conversation_id": conversation}
    assert client.post("/chat", json=question, headers=headers).status_code == 200
    body = {"symbol": "AAPL", "report_type": "quick_overview"}
    report = client.post("/reports", json=body, headers=headers)
    assert report.status_code in {200, 201}
    return str(report.json()["report_id"])


def export(client: httpx.Client, headers: dict[str, str]) -> dict[str, Any]:
    answer = client.get(f"/users/{headers['X-User-ID']}/data", headers=headers)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    document: dict[str, Any] = answer.json()
    return document


def is_empty(document: dict[str, Any]) -> bool:
    return not (document["preferences"] or document["conversations"] or document["reports"])


def test_export_has_everything_of_the_user_and_erasing_removes_it(client: httpx.Client) -> None:
    report_id = fill(client, ANN, CONVERSATION)
    bobs_id = fill(client, BOB, CONVERSATION.replace("3f", "4f"))
    document = export(client, ANN)
    assert document["user_id"] == "erased-ann"
    assert document["preferences"][0]["watchlist"] == ["AAPL"]
    conversation = document["conversations"][0]
    assert conversation["conversation_id"] == CONVERSATION
    assert [turn["role"] for turn in conversation["messages"]] == ["user", "assistant"]
    assert [report["report_id"] for report in document["reports"]] == [report_id]
    assert client.delete("/users/erased-ann", headers=ANN).status_code == 204
    assert is_empty(export(client, ANN))
    assert client.get(f"/reports/{report_id}", headers=ANN).status_code == 404
    assert client.get("/users/erased-ann/preferences", headers=ANN).json()["version"] == 0
    assert client.get(f"/reports/{bobs_id}", headers={**BOB, "accept": "application/json"}).status_code == 200
    assert len(export(client, BOB)["conversations"]) == 1
    assert client.delete("/users/erased-ann", headers=ANN).status_code == 204


@pytest.mark.parametrize("path", ["/users/erased-bob", "/users/erased-bob/data"])
def test_other_users_do_not_exist(client: httpx.Client, path: str) -> None:
    method = "GET" if path.endswith("data") else "DELETE"
    refused = client.request(method, path, headers=ANN)
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert client.request(method, path.replace("erased-bob", "no%20user"), headers={}).status_code == 400
    assert is_empty(client.get("/users/erased-bob/data", headers={"x-functions-key": "other"}).json())


@pytest.mark.redis_server
def test_report_in_progress_does_not_reappear(tmp_path: Path) -> None:
    with two_workers(tmp_path) as workers:
        one, other = workers.clients
        statuses: list[int] = []

        def generate() -> None:
            body = {"symbol": "NVDA", "refresh": True}
            statuses.append(one.post("/reports", json=body, headers=ANN).status_code)

        thread = threading.Thread(target=generate)
        thread.start()
        time.sleep(0.05)
        assert other.delete("/users/erased-ann", headers=ANN).status_code == 204
        thread.join()
        assert is_empty(export(other, ANN))
        assert statuses in ([409], [201])
