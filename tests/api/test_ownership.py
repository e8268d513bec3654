"""Ownership over HTTP: keys and users see their own items only, and keep them when the key changes."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.api_client import running_service
from tests.support.two_workers import two_workers

REPORT = {"symbol": "NVDA", "report_type": "market_sentiment"}
"""A report that no other test of the same host requests."""
QUESTION = {"message": "What is the price of $AAPL?"}


def key(value: str, user: str | None = None) -> dict[str, str]:
    return {"x-functions-key": value, **({} if user is None else {"X-User-ID": user})}


def hash_of(value: str) -> str:
    return sha256(value.encode()).hexdigest()


def ids(client: httpx.Client, headers: dict[str, str]) -> list[str]:
    answer = client.get("/reports", params={"limit": 100}, headers=headers)
    return [report["report_id"] for report in answer.json()["reports"]]


def test_reports_of_another_key_or_user_do_not_exist(client: httpx.Client) -> None:
    ann, bob, foreign = key("shop", "ann"), key("shop", "bob"), key("other", "ann")
    made = client.post("/reports", json=REPORT, headers=ann)
    shared = client.post("/reports", json=REPORT, headers=bob)
    assert (made.status_code, shared.status_code, shared.json()["cached"]) == (201, 200, True)
    report_id, bobs_id = made.json()["report_id"], shared.json()["report_id"]
    assert report_id != bobs_id
    assert made.json()["timestamp"] == shared.json()["timestamp"]
    assert (ids(client, ann), ids(client, bob), ids(client, foreign)) == ([report_id], [bobs_id], [])
    for headers in (bob, foreign, key("shop")):
        for method in ("GET", "DELETE"):
            refused = client.request(method, f"/reports/{report_id}", headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (404, "report_not_found")
        page = client.get(f"/reports/{report_id}", params={"format": "html"}, headers=headers)
        assert page.status_code == 404
    assert client.delete(f"/reports/{report_id}", headers=ann).status_code == 204
    assert client.get(f"/reports/{report_id}", headers=ann).status_code == 404
    assert client.get(f"/reports/{bobs_id}", headers=bob).json()["report_id"] == bobs_id


def test_malformed_user_is_a_400_everywhere(client: httpx.Client) -> None:
    wrong = {"X-User-ID": "no user"}
    for answer in (
        client.get("/reports", headers=wrong),
        client.post("/reports", json=REPORT, headers=wrong),
        client.post("/chat", json=QUESTION, headers=wrong),
        client.get("/users/ann/preferences", headers=wrong),
    ):
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


def store_items(client: httpx.Client, headers: dict[str, str]) -> dict[str, Any]:
    preferences = {"watchlist": ["AAPL"]}
    assert client.put("/users/ann/preferences", json=preferences, headers=headers).status_code == 200
    return {
        "report": client.post("/reports", json=REPORT, headers=headers).json()["report_id"],
        "conversation": client.post("/chat", json=QUESTION, headers=headers).json()["conversation_id"],
    }


def statuses(client: httpx.Client, headers: dict[str, str], items: dict[str, Any]) -> list[int]:
    more = {**QUESTION, "conversation_id": items["conversation"]}
    return [
        client.get(f"/reports/{items['report']}", headers=headers).status_code,
        client.post("/chat", json=more, headers=headers).status_code,
        len(client.get("/users/ann/preferences", headers=headers).json().get("watchlist", ())),
    ]


@pytest.mark.parametrize("with_tenants", [True, False])
def test_items_survive_a_new_key_of_the_tenant_only(tmp_path: Path, with_tenants: bool) -> None:
    with running_service(tmp_path) as client:
        items = store_items(client, key("old", "ann"))
        assert statuses(client, key("old", "ann"), items) == [200, 200, 1]
    tenants = f"{hash_of('old')}=shop,{hash_of('new')}=shop" if with_tenants else ""
    with running_service(tmp_path, APP_TENANTS=tenants) as client:
        expected = [200, 200, 1] if with_tenants else [404, 404, 0]
        assert statuses(client, key("new", "ann"), items) == expected
        assert statuses(client, key("new", "eve"), items) == [404, 404, 0]
        assert statuses(client, key("old", "ann"), items) == [200, 200, 1]


@pytest.mark.redis_server
def test_deleted_report_is_gone_at_both_workers_and_stays_for_the_other_owner(tmp_path: Path) -> None:
    ann, bob = key("shop", "ann"), key("shop", "bob")
    with two_workers(tmp_path) as both:
        one, two = both.clients
        made = one.post("/reports", json=REPORT, headers=ann).json()["report_id"]
        shared = two.post("/reports", json=REPORT, headers=bob).json()
        assert shared["cached"] is True
        assert two.get(f"/reports/{made}", headers=ann).status_code == 200
        assert one.delete(f"/reports/{made}", headers=ann).status_code == 204
        for worker in (one, two):
            assert worker.get(f"/reports/{made}", headers=ann).status_code == 404
            assert worker.get(f"/reports/{shared['report_id']}", headers=bob).status_code == 200
        assert two.delete(f"/reports/{shared['report_id']}", headers=bob).status_code == 204
        assert one.post("/reports", json=REPORT, headers=ann).status_code == 201
