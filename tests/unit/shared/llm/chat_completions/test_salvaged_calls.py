"""Calls at the end of reasoning, and answers within errors."""

from typing import Any, Final

import pytest

from shared.llm.chat_completions.reasoning_tail import MAX_CHARACTERS, ReasoningTail
from shared.llm.chat_completions.salvaged_calls import calls_after_reasoning, failed_generation, read_whole
from shared.llm.chat_completions.written_calls import WrittenCall

TOOLS: Final[dict[str, dict[str, Any]]] = {"get_quote": {"required": ["symbol"]}}
CALL: Final = '{"name": "get_quote", "arguments": {"symbol": "A"}}'
READ: Final = [WrittenCall("get_quote", '{"symbol": "A"}')]


@pytest.mark.parametrize(
    ("reasoning", "calls"),
    [
        (f"Hm.\n<tool_call>{CALL}</tool_call>", READ),
        (f"Hm.\n<tool_call>{CALL}", READ),
        (f"Hm.\n{CALL}\n", READ),
        (f"First <tool_call>{CALL}</tool_call>, but no.\n<tool_call>{CALL}</tool_call>", READ),
        (f"<tool_call>{CALL}</tool_call> But no.", []),
        ('<tool_call>{"name": "get_weather", "arguments": {}}</tool_call>', []),
        ('<tool_call>{"name": "get_quote", "arguments": {}}</tool_call>', []),
        ("Hm.", []),
        ("", []),
    ],
)
def test_reasoning_ends_with_calls_or_not(reasoning: str, calls: list[WrittenCall]) -> None:
    assert calls_after_reasoning(reasoning, TOOLS) == calls
    assert calls_after_reasoning(reasoning, {}) == []


def test_only_the_end_of_reasoning_is_kept() -> None:
    tail = ReasoningTail()
    for number in range(5_000):
        tail.add(f"{number:05d}")
    assert len(tail.text) == MAX_CHARACTERS
    assert tail.text.endswith("04999")


def test_only_output_that_the_server_could_not_read_is_read() -> None:
    error = {"code": "tool_use_failed", "failed_generation": CALL}
    assert failed_generation({"error": error}) == failed_generation(error) == CALL
    assert failed_generation({"error": {**error, "code": "json_validate_failed"}}) == ""
    assert failed_generation({"error": {**error, "failed_generation": None}}) == ""
    assert failed_generation({"error": "no"}) == failed_generation("no") == failed_generation(None) == ""


def test_an_answer_with_a_call_of_another_tool_is_none() -> None:
    answer = read_whole(f"So: <tool_call>{CALL}</tool_call>", TOOLS)
    assert answer is not None
    assert (answer.text, answer.calls) == ("So: ", READ)
    assert read_whole('<tool_call>{"name": "get_weather"}</tool_call> Yes.', TOOLS) is None
    assert read_whole(" ", TOOLS) is None
