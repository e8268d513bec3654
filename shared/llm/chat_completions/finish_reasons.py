"""Classifies the finish reasons of servers, which have many names for the same few ends."""

import re
from collections.abc import Mapping
from typing import Final, Literal

FinishKind = Literal["stop", "length", "content_filter", "tool_calls", "failed", "unfinished"]

_UNFINISHED: Final = frozenset({"", "null", "none"})
"""Texts that some servers send in place of null."""
_TOOLS: Final = frozenset({"tool_calls", "tool_call", "function_call", "tool_use"})
_FAILED: Final = re.compile(r"abort|cancel|overload|malformed|insufficient_|function_call_filter|time_?out")
"""vLLM, DeepSeek, Cohere and Gemini; see also :data:`_ERROR`."""
_ERROR: Final = re.compile(r"(?:^|_)error(?:$|_)|failed|failure")
"""OpenRouter, Zhipu (``network_error``) and Cohere."""
_FILTERED: Final = re.compile(
    r"filter|safety|prohibited|recitation|blocklist|spii|guardrail|sensitive|toxic|refusal|moderation"
)
_LENGTH: Final = re.compile(r"length|max_(?:output_)?tokens|token_limit|context_window|error_limit")


def finish_reason_of(choice: Mapping[str, object]) -> str:
    """Returns the finish reason of a choice; empty while it has none.

    Gemini has sent it in its own spelling, and SGLang as an object.
    """
    reason = choice.get("finish_reason") or choice.get("finishReason")
    if isinstance(reason, Mapping):
        reason = reason.get("type")
    return reason if isinstance(reason, str) else ""


def finish_kind(reason: str) -> FinishKind:
    """Returns what a finish reason means; an unknown one is a normal end.

    Args:
        reason: The reason as the server sends it, such as ``stop``, ``MAX_TOKENS`` or
            ``content_filter: SAFETY``.
    """
    name = reason.partition(":")[0].strip().lower()
    if name in _UNFINISHED:
        return "unfinished"
    if name in _TOOLS:
        return "tool_calls"
    if _FAILED.search(name):
        return "failed"
    if _FILTERED.search(name):
        return "content_filter"
    if _LENGTH.search(name):
        return "length"
    return "failed" if _ERROR.search(name) else "stop"
