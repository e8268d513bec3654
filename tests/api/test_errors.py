"""Every error of the contract, got over HTTP from the running service, as a problem and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, unquote

import httpx
import pytest

from tests.support.api_client import running_service
from tests.support.contract import operations
from tests.support.host import REPOSITORY, running_host
from tests.support.openai_process import openai_process
from tests.support.yahoo_stub import Fault, YahooStub

BROKEN_APP = REPOSITORY / "tests/support/broken_app"
JSON = {"Content-Type": "application/json"}
QUESTION = {"message": "How is Apple doing?"}


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem of a response, after what holds for every one."""
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert (response.status_code, body["status"], body["code"]) == (status, status, code), body
    assert body["error"] == body["detail"]
    assert body["request_id"] == response.headers["x-request-id"]
    assert unquote(body["instance"]) == response.request.url.path
    assert {"type", "title"} <= set(body)
    assert "Traceback" not in response.text
    if status in (429, 503):
        assert int(response.headers["retry-after"]) >= 1
    return body


TEXT_BOUNDS = [
    (path.replace("{report_id}", "0" * 32), parameter["name"], parameter["schema"]["maxLength"])
    for path, method, operation in operations()
    for parameter in operation["parameters"]
    if method == "get" and parameter["in"] == "query" and "maxLength" in parameter["schema"]
    if not path.startswith("/chat")
]


@pytest.mark.parametrize(("path", "name", "bound"), TEXT_BOUNDS)
def test_error_of_a_text_names_the_bound_of_the_contract_or_none(
    client: httpx.Client, path: str, name: str, bound: int
) -> None:
    too_long = problem(client.get(path, params={name: "x" * (bound + 1)}), 400, "invalid_request")
    assert too_long["errors"] == [{"field": name, "message": f"must have at most {bound} characters"}]
    nul = problem(client.get(path, params={name: "a\0"}), 400, "invalid_request")
    assert [error["field"] for error in nul["errors"]] == [name]
    assert not re.search(r"\d characters", nul["detail"])


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/quotes/AAPL/history?period=9y", 400, "invalid_request"),
        ("GET", "/quotes/AAPL/history?period=1y&interval=1m", 400, "invalid_request"),
        ("GET", f"/quotes?symbols={','.join(f'S{number}' for number in range(101))}", 400, "invalid_request"),
        ("GET", "/quotes/AA$PL", 400, "invalid_symbol"),
        ("GET", "/quotes/A%2F..%2FB", 400, "invalid_symbol"),
        ("GET", "/quotes/AAPL%3Fx=1", 400, "invalid_symbol"),
        ("GET", "/quotes?symbols=A%20A,M%20S", 400, "invalid_symbol"),
        ("GET", "/quotes/ZZZZ", 404, "symbol_not_found"),
        ("GET", f"/reports/{'0' * 32}", 404, "report_not_found"),
        ("GET", "/reports/..%2F..%2Fetc", 404, "report_not_found"),
        ("GET", "/reports?cursor=nonsense", 400, "invalid_request"),
        ("GET", "/nowhere", 404, "not_found"),
        ("DELETE", "/health", 404, "not_found"),
        ("GET", "/chat/stream", 400, "invalid_request"),
        ("GET", "/chat/stream?message=Hi&provider=nobody", 400, "invalid_request"),
        ("GET", "/chat/stream?message=Hi&provider=grok", 422, "provider_not_configured"),
    ],
)
def test_bad_request(client: httpx.Client, method: str, path: str, status: int, code: str) -> None:
    problem(client.request(method, path), status, code)


