"""Reads a streamed answer of the chat completions protocol.

The openai library makes an object of every chunk, which takes twenty times as long as reading its JSON; with
many streams in one worker that is most of the time. So it sends the request, and the lines are read here.
"""

from collections.abc import Mapping
from typing import Any, Final

from pydantic_core import from_json

from shared.errors import ProviderBadPayloadError, ProviderError, ProviderUnavailableError
from shared.llm.base_model_client import Finished, FinishReason, ToolCall, Usage

MAX_LINE_BYTES: Final = 1 << 20
"""No chunk of an answer is as long."""
MAX_TOOL_CALLS: Final = 32
MAX_ARGUMENTS_CHARS: Final = 100_000

_FINISH_REASONS: Final[Mapping[str, FinishReason]] = {
    "length": "length",
    "content_filter": "content_filter",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
}


class StreamedAnswer:
    """One answer as it comes in.

    Args:
        provider: Whose.
        model: The model asked, until the answer names one.

    Attributes:
        failure: What is wrong with what came; nothing is read after it.
        done: Whether the server said that nothing follows.
        complete: Whether the model has finished; only the usage may follow.
    """

    def __init__(self, provider: str, model: str) -> None:
        self.failure: ProviderError | None = None
        self.done = False
        self._provider = provider
        self._model = model
        self._rest = b""
        self._reason: str | None = None
        self._usage = Usage()
        self._calls: dict[int, _Call] = {}

    @property
    def complete(self) -> bool:
        """See the class."""
        return self._reason is not None

    def feed(self, block: bytes) -> str:
        """Reads some more bytes, which may end anywhere, and gives the text that they bring."""
        *lines, self._rest = (self._rest + block).split(b"\n")
        pieces: list[str] = []
        for line in lines:
            if self.done or self.failure:
                break
            # Comments (heartbeats) and fields other than data say nothing about the answer.
            if line.startswith(b"data:"):
                self._read(line[5:].strip(), pieces)
        if len(self._rest) > MAX_LINE_BYTES:
            self._fail("sent a line without end")
        return "".join(pieces)

    def finished(self) -> Finished:
        """The last event of the answer."""
        calls = tuple(call.finished(index) for index, call in sorted(self._calls.items()))
        reason = _FINISH_REASONS.get(self._reason or "", "stop")
        # Some servers say "stop" also when they want a tool called.
        reason = "tool_calls" if calls and reason == "stop" else reason
        return Finished(reason, self._usage, self._model, calls)

    def _read(self, data: bytes, pieces: list[str]) -> None:
        if data == b"[DONE]":
            self.done = True
            return
        try:
            # Not the values too: hardly a word comes twice, and 16,384 of them would stay in its cache.
            chunk = from_json(data, cache_strings="keys")
            if chunk.get("error"):
                self.failure = ProviderUnavailableError(self._provider, "reported an error of its own")
                return
            self._read_chunk(chunk, pieces)
        except (ValueError, TypeError, AttributeError, LookupError):
            self._fail("sent something that is not of the protocol")

    def _read_chunk(self, chunk: Mapping[str, Any], pieces: list[str]) -> None:
        self._model = chunk.get("model") or self._model
        if usage := chunk.get("usage"):
            self._usage = Usage(
                int(usage.get("prompt_tokens") or 0), int(usage.get("completion_tokens") or 0)
            )
        # The chunk that brings the usage has no choices, nor has the first one on Azure.
        for choice in (chunk.get("choices") or ())[:1]:
            delta = choice.get("delta") or {}
            if text := delta.get("content") or delta.get("refusal"):
                pieces.append(str(text))
            for position, part in enumerate(delta.get("tool_calls") or ()):
                self._join(part, position)
            self._reason = choice.get("finish_reason") or self._reason

    def _join(self, part: Mapping[str, Any], position: int) -> None:
        """Calls come in pieces, told apart by index; id and name stand in the first piece only."""
        index = int(part.get("index", position))
        call = self._calls.setdefault(index, _Call())
        call.add(part)
        if len(self._calls) > MAX_TOOL_CALLS or call.size > MAX_ARGUMENTS_CHARS:
            self._fail("wants more tools called than can be")

    def _fail(self, reason: str) -> None:
        self.failure = ProviderBadPayloadError(self._provider, reason)


class _Call:
    """One tool call as it comes in."""

    def __init__(self) -> None:
        self._id = ""
        self._name = ""
        self._arguments: list[str] = []
        self.size = 0

    def add(self, part: Mapping[str, Any]) -> None:
        function = part.get("function") or {}
        self._id = part.get("id") or self._id
        self._name = function.get("name") or self._name
        arguments = str(function.get("arguments") or "")
        self._arguments.append(arguments)
        self.size += len(arguments)

    def finished(self, index: int) -> ToolCall:
        return ToolCall(self._id or f"call_{index}", self._name, "".join(self._arguments))
