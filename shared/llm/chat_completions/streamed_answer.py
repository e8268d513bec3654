"""Reads one streamed answer of the chat completions protocol, whatever dialect its server speaks.

Only what would lose words of the answer is a failure. Everything else that is not as documented is skipped.
"""

from collections.abc import Collection
from typing import Any, Final

from pydantic_core import from_json

from shared.errors import (
    ProviderBadPayloadError,
    ProviderContentFilteredError,
    ProviderError,
    ProviderUnavailableError,
)
from shared.llm.base_model_client import Finished, FinishReason, GenerationRequest, HiddenOutput, Usage
from shared.llm.chat_completions.answer_text import AnswerText
from shared.llm.chat_completions.content_parts import is_thought, reasoning_length, spoken_text
from shared.llm.chat_completions.event_reader import BYTE_ORDER_MARK, EventReader, ServerEvent, is_done
from shared.llm.chat_completions.finish_reasons import finish_kind, finish_reason_of
from shared.llm.chat_completions.refusals.chunk_errors import is_filtered, reported_error
from shared.llm.chat_completions.refusals.failure_mapping import stream_error
from shared.llm.chat_completions.reported_usage import reported_usage
from shared.llm.chat_completions.tolerant_json import decoded, is_json, json_values, undoubled
from shared.llm.chat_completions.tool_call_joiner import MAX_ARGUMENT_CHARACTERS, ToolCallJoiner
from shared.llm.chat_completions.unmarked_reasoning import Unmarked
from shared.llm.chat_completions.written_calls import written_calls
from shared.llm.token_estimate import estimated_usage, text_size

_ROLES_OF_TOOLS: Final = ("tool", "function")
"""Roles of what a server's own tools returned."""
MAX_DOCUMENT_BYTES: Final = 1 << 22
"""Bound on an answer that is not streamed."""