@pytest.mark.parametrize(
    ("path", "body", "headers", "status", "code"),
    [
        ("/chat", b"{", JSON, 400, "invalid_json"),
        ("/chat", b'{"message": "\xff"}', JSON, 400, "invalid_json"),
        ("/chat", b"[" * 60_000, JSON, 400, "invalid_json"),
        ("/chat", b"[]", JSON, 400, "invalid_request"),
        ("/chat", b'{"message": ""}', JSON, 400, "invalid_request"),
        ("/chat", b'{"message": {"$gt": ""}}', JSON, 400, "invalid_request"),
        ("/chat", b'{"message": "Hi", "conversation_id": "1"}', JSON, 400, "invalid_request"),
        ("/chat", b'{"message": "Hi", "symbols": ["A B"]}', JSON, 400, "invalid_symbol"),
        ("/chat", b'{"message": "Hi"}', {"Content-Type": "text/plain"}, 415, "unsupported_media_type"),
        ("/chat", b"x", {**JSON, "Content-Encoding": "gzip"}, 415, "unsupported_media_type"),
        ("/chat", b'{"message": "' + b"x" * 70_000 + b'"}', JSON, 413, "payload_too_large"),
        ("/reports", b'{"symbol": "AAPL"}', {**JSON, "Accept": "image/png"}, 406, "not_acceptable"),
        ("/reports", b'{"symbol": "AAPL", "report_type": "poem"}', JSON, 400, "invalid_request"),
        ("/reports", b'{"symbol": "ZZZZ"}', JSON, 404, "symbol_not_found"),
    ],
)
def test_bad_body(
    client: httpx.Client, path: str, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    problem(client.post(path, content=body, headers=headers), status, code)


def test_wrong_field_is_named(client: httpx.Client) -> None:
    body = problem(client.get("/quotes/AAPL/history?period=9y"), 400, "invalid_request")
    assert [error["field"] for error in body["errors"]] == ["period"]


def test_lost_update_is_a_conflict(client: httpx.Client) -> None:
    first = client.put("/users/carol/preferences", json={"watchlist": ["AAPL"]})
    etag = {"If-Match": first.headers["etag"]}
    assert client.put("/users/carol/preferences", json={"watchlist": []}, headers=etag).status_code == 200
    again = client.put("/users/carol/preferences", json={"watchlist": ["KO"]}, headers=etag)
    problem(again, 409, "conflict")


def test_too_many_requests(tmp_path: Path) -> None:
    with running_service(tmp_path, LIMIT_CHAT_PER_MINUTE="1") as client:
        assert client.post("/chat", json=QUESTION).status_code == 200
        problem(client.post("/chat", json=QUESTION), 429, "rate_limited")
        problem(client.get("/chat/stream", params=QUESTION), 429, "rate_limited")
        assert client.get("/quotes/AAPL").status_code == 200


def test_defect_of_ours_tells_nothing(tmp_path: Path) -> None:
    with running_host(tmp_path, app=BROKEN_APP) as base_url:
        response = httpx.get(f"{base_url}/api/broken", timeout=60)
    problem(response, 500, "internal_error")
    assert "hunter2" not in response.text
    output = (tmp_path / "output.txt").read_text()
    assert "RuntimeError" in output
    assert "hunter2" not in output


@pytest.fixture(scope="module")
def yahoo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[YahooStub]:
    with YahooStub(tmp_path_factory.mktemp("yahoo")) as stub:
        yield stub


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault.GARBAGE, 502, "upstream_error"),
        (Fault.SERVER_ERROR, 503, "upstream_unavailable"),
        (Fault.RATE_LIMIT, 503, "upstream_unavailable"),
        (Fault.HANG, 504, "upstream_timeout"),
    ],
)
def test_data_source_fails(tmp_path: Path, yahoo: YahooStub, fault: Fault, status: int, code: str) -> None:
    environ = {
        **yahoo.environment,
        "YAHOO_FINANCE_ENABLED": "true",
        "MARKET_DATA_SOURCES": "yahoo",
        "MARKET_DATA_DEADLINE": "10",
    }
    with running_service(tmp_path, **environ) as client:
        assert client.get("/quotes/MSFT").json()["source"] == "yahoo"
        yahoo.faults.update({"quote": fault, "chart": fault})
        try:
            problem(client.get("/quotes/AAPL"), status, code)
        finally:
            yahoo.faults.clear()


