"""Recognises ReAct's calls and answers: thoughts, actions, and the label of the final answer."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from shared.llm.chat_completions.call_arguments import sole_argument
from shared.llm.chat_completions.call_readings import (
    CallReading,
    FoundCalls,
    OfferedTools,
    accepted_calls,
    begins,
    shifted,
)
from shared.llm.chat_completions.json_forms import DECODER, fenced_form, json_form
from shared.llm.chat_completions.tool_names import offered_tool
from shared.llm.chat_completions.written_calls import WrittenCall

_EMPHASIS: Final = r"[*_]{0,2}"
_ACTION: Final = re.compile(rf"{_EMPHASIS}Action{_EMPHASIS}:{_EMPHASIS}[ \t]*(?P<name>[^\n]*)\n\s*")
_INPUT: Final = re.compile(rf"{_EMPHASIS}Action Input{_EMPHASIS}:{_EMPHASIS}\s*(?:```\w*\s*)?")
_STEP: Final = re.compile(
    rf"^{_EMPHASIS}(?P<label>Action|Final Answer){_EMPHASIS}:{_EMPHASIS}[ \t]*", re.MULTILINE
)
_FINAL: Final = "Final Answer:"
_INLINE: Final = re.compile(
    rf"{_EMPHASIS}Action{_EMPHASIS}:{_EMPHASIS}[ \t]*`?(?P<name>[\w.:-]{{1,80}})[ \t]*\([ \t]*(?=\{{)"
)
_INLINE_END: Final = re.compile(r"[ \t]*\)`?[ \t]*(?:\n|\Z)")
_NOTHING: Final = ("", "none", "null", "{}")


def thought_form(text: str, tools: OfferedTools, *, ended: bool) -> CallReading:
    """ReAct: a thought, then an action or the final answer."""
    if not begins(text, "Thought:"):
        return "none"
    for step in _STEP.finditer(text):
        if step["label"] != "Action":
            # The label may still get its emphasis and its blanks.
            return "open" if step.end() == len(text) and not ended else FoundCalls(step.end(), [])
        action = react_form(text[step.start() :], tools, ended=ended)
        if action != "none":
            return shifted(action, step.start())
    return "none" if ended else "open"


def may_be_final(text: str) -> bool:
    """Returns whether a text begins with the label of the final answer, perhaps cut.

    Args:
        text: The beginning of an answer.
    """
    plain = text[: len(_FINAL) + len("********")].replace("*", "").replace("_", "")
    return text[0] in "F*_" and begins(plain[: len(_FINAL)], _FINAL)


def final_form(text: str, _tools: OfferedTools, *, ended: bool) -> CallReading:
    """ReAct: the label of the final answer, without a thought before it."""
    step = _STEP.match(text)
    if step is None or step["label"] == "Action":
        return "none" if ended else "open"
    # The label may still get its emphasis and its blanks.
    return "open" if step.end() == len(text) and not ended else FoundCalls(step.end(), [])


def react_form(text: str, tools: OfferedTools, *, ended: bool) -> CallReading:
    """ReAct: ``Action:`` above ``Action Input:``."""
    undecided: CallReading = "none" if ended else "open"
    if not begins(_plain(text), "Action:"):
        return "none"
    if inline := _INLINE.match(text):
        return _inline_action(text, inline, tools, ended=ended)
    action = _ACTION.match(text)
    if action is None:
        return undecided if "\n" not in text else "none"
    rest = text[action.end() :]
    if not action["name"].strip():
        return _react_json(rest, tools, ended=ended, shift=action.end())
    name = offered_tool(action["name"].strip(" *_`\"'[]()"), tools)
    if name is None or not begins(_plain(rest), "Action Input:"):
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


def _inline_action(text: str, head: re.Match[str], tools: OfferedTools, *, ended: bool) -> CallReading:
    """An action with its arguments in brackets: ``Action: get_quote({…})``."""
    name = offered_tool(head["name"], tools)
    if name is None:
        return "none"
    try:
        value, end = DECODER.raw_decode(text, head.end())
    except (ValueError, RecursionError):
        return "none" if ended else "open"
    behind = _INLINE_END.match(text, end)
    if behind is None or (behind.end() == len(text) and not ended and not behind[0].endswith("\n")):
        return "none" if ended or "\n" in text[end:] else "open"
    calls = accepted_calls([WrittenCall(name, json.dumps(value, ensure_ascii=False))], tools)
    return FoundCalls(behind.end(), calls, over=True) if calls else "none"


def _react_json(text: str, tools: OfferedTools, *, ended: bool, shift: int) -> CallReading:
    """An action with its input as one JSON object, perhaps in a code block."""
    if not text:
        return "none" if ended else "open"
    form = {"`": fenced_form, "{": json_form}.get(text[0])
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
            value, end = DECODER.raw_decode(given)
        except (ValueError, RecursionError):
            return None, 0
        return json.dumps(value, ensure_ascii=False), end
    line, newline, _ = given.partition("\n")
    if not newline and not ended:
        return None, 0
    text = line.strip(" \t\"'`")
    written = "{}" if text.lower() in _NOTHING else sole_argument(text, schema)
    return written, len(line) + 1
