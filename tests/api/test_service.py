"""The main job over HTTP: what a newcomer tries first, and that data survives a restart."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.contract import check_frames
from tests.support.host import running_host

QUESTION = {"message": "How is Apple doing?"}


def test_health_answers_with_a_request_id(client: httpx.Client) -> None:
    response = client.get("/health", headers={"X-Request-ID": "mine-1"})
    assert response.json()["status"] == "healthy"
    assert response.headers["x-request-id"] == "mine-1"


def test_readiness_names_every_dependency(client: httpx.Client) -> None:
    # On a busy machine the second that a check has is too short for what the first one loads.
    bodies = (client.get("/health/ready").json() for _ in range(10))
    body = next(body for body in bodies if body["status"] == "healthy")
    dependencies = {"mongodb", "redis", "market_data", "models"}
    assert set(body["checks"]) == {*dependencies, "cache_refresh", "briefings"}


def test_config_and_models_show_no_secret(client: httpx.Client) -> None:
    assert client.get("/config").json()["environment"] == "local"
    models = client.get("/models").json()
    configured = {one["provider"]: one["configured"] for one in models["providers"]}
    assert configured == {"openai": False, "azure_openai": False, "grok": False, "offline": True}


def test_quote_says_that_it_is_sample_data_and_is_cached(client: httpx.Client) -> None:
    response = client.get("/quotes/aapl")
    quote = response.json()
    assert (quote["symbol"], quote["currency"], quote["source"]) == ("AAPL", "USD", "sample")
    assert "yahoo" in quote["fallback_reason"]
    again = client.get("/quotes/AAPL", headers={"If-None-Match": response.headers["etag"]})
    assert again.status_code == 304
    assert response.headers["cache-control"].startswith("private, max-age=")


def test_quotes_of_many_keep_the_order_and_name_what_is_unknown(client: httpx.Client) -> None:
    body = client.get("/quotes", params={"symbols": "MSFT,ZZZZ,AAPL,MSFT"}).json()
    assert [quote["symbol"] for quote in body["quotes"]] == ["MSFT", "AAPL"]
    assert [(error["symbol"], error["code"]) for error in body["errors"]] == [("ZZZZ", "symbol_not_found")]


def test_history_as_json_and_csv(client: httpx.Client) -> None:
    candles = client.get("/quotes/AAPL/history", params={"period": "1mo"}).json()["candles"]
    assert len(candles) >= 15
    csv = client.get("/quotes/AAPL/history", params={"period": "1mo", "format": "csv"})
    assert csv.headers["content-type"].startswith("text/csv")
    assert len(csv.text.splitlines()) == len(candles) + 1


@pytest.mark.parametrize(
    "kind",
    [
        *("actions", "technicals", "fundamentals", "statements", "filings"),
        *("profile", "earnings", "peers", "holders", "news"),
    ],
)
def test_other_data_carries_its_provenance(client: httpx.Client, kind: str) -> None:
    body = client.get(f"/quotes/MSFT/{kind}").json()
    assert body["source"] == "sample"
    assert body["fetched_at"].endswith("Z")
    assert body["stale"] is False


def test_chat_answers_whole_from_named_sources(client: httpx.Client) -> None:
    answer = client.post("/chat", json={**QUESTION, "field_of_an_older_client": 1}).json()
    assert answer["provider"] == "offline"
    assert answer["fallback"] is True
    assert answer["symbols"] == ["AAPL"]
    assert {source["kind"] for source in answer["sources"]} == {"quote", "technicals", "fundamentals", "news"}
    assert "No language model wrote this" in answer["response"]
    assert answer["figures"]["stated"] > 5
    assert answer["figures"]["unsupported"] == []


@pytest.mark.parametrize("way", ["chat", "post", "get"])
def test_chat_streams_three_ways(client: httpx.Client, way: str) -> None:
    if way == "chat":
        response = client.post("/chat", json={**QUESTION, "stream": True})
    elif way == "post":
        response = client.post("/chat/stream", json=QUESTION)
    else:
        response = client.get("/chat/stream", params=QUESTION)
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    frames = check_frames(response.text, "ChatFrame")
    assert frames[0]["event"] == "meta"
    assert frames[0]["request_id"] == response.headers["x-request-id"]
    assert frames[1]["event"] == "sources"
    assert frames[-1]["event"] == "done"
    assert "Apple" in "".join(frame.get("chunk", "") for frame in frames)


def test_conversation_is_remembered_by_its_owner_alone(client: httpx.Client) -> None:
    alice, bob = {"X-User-ID": "alice"}, {"X-User-ID": "bob"}
    first = client.post("/chat", json=QUESTION, headers=alice).json()
    more = {"message": "And its news?", "conversation_id": first["conversation_id"]}
    assert client.post("/chat", json=more, headers=alice).status_code == 200
    refused = client.post("/chat", json=more, headers=bob)
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")


def test_report_is_made_found_listed_rendered_and_deleted(client: httpx.Client) -> None:
    wanted = {"symbol": "NVDA", "report_type": "quick_overview"}
    made = client.post("/reports", json=wanted)
    assert made.status_code == 201
    location = made.headers["location"].removeprefix("/api")
    report = made.json()
    assert report["metadata"]["fallback"] is True
    assert report["figures"]["unsupported"] == []

    again = client.post("/reports", json=wanted)
    assert (again.status_code, again.json()["cached"]) == (200, True)
    assert again.json()["report_id"] == report["report_id"]
    assert client.post("/reports", json={**wanted, "refresh": True}).status_code == 201

    listed = client.get("/reports", params={"symbol": "NVDA"}).json()["reports"]
    assert report["report_id"] in [one["report_id"] for one in listed]
    assert client.get(location).json()["summary"] == report["summary"]
    markdown = client.get(location, headers={"Accept": "text/markdown"})
    assert markdown.headers["content-type"] == "text/markdown; charset=utf-8"
    assert markdown.text.startswith("# NVIDIA")
    assert "sample data" in markdown.text

    assert client.delete(location).status_code == 204
    assert client.get(location).json()["code"] == "report_not_found"


def test_report_tells_its_progress_and_streams_its_prose(client: httpx.Client) -> None:
    response = client.post(
        "/reports", json={"symbol": "JPM", "refresh": True}, headers={"Accept": "text/event-stream"}
    )
    frames = check_frames(response.text, "ReportFrame")
    steps = [(one["step"], one["done"], one["total"]) for one in frames if one["event"] == "progress"]
    assert steps == [("data", 1, 3), ("narrative", 2, 3), ("stored", 3, 3)]
    report = frames[-1]["report"]
    assert report["symbol"] == "JPM"
    prose = {one["section"]: one["text"] for one in frames if one["event"] == "prose"}
    assert prose.pop(None) == report["summary"]
    assert prose == {section["name"]: section["content"] for section in report["analysis_sections"]}


def test_symbol_is_found_by_a_name_in_another_script(client: httpx.Client) -> None:
    (hit,) = client.get("/symbols", params={"query": "腾讯"}).json()["symbols"]
    assert (hit["symbol"], hit["currency"], hit["exchange"]) == ("0700.HK", "HKD", "HKEX")


def test_symbols_are_searched_and_tracked(client: httpx.Client) -> None:
    found = client.get("/symbols", params={"query": "appl"}).json()
    assert "AAPL" in json.dumps(found)
    assert client.put("/symbols/KO/tracking", json={"tracked": True}).status_code == 200
    assert client.get("/symbols/KO").json()["tracked"] is True


@contextmanager
def service(folder: Path) -> Iterator[httpx.Client]:
    with running_host(folder) as base_url, httpx.Client(base_url=base_url, timeout=60) as client:
        yield client


def test_data_survives_a_restart(tmp_path: Path) -> None:
    preferences = {"watchlist": ["AAPL"]}
    with service(tmp_path) as client:
        report = client.post("/api/reports", json={"symbol": "AAPL", "report_type": "quick_overview"}).json()
        assert client.put("/api/users/alice/preferences", json=preferences).status_code == 200
    with service(tmp_path) as client:
        assert client.get(f"/api/reports/{report['report_id']}").json()["summary"] == report["summary"]
        assert client.get("/api/users/alice/preferences").json()["watchlist"] == ["AAPL"]


def test_timers_run_by_hand(tmp_path: Path) -> None:
    with service(tmp_path) as client:
        for name in ("migrations", "cache_refresh", "briefings"):
            assert client.post(f"/admin/functions/{name}", json={}).status_code == 202
        deadline = time.monotonic() + 30
        output = tmp_path / "output.txt"
        wanted = [f"function={name} status=200" for name in ("migrations", "cache_refresh", "briefings")]
        while not all(line in output.read_text() for line in wanted):
            assert time.monotonic() < deadline, output.read_text()
            time.sleep(0.1)