def test_database_is_away(tmp_path: Path) -> None:
    with running_service(tmp_path, MONGODB_URI="mongodb://127.0.0.1:1/?directConnection=true") as client:
        problem(client.get("/reports"), 503, "dependency_unavailable")
        problem(client.post("/reports", json={"symbol": "AAPL"}), 503, "dependency_unavailable")
        problem(client.get("/users/alice/preferences"), 503, "dependency_unavailable")
        assert client.get("/quotes/AAPL").status_code == 200
        answer = client.post("/chat", json={"message": "How is $AAPL?"}).json()
        assert (answer["symbols"], answer["memory"]) == (["AAPL"], "unavailable")
        assert client.get("/health/ready").json()["status"] == "degraded"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The service with a model that does what its name in the request says."""
    with (
        openai_process() as base_url,
        running_service(
            tmp_path_factory.mktemp("model"),
            OPENAI_API_KEY="sk-test-0123456789",
            OPENAI_BASE_URL=base_url,
            MODEL_ALLOW_FALLBACK="false",
            MODEL_ALLOWED_MODELS="*",
            MODEL_REASONING_TIMEOUT="5",
            MODEL_FIRST_EVENT_TIMEOUT="5",
            LIMIT_CHAT_PER_MINUTE="1000",
        ) as client,
    ):
        yield client


def ask(client: httpx.Client, model: str, **more: object) -> httpx.Response:
    return client.post("/chat", json={**QUESTION, "model": model, **more})


def test_model_answers(model: httpx.Client) -> None:
    answer = ask(model, "text=Apple is fine").json()
    assert (answer["provider"], answer["fallback"]) == ("openai", False)
    assert answer["response"].strip() == "Apple is fine"


def test_model_that_broke_off_is_an_error_in_json_and_a_frame_in_a_stream(model: httpx.Client) -> None:
    problem(ask(model, "fault=drop&fault_after=1"), 502, "model_error")
    stream = ask(model, "fault=drop&fault_after=1", stream=True)
    assert stream.status_code == 200
    assert '"chunk":"w0 "' in stream.text
    assert '"code":"model_interrupted"' in stream.text
    assert stream.text.endswith("data: [DONE]\n\n")


def test_conversation_that_is_answering_is_a_conflict(model: httpx.Client) -> None:
    conversation = "11111111-1111-4111-8111-111111111111"
    slow = {**QUESTION, "model": "tokens=200&rate=20", "conversation_id": conversation}
    with model.stream("POST", "/chat/stream", json=slow) as response:
        # Kept: an iterator that is thrown away closes the response with it.
        lines = response.iter_lines()
        assert "meta" in next(line for line in lines if line.startswith("data: "))
        problem(ask(model, "tokens=1", conversation_id=conversation), 409, "conflict")


@pytest.mark.parametrize(
    ("dialect", "status", "code"),
    [
        ("content filter in the stream", 422, "content_filtered"),
        ("content filter of Azure's prompt", 422, "content_filtered"),
        ("context in the stream", 400, "context_too_long"),
        ("[DONE] alone", 502, "model_error"),
        ("nothing", 502, "model_error"),
    ],
)
def test_answer_that_is_none_says_why(model: httpx.Client, dialect: str, status: int, code: str) -> None:
    name = quote_plus(dialect)
    problem(ask(model, f"dialect={name}"), status, code)
    problem(ask(model, f"dialect={name}", stream=True), status, code)


def test_model_that_may_not_be_requested_is_refused(tmp_path: Path) -> None:
    with (
        openai_process() as base_url,
        running_service(tmp_path, OPENAI_API_KEY="sk-test-0123456789", OPENAI_BASE_URL=base_url) as client,
    ):
        refused = problem(ask(client, "gpt-99"), 422, "model_not_allowed")
        assert [error["field"] for error in refused["errors"]] == ["model"]
        assert ask(client, "gpt-4.1-mini").status_code == 200


@pytest.mark.parametrize(
    ("behaviour", "status", "code"),
    [
        ("status=400", 502, "model_error"),
        ("status=401", 502, "model_error"),
        ("status=500", 503, "model_unavailable"),
        ("fault=silence", 504, "model_timeout"),
    ],
)
def test_model_fails(tmp_path: Path, behaviour: str, status: int, code: str) -> None:
    with (
        openai_process() as base_url,
        running_service(
            tmp_path,
            OPENAI_API_KEY="sk-test-0123456789",
            OPENAI_BASE_URL=base_url,
            MODEL_ALLOW_FALLBACK="false",
            MODEL_ALLOWED_MODELS="*",
            MODEL_REASONING_TIMEOUT="5",
            MODEL_FIRST_EVENT_TIMEOUT="5",
        ) as client,
    ):
        response = ask(client, behaviour)
        problem(response, status, code)
        assert "sk-test" not in response.text
