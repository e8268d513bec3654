"""The smoke test passes against a service that works, and names what does not."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from infra import smoke
from tests.support.canned import Canned, Seen, canned_server
from tests.support.host import running_host

CHECKS = ["health", "ready", "quote", "batch", "history", "chat", "report"]
QUOTE = {"symbol": "AAPL", "price": 237.91, "currency": "USD", "source": "s", "as_of": "t", "fetched_at": "t"}
MSFT = {**QUOTE, "symbol": "MSFT"}
META, SOURCES, DONE = {"event": "meta", "provider": "openai"}, {"event": "sources"}, {"event": "done"}
CHUNK = {"chunk": "Fine."}


def stream(*frames: object, end: str = "[DONE]") -> Canned:
    lines = [json.dumps(frame) for frame in frames] + ([end] if end else [])
    return Canned(200, "".join(f"data: {line}\n\n" for line in lines), "text/event-stream; charset=utf-8")


def candles(count: int = 20) -> list[dict[str, Any]]:
    return [{"timestamp": f"2026-11-{day:02}T00:00:00Z", "low": 1, "high": 2} for day in range(1, count + 1)]


GOOD: dict[str, Canned] = {
    "health": Canned(200, {"status": "healthy", "environment": "production", "version": "1"}),
    "health/ready": Canned(
        200, {"status": "healthy", "checks": {"redis": {"status": "healthy", "detail": None}}}
    ),
    "quotes/AAPL": Canned(200, QUOTE),
    "quotes": Canned(
        200, {"quotes": [MSFT, QUOTE], "errors": [{"symbol": "ZZZZZZZ", "code": "symbol_not_found"}]}
    ),
    "quotes/AAPL/history": Canned(200, {"candles": candles()}),
    "chat/stream": stream(META, SOURCES, CHUNK, CHUNK, DONE),
    "reports": Canned(201, {"report_id": "r1", "recommendation": {"action": "hold"}}),
    "reports/r1": Canned(200, "# Apple", "text/markdown"),
}


def site(**changes: Canned) -> Callable[[Seen], Canned]:
    """The answers of a good service, with some changed."""
    answers = GOOD | changes

    def answer(request: Seen) -> Canned:
        path = request.path.partition("?")[0].removeprefix("/api/")
        return answers.get(path, Canned(404))

    return answer


def failures(output: str) -> list[str]:
    lines = [line for line in output.splitlines() if line.startswith("FAILED ")]
    return [line.removeprefix("FAILED ") for line in lines]


def test_running_service_passes(
    tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    with running_host(tmp_path_factory.mktemp("smoke")) as base_url:
        assert smoke.main([base_url], {}) == 0
    output = capsys.readouterr().out
    assert [line.split()[1].rstrip(":") for line in output.splitlines()[:-1]] == CHECKS
    assert output.endswith("7 of 7 checks passed\n")


@pytest.mark.parametrize("suffix", ["", "/", "/api", "/api/"])
def test_address_may_end_as_one_copied_it_and_keys_are_sent_not_shown(
    suffix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with canned_server(site()) as (base_url, seen):
        assert smoke.main([base_url + suffix], {"FUNCTION_KEY": " fk-1 ", "API_TOKEN": "tk-1"}) == 0
    assert {request.headers["x-functions-key"] for request in seen} == {"fk-1"}
    assert {request.headers["authorization"] for request in seen} == {"Bearer tk-1"}
    output = capsys.readouterr()
    assert "fk-1" not in output.out + output.err
    assert "tk-1" not in output.out + output.err


PROBLEM = {"code": "model_unavailable", "detail": "No model can answer."}


@pytest.mark.parametrize(
    ("path", "answer", "says"),
    [
        ("health", Canned(200, {"status": "ill"}), "health: status is 'ill'"),
        ("health", Canned(200, "<html>", "text/html"), "health: the answer is not of the contract's form"),
        (
            "health/ready",
            Canned(503, {"checks": {"models": {"status": "unhealthy", "detail": "no model provider"}}}),
            "ready: models is unhealthy: no model provider",
        ),
        (
            "health/ready",
            Canned(503, "Function host is not running.", "text/plain"),
            "ready: the answer is not",
        ),
        ("quotes/AAPL", Canned(401, ""), "quote: HTTP 401"),
        ("quotes/AAPL", Canned(200, {**QUOTE, "price": None}), "quote: the price is None"),
        ("quotes/AAPL", Canned(200, {**QUOTE, "source": None}), "quote: it does not say where from"),
        ("quotes/AAPL", Canned(200, [QUOTE]), "quote: the answer is no JSON object"),
        (
            "quotes",
            Canned(200, {"quotes": [QUOTE, MSFT], "errors": []}),
            "batch: asked for MSFT and AAPL, got",
        ),
        ("quotes", Canned(200, {"quotes": [MSFT, QUOTE]}), "batch: asked for ZZZZZZZ"),
        ("quotes/AAPL/history", Canned(200, {"candles": candles()[::-1]}), "history: they are not sorted"),
        ("quotes/AAPL/history", Canned(200, {"candles": candles(3)}), "history: a month has 3 candles"),
        ("quotes/AAPL/history", Canned(200, {"candles": [{}] * 20}), "history: the answer is not of"),
        ("chat/stream", Canned(503, PROBLEM), "chat: HTTP 503 model_unavailable: No model can answer."),
        ("chat/stream", Canned(200, {}), "chat: it answers application/json"),
        ("chat/stream", stream(end=""), "chat: the stream is empty"),
        ("chat/stream", stream(META, CHUNK, end=""), "chat: the stream does not end with [DONE]"),
        ("chat/stream", stream(META, CHUNK), "chat: it ends with ['chunk'], not with done"),
        ("chat/stream", stream(CHUNK, META, DONE), "chat: it begins with ['chunk'], not with meta"),
        ("chat/stream", stream(META, SOURCES, DONE), "chat: there is no text in it"),
        ("chat/stream", stream(META, DONE, CHUNK, DONE), "chat: unknown or misplaced frames"),
        (
            "chat/stream",
            stream(META, CHUNK, {"event": "error", "error": "The model stopped."}),
            "chat: the model failed: ['The model stopped.']",
        ),
        ("reports", Canned(200, {"recommendation": {"action": "hold"}}), "report: it has no report_id"),
        (
            "reports",
            Canned(201, {"report_id": "r1", "recommendation": None}),
            "report: it recommends nothing",
        ),
        ("reports/r1", Canned(406, {}), "report: it cannot be read as Markdown"),
    ],
)
def test_what_is_broken_is_named_and_nothing_else(
    path: str, answer: Canned, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with canned_server(site(**{path: answer})) as (base_url, _):
        assert smoke.main([base_url], {}) == 1
    output = capsys.readouterr().out
    [failure] = failures(output)
    assert failure.startswith(says)
    assert output.endswith("6 of 7 checks passed\n")


def test_degraded_service_passes_and_what_ails_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    checks = {
        "redis": {"status": "unhealthy", "detail": "Redis does not answer."},
        "models": {"status": "healthy"},
    }
    with canned_server(site(**{"health/ready": Canned(200, {"checks": checks})})) as (base_url, _):
        assert smoke.main([base_url], {}) == 0
    assert "ok     ready: redis is unhealthy: Redis does not answer." in capsys.readouterr().out


def test_service_that_is_not_there_fails_every_check(capsys: pytest.CaptureFixture[str]) -> None:
    with canned_server(site()) as (base_url, _):
        pass
    assert smoke.main([base_url], {}) == 1
    assert [failure.partition(":")[0] for failure in failures(capsys.readouterr().out)] == CHECKS


@pytest.mark.parametrize("arguments", [[], ["stocks.example.com"], ["ftp://stocks.example.com"]])
def test_wrong_call_is_told_apart(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        smoke.main(arguments, {})
    assert ended.value.code == 2
