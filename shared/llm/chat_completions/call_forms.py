"""Recognises the forms in which models write calls of tools without any mark, at the start of a line.

A form is a call only if its tool was offered and its arguments fit. As the text arrives in pieces, each form
tells whether it is complete, still possible, or excluded; further text never changes the last.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Literal, NamedTuple

from shared.llm.chat_completions.call_arguments import arguments_fit, sole_argument
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

OfferedTools = Mapping[str, Mapping[str, Any]]
"""JSON schemas of the arguments by the names of the tools."""

MAX_CHARACTERS: Final = 4_000
"""Longer texts are no calls: they would be withheld for too long."""

_FENCE: Final = re.compile(r"(?P<ticks>`{3,})[ \t]*(?P<language>\w*)[ \t]*\n")
_FENCE_BEGUN: Final = re.compile(r"`{1,2}|`{3,}[ \t]*(?P<language>\w*)[ \t]*")
_LANGUAGES: Final = ("", "json", "python", "py", "text", "plaintext", "tool_call", "tool_calls", "tool_code")
_FUNCTOOLS: Final = "functools"
_RECIPIENT: Final = ">>>"
_EVERYONE: Final = "all"
"""Functionary's recipient of words for the reader."""
_EMPHASIS: Final = r"[*_]{0,2}"
_ACTION: Final = re.compile(rf"{_EMPHASIS}Action{_EMPHASIS}:{_EMPHASIS}[ \t]*(?P<name>[^\n]*)\n\s*")
_INPUT: Final = re.compile(rf"{_EMPHASIS}Action Input{_EMPHASIS}:{_EMPHASIS}\s*(?:```\w*\s*)?")
_STEP: Final = re.compile(
    rf"^{_EMPHASIS}(?P<label>Action|Final Answer){_EMPHASIS}:{_EMPHASIS}[ \t]*", re.MULTILINE
)
_NOTHING: Final = ("", "none", "null", "{}")
_DECODER: Final = json.JSONDecoder(strict=False, parse_constant=lambda _name: None)


class FoundCalls(NamedTuple):
    """A form that is complete.

    Attributes:
        end: Where it ends in the text.
        calls: The calls, of offered tools only.
        over: Whether all further text is invented: ReAct's models write the result of a call, too.
    """

    end: int
    calls: list[WrittenCall]
    over: bool = False


CallReading = FoundCalls | Literal["open", "none"]
_Form = Callable[..., CallReading]


def call_at(text: str, tools: OfferedTools, *, first: bool, ended: bool) -> CallReading:
    """Returns what a text that begins a line is: calls, perhaps calls (``open``), or none.

    Args:
        text: The text from the start of the line.
        tools: The tools that were offered.
        first: Whether the answer begins with it.
        ended: Whether the answer ends with it.
    """
    form = _form_of(text, first=first)
    outcome = form(text, tools, ended=ended) if form else "none"
    if outcome == "open" and len(text) > MAX_CHARACTERS:
        return "none"
    return outcome if isinstance(outcome, str) or outcome.end <= MAX_CHARACTERS else "none"


def _form_of(text: str, *, first: bool) -> _Form | None:
    match text[0]:
        case "{":
            return _json_form
        case "[":
            return _list_form
        case "`":
            return _fenced_form
        case ">":
            return _recipient_form
        case "*" | "_" | "A":
            return _react_form
        case "T" if first:
            return _thought_form
        case "f" if _begins(text, _FUNCTOOLS):
            return _functools_form
    return _name_form


def _begins(text: str, word: str) -> bool:
    """Returns whether a text begins with a word, or is the beginning of it."""
    return text.startswith(word) or word.startswith(text)


def _json_form(text: str, tools: OfferedTools, *, ended: bool) -> CallReading:
    """One call or several as JSON, on lines with nothing else."""
    if not _may_be_json(text, tools):
        return "none"
    calls: list[WrittenCall] = []
    end = 0
    while True:
        try:
            value, end = _DECODER.raw_decode(text, end)
        except (ValueError, RecursionError):
            return "none" if ended else "open"
        accepted = _calls_of(value, tools)
        if not accepted:
            return "none"
        calls += accepted
        end += len(text[end:]) - len(text[end:].lstrip(" \t;,"))
        if not text.startswith(("{", "["), end):
            return _at_line_end(text, end, calls, ended=ended)


