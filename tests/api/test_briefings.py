"""Briefings and alerts over HTTP: from the preferences to a receiver that verifies them."""

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from tests.support.alpha_vantage_stub import KEY, AlphaVantageStub, usual_body
from tests.support.api_client import api_client
from tests.support.host import running_host
from tests.support.two_workers import two_workers
from tests.support.webhook_receiver import Receiver, webhook_receiver

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ANN = {"x-functions-key": "shop", "X-User-ID": "ann"}
SECONDS = 60.0
ZONE = f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"
"""A time zone in which it is about noon: no day ends while tests run."""
ALWAYS = {"time": "00:00", "time_zone": ZONE, "calendar": "24/7", "webhook_id": "desk"}
"""A briefing that is due from the beginning of each day."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with webhook_receiver() as receiver:
        yield receiver


@contextmanager
def client_of(base_url: str) -> Iterator[httpx.Client]:
    with api_client(base_url, timeout=60, headers=ANN) as client:
        yield client


def subscribe(client: httpx.Client, receiver: Receiver, **fields: Any) -> None:
    body = {"webhooks": [{"id": "desk", "url": receiver.url, "secret": SECRET}], **fields}
    answer = client.put("/users/ann/preferences", json=body)
    assert answer.status_code == 200, answer.text
    assert SECRET not in answer.text


def run_timer(client: httpx.Client, output: Path) -> None:
    """Runs the timer by hand until its end."""
    before = output.read_text().count("function=briefings ")
    address = str(client.base_url).replace("/api/", "/admin/functions/briefings")
    assert httpx.post(address, json={}, timeout=60).status_code == 202
    deadline = time.monotonic() + SECONDS
    while output.read_text().count("function=briefings ") == before:
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.02)


def received(receiver: Receiver, count: int) -> list[Mapping[str, Any]]:
    """Waits for so many requests and returns their verified contents; there are no more."""
    deadline = time.monotonic() + SECONDS
    while len(receiver.requests) < count:
        assert time.monotonic() < deadline, f"{len(receiver.requests)} of {count} requests arrived"
        time.sleep(0.02)
    assert len(receiver.requests) == count
    verifier = Verifier(SECRET)
    return [verifier.verify(request.body, dict(request.headers)) for request in receiver.requests]


def test_briefing_arrives_signed_and_once_a_day(tmp_path: Path, receiver: Receiver) -> None:
    environ = {"WEBHOOK_ALLOW_LOCAL_TARGETS": "true"}
    watchlist = ["AAPL", "SPY", "ZZZZ"]
    with running_host(tmp_path, environ) as base_url, client_of(base_url) as client:
        subscribe(client, receiver, watchlist=watchlist, briefing=ALWAYS)
        run_timer(client, tmp_path / "output.txt")
        (event,) = received(receiver, 1)
    # The day is stored: another process sends no second one.
    with running_host(tmp_path, environ) as base_url, client_of(base_url) as client:
        run_timer(client, tmp_path / "output.txt")
        received(receiver, 1)
        exported = client.get("/users/ann/data")
    digest = event["data"]
    assert (event["type"], digest["time_zone"]) == ("briefing", ZONE)
    assert {move["symbol"] for move in digest["moves"]} == {"AAPL", "SPY"}
    for part in ("moves", "news", "earnings", "signals"):
        for entry in digest[part]:
            assert entry["source"] == "sample"
            assert entry["fetched_at"].endswith("Z")
            assert "quality" in entry
    assert all(move["currency"] == "USD" and move["price_decimals"] == 2 for move in digest["moves"])
    assert [(entry["symbol"], entry["code"]) for entry in digest["missing"]] == [("ZZZZ", "symbol_not_found")]
    assert digest["disclaimer"]
    document = exported.json()
    assert document["preferences"][0]["webhooks"] == [{"id": "desk", "url": receiver.url, "disabled": False}]
    assert document["preferences"][0]["briefing"] == ALWAYS
    assert [(item["kind"], item["state"]) for item in document["deliveries"]] == [("briefing", "delivered")]
    assert SECRET not in exported.text
    assert SECRET not in (tmp_path / "output.txt").read_text()


class Prices:
    """Alpha Vantage with a price that the test sets."""

    def __init__(self, stub: AlphaVantageStub) -> None:
        self.price = "100"
        stub.answers["GLOBAL_QUOTE"] = (200, self.quote)

    def quote(self, query: Mapping[str, str]) -> object:
        body: Any = json.loads(json.dumps(usual_body(query)))
        body["Global Quote"]["05. price"] = self.price
        return body


def test_alert_is_sent_once_per_crossing_and_survives_a_restart(tmp_path: Path, receiver: Receiver) -> None:
    alert = {"id": "high", "symbol": "IBM", "kind": "price_above", "value": 150, "webhook_id": "desk"}
    output = tmp_path / "output.txt"
    with AlphaVantageStub() as stub:
        prices = Prices(stub)
        environ = {
            "WEBHOOK_ALLOW_LOCAL_TARGETS": "true",
            "SAMPLE_DATA_ENABLED": "false",
            "ALPHA_VANTAGE_BASE_URL": stub.url,
            "ALPHA_VANTAGE_API_KEY": KEY,
            "ALPHA_VANTAGE_REQUESTS_PER_SECOND": "100",
            "ALPHA_VANTAGE_REQUESTS_PER_DAY": "10000",
            "CACHE_TTL_PRICE_DATA": "1",
            "CACHE_LOCAL_TTL": "0",
        }

        def look(client: httpx.Client, price: str) -> None:
            prices.price = price
            time.sleep(1.1)  # the cached quote expires
            run_timer(client, output)

        with running_host(tmp_path, environ) as base_url, client_of(base_url) as client:
            subscribe(client, receiver, alerts=[alert])
            look(client, "140")
            look(client, "151.5")
            (event,) = received(receiver, 1)
            look(client, "170")
            received(receiver, 1)
        with running_host(tmp_path, environ) as base_url, client_of(base_url) as client:
            look(client, "171")
            received(receiver, 1)
            look(client, "149")
            look(client, "150")
            _, again = received(receiver, 2)
    assert (event["type"], again["type"]) == ("price_alert", "price_alert")
    assert (event["data"]["price"], again["data"]["price"]) == (151.5, 150)
    assert event["data"]["source"] == "alpha_vantage"
    identifiers = [request.headers["webhook-id"] for request in receiver.requests]
    assert len(set(identifiers)) == 2


def test_signal_alert_is_sent_once(tmp_path: Path, receiver: Receiver) -> None:
    # One of the three applies to every symbol with enough history.
    zones = ("rsi_overbought", "rsi_neutral", "rsi_oversold")
    alerts = [
        {"id": zone, "symbol": "AAPL", "kind": "signal", "value": zone, "webhook_id": "desk"}
        for zone in zones
    ]
    with (
        running_host(tmp_path, {"WEBHOOK_ALLOW_LOCAL_TARGETS": "true"}) as base_url,
        client_of(base_url) as client,
    ):
        subscribe(client, receiver, alerts=alerts)
        for _ in range(2):
            run_timer(client, tmp_path / "output.txt")
        (event,) = received(receiver, 1)
        signals = client.get("/quotes/AAPL/technicals").json()["signals"]
    data = event["data"]
    assert event["type"] == "signal_alert"
    assert (data["signal"]["name"], data["source"]) == (data["alert_id"], "sample")
    assert data["signal"] in signals


def test_preferences_are_checked_and_the_secret_stays_inside(
    client: httpx.Client, receiver: Receiver
) -> None:
    hook = {"id": "desk", "url": "https://example.com/hook", "secret": SECRET}
    alert = {"id": "high", "symbol": "aapl", "kind": "price_above", "value": 300.5, "webhook_id": "desk"}
    path = "/users/checked/preferences"
    wrong: list[tuple[dict[str, Any], str]] = [
        # The host of these tests allows no targets on this machine.
        ({"webhooks": [{**hook, "url": receiver.url}]}, "webhooks.0.url"),
        ({"webhooks": [{**hook, "url": "https://10.0.0.1/"}]}, "webhooks.0.url"),
        ({"webhooks": [{**hook, "secret": "whsec_c2hvcnQ="}]}, "webhooks.0.secret"),
        ({"webhooks": [hook], "briefing": {**ALWAYS, "time": "7:00"}}, "briefing.time"),
        ({"webhooks": [hook], "briefing": {**ALWAYS, "time_zone": "Nowhere"}}, "briefing.time_zone"),
        ({"webhooks": [hook], "briefing": {**ALWAYS, "calendar": "XXXX"}}, "briefing.calendar"),
        ({"briefing": ALWAYS}, "briefing.webhook_id"),
        ({"webhooks": [hook], "alerts": [{**alert, "value": "high"}]}, "alerts.0.value"),
        ({"webhooks": [hook], "alerts": [alert, alert]}, "alerts.1.id"),
    ]
    for body, field in wrong:
        refused = client.put(path, json=body)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)
    put = client.put(path, json={"webhooks": [hook], "briefing": ALWAYS, "alerts": [alert]})
    kept = client.put(path, json={"watchlist": ["MSFT"]})
    shown = client.get(path)
    for answer in (put, kept, shown):
        body = answer.json()
        assert body["webhooks"] == [{"id": "desk", "url": hook["url"], "disabled": False}]
        assert (body["briefing"], body["alerts"]) == (ALWAYS, [{**alert, "symbol": "AAPL"}])
        assert SECRET not in answer.text
    assert client.get("/users/checked/data").text.count(SECRET) == 0


@pytest.mark.redis_server
def test_two_workers_send_one_briefing_per_user(tmp_path: Path, receiver: Receiver) -> None:
    users = [f"user{number}" for number in range(5)]
    with two_workers(tmp_path, {"WEBHOOK_ALLOW_LOCAL_TARGETS": "true"}) as workers:
        for user in users:
            body = {
                "watchlist": ["AAPL"],
                "webhooks": [{"id": "desk", "url": f"{receiver.url}&user={user}", "secret": SECRET}],
                "briefing": ALWAYS,
            }
            headers = {**ANN, "X-User-ID": user}
            put = workers.clients[0].put(f"/users/{user}/preferences", json=body, headers=headers)
            assert put.status_code == 200
        folders = (tmp_path / "first", tmp_path / "second")
        with ThreadPoolExecutor(2) as threads:
            for _ in range(2):
                runs = zip(workers.clients, folders, strict=True)
                list(threads.map(lambda pair: run_timer(pair[0], pair[1] / "output.txt"), runs))
        received(receiver, len(users))
    assert Counter(request.path.rpartition("=")[2] for request in receiver.requests) == Counter(users)


def test_erased_user_gets_nothing(tmp_path: Path, receiver: Receiver) -> None:
    environ = {"WEBHOOK_ALLOW_LOCAL_TARGETS": "true"}
    with running_host(tmp_path, environ) as base_url, client_of(base_url) as client:
        subscribe(client, receiver, watchlist=["AAPL"], briefing=ALWAYS)
        assert client.delete("/users/ann").status_code == 204
        run_timer(client, tmp_path / "output.txt")
        document = client.get("/users/ann/data").json()
    assert (document["preferences"], document["deliveries"], receiver.requests) == ([], [], [])
