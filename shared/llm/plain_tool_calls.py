"""Chooses the tools that a question plainly asks for, without a language model."""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from shared.domain.facts import Fact
from shared.llm.base_model_client import GenerationRequest, ToolCall
from shared.llm.question_topics import WATCHLIST, topics_with_tools

_MAX_SYMBOLS: Final = 3
_MAX_CALLS: Final = 6


def plain_tool_calls(request: GenerationRequest) -> tuple[ToolCall, ...]:
    """Returns the calls of offered tools that the last message explicitly requests, if it is a question.

    Args:
        request: The request. Its facts tell the symbols, whose first three are considered.
    """
    last = request.messages[-1]
    if last.role != "user":
        return ()
    offered = {tool.name for tool in request.tools}
    calls = [call for call in _calls(last.content, _symbols(request.facts)) if call[0] in offered]
    return tuple(
        ToolCall(f"plain-{number}", name, json.dumps(arguments))
        for number, (name, arguments) in enumerate(calls[:_MAX_CALLS])
    )


def _calls(question: str, symbols: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    for topic in topics_with_tools(question):
        tool = f"get_{topic.kind}"
        if topic.kind == WATCHLIST:
            yield tool, {}
        else:
            yield from ((tool, {"symbol": symbol, **topic.arguments}) for symbol in symbols)


def _symbols(facts: Sequence[Fact]) -> list[str]:
    """Returns the symbols of the facts; a fact of several symbols counts for none."""
    symbols = dict.fromkeys(fact.symbol for fact in facts if fact.symbol and "," not in fact.symbol)
    return list(symbols)[:_MAX_SYMBOLS]