def _at_line_end(text: str, end: int, calls: list[WrittenCall], *, ended: bool) -> CallReading:
    """Returns the calls if nothing follows them on their line, except another recipient."""
    rest = text[end:].lstrip(" \t;,")
    if rest.startswith("\n"):
        return FoundCalls(len(text) - len(rest) + 1, calls)
    if rest.startswith(_RECIPIENT) or (not rest and ended):
        return FoundCalls(len(text) - len(rest), calls)
    return "open" if _RECIPIENT.startswith(rest) and not ended else "none"


def _may_be_json(text: str, tools: OfferedTools) -> bool:
    name = named_tool(text)
    return may_be_json_call(text, tools) and (name is None or offered_tool(name, tools) is not None)


def _list_form(text: str, tools: OfferedTools, *, ended: bool) -> CallReading:
    outcome = _json_form(text, tools, ended=ended)
    return outcome if outcome != "none" else _python_form(text, tools, ended=ended)


def _python_form(text: str, tools: OfferedTools, *, ended: bool) -> CallReading:
    """A line of Python."""
    if not may_be_python_call(text, tools):
        return "none"
    line, newline, _ = text.partition("\n")
    if not newline and not ended:
        return "open"
    calls = accepted_calls(python_calls(line), tools)
    return FoundCalls(len(line) + len(newline), calls) if calls else "none"


def _fenced_form(text: str, tools: OfferedTools, *, ended: bool) -> CallReading:
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
    fence = re.compile(rf"^{head['ticks']}`*[ \t]*(?P<line>\n|\Z)", re.MULTILINE).search(text, head.end())
    if not ended and (fence is None or not fence["line"]):
        return "open"
    content = text[head.end() : fence.start() if fence else len(text)]
    calls = _calls_in(content, tools)
    return FoundCalls(fence.end() if fence else len(text), calls) if calls else "none"


def _functools_form(text: str, tools: OfferedTools, *, ended: bool) -> CallReading:
    """Phi: ``functools[…]``."""
    rest = text.removeprefix(_FUNCTOOLS)
    if _FUNCTOOLS.startswith(text):
        return "none" if ended else "open"
    return _shifted(_json_form(rest, tools, ended=ended), len(_FUNCTOOLS)) if rest[0] == "[" else "none"


def _recipient_form(text: str, tools: OfferedTools, *, ended: bool) -> CallReading:
    """Functionary: ``>>>name`` above the arguments, ``>>>all`` above words."""
    rest = text.removeprefix(_RECIPIENT)
    if _RECIPIENT.startswith(text):
        return "none" if ended else "open"
    if rest.startswith(f"{_EVERYONE}\n"):
        return FoundCalls(len(_RECIPIENT) + len(_EVERYONE) + 1, [])
    if f"{_EVERYONE}\n".startswith(rest) and not ended:
        return "open"
    return _shifted(_named_form(rest, tools, ended=ended), len(_RECIPIENT)) if rest != text else "none"


def _name_form(text: str, tools: OfferedTools, *, ended: bool) -> CallReading:
    outcome = _named_form(text, tools, ended=ended)
    return outcome if outcome != "none" else _python_form(text, tools, ended=ended)


def _named_form(text: str, tools: OfferedTools, *, ended: bool) -> CallReading:
    """The name of a tool above the arguments."""
    line, newline, body = text.partition("\n")
    name = line.rstrip()
    if not newline:
        return "open" if not ended and any(tool.startswith(name) for tool in tools) else "none"
    body = body.lstrip()
    if name not in tools or not (body.startswith("{") or not body):
        return "none"
    try:
        arguments, end = _DECODER.raw_decode(body)
    except (ValueError, RecursionError):
        return "none" if ended else "open"
    calls = accepted_calls([WrittenCall(name, json.dumps(arguments, ensure_ascii=False))], tools)
    shift = len(text) - len(body)
    return _shifted(_at_line_end(body, end, calls, ended=ended), shift) if calls else "none"


