"""The envelope of messages: what is no JSON-RPC message gets an error in plain words."""

import json

import pytest

from shared.mcp.envelope import envelope_error

MESSAGE = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


@pytest.mark.parametrize(
    "message",
    [
        MESSAGE,
        {**MESSAGE, "id": "a"},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 1, "result": {}},
        {"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": "x"}},
    ],
)
def test_messages_pass(message: object) -> None:
    assert envelope_error(json.dumps(message).encode()) is None


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        (b'{"jsonrpc": "2.0", "id": "\\ud800", "method": "ping"}', -32700, "not JSON"),
        (b'{"jsonrpc": "2.0", "result": {}}', -32600, "id is missing"),
        (b"", -32700, "not JSON"),
        (b"{bad", -32700, "not JSON"),
        (b"[" * 100_000, -32700, "not JSON"),
        (b"\xff", -32700, "not JSON"),
        (b"[]", -32600, "no batches"),
        (json.dumps([MESSAGE]).encode(), -32600, "no batches"),
        (b'"ping"', -32600, "no batches"),
        (b"null", -32600, "no batches"),
        (b'{"method": "ping"}', -32600, "jsonrpc"),
        (b'{"jsonrpc": "1.0", "method": "ping"}', -32600, "jsonrpc"),
        *(
            (f'{{"jsonrpc": "2.0", "id": {value}, "method": "ping"}}'.encode(), -32600, "id must be")
            for value in ("null", "1.5", "true", "[]", "{}")
        ),
    ],
)
def test_everything_else_is_an_error_without_the_text_of_an_exception(
    body: bytes, code: int, text: str
) -> None:
    error = envelope_error(body)
    assert error is not None
    answer = json.loads(error)
    assert (answer["jsonrpc"], answer["id"], answer["error"]["code"]) == ("2.0", None, code)
    assert text in answer["error"]["message"]
    assert "validation error" not in answer["error"]["message"].lower()


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ({"method": 5}, "method must be text"),
        ({"method": None}, "method must be text"),
        ({"method": "ping", "params": []}, "params must be an object"),
        ({"method": "ping", "params": "x"}, "params must be an object"),
        ({"result": None}, "result must be an object"),
        ({"result": 5}, "result must be an object"),
        ({"error": None}, "error must be an object"),
        ({"error": {"code": "x", "message": "m"}}, "error must have a code"),
        ({"error": {"code": True, "message": "m"}}, "error must have a code"),
        ({"error": {"code": 1}}, "error must have a code"),
        ({}, "method is missing"),
    ],
)
def test_error_has_the_id_of_its_message(parts: dict[str, object], text: str) -> None:
    error = envelope_error(json.dumps({"jsonrpc": "2.0", "id": 7, **parts}).encode())
    assert error is not None
    answer = json.loads(error)
    assert (answer["id"], answer["error"]["code"]) == (7, -32600)
    assert text in answer["error"]["message"]


def test_params_may_be_null() -> None:
    assert envelope_error(json.dumps({**MESSAGE, "params": None}).encode()) is None
