"""What the tables of dialects are made of: their rows, and chunks as servers send them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

NamedCall = tuple[str, str]
"""Name and arguments of a tool call."""

TOOLS: Final = ("get_quote", "get_history", "get_news")
QUOTE: Final = '{"symbol": "AAPL"}'
NEWS: Final = '{"symbol": "MSFT", "limit": 5}'


@dataclass(frozen=True)
class Dialect:
    """An answer in the dialect of some server, and its meaning.

    Attributes:
        name: What is special about it.
        body: The bytes of the response.
        text: The text that clients see; also what they see before an error.
        calls: Tool calls.
        reason: The finish reason; empty where the answer fails.
        error: Name of the error's class; empty where the answer is complete.
        says: Words that the error's reason contains.
        usage: Prompt and completion tokens; None where they are estimated.
        model: Name of the asked model.
    """

    name: str
    body: bytes
    text: str = ""
    calls: tuple[NamedCall, ...] = ()
    reason: str = "stop"
    error: str = ""
    says: str = ""
    usage: tuple[int, int] | None = (11, 3)
    model: str = "some-model"


@dataclass(frozen=True)
class ErrorResponse:
    """An error response, and its meaning.

    Attributes:
        name: Server and occasion.
        status: HTTP status.
        body: The body: JSON, or text.
        error: Name of the error's class.
        parameter: The rejected parameter, where that is the reason.
        headers: Further headers.
        retry_after: Seconds that the server asks to wait.
    """

    name: str
    status: int
    body: object
    error: str
    parameter: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    retry_after: float | None = None


USAGE: Final = {"prompt_tokens": 11, "completion_tokens": 3, "total_tokens": 14}


def chunk(delta: object = None, finish: object = None, **more: Any) -> dict[str, Any]:
    """One chunk as OpenAI sends it, with other fields besides."""
    choice = {"index": 0, "delta": {} if delta is None else delta, "finish_reason": finish}
    return {"object": "chat.completion.chunk", "model": "m-1", "choices": [choice], **more}


def end(reason: str = "stop", **more: Any) -> list[object]:
    """The chunks that end an answer."""
    return [chunk({}, reason), {"choices": [], "usage": USAGE, **more}]


def sse(*values: object, newline: str = "\n", done: bool = True) -> bytes:
    """Values as server-sent events; bytes are written as they are."""
    lines = [value if isinstance(value, bytes) else b"data: " + json_bytes(value) for value in values]
    lines += [b"data: [DONE]"] if done else []
    return b"".join(line + newline.encode() * 2 for line in lines)


def words(*texts: str) -> list[object]:
    """Chunks of text."""
    return [chunk({"content": text}) for text in texts]


def calls(*deltas: Sequence[object]) -> bytes:
    """An answer of tool calls: the ``tool_calls`` of each delta, then the end."""
    return sse(*(chunk({"tool_calls": list(delta)}) for delta in deltas), *end("tool_calls"))


def part(index: object = None, call_id: object = None, name: object = None, arguments: object = None) -> Any:
    """One piece of a tool call; None is left out."""
    function = {"name": name, "arguments": arguments}
    piece = {"index": index, "id": call_id}
    written = {key: value for key, value in piece.items() if value is not None}
    return {**written, "function": {key: value for key, value in function.items() if value is not None}}


def json_bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


HELLO: Final = words("Zür", "ich €5")
TEXT: Final = "Zürich €5"
