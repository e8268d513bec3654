"""Finds out which parameter of a request a server rejects.

OpenAI names it in ``param``. vLLM and FastAPI put it into ``loc``. Ollama, LM Studio, Groq, xAI and llama.cpp
only write a sentence, some of them as plain text, with their own names (``reasoningEffort``, "thinking").
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

OPTIONAL_PARAMETERS: Final = frozenset(
    {
        "temperature",
        "max_tokens",
        "max_completion_tokens",
        "reasoning_effort",
        "response_format",
        "stream",
        "stream_options",
        "tools",
    }
)
"""Parameters that a request can do without. Without ``stream`` the answer comes as one JSON document."""

REASONING_PLACEHOLDER: Final = "reasoning_content"
"""Field that DeepSeek and Moonshot demand of assistant messages while they reason.

Reasoning is never sent back, so a request that was refused for its absence is repeated with a blank one.
"""
_NO_REASONING: Final = re.compile(
    r"missing\W{0,4}reasoning_content|reasoning_content\W.{0,40}(?:missing|must be (?:passed|provided))",
    re.IGNORECASE,
)

_REJECTION: Final = re.compile(
    r"unsupported|not support|n't support|unknown|unrecogni[sz]ed|unexpected|not permitted|not allowed"
    r"|invalid|not valid|must be|must not|requires?\b|unavailable|deserialize|extra |not enabled|disabled"
    r"|not implemented|cannot be used|cannot be combined|too large|no endpoints|should be|unmarshal"
    r"|failed to parse (?:the )?grammar",
    re.IGNORECASE,
)
_OTHER_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "max_tokens": ("maxTokens",),
    "max_completion_tokens": ("maxCompletionTokens",),
    "reasoning_effort": ("reasoningEffort", "reasoning", "thinking", "think"),
    "response_format": (
        "responseFormat",
        "json_schema",
        "json schema",
        "json_object",
        "structured outputs",
        "structured output",
        "json mode",
        "guided decoding",
        "grammar",
    ),
    "stream_options": ("streamOptions", "include_usage"),
    "tools": (
        "tool_choice",
        "tool choice",
        "tool use",
        "tool calling",
        "tool calls",
        "function calling",
        "functions",
        "tool",
    ),
}
_ROOT: Final = re.compile(r"[.\[]")
_NOT_OURS: Final = ("messages", "model")
_ABOUT_MESSAGES: Final = re.compile(
    r"messages?\W{0,3}[\[.]\s?\d|\b(?:assistant|tool|system|user) (?:tool call )?messages?\b"
    r"|tool[ _]call[ _]id|thought_signature|\b(?:last|first|next) role\b|\broles? must\b",
    re.IGNORECASE,
)
"""A sentence about the conversation: it may speak of tools and thinking without rejecting a parameter."""

_NO_STREAM: Final = re.compile(
    r"(?<![A-Za-z_])stream(?:ing)?(?![a-z_]).{0,40}(?:\bnot |n't |\bun)"
    r"(?:support|allow|available|enabled|implemented)"
    r"|(?:not|n't) (?:support|allow) streaming\b",
    re.IGNORECASE,
)
"""A model that cannot stream reports it in these words; other sentences on streams are about failed ones."""

_DEFINITE_REJECTION: Final = re.compile(
    r"unsupported|not support|n't support|requires?\b|not enabled|not implemented|cannot use", re.IGNORECASE
)


def rejected_parameter(body: object, message: str, sent: Collection[str], *, status: int) -> str | None:
    """Returns the optional parameter that a server rejects, the placeholder that it demands, or None.

    Args:
        body: The error as the server sent it: JSON that has been read, or text.
        message: The sentences of the error.
        sent: Names of the parameters in the request.
        status: HTTP status. A server error counts as a rejection only if its words leave no doubt.
    """
    if _NO_REASONING.search(message):
        return REASONING_PLACEHOLDER
    droppable = OPTIONAL_PARAMETERS.intersection(sent)
    if status == 0:
        # Within a stream.
        droppable -= {"stream"}
    named = [name for name in map(_root, _named(body)) if name]
    for name in named:
        if name in droppable:
            return name
    words = _DEFINITE_REJECTION if status >= 500 else _REJECTION
    if any(name in _NOT_OURS for name in named) or not words.search(message):
        return None
    if "stream" in droppable and _NO_STREAM.search(message):
        return "stream"
    return _mentioned(message, droppable - {"stream"})


def _named(body: object) -> Iterator[object]:
    """Yields the values of ``param`` and ``loc`` anywhere in an error."""
    if isinstance(body, Mapping):
        yield body.get("param")
        location = body.get("loc")
        if isinstance(location, list):
            yield from location
        for name in ("error", "detail", "errors"):
            yield from _named(body.get(name))
    elif isinstance(body, list):
        for item in body[:20]:
            yield from _named(item)


def _root(name: object) -> str:
    """Returns the parameter that a path begins with: ``response_format.type`` is rejected as a whole."""
    if not isinstance(name, str):
        return ""
    root: str = _ROOT.split(name.removeprefix("body."))[0]
    return "tools" if root == "tool_choice" else root


def _mentioned(message: str, droppable: Collection[str]) -> str | None:
    """Returns the parameter that a message mentions first, by its own name before any other name."""
    own_names = {name: (name,) for name in droppable}
    if _ABOUT_MESSAGES.search(message):
        own_names.pop("tools", None)
        tables: tuple[Mapping[str, tuple[str, ...]], ...] = (own_names,)
    else:
        tables = (own_names, _OTHER_NAMES)
    for names in tables:
        places = [
            (found.start(), parameter)
            for parameter, words in names.items()
            if parameter in droppable
            for word in words
            if (found := re.search(rf"(?<![A-Za-z_]){word}(?![a-z_])", message, re.IGNORECASE))
        ]
        if places:
            return min(places)[1]
    return None
