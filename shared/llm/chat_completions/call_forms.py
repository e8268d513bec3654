"""Recognises the forms in which models write calls of tools without any mark, at the start of a line.

A form is a call only if its tool was offered and its arguments fit. As the text arrives in pieces, each form
tells whether it is complete, still possible, or excluded; further text never changes the last.
"""

import json
from collections.abc import Mapping
from typing import Final

from shared.llm.chat_completions.call_readings import (
    RECIPIENT,
    CallForm,
    CallReading,
    FoundCalls,
    OfferedTools,
    accepted_calls,
    begins,
    shifted,
)
from shared.llm.chat_completions.json_forms import (
    DECODER,
    at_line_end,
    fenced_form,
    json_form,
    list_form,
    python_form,
)
from shared.llm.chat_completions.react_forms import final_form, may_be_final, react_form, thought_form
from shared.llm.chat_completions.tagged_calls import tag_form
from shared.llm.chat_completions.written_calls import WrittenCall

MAX_CHARACTERS: Final = 4_000
"""Longer texts are no calls: they would be withheld for too long."""

_FUNCTOOLS: Final = "functools"
_EVERYONE: Final = "all"
"""Functionary's recipient of words for the reader."""


def call_at(text: str, tools: OfferedTools, *, first: bool, ended: bool) -> CallReading:
    """Returns what a text that begins a line is: calls, perhaps calls (``open``), or none.

    Args:
        text: The text from the start of the line.
        tools: The tools that were offered.
        first: Whether the answer begins with it.
        ended: Whether the answer ends with it.
    """
    outcome = _form_of(text, first=first)(text, tools, ended=ended)
    if outcome == "open" and len(text) > MAX_CHARACTERS:
        return "none"
    return outcome if isinstance(outcome, str) or outcome.end <= MAX_CHARACTERS else "none"


def _form_of(text: str, *, first: bool) -> CallForm:
    if first and may_be_final(text):
        return final_form
    if text[0] in " \t":
        return _indented_form
    if text[0] == "T" and first:
        return thought_form
    if text[0] == "f" and begins(text, _FUNCTOOLS):
        return _functools_form
    return _FORMS.get(text[0], _name_form)


def _indented_form(text: str, tools: OfferedTools, *, ended: bool) -> CallReading:
    """A call on lines of their own that are indented, as a code block of Markdown."""
    rest = text.lstrip(" \t")
    if not rest:
        return "none" if ended else "open"
    return shifted(_form_of(rest, first=False)(rest, tools, ended=ended), len(text) - len(rest))


def _functools_form(text: str, tools: OfferedTools, *, ended: bool) -> CallReading:
    """Phi: ``functools[…]``."""
    rest = text.removeprefix(_FUNCTOOLS)
    if _FUNCTOOLS.startswith(text):
        return "none" if ended else "open"
    return shifted(json_form(rest, tools, ended=ended), len(_FUNCTOOLS)) if rest[0] == "[" else "none"


def _recipient_form(text: str, tools: OfferedTools, *, ended: bool) -> CallReading:
    """Functionary: ``>>>name`` above the arguments, ``>>>all`` above words."""
    rest = text.removeprefix(RECIPIENT)
    if RECIPIENT.startswith(text):
        return "none" if ended else "open"
    if rest.startswith(f"{_EVERYONE}\n"):
        return FoundCalls(len(RECIPIENT) + len(_EVERYONE) + 1, [])
    if f"{_EVERYONE}\n".startswith(rest) and not ended:
        return "open"
    return shifted(_named_form(rest, tools, ended=ended), len(RECIPIENT)) if rest != text else "none"


def _name_form(text: str, tools: OfferedTools, *, ended: bool) -> CallReading:
    outcome = _named_form(text, tools, ended=ended)
    return outcome if outcome != "none" else python_form(text, tools, ended=ended)


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
        arguments, end = DECODER.raw_decode(body)
    except (ValueError, RecursionError):
        return "none" if ended else "open"
    calls = accepted_calls([WrittenCall(name, json.dumps(arguments, ensure_ascii=False))], tools)
    shift = len(text) - len(body)
    return shifted(at_line_end(body, end, calls, ended=ended), shift) if calls else "none"


_FORMS: Final[Mapping[str, CallForm]] = {
    "{": json_form,
    "[": list_form,
    "`": fenced_form,
    "<": tag_form,
    RECIPIENT[0]: _recipient_form,
    **dict.fromkeys("*_A", react_form),
}
"""The forms by their first character."""
