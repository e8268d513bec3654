"""Every message that the MCP server sends fits the published schema of its protocol revision."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal

import httpx2
import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from tests.api.test_mcp import CALLS, ProgressLog
from tests.support.host import running_host
from tests.support.recorded import recorded_folder

SCHEMAS = recorded_folder("mcp")
RESULTS = {
    "initialize": "InitializeResult",
    "server/discover": "DiscoverResult",
    "tools/list": "ListToolsResult",
    "tools/call": "CallToolResult",
    "resources/list": "ListResourcesResult",
    "resources/templates/list": "ListResourceTemplatesResult",
    "resources/read": "ReadResourceResult",
    "prompts/list": "ListPromptsResult",
    "prompts/get": "GetPromptResult",
    "ping": "EmptyResult",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_host(tmp_path_factory.mktemp("mcp")) as base_url:
        yield f"{base_url}/api/mcp"


@cache
def schema(revision: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SCHEMAS / f"schema-{revision}.json").read_text("utf-8"))
    return loaded


def problems(message: object, name: str, revision: str) -> list[str]:
    """What a message has against a definition of the schema."""
    document = schema(revision)
    key = "$defs" if "$defs" in document else "definitions"
    validator = Draft202012Validator if key == "$defs" else Draft7Validator
    rule = {**document, "$ref": f"#/{key}/{name}"}
    if key == "definitions":
        # Beside a reference, draft 7 ignores everything else.
        rule = {"allOf": [{"$ref": f"#/{key}/{name}"}], key: document[key]}
    return [f"{error.json_path}: {error.message[:200]}" for error in validator(rule).iter_errors(message)]


class Exchanges:
    """The messages between a client and the server, by the method of the request."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []

    async def note(self, response: httpx2.Response) -> None:
        await response.aread()
        if not response.request.content or not response.content:
            return
        method = json.loads(response.request.content)["method"]
        if response.headers["content-type"].startswith("text/event-stream"):
            lines = [line for line in response.text.splitlines() if line.startswith("data:")]
            self.sent += [(method, json.loads(line.removeprefix("data:"))) for line in lines]
        else:
            self.sent.append((method, response.json()))


async def use_everything(client: Client, symbol: str) -> None:
    """Calls every method and tool, with successes and failures."""
    await client.list_tools()
    for name, arguments in (*CALLS, ("get_news", {"symbol": "ZZZZ-NO"}), ("get_peers", {"wrong": 1})):
        await client.call_tool(name, arguments)

    # A report of its own: one that is ready has no progress.
    arguments = {"symbol": symbol, "report_type": "technical_analysis"}
    report = await client.call_tool("create_report", arguments, progress_callback=ProgressLog())
    await client.read_resource(report.structured_content["uri"])
    await client.list_resources()
    await client.list_resource_templates()
    await client.list_prompts()
    await client.get_prompt("research_note", {"symbol": "AAPL"})
    with pytest.raises(MCPError):
        await client.read_resource("report://unknown")
    with pytest.raises(MCPError):
        await client.call_tool("get_weather", {})


@pytest.mark.parametrize(
    ("mode", "revision", "symbol"),
    [("auto", "2026-07-28", "AAPL"), ("legacy", "2025-11-25", "MSFT"), ("oldest", "2025-06-18", "NVDA")],
)
async def test_messages_fit_the_schema(address: str, mode: str, revision: str, symbol: str) -> None:
    exchanges = Exchanges()
    hooks = {"response": [exchanges.note]}
    era: Literal["auto", "legacy"] = "auto" if mode == "auto" else "legacy"
    async with httpx2.AsyncClient(event_hooks=hooks, timeout=60, trust_env=False) as http_client:
        if mode == "oldest":
            http_client.event_hooks["request"] = [_ask_for(revision)]
        async with Client(streamable_http_client(address, http_client=http_client), mode=era) as client:
            assert client.protocol_version == revision
            await use_everything(client, symbol)
    kinds = set()
    for method, message in exchanges.sent:
        if "method" in message:
            kinds.add(message["method"])
            assert message["method"] == "notifications/progress"
            assert problems(message, "ProgressNotification", revision) == []
        elif "error" in message:
            kinds.add("error")
            name = "JSONRPCError" if revision == "2025-06-18" else "JSONRPCErrorResponse"
            assert problems(message, name, revision) == []
        else:
            kinds.add(method)
            name = "JSONRPCResponse" if revision == "2025-06-18" else "JSONRPCResultResponse"
            assert problems(message, name, revision) == []
            assert problems(message["result"], RESULTS[method], revision) == [], method
    first = "server/discover" if revision == "2026-07-28" else "initialize"
    assert kinds == RESULTS.keys() - {"ping", "server/discover", "initialize"} | {
        first,
        "error",
        "notifications/progress",
    }


def _ask_for(revision: str) -> Any:
    """Makes the client ask for an older revision in its handshake."""

    async def change(request: httpx2.Request) -> None:
        body = json.loads(request.content or b"{}")
        if body.get("method") == "initialize":
            body["params"]["protocolVersion"] = revision
            content = json.dumps(body).encode()
            request.stream = httpx2.ByteStream(content)
            request.headers["content-length"] = str(len(content))

    return change
