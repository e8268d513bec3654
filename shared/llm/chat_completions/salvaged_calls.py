"""Reads calls of tools, and answers, where they do not belong: at the end of reasoning, in an error.

Qwen and DeepSeek sometimes call a tool before they end their reasoning. Groq refuses with an error what it
cannot read of a model's output, and sends that output with it.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from shared.llm.chat_completions.answer_text import AnswerText
from shared.llm.chat_completions.call_readings import OfferedTools, accepted_calls
from shared.llm.chat_completions.text_blocks import block_begun
from shared.llm.chat_completions.text_marks import MARK
from shared.llm.chat_completions.written_calls import WrittenCall, written_calls

_MAX_PLACES: Final = 12
"""Places at which the calls may begin; the last are tried."""


class Salvaged(NamedTuple):
    """An answer: its text, and its calls."""

    text: str
    calls: list[WrittenCall]


def calls_after_reasoning(reasoning: str, tools: OfferedTools) -> list[WrittenCall]:
    """Returns the calls with which reasoning ends; none if words follow them, which discard the idea.

    Args:
        reasoning: The end of the reasoning.
        tools: The tools that were offered.
    """
    for place in sorted(set(_places(reasoning)))[-_MAX_PLACES:] if tools else ():
        answer = read_whole(reasoning[place:], tools)
        if answer is not None and answer.calls and not answer.text.strip():
            return answer.calls
    return []


def _places(reasoning: str) -> Iterator[int]:
    for mark in MARK.finditer(reasoning):
        block = block_begun(mark)
        if block is not None and block.call is not None:
            yield mark.start()
    start = 0
    for line in reasoning.splitlines(keepends=True):
        yield start
        start += len(line)


def failed_generation(body: object) -> str:
    """Returns the output of the model in an error of Groq; empty where there is none."""
    error = body.get("error", body) if isinstance(body, Mapping) else None
    if not isinstance(error, Mapping) or error.get("code") != "tool_use_failed":
        return ""
    output = error.get("failed_generation")
    return output if isinstance(output, str) else ""


def read_whole(text: str, tools: OfferedTools) -> Salvaged | None:
    """Returns what a text means as an answer; None if it has nothing, or calls that cannot be carried out.

    Args:
        text: The whole answer.
        tools: The tools that were offered.
    """
    reader = AnswerText(bare_tools=tools, tools=tools)
    shown = reader.add(text) + reader.close()
    calls: list[WrittenCall] = []
    for block in reader.take_calls():
        accepted = accepted_calls(written_calls(block), tools)
        if not accepted:
            return None
        calls += accepted
    return Salvaged(shown, calls) if calls or shown.strip() else None