class StreamedAnswer:
    """One answer as it arrives.

    Args:
        provider: The provider that answers.
        model: The model that was asked; counts until the answer names another.
        sent: Names of the parameters in the request.
        tool_names: Names of the tools that were offered.
        opens_reasoning_in_prompt: Whether the answer may begin with reasoning without its opening tag.
        drops_channel_marks: Whether the marks of GPT-OSS's channels may be missing.
        bare_tools: Tools whose calls are recognised as a whole answer without any mark; by default those
            that were offered.

    Attributes:
        failure: Why the answer cannot be read any further; None while it can.
        done: Whether the server said ``[DONE]``: nothing follows.
    """

    def __init__(
        self,
        provider: str,
        model: str,
        *,
        sent: Collection[str] = (),
        tool_names: Collection[str] = (),
        opens_reasoning_in_prompt: bool = False,
        drops_channel_marks: bool = False,
        bare_tools: Collection[str] | None = None,
    ) -> None:
        self.failure: ProviderError | None = None
        self.done = False
        self._provider = provider
        self._model = model
        self._sent = sent
        self._head: bytes | None = b""
        self._document: bytes | None = None
        self._events = EventReader()
        other: Unmarked | None = "channel" if drops_channel_marks else None
        self._text = AnswerText(
            unmarked="tag" if opens_reasoning_in_prompt else other,
            bare_tools=tool_names if bare_tools is None else bare_tools,
        )
        self._calls = ToolCallJoiner(tool_names)
        self._contents: list[str] = []
        self._reason: FinishReason | None = None
        self._usage: Usage | None = None
        self._text_bytes = 0
        self._reasoning = 0
        self._hidden_before = 0
        self._prompt_filtered = False
        self._unread_calls = False

    @property
    def complete(self) -> bool:
        """Returns whether the answer has ended normally; only its usage may follow."""
        return self._reason is not None or (
            self.done and (bool(self._calls) or self._text.pending or not self._text.empty)
        )

    def feed(self, block: bytes) -> str:
        """Reads some more bytes and returns the visible text that they complete."""
        if self._head is not None:
            block = self._begun(self._head + block)
        if self._document is not None:
            return self._keep(block)
        pieces: list[str] = []
        for event in self._events.feed(block):
            if self.done or self.failure:
                break
            self._read_event(event, pieces)
        if self._events.overflowed:
            self._fail("sent an event that is too large")
        return self._counted(pieces)

    def close(self) -> str:
        """Records the end of the response; returns the visible text that was still withheld."""
        pieces: list[str] = []
        last = self._events.close() if self._document is None else [ServerEvent("", self._document)]
        whole = self._document is not None and is_json(self._document)
        for event in last:
            if not (self.done or self.failure or self.complete):
                self._read_event(event, pieces)
                if isinstance(self.failure, ProviderBadPayloadError):
                    # The end of the connection cut this event.
                    self.failure = None
        # What is one JSON value is complete, with or without a finish reason.
        self.done = self.done or (whole and not self.failure)
        if self.done or self._reason is not None:
            pieces.append(self._text.close(truncated=self._reason == "length"))
            self._read_written_calls()
        return self._counted(pieces)

    def _read_written_calls(self) -> None:
        for block in self._text.take_calls():
            calls = written_calls(block)
            complete = self._calls.add_written(calls)
            self._unread_calls = self._unread_calls or not (calls and complete)

    def hidden_output(self) -> HiddenOutput | None:
        """Returns what the model wrote since the last call that clients do not see; None when nothing."""
        size = self._hidden_size + self._text.withheld
        grown, self._hidden_before = size - self._hidden_before, size
        return HiddenOutput(grown, reasoning=self._reasoned > 0) if grown > 0 else None

    def finished(self, request: GenerationRequest) -> Finished:
        """Returns the last event of the answer.

        Args:
            request: The request, from which tokens are estimated where the server does not report them.
        """
        calls = self._calls.finished()
        reason: FinishReason = self._reason or "stop"
        if calls and reason == "stop":
            # Some servers say "stop" also when they want a tool called.
            reason = "tool_calls"
        elif reason == "tool_calls" and not calls:
            reason = "stop"
        usage = self._usage or estimated_usage(request, self._text_bytes + self._hidden_size)
        return Finished(
            reason,
            usage,
            self._model,
            calls,
            reasoned=self._reasoned > 0,
            unread_calls=self._unread_calls,
        )

    def _begun(self, head: bytes) -> bytes:
        """Decides by its first character whether the response is a JSON document; returns what can be read.

        Some servers and proxies ignore that a stream was requested, or send their errors with status 200.
        DeepSeek sends empty lines until the document is ready.
        """
        text = head.removeprefix(BYTE_ORDER_MARK).lstrip()
        if not text or BYTE_ORDER_MARK.startswith(head):
            self._head = head if BYTE_ORDER_MARK.startswith(head) else b""
            return b""
        self._head = None
        if not text.startswith((b"{", b"[")):
            return head
        self._document = b""
        return text

    def _keep(self, block: bytes) -> str:
        self._document = (self._document or b"") + block
        if len(self._document) > MAX_DOCUMENT_BYTES:
            self._fail("sent a response that is too large")
        return ""

    @property
    def _reasoned(self) -> int:
        reported = self._usage.reasoning_tokens if self._usage else 0
        return self._reasoning + self._text.reasoning + reported

    @property
    def _hidden_size(self) -> int:
        return self._reasoning + self._text.reasoning + self._text.call_size + self._calls.size

    def _counted(self, pieces: list[str]) -> str:
        text = "".join(pieces)
        self._text_bytes += text_size(text)
        return text

    def _read_event(self, event: ServerEvent, pieces: list[str]) -> None:
        if is_done(event.data):
            self.done = True
            return
        try:
            # Keys only: hardly a word comes twice, and 16,384 of them would stay in the parser's cache.
            chunk = from_json(event.data, cache_strings="keys")
        except ValueError:
            chunk = None
        if isinstance(chunk, dict) and event.type != "error":
            self._read_chunk(chunk, pieces)
        else:
            self._read_unusual(event, pieces)

    def _read_unusual(self, event: ServerEvent, pieces: list[str]) -> None:
        """Reads an error, several chunks in one event, or JSON that only a tolerant parser reads."""
        values = json_values(undoubled(event.data))
        if event.type == "error":
            self.failure = stream_error(
                self._provider, values[0] if values else decoded(event.data), self._sent
            )
        elif values is None and event.data.lstrip().startswith(b"{"):
            self._fail("sent a malformed chunk")
        try:
            for chunk in values or ():
                if isinstance(chunk, dict) and not self.failure:
                    self._read_chunk(chunk, pieces)
        except RecursionError:
            # The tolerant parser accepts more levels than a recursive function can follow.
            self._fail("sent a malformed chunk")

    def _read_chunk(self, chunk: dict[str, Any], pieces: list[str]) -> None:
        choices = chunk.get("choices")
        if (not choices or "error" in chunk or "x_groq" in chunk) and (error := reported_error(chunk)):
            self.failure = stream_error(self._provider, error, self._sent)
            return
        model = chunk.get("model")
        if model != self._model and model and isinstance(model, str):
            self._model = model
        if chunk.get("usage") or "x_groq" in chunk:
            self._usage = reported_usage(chunk) or self._usage
        if "prompt_filter_results" in chunk:
            self._prompt_filtered = is_filtered(chunk["prompt_filter_results"])
        # The chunk with the usage has no choices, nor has the first one on Azure.
        if choices and isinstance(choices, list) and isinstance(choices[0], dict):
            self._read_choice(choices[0], pieces, whole=chunk.get("object") == "chat.completion")
        elif "response" in chunk:
            # Cloudflare.
            self._read_delta({**chunk, "content": chunk["response"]}, pieces)

    def _read_choice(self, choice: dict[str, Any], pieces: list[str], *, whole: bool) -> None:
        # Perplexity sends both; its message is the whole text so far.
        delta = choice.get("delta")
        if not isinstance(delta, dict):
            delta = self._continued(choice.get("message"), whole=whole)
        if isinstance(delta, dict):
            self._read_delta(delta, pieces)
        elif isinstance(text := choice.get("text"), str):
            pieces.append(self._text.add(text))
        if "usage" in choice:
            # Moonshot.
            self._usage = reported_usage(choice) or self._usage
        if (reason := finish_reason_of(choice)) and (kind := finish_kind(reason)) != "unfinished":
            if kind == "failed":
                self._end_failed(reason, choice)
            else:
                self._end(kind)

    def _continued(self, message: object, *, whole: bool) -> object:
        """Returns what a message adds to the text so far, if it repeats it.

        Args:
            message: The message.
            whole: Whether the chunk is a whole answer: after deltas it repeats them (MiniMax).
        """
        content = message.get("content") if isinstance(message, dict) else None
        said = "".join(self._contents)
        if isinstance(message, dict) and isinstance(content, str) and said:
            if content.startswith(said):
                return {**message, "content": content.removeprefix(said)}
            if whole and not self._text.empty:
                return {**message, "content": None}
        return message

    def _read_delta(self, delta: dict[str, Any], pieces: list[str]) -> None:
        content = delta.get("content")
        if content and len(delta) == 1:
            # The usual case, for nearly every token.
            self._add(content, pieces)
            return
        if length := reasoning_length(delta):
            self._reasoning += length
            self._text.reasons_elsewhere()
        if is_thought(delta) or delta.get("role") in _ROLES_OF_TOOLS:
            self._reasoning += len(str(content))
        elif content := content or spoken_text(delta):
            self._add(content, pieces)
        if calls := delta.get("tool_calls"):
            self._calls.add(calls)
        elif call := delta.get("function_call"):
            # The older form, for a single call.
            self._calls.add({"index": 0, "function": call})
        if self._calls.overflowed:
            self._fail("called too many tools")

    def _add(self, content: object, pieces: list[str]) -> None:
        if isinstance(content, str):
            self._contents.append(content)
        pieces.append(self._text.add(content))
        if self._text.call_size > MAX_ARGUMENT_CHARACTERS:
            self._fail("called too many tools")

    def _end_failed(self, reason: str, choice: dict[str, Any]) -> None:
        shown = reason.partition(":")[0].strip().lower()
        self.failure = (
            stream_error(self._provider, choice["error"], self._sent)
            if choice.get("error")
            else ProviderUnavailableError(self._provider, f"ended its answer with {shown[:40]}")
        )

    def _end(self, reason: FinishReason) -> None:
        # What is withheld waits for the end of the response: some servers name a reason with every chunk.
        self._reason = reason
        if reason == "content_filter" and self._prompt_filtered and self._text.empty:
            self._reason = None
            self.failure = ProviderContentFilteredError(
                self._provider, "refused the prompt by its content policy"
            )

    def _fail(self, reason: str) -> None:
        self.failure = self.failure or ProviderBadPayloadError(self._provider, reason)
