"""The MCP endpoint: a message is answered, and other methods say what to use."""

import json
from typing import Any

import azure.functions as func
import pytest
from fastapi import Response

from functions.mcp import blueprint
from tests.support.http import body_of, make_request

pytestmark = pytest.mark.usefixtures("local_context")

app = func.FunctionApp()
app.register_functions(blueprint)
ENDPOINTS = {function.get_function_name(): function.get_user_function() for function in app.get_functions()}
HEADERS = {"content-type": "application/json", "accept": "application/json, text/event-stream"}


async def send(name: str, body: Any = None, **headers: str) -> tuple[Response, dict[str, Any]]:
    request = make_request(
        "/api/mcp", method="POST", headers={**HEADERS, **headers}, body=json.dumps(body).encode()
    )
    response: Response = await ENDPOINTS[name](request)
    content = await body_of(response)
    return response, json.loads(content) if content else {}


async def test_ping_is_answered() -> None:
    response, answer = await send("mcp", {"jsonrpc": "2.0", "id": 1, "method": "ping"})
    assert response.status_code == 200
    assert (answer["id"], answer["result"]) == (1, {})


async def test_text_that_is_no_message_is_refused() -> None:
    _, answer = await send("mcp", [])
    assert answer["error"]["code"] == -32600


async def test_malformed_user_is_refused_before_the_message_is_read() -> None:
    response, problem = await send("mcp", {}, **{"x-user-id": "no user"})
    assert (response.status_code, problem["code"]) == (400, "invalid_request")


@pytest.mark.parametrize("name", ["mcp_listen", "mcp_end"])
async def test_other_methods_say_what_to_use(name: str) -> None:
    response, problem = await send(name)
    assert (response.status_code, problem["code"]) == (405, "method_not_allowed")
    assert "send messages with POST" in problem["detail"]
