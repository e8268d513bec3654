"""Chunks with all the fields that servers send, and names that the tables of whole streams share."""

from typing import Any, Final

from tests.support.dialects.parts import NEWS, QUOTE, USAGE, NamedCall

PRICE_TEXT: Final = "Apple is at $250."
QUOTE_CALL: Final[tuple[NamedCall, ...]] = (("get_quote", QUOTE),)
BOTH_CALLS: Final[tuple[NamedCall, ...]] = (("get_quote", QUOTE), ("get_news", NEWS))
INTERRUPTED: Final = "ProviderInterruptedError"
UNAVAILABLE: Final = "ProviderUnavailableError"


def full_chunk(
    delta: object, finish: object = None, *, choice: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """One chunk with further fields of the chunk and of its choice."""
    inner = {"index": 0, "delta": delta, "finish_reason": finish, **(choice or {})}
    return {
        "id": "x1",
        "object": "chat.completion.chunk",
        "created": 1764460000,
        "model": "m-1",
        "choices": [inner],
        **more,
    }


def last_usage(**more: Any) -> dict[str, Any]:
    """The last chunk of OpenAI: usage, and no choices."""
    return {
        "id": "x1",
        "object": "chat.completion.chunk",
        "created": 1764460000,
        "model": "m-1",
        "choices": [],
        "usage": {**USAGE, **more},
    }


def full_call(
    index: object, name: object, arguments: object, call_id: object = "call_1", **more: Any
) -> dict[str, Any]:
    return {
        "index": index,
        "id": call_id,
        "type": "function",
        "function": {"name": name, "arguments": arguments},
        **more,
    }


def text_chunks(*texts: str, **more: Any) -> list[object]:
    return [full_chunk({"content": text, **more}) for text in texts]
