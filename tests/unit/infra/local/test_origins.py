"""The local host asks for no keys, so pages of other origins may not call it."""

import json

import pytest
from starlette.types import Message, Receive, Scope, Send

from infra.local.origins import OriginCheck, Origins, is_loopback_name
from tests.support.http import make_request


async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})


async def status(headers: dict[str, str], *configured: str) -> tuple[int, dict[str, object]]:
    request = make_request(headers={"host": "localhost:7071", **headers})
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await OriginCheck(app, Origins(configured))(request.scope, request.receive, send)
    return sent[0]["status"], json.loads(sent[1]["body"])


@pytest.mark.parametrize(
    "name", ["localhost", "LOCALHOST.", "app.localhost", "127.0.0.1", "127.1.2.3", "::1"]
)
def test_names_of_this_machine(name: str) -> None:
    assert is_loopback_name(name)


@pytest.mark.parametrize(
    "name", ["", "example.com", "localhost.example.com", "10.0.0.1", "0.0.0.0", "notlocalhost"]
)
def test_names_of_other_machines(name: str) -> None:
    assert not is_loopback_name(name)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://localhost:3000"},
        {"origin": "http://127.0.0.1:5500"},
        {"host": "[::1]:7071"},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
    ],
)
async def test_requests_from_this_machine_are_served(headers: dict[str, str]) -> None:
    assert (await status(headers))[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "attacker.example"},
        {"host": ""},
        {"host": "[broken"},
        {"host": "attacker.example@localhost"},
        {"host": "localhost/attacker.example"},
        {"host": "localhost:7071:80"},
        {"origin": "https://attacker.example"},
        {"origin": "null"},
        {"origin": "http://[broken"},
        {"origin": "http://attacker.example@localhost"},
        {"origin": "file://localhost"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "none, Cross-Site"},
    ],
)
async def test_requests_of_other_origins_are_a_problem(headers: dict[str, str]) -> None:
    code, problem = await status(headers)
    assert (code, problem["code"]) == (403, "forbidden_origin")


async def test_configured_origins_are_allowed() -> None:
    headers = {"origin": "https://desk.example", "sec-fetch-site": "cross-site"}
    assert (await status(headers, "https://desk.example"))[0] == 200
    assert (await status(headers, "*"))[0] == 200
    assert (await status(headers, "https://other.example"))[0] == 403
    assert (await status({"sec-fetch-site": "cross-site"}, "*"))[0] == 200


async def test_name_of_the_host_is_checked_whatever_is_configured() -> None:
    assert (await status({"host": "attacker.example"}, "*"))[0] == 403
