"""Recognises calls without marks in tags: ``<get_quote>{…}</get_quote>``, ``<function(get_quote)>{…}``."""

import json
import re
from typing import Final

from shared.llm.chat_completions.call_readings import CallReading, FoundCalls, OfferedTools, accepted_calls
from shared.llm.chat_completions.json_forms import DECODER
from shared.llm.chat_completions.written_calls import WrittenCall

_FUNCTION: Final = "function"
_TAG: Final = re.compile(r"<(?:function\((?P<function>[\w.:-]{1,80})\)|(?P<tool>\w{1,80}))>\s*")
_TAG_BEGUN: Final = re.compile(r"<(?:function\([\w.:-]{0,80}\)?|\w{0,80})")
_ELEMENT: Final = re.compile(r"\s*<(?P<name>\w{1,80})>(?P<value>[^<>]*)</(?P=name)>\s*")


def tag_form(text: str, tools: OfferedTools, *, ended: bool) -> CallReading:
    """Returns what a text is that begins with a bracket: a call in a tag with the name of its tool, or none.

    Args:
        text: The text from the start of the line.
        tools: The tools that were offered.
        ended: Whether the answer ends with it.
    """
    tag = _TAG.match(text)
    if tag is None:
        return "open" if not ended and _may_begin(text, tools) else "none"
    name = tag["function"] or tag["tool"]
    if name not in tools:
        return "none"
    body = text[tag.end() :]
    close = f"</{_FUNCTION if tag['function'] else name}>"
    end = text.find(close, tag.end())
    if end < 0 and not ended:
        return "open" if not body or body[0] in "{<" else "none"
    arguments = _arguments(text[tag.end() : end if end >= 0 else len(text)])
    if arguments is None:
        return "none"
    calls = accepted_calls([WrittenCall(name, arguments)], tools)
    if not calls:
        return "none"
    behind = end + len(close) if end >= 0 else len(text)
    blank = len(text[behind:]) - len(text[behind:].lstrip(" \t"))
    if behind + blank == len(text) and not ended:
        return "open"  # its line may end here
    line_ends = text.startswith("\n", behind + blank)
    return FoundCalls(behind + blank + 1 if line_ends else behind, calls)


def _may_begin(text: str, tools: OfferedTools) -> bool:
    """Returns whether a text may be the beginning of a tag that holds a call."""
    if _TAG_BEGUN.fullmatch(text) is None:
        return False
    written = text[1:]
    return written.startswith(f"{_FUNCTION}(") or any(
        name.startswith(written) for name in (*tools, f"{_FUNCTION}(")
    )


def _arguments(body: str) -> str | None:
    """Returns the arguments within a tag as JSON: an object, elements, or nothing; None otherwise."""
    body = body.strip()
    if not body:
        return "{}"
    if body.startswith("{"):
        try:
            value, end = DECODER.raw_decode(body)
        except (ValueError, RecursionError):
            return None
        return json.dumps(value, ensure_ascii=False) if not body[end:].strip() else None
    values: dict[str, str] = {}
    place = 0
    while element := _ELEMENT.match(body, place):
        values[element["name"]] = element["value"].strip()
        place = element.end()
    return json.dumps(values, ensure_ascii=False) if values and place == len(body) else None