def _thought_form(text: str, tools: OfferedTools, *, ended: bool) -> CallReading:
    """ReAct: a thought, then an action or the final answer."""
    if not _begins(text, "Thought:"):
        return "none"
    for step in _STEP.finditer(text):
        if step["label"] != "Action":
            # The label may still get its emphasis and its blanks.
            return "open" if step.end() == len(text) and not ended else FoundCalls(step.end(), [])
        action = _react_form(text[step.start() :], tools, ended=ended)
        if action != "none":
            return _shifted(action, step.start())
    return "none" if ended else "open"


def _react_form(text: str, tools: OfferedTools, *, ended: bool) -> CallReading:
    """ReAct: ``Action:`` above ``Action Input:``."""
    undecided: CallReading = "none" if ended else "open"
    if not _begins(_plain(text), "Action:"):
        return "none"
    action = _ACTION.match(text)
    if action is None:
        return undecided if "\n" not in text else "none"
    rest = text[action.end() :]
    if not action["name"].strip():
        return _react_json(rest, tools, ended=ended, shift=action.end())
    name = offered_tool(action["name"].strip(" *_`\"'[]()"), tools)
    if name is None or not _begins(_plain(rest), "Action Input:"):
        return "none"
    label = _INPUT.match(rest)
    if label is None or (label.end() == len(rest) and not ended):
        # Blanks, or a fence, may still follow the label.
        return undecided
    given = rest[label.end() :]
    arguments, length = _react_arguments(given, tools[name], ended=ended)
    if arguments is None:
        return "none" if length else undecided
    calls = accepted_calls([WrittenCall(name, arguments)], tools)
    return FoundCalls(len(text) - len(given) + length, calls, over=True) if calls else "none"


def _react_json(text: str, tools: OfferedTools, *, ended: bool, shift: int) -> CallReading:
    """An action with its input as one JSON object, perhaps in a code block."""
    if not text:
        return "none" if ended else "open"
    form = {"`": _fenced_form, "{": _json_form}.get(text[0])
    outcome = form(text, tools, ended=ended) if form else "none"
    return outcome if isinstance(outcome, str) else outcome._replace(end=outcome.end + shift, over=True)


def _plain(text: str) -> str:
    """Returns a text without emphasis."""
    return text[: len("**Action Input**:")].replace("*", "").replace("_", "")


def _react_arguments(given: str, schema: Mapping[str, Any], *, ended: bool) -> tuple[str | None, int]:
    """Returns the arguments as JSON, and how long they are; 0 while they are cut.

    They are an object, or the text of the only argument.
    """
    if given.startswith("{"):
        try:
            value, end = _DECODER.raw_decode(given)
        except (ValueError, RecursionError):
            return None, 0
        return json.dumps(value, ensure_ascii=False), end
    line, newline, _ = given.partition("\n")
    if not newline and not ended:
        return None, 0
    text = line.strip(" \t\"'`")
    written = "{}" if text.lower() in _NOTHING else sole_argument(text, schema)
    return written, len(line) + 1


def _shifted(outcome: CallReading, by: int) -> CallReading:
    return outcome if isinstance(outcome, str) else outcome._replace(end=outcome.end + by)


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


def accepted_calls(calls: Iterable[WrittenCall], tools: OfferedTools) -> list[WrittenCall]:
    """Returns calls with the names of their tools; none if one of them cannot be carried out.

    Args:
        calls: The calls as they were written.
        tools: The tools that were offered.
    """
    accepted: list[WrittenCall] = []
    for call in calls:
        name = offered_tool(call.name, tools)
        if name is None or call.arguments is None or not arguments_fit(call.arguments, tools[name]):
            return []
        accepted.append(WrittenCall(name, call.arguments))
    return accepted
