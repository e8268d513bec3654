"""The MCP server over HTTP, with the official client of both protocol eras and with plain requests."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import httpx
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from shared.mcp.shortening import ANSWER_TOKENS, DETAILED_TOKENS
from shared.mcp.tokens import estimated_tokens
from tests.support.host import running_host

MODES: tuple[Literal["auto", "legacy"], ...] = ("auto", "legacy")
TWENTY = (
    *("AAPL", "MSFT", "NVDA", "GOOGL", "AMZN", "META", "TSLA", "CRM", "IBM", "ORCL"),
    *("BRK-B", "VOD.L", "^GSPC", "JPM", "V", "WMT", "XOM", "NESN.SW", "7203.T", "SAP.DE"),
)
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("search_symbols", {"query": "apple"}),
    ("get_quotes", {"symbols": ["AAPL", "MSFT", "ZZZZ-NO"]}),
    ("get_quotes", {"symbols": list(TWENTY)}),
    ("get_quotes", {"symbols": list(TWENTY), "detail": True}),
    ("get_quotes", {"symbols": ["ü" * 300, *(f"not a symbol {number}" for number in range(18)), "AAPL"]}),
    ("get_history", {"symbol": "AAPL"}),
    ("get_history", {"symbol": "AAPL", "period": "1d", "interval": "1m"}),
    ("get_history", {"symbol": "AAPL", "period": "max", "detail": True}),
    ("get_history", {"symbol": "AAPL", "start": "2026-01-02", "end": "2026-02-02"}),
    ("get_technicals", {"symbol": "AAPL"}),
    ("get_fundamentals", {"symbol": "AAPL", "include": ["fundamentals", "profile", "holders"]}),
    ("get_statements", {"symbol": "AAPL", "statement": "cash_flow", "limit": 12}),
    ("get_statements", {"symbol": "AAPL", "statement": "balance", "period": "quarterly", "limit": 12}),
    ("get_statements", {"symbol": "AAPL", "detail": True}),
    ("get_earnings", {"symbol": "AAPL"}),
    ("get_actions_and_filings", {"symbol": "AAPL"}),
    ("get_actions_and_filings", {"symbol": "AAPL", "kind": "filings"}),
    ("get_peers", {"symbol": "AAPL"}),
    ("get_news", {"symbol": "AAPL", "limit": 50}),
    ("ask", {"question": "What is the price of AAPL?"}),
    ("ask", {"question": f"Compare {', '.join(TWENTY[:10])}"}),
)
INITIALIZE = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}


class ProgressLog:
    """Notes the progress that a client hears of."""

    def __init__(self) -> None:
        self.steps: list[tuple[float, float | None, str | None]] = []

    async def __call__(self, progress: float, total: float | None, message: str | None) -> None:
        """Notes a step."""
        self.steps.append((progress, total, message))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_host(tmp_path_factory.mktemp("mcp")) as base_url:
        yield f"{base_url}/api/mcp"


@asynccontextmanager
async def connected(
    address: str, mode: Literal["auto", "legacy"], headers: dict[str, str] | None = None
) -> AsyncIterator[Client]:
    async with (
        httpx2.AsyncClient(headers=headers or {}, timeout=60, trust_env=False) as http_client,
        Client(streamable_http_client(address, http_client=http_client), mode=mode) as client,
    ):
        yield client


def post(address: str, method: str, params: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
    return httpx.post(
        address, json=body, headers={"mcp-protocol-version": "2025-06-18", **headers}, timeout=60
    )


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize("mode", MODES)
async def test_every_tool_answers_within_its_length(address: str, mode: Literal["auto", "legacy"]) -> None:
    async with connected(address, mode) as client:
        assert client.protocol_version == ("2026-07-28" if mode == "auto" else "2025-11-25")
        names = {tool.name for tool in (await client.list_tools()).tools}
        assert names == {name for name, _ in CALLS} | {"create_report"}
        for name, arguments in CALLS:
            # The client checks the structured content against the output schema.
            result = await client.call_tool(name, arguments)
            assert not result.is_error, result.content
            tokens = estimated_tokens(result.model_dump(mode="json", exclude_none=True))
            assert tokens <= (DETAILED_TOKENS if "detail" in arguments else ANSWER_TOKENS), name
            text = result.content[0].text  # type: ignore[union-attr]
            assert len(text) < 300


async def test_market_data_have_provenance_and_remarks(address: str) -> None:
    async with connected(address, "auto") as client:
        result = await client.call_tool("get_history", {"symbol": "AAPL"})
    data = result.structured_content
    assert data["source"] == "sample"
    assert data["fetched_at"].endswith("Z")
    assert data["stale"] is False
    assert isinstance(data["quality"], list)


async def test_all_quotes_of_a_batch_fit_with_the_main_fields(address: str) -> None:
    symbols = ["AAPL", "MSFT", "NVDA", "GOOGL", "AMZN", "META", "TSLA", "CRM", "IBM", "ORCL"]
    async with connected(address, "auto") as client:
        short = (await client.call_tool("get_quotes", {"symbols": symbols})).structured_content
        full = (await client.call_tool("get_quotes", {"symbols": symbols, "detail": True})).structured_content
    assert [quote["symbol"] for quote in short["quotes"]] == symbols
    assert [quote["symbol"] for quote in full["quotes"]] == symbols
    assert {"price", "currency", "source", "as_of", "stale"} <= short["quotes"][0].keys()
    assert "day_high" in full["quotes"][0]
    assert "day_high" not in short["quotes"][0]


async def test_twenty_quotes_fit(address: str) -> None:
    symbols = list(TWENTY)
    async with connected(address, "auto") as client:
        result = await client.call_tool("get_quotes", {"symbols": symbols})
    data = result.structured_content
    assert [quote["symbol"] for quote in data["quotes"]] == symbols
    assert "omitted" not in data
    assert all({"price", "currency", "source", "as_of", "stale"} <= quote.keys() for quote in data["quotes"])
    assert "yahoo: disabled" in data["fallback_reason"]
    assert estimated_tokens(result.model_dump(mode="json", exclude_none=True)) <= ANSWER_TOKENS


async def test_null_is_an_argument_that_is_left_out(address: str) -> None:
    arguments = {"symbol": "AAPL", "period": None, "start": None, "end": None, "detail": None}
    async with connected(address, "legacy") as client:
        result = await client.call_tool("get_history", arguments)
    assert not result.is_error


async def test_malformed_symbol_in_a_batch_is_one_error(address: str) -> None:
    async with connected(address, "auto") as client:
        result = await client.call_tool("get_quotes", {"symbols": ["AAPL", "not a symbol", "brk.b"]})
    data = result.structured_content
    assert [quote["symbol"] for quote in data["quotes"]] == ["AAPL", "BRK-B"]
    assert [(error["symbol"], error["code"]) for error in data["errors"]] == [
        ("not a symbol", "invalid_symbol")
    ]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("get_technicals", {"symbol": "ZZZZ-NO"}, "search_symbols"),
        ("get_quotes", {"symbols": ["not a symbol"]}, "search_symbols"),
        ("get_history", {"symbol": "AAPL", "interval": "1m", "period": "1y"}, "1m"),
        ("get_history", {"ticker": "AAPL"}, "symbol is missing"),
        ("get_quotes", {"symbols": None}, "symbols is missing"),
        ("get_quotes", {"symbols": [5]}, "symbols.0 must be text. "),
        ("get_news", {"symbol": "AAPL", "limit": 0}, "limit must be at least 1"),
        ("get_peers", {}, "symbol is missing"),
        ("get_fundamentals", {"symbol": "AAPL", "include": []}, "include must have at least 1"),
        ("get_fundamentals", {"symbol": "AAPL", "convert_to": "euro"}, "three letters, such as EUR"),
        ("get_actions_and_filings", {"symbol": "AAPL", "form": "10-K"}, "set kind to filings"),
        (
            "get_actions_and_filings",
            {"symbol": "AAPL", "kind": "filings", "start": "2026-01-01"},
            "invalid_request: start and end are for actions",
        ),
        ("ask", {"question": "  "}, "question must have at least 1"),
        ("search_symbols", {"query": "  "}, "query must have at least 1"),
    ],
)
async def test_errors_are_results_that_a_model_can_act_on(
    address: str, mode: Literal["auto", "legacy"], name: str, arguments: dict[str, Any], text: str
) -> None:
    async with connected(address, mode) as client:
        result = await client.call_tool(name, arguments)
    assert result.is_error
    assert result.structured_content is None
    message = result.content[0].text  # type: ignore[union-attr]
    assert text in message
    assert "Traceback" not in message
    assert "Error(" not in message


@pytest.mark.parametrize("body", ["", "[]", '{"jsonrpc": "2.0", "id": null, "method": "ping"}'])
async def test_what_is_no_message_is_an_error_in_plain_words(address: str, body: str) -> None:
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    async with httpx2.AsyncClient() as client:
        response = await client.post(address, content=body, headers=headers)
    assert response.status_code == 400
    assert response.json()["error"]["code"] in {-32700, -32600}
    assert "validation error" not in response.text.lower()


@pytest.mark.parametrize("mode", MODES)
async def test_unknown_tools_are_protocol_errors(address: str, mode: Literal["auto", "legacy"]) -> None:
    async with connected(address, mode) as client:
        with pytest.raises(MCPError) as caught:
            await client.call_tool("get_weather", {})
    assert caught.value.code == -32602


@pytest.mark.parametrize("mode", MODES)
async def test_report_with_progress_becomes_a_resource(address: str, mode: Literal["auto", "legacy"]) -> None:
    log = ProgressLog()
    symbol = "MSFT" if mode == "auto" else "NVDA"
    arguments = {"symbol": symbol, "report_type": "technical_analysis"}
    async with connected(address, mode) as client:
        result = await client.call_tool("create_report", arguments, progress_callback=log)
        assert result.structured_content["status"] == "ready"
        assert [step[0] for step in log.steps] == [1, 2, 3]
        uri = result.structured_content["uri"]
        assert any(getattr(block, "uri", None) == uri for block in result.content)
        contents = (await client.read_resource(uri)).contents
        chart = (await client.read_resource(f"{uri}/charts/price")).contents
        with pytest.raises(MCPError) as caught:
            await client.read_resource(f"{uri}/charts/nothing")
        again = await client.call_tool("create_report", arguments)
        listed = [resource.uri for resource in (await client.list_resources()).resources]
    assert again.structured_content["uri"] == uri
    assert uri in listed
    assert contents[0].mime_type == "text/markdown"
    assert symbol in contents[0].text  # type: ignore[union-attr]
    assert [content.mime_type for content in contents[1:]] == ["image/png"] * 3
    assert base64.b64decode(contents[1].blob).startswith(b"\x89PNG")  # type: ignore[union-attr]
    assert chart == contents[1:2]
    assert "it has price, rsi, macd" in caught.value.message


async def test_report_id_comes_at_once_and_the_resource_later(address: str) -> None:
    async with connected(address, "auto") as client:
        result = await client.call_tool("create_report", {"symbol": "GOOGL"})
        uri = result.structured_content["uri"]
        async with asyncio.timeout(60):
            while True:
                try:
                    contents = (await client.read_resource(uri)).contents
                    break
                except MCPError as error:
                    assert error.message.endswith(  # noqa: PT017 - the loop's condition
                        "The report is still being generated. Retry in 5 seconds."
                    )
                    await asyncio.sleep(0.05)
    assert "GOOGL" in contents[0].text  # type: ignore[union-attr]


async def test_repeated_report_call_is_told_why_there_is_none(address: str) -> None:
    arguments = {"symbol": "ZZZZ-NO", "report_type": "quick_overview"}
    async with connected(address, "auto") as client:
        first = await client.call_tool("create_report", arguments)
        assert first.structured_content["status"] == "running"
        async with asyncio.timeout(60):
            while not (again := await client.call_tool("create_report", arguments)).is_error:
                pass
        text = again.content[0].text  # type: ignore[union-attr]
        waited = await client.call_tool("create_report", arguments, progress_callback=ProgressLog())
        after = await client.call_tool("create_report", arguments)
    assert text.startswith("report_not_found: The report was not generated: ")
    assert text.endswith("if no source knows the symbol, find it with search_symbols.")
    # Who waited for it has been told already.
    assert waited.is_error
    assert not after.is_error


async def test_reports_of_other_users_do_not_exist(address: str) -> None:
    arguments = {"symbol": "AMZN", "report_type": "quick_overview"}
    async with connected(address, "auto", {"X-User-ID": "ann"}) as ann:
        uri = (
            await ann.call_tool("create_report", arguments, progress_callback=ProgressLog())
        ).structured_content["uri"]
        await ann.read_resource(uri)
    async with connected(address, "auto", {"X-User-ID": "bob"}) as bob:
        with pytest.raises(MCPError, match="no report"):
            await bob.read_resource(uri)


@pytest.mark.parametrize("mode", MODES)
async def test_prompts(address: str, mode: Literal["auto", "legacy"]) -> None:
    async with connected(address, mode) as client:
        prompts = (await client.list_prompts()).prompts
        assert {prompt.name for prompt in prompts} == {"research_note", "comparison", "earnings_preview"}
        result = await client.get_prompt("comparison", {"symbols": "aapl, msft"})
        with pytest.raises(MCPError):
            await client.get_prompt("research_note", {})
    assert "AAPL, MSFT" in result.messages[0].content.text  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "*/*",
        "application/json",
        "application/*",
        "text/event-stream",
        "application/json, text/event-stream",
        "text/event-stream, application/json;q=0.9",
        "text/html, application/json;q=0.9, */*;q=0.8",
    ],
)
@pytest.mark.parametrize("version", ["2025-06-18", "2026-07-28"])
def test_every_usual_accept_is_answered(address: str, accept: str | None, version: str) -> None:
    meta = {
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    body = {"jsonrpc": "2.0", "id": 7, "method": "tools/list", "params": {"_meta": meta}}
    headers = {"mcp-protocol-version": version, "mcp-method": "tools/list"}
    with httpx.Client(timeout=60) as client:
        request = client.build_request("POST", address, json=body, headers=headers)
        del request.headers["accept"]
        if accept is not None:
            request.headers["accept"] = accept
        response = client.send(request)
    assert response.status_code == 200, response.text
    text = response.text
    if response.headers["content-type"].startswith("text/event-stream"):
        text = next(line for line in text.splitlines() if line.startswith("data:")).removeprefix("data:")
    assert len(json.loads(text)["result"]["tools"]) == 12


def test_other_formats_are_refused(address: str) -> None:
    response = post(address, "tools/list", accept="image/png")
    assert (response.status_code, response.json()["code"]) == (406, "not_acceptable")


def test_trailing_slash_is_no_redirect(address: str) -> None:
    assert post(f"{address}/", "tools/list").status_code == 200


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_methods_of_sessions_are_refused(address: str, method: str) -> None:
    response = httpx.request(method, address, headers={"accept": "text/event-stream"}, timeout=60)
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert response.json()["code"] == "method_not_allowed"


def test_handshake_makes_no_session(address: str) -> None:
    response = post(address, "initialize", INITIALIZE)
    assert response.status_code == 200
    assert "mcp-session-id" not in response.headers
    assert response.headers["content-type"].startswith("application/json")
    assert response.json()["result"]["protocolVersion"] == "2025-06-18"
    notification = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert httpx.post(address, json=notification, timeout=60).status_code == 202


def test_clients_without_structured_content_get_it_as_text(address: str) -> None:
    arguments = {"name": "get_quotes", "arguments": {"symbols": ["AAPL"]}}
    response = post(address, "tools/call", arguments, **{"mcp-protocol-version": "2025-03-26"})
    result = response.json()["result"]
    assert "structuredContent" not in result
    assert json.loads(result["content"][0]["text"])["quotes"][0]["symbol"] == "AAPL"


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
@pytest.mark.parametrize("version", ["2025-03-26", "2025-06-18"])
def test_answers_are_json_without_spaces(address: str, accept: str, version: str) -> None:
    headers = {"accept": accept, "mcp-protocol-version": version}
    for name, arguments in CALLS[:2]:
        call = {"name": name, "arguments": arguments}
        response = post(address, "tools/call", call, **headers)
        lines = [line.removeprefix("data: ") for line in response.text.splitlines() if "jsonrpc" in line]
        (message,) = lines
        result = json.loads(message)["result"]
        assert message == compact(json.loads(message))
        if version == "2025-03-26":
            # The text is the data.
            text = result["content"][0]["text"]
            assert text == compact(json.loads(text))


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff", b"[" * 60_000])
def test_malformed_messages_are_refused(address: str, body: bytes) -> None:
    response = httpx.post(address, content=body, headers={"content-type": "application/json"}, timeout=60)
    assert response.status_code == 400, response.text
    assert response.json()["error"]["code"] in (-32700, -32600, -32602)
    assert response.headers["x-request-id"]


def test_large_messages_are_refused(address: str) -> None:
    response = post(address, "tools/call", {"name": "ask", "arguments": {"question": "x" * 2_000_000}})
    assert (response.status_code, response.json()["code"]) == (413, "payload_too_large")


def test_request_id_and_log_line(tmp_path: Path) -> None:
    with running_host(tmp_path) as base_url:
        response = post(
            f"{base_url}/api/mcp",
            "tools/call",
            {"name": "get_technicals", "arguments": {"symbol": "AAPL"}},
            **{"x-request-id": "known-id"},
        )
        output = (tmp_path / "output.txt").read_text()
    assert response.headers["x-request-id"] == "known-id"
    line = next(line for line in output.splitlines() if "request_id=known-id" in line and "route=" in line)
    for field in ("route=/mcp", "status=200", "rpc_method=tools/call", "tool=get_technicals", "symbol=AAPL"):
        assert field in line
    assert "Terminating session" not in output


def test_limits_are_those_of_the_routes(tmp_path: Path) -> None:
    with running_host(tmp_path, {"LIMIT_CHAT_PER_MINUTE": "1"}) as base_url:
        results = [
            post(
                f"{base_url}/api/mcp", "tools/call", {"name": "ask", "arguments": {"question": "AAPL?"}}
            ).json()["result"]
            for _ in range(2)
        ]
    assert [result.get("isError", False) for result in results] == [False, True]
    assert results[1]["content"][0]["text"].startswith("rate_limited: ")
    assert "Retry in" in results[1]["content"][0]["text"]
