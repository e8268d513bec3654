"""Recognises calls without marks as JSON or Python, on lines of their own or as a whole code block."""

import json
import re
from typing import Final

from shared.llm.chat_completions.call_readings import (
    RECIPIENT,
    CallReading,
    FoundCalls,
    OfferedTools,
    accepted_calls,
)
from shared.llm.chat_completions.tolerant_json import values_in_row
from shared.llm.chat_completions.tool_names import offered_tool
from shared.llm.chat_completions.written_calls import (
    WrittenCall,
    calls_of,
    is_call,
    may_be_json_call,
    may_be_python_call,
    named_tool,
    python_calls,
)

DECODER: Final = json.JSONDecoder(strict=False, parse_constant=lambda _name: None)
_FENCE: Final = re.compile(r"(?P<ticks>`{3,})[ \t]*(?P<language>\w*)[ \t]*\n")
_FENCE_BEGUN: Final = re.compile(r"`{1,2}|`{3,}[ \t]*(?P<language>\w*)[ \t]*")
_LANGUAGES: Final = ("", "json", "python", "py", "text", "plaintext", "tool_call", "tool_calls", "tool_code")


def json_form(text: str, tools: OfferedTools, *, ended: bool) -> CallReading:
    """One call or several as JSON, on lines with nothing else."""
    if not _may_be_json(text, tools):
        return "none"
    calls: list[WrittenCall] = []
    end = 0
    while True:
        try:
            value, end = DECODER.raw_decode(text, end)
        except (ValueError, RecursionError):
            return "none" if ended else "open"
        accepted = _calls_of(value, tools)
        if not accepted:
            return "none"
        calls += accepted
        end += len(text[end:]) - len(text[end:].lstrip(" \t;,"))
        if not text.startswith(("{", "["), end):
            return at_line_end(text, end, calls, ended=ended)


def at_line_end(text: str, end: int, calls: list[WrittenCall], *, ended: bool) -> CallReading:
    """Returns the calls if nothing follows them on their line, except another recipient."""
    rest = text[end:].lstrip(" \t;,")
    if rest.startswith("\n"):
        return FoundCalls(len(text) - len(rest) + 1, calls)
    if rest.startswith(RECIPIENT) or (not rest and ended):
        return FoundCalls(len(text) - len(rest), calls)
    return "open" if RECIPIENT.startswith(rest) and not ended else "none"


def _may_be_json(text: str, tools: OfferedTools) -> bool:
    name = named_tool(text)
    return may_be_json_call(text, tools) and (name is None or offered_tool(name, tools) is not None)


def list_form(text: str, tools: OfferedTools, *, ended: bool) -> CallReading:
    """A list of calls as JSON or as Python."""
    outcome = json_form(text, tools, ended=ended)
    return outcome if outcome != "none" else python_form(text, tools, ended=ended)


def python_form(text: str, tools: OfferedTools, *, ended: bool) -> CallReading:
    """A line of Python."""
    if not may_be_python_call(text, tools):
        return "none"
    line, newline, _ = text.partition("\n")
    if not newline and not ended:
        return "open"
    calls = accepted_calls(python_calls(line), tools)
    return FoundCalls(len(line) + len(newline), calls) if calls else "none"


def fenced_form(text: str, tools: OfferedTools, *, ended: bool) -> CallReading:
    """A code block that holds nothing but calls."""
    head = _FENCE.match(text)
    if head is None:
        begun = _FENCE_BEGUN.fullmatch(text)
        language = (begun["language"] or "").lower() if begun else ""
        possible = begun is not None and any(name.startswith(language) for name in _LANGUAGES)
        return "open" if possible and not ended else "none"
    if head["language"].lower() not in _LANGUAGES:
        return "none"
    body = text[head.end() :].lstrip()
    if body and not _may_be_json(body, tools) and not may_be_python_call(body, tools):
        return "none"
    fence = re.compile(rf"^[ \t]*{head['ticks']}`*[ \t]*(?P<line>\n|\Z)", re.MULTILINE).search(
        text, head.end()
    )
    if not ended and (fence is None or not fence["line"]):
        return "open"
    content = text[head.end() : fence.start() if fence else len(text)]
    calls = _calls_in(content, tools)
    return FoundCalls(fence.end() if fence else len(text), calls) if calls else "none"


def _calls_in(content: str, tools: OfferedTools) -> list[WrittenCall]:
    """Returns the calls of a text that holds nothing else; none if it does."""
    try:
        values = list(values_in_row(content.strip()))
    except ValueError:
        return accepted_calls(python_calls(content), tools)
    calls = [_calls_of(value, tools) for value in values]
    return [call for accepted in calls for call in accepted] if all(calls) else []


def _calls_of(value: object, tools: OfferedTools) -> list[WrittenCall]:
    return accepted_calls(calls_of(value), tools) if is_call(value, tools) else []
