"""Limits and budgets, over HTTP: what is refused, when to come back, and what goes on meanwhile."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.api_client import running_service
from tests.support.openai_process import openai_process
from tests.support.yahoo_stub import YahooStub

QUESTION = {"message": "What is a dividend?"}


@contextmanager
def service_with_model(folder: Path, **environ: str) -> Iterator[httpx.Client]:
    with openai_process() as model:
        openai = {
            "OPENAI_API_KEY": "sk-test-0123456789",
            "OPENAI_BASE_URL": model,
            "MODEL_ALLOWED_MODELS": "*",
        }
        with running_service(folder, **openai, MODEL_ALLOW_FALLBACK="false", **environ) as client:
            yield client


def begin_a_minute() -> None:
    """Waits for the next minute if this one is nearly over: a worker alone counts by those of the clock."""
    while (second := time.time() % 60) > 30:
        time.sleep(60 - second)


def ask(client: httpx.Client, *, key: str = "one", model: str | None = None) -> httpx.Response:
    return client.post("/chat", json={**QUESTION, "model": model}, headers={"x-functions-key": key})


@pytest.mark.parametrize("redis", [{}, {"REDIS_HOST": "127.0.0.1", "REDIS_PORT": "1"}], ids=["redis", "away"])
def test_caller_is_told_what_is_left_and_when_to_come_back(tmp_path: Path, redis: dict[str, str]) -> None:
    with running_service(tmp_path, LIMIT_CHAT_PER_MINUTE="2", **redis) as client:
        if redis:
            begin_a_minute()
        left = [ask(client).headers["ratelimit-remaining"] for _ in range(2)]
        assert left == ["1", "0"]
        refused = ask(client)
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert refused.headers["ratelimit-limit"] == "2"
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        # Neither others nor other things are touched.
        assert ask(client, key="two").status_code == 200
        assert client.get("/quotes/AAPL").status_code == 200


def test_callers_without_a_key_are_told_apart_by_the_address_that_the_platform_saw(tmp_path: Path) -> None:
    with running_service(tmp_path, LIMIT_CHAT_PER_MINUTE="1") as client:

        def status(forwarded: str) -> int:
            headers = {"X-Forwarded-For": forwarded}
            return client.post("/chat", json=QUESTION, headers=headers).status_code

        assert status("203.0.113.5:1000") == 200
        assert status("203.0.113.5:2000") == 429
        assert status("9.9.9.9, 203.0.113.5") == 429
        assert status("203.0.113.6:1000") == 200


def test_all_callers_together_are_bounded(tmp_path: Path) -> None:
    with running_service(tmp_path, LIMIT_CHAT_TOTAL_PER_MINUTE="2") as client:
        statuses = [ask(client, key=key).status_code for key in ("one", "two", "three", "four")]
        assert statuses == [200, 200, 429, 429]


def test_streams_at_a_time_are_bounded_and_free_again_when_left(tmp_path: Path) -> None:
    slow = {**QUESTION, "model": "tokens=500&rate=10"}
    with service_with_model(tmp_path, LIMIT_STREAMS_PER_CALLER="1", CHAT_GRACE_SECONDS="0") as client:
        with client.stream("POST", "/chat/stream", json=slow) as response:
            lines = response.iter_lines()
            assert "meta" in next(line for line in lines if line.startswith("data: "))
            assert client.post("/chat/stream", json=slow).status_code == 429
            assert ask(client, key="two", model="tokens=1").status_code == 200
        ends, short = time.monotonic() + 60, {**QUESTION, "model": "tokens=1"}
        while (again := client.post("/chat/stream", json=short)).status_code == 429:
            assert time.monotonic() < ends, "the stream that was left still counts"
        assert again.status_code == 200


def test_day_without_tokens_left_is_unavailable(tmp_path: Path) -> None:
    with service_with_model(tmp_path, LIMIT_MODEL_TOKENS_PER_DAY="1") as client:
        assert ask(client, model="tokens=3").status_code == 200
        refused = ask(client, model="tokens=3")
        assert (refused.status_code, refused.json()["code"]) == (503, "model_unavailable")
        assert "the day's budget of tokens is used up" in refused.json()["detail"]
        assert int(refused.headers["retry-after"]) > 80_000


def test_day_without_requests_left_serves_what_is_kept(tmp_path: Path) -> None:
    with YahooStub(tmp_path) as yahoo:
        environ = {"YAHOO_FINANCE_ENABLED": "true", "MARKET_DATA_SOURCES": "yahoo"}
        budget = {"LIMIT_UPSTREAM_REQUESTS_PER_DAY": "1"}
        with running_service(tmp_path / "host", **yahoo.environment, **environ, **budget) as client:
            assert client.get("/quotes/MSFT").json()["source"] == "yahoo"
            refused = client.get("/quotes/AAPL")
            assert (refused.status_code, refused.json()["code"]) == (503, "upstream_unavailable")
            assert int(refused.headers["retry-after"]) > 80_000
            assert client.get("/quotes/MSFT").status_code == 200


def test_changes_are_limited_per_caller(tmp_path: Path) -> None:
    with running_service(tmp_path, LIMIT_WRITES_PER_MINUTE="3") as client:

        def put(key: str) -> httpx.Response:
            headers = {"x-functions-key": key}
            return client.put("/users/alice/preferences", json={"watchlist": []}, headers=headers)

        assert put("one").headers["ratelimit-remaining"] == "2"
        tracked = client.put(
            "/symbols/KO/tracking", json={"tracked": True}, headers={"x-functions-key": "one"}
        )
        assert tracked.status_code == 200
        report = f"/reports/{'0' * 32}"
        assert client.delete(report, headers={"x-functions-key": "one"}).status_code == 404
        refused = put("one")
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert int(refused.headers["retry-after"]) >= 1
        assert put("two").status_code == 200
        # Reading is not a change.
        assert client.get("/users/alice/preferences", headers={"x-functions-key": "one"}).status_code == 200
