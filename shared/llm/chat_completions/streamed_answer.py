"""Reads one streamed answer of the chat completions protocol, whatever dialect its server speaks.

Only what would lose words of the answer is a failure. Everything else that is not as documented is skipped.
"""

from collections.abc import Collection
from types import MappingProxyType
from typing import Final

from pydantic_core import from_json

from shared.errors import ProviderError
from shared.errors.provider_errors import ProviderBadPayloadError
from shared.llm.base_model_client import Finished, FinishReason, GenerationRequest, HiddenOutput
from shared.llm.chat_completions.call_readings import OfferedTools
from shared.llm.chat_completions.chunk_reader import ChunkReader
from shared.llm.chat_completions.event_reader import BYTE_ORDER_MARK, EventReader, ServerEvent, is_done
from shared.llm.chat_completions.tolerant_json import decoded, is_json, json_values, undoubled
from shared.llm.chat_completions.unmarked_reasoning import Unmarked
from shared.llm.token_estimate import estimated_usage, text_size

MAX_DOCUMENT_BYTES: Final = 1 << 22
"""Bound on an answer that is not streamed."""


class StreamedAnswer:
    """One answer as it arrives.

    Args:
        provider: The provider that answers.
        model: The model that was asked; counts until the answer names another.
        sent: Names of the parameters in the request.
        tools: JSON schemas of the arguments of the tools that were offered, by their names.
        opens_reasoning_in_prompt: Whether the answer may begin with reasoning without its opening tag.
        drops_channel_marks: Whether the marks of GPT-OSS's channels may be missing.
        bare_tools: Tools whose calls are recognised as a whole answer without any mark; by default those
            that were offered. Without any, no call is recognised that has no mark.

    Attributes:
        done: Whether the server said ``[DONE]``: nothing follows.
    """

    def __init__(
        self,
        provider: str,
        model: str,
        *,
        sent: Collection[str] = (),
        tools: OfferedTools = MappingProxyType({}),
        opens_reasoning_in_prompt: bool = False,
        drops_channel_marks: bool = False,
        bare_tools: Collection[str] | None = None,
    ) -> None:
        self.done = False
        self._head: bytes | None = b""
        self._document: bytes | None = None
        self._events = EventReader()
        other: Unmarked | None = "channel" if drops_channel_marks else None
        self._chunks = ChunkReader(
            provider,
            model,
            sent=sent,
            tools=tools,
            unmarked="tag" if opens_reasoning_in_prompt else other,
            bare_tools=tools if bare_tools is None else bare_tools,
        )
        self._text_bytes = 0
        self._hidden_before = 0

    @property
    def failure(self) -> ProviderError | None:
        """Why the answer cannot be read any further; None while it can."""
        return self._chunks.failure

    @property
    def complete(self) -> bool:
        """Returns whether the answer has ended normally; only its usage may follow."""
        chunks = self._chunks
        return chunks.reason is not None or (
            self.done and (bool(chunks.calls) or chunks.text.pending or not chunks.text.empty)
        )

    def break_off(self, failure: ProviderError, error: object = None) -> None:
        """Records that the call failed, unless the error contains an answer, or an earlier failure is known.

        Args:
            failure: The failure.
            error: The body of the server's error as JSON that has been read, if there is one.
        """
        chunks = self._chunks
        if chunks.failure is None and not chunks.salvage(error):
            chunks.failure = failure

    def feed(self, block: bytes) -> str:
        """Reads some more bytes and returns the visible text that they complete."""
        if self._head is not None:
            block = self._begun(self._head + block)
        if self._document is not None:
            return self._keep(block)
        pieces: list[str] = []
        for event in self._events.feed(block):
            if self.done or self._chunks.failure:
                break
            self._read_event(event, pieces)
        if self._events.overflowed:
            self._chunks.fail("sent an event that is too large")
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
                    self._chunks.failure = None
        # What is one JSON value is complete, with or without a finish reason.
        self.done = self.done or (whole and not self.failure)
        if self.done or self._chunks.reason is not None:
            pieces.append(self._chunks.close(shown=bool(self._text_bytes or "".join(pieces).strip())))
        return self._counted(pieces)

    def hidden_output(self) -> HiddenOutput | None:
        """Returns what the model wrote since the last call that clients do not see; None when nothing."""
        size = self._chunks.hidden_size + self._chunks.text.withheld
        grown, self._hidden_before = size - self._hidden_before, size
        return HiddenOutput(grown, reasoning=self._chunks.reasoned > 0) if grown > 0 else None

    def finished(self, request: GenerationRequest) -> Finished:
        """Returns the last event of the answer.

        Args:
            request: The request, from which tokens are estimated where the server does not report them.
        """
        chunks = self._chunks
        calls = chunks.calls.finished()
        reason: FinishReason = chunks.reason or "stop"
        if calls and reason == "stop":
            # Some servers say "stop" also when they want a tool called.
            reason = "tool_calls"
        elif reason == "tool_calls" and not calls:
            reason = "stop"
        return Finished(
            reason,
            chunks.usage or estimated_usage(request, self._text_bytes + chunks.hidden_size),
            chunks.model,
            calls,
            reasoned=chunks.reasoned > 0,
            unread_calls=chunks.unread_calls,
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
            self._chunks.fail("sent a response that is too large")
        return ""

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
            self._chunks.read(chunk, pieces)
        else:
            self._read_unusual(event, pieces)

    def _read_unusual(self, event: ServerEvent, pieces: list[str]) -> None:
        """Reads an error, several chunks in one event, or JSON that only a tolerant parser reads."""
        values = json_values(undoubled(event.data))
        if event.type == "error":
            self._chunks.report(values[0] if values else decoded(event.data))
            return
        if values is None and event.data.lstrip().startswith(b"{"):
            self._chunks.fail("sent a malformed chunk")
        try:
            for chunk in values or ():
                if isinstance(chunk, dict) and not self.failure:
                    self._chunks.read(chunk, pieces)
        except RecursionError:
            # The tolerant parser accepts more levels than a recursive function can follow.
            self._chunks.fail("sent a malformed chunk")
