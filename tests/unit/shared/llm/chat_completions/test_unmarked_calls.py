"""Calls beside words: only offered tools, only fitting arguments, and no delay for other text."""

import json
import time
from typing import Any, Final

import pytest

from shared.llm.chat_completions.call_forms import MAX_CHARACTERS
from shared.llm.chat_completions.unmarked_calls import UnmarkedCalls

TOOLS: Final[dict[str, dict[str, Any]]] = {
    "get_quote": {"properties": {"symbol": {"type": "string"}}, "required": ["symbol"]},
    "get_history": {
        "properties": {"symbol": {"type": "string"}, "days": {"type": "integer"}},
        "required": ["symbol", "days"],
    },
    "get_watchlist": {"properties": {}},
}


def read(text: str, tools: dict[str, dict[str, Any]] = TOOLS) -> tuple[str, list[object]]:
    calls = UnmarkedCalls(tools)
    shown = calls.add(text) + calls.add("", ended=True)
    return shown, [json.loads(call) for call in calls.take_calls()]


def call(name: str, **arguments: object) -> dict[str, object]:
    return {"name": name, "arguments": arguments}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"name": "get_quote", "arguments": {"symbol": "A"}}', call("get_quote", symbol="A")),
        (
            '{"name": "getQuote", "arguments": {"symbol": "A", "why": 1}}',
            call("get_quote", symbol="A", why=1),
        ),
        ('{"name": "get_quote", "arguments": {"ticker": "A"}}', None),
        ('{"name": "get_quote", "arguments": {"symbol": null}}', None),
        ('{"name": "get_quote", "arguments": {"symbol": ["A"]}}', None),
        ('{"name": "get_quote", "price": 5}', None),
        (
            '{"name": "get_history", "arguments": {"symbol": "A", "days": "5"}}',
            call("get_history", symbol="A", days="5"),
        ),
        ('{"name": "get_watchlist"}', call("get_watchlist")),
        ("get_watchlist()", call("get_watchlist")),
        ("get_quote()", None),
        ("Action: get_watchlist\nAction Input: None", call("get_watchlist")),
        ("Action: get_quote\nAction Input: AAPL\n", call("get_quote", symbol="AAPL")),
        ("Action: get_history\nAction Input: AAPL\n", None),
        ("Action: get_weather\nAction Input: {}\n", None),
    ],
)
def test_a_call_is_one_if_its_arguments_fit(text: str, expected: object) -> None:
    shown, calls = read(f"So:\n{text}")
    assert calls == ([expected] if expected else [])
    assert shown == ("So:\n" if expected else f"So:\n{text}")


def test_without_tools_everything_is_shown() -> None:
    text = '{"name": "get_quote", "arguments": {"symbol": "A"}}'
    assert read(text, {}) == (text, [])


@pytest.mark.parametrize(
    "text",
    ["Apple", "\nA", '{"price', "```js", "* item", "> so", "f(x)", "get_quo is", "[1", '{"name": "App'],
)
def test_ordinary_lines_come_without_delay(text: str) -> None:
    calls = UnmarkedCalls(TOOLS)
    rest = "le" if text.endswith("App") else ""
    calls.add("So\n")
    calls.add(text)
    calls.add(f'{rest}"}} ')
    assert calls.withheld == ""


def test_what_is_too_long_for_a_call_is_shown() -> None:
    calls = UnmarkedCalls(TOOLS)
    text = '{"name": "get_quote", "arguments": {"symbol": "' + "A" * MAX_CHARACTERS
    assert "".join(calls.add(letter) for letter in text) == text
    assert calls.withheld == ""


@pytest.mark.parametrize("piece", ["\n", ">", "{", "`", "```\n", "A", '{"name": "get_quote"}\n', "Thought:"])
def test_a_text_of_beginnings_costs_little(piece: str) -> None:
    started = time.process_time()
    calls = UnmarkedCalls(TOOLS)
    for _ in range(20_000):
        calls.add(piece)
    calls.add("", ended=True)
    assert time.process_time() - started < 3
