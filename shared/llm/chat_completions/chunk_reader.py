"""Reads the chunks of an answer: text, reasoning, calls of tools, usage, errors, and the end."""

from collections.abc import Collection
from types import MappingProxyType
from typing import Any, Final

from shared.errors import ProviderError
from shared.errors.provider_errors import (
    ProviderBadPayloadError,
    ProviderContentFilteredError,
    ProviderUnavailableError,
)
from shared.llm.base_model_client import FinishReason, Usage
from shared.llm.chat_completions.answer_text import AnswerText
from shared.llm.chat_completions.call_readings import OfferedTools
from shared.llm.chat_completions.content_parts import (
    is_thought,
    reasoning_length,
    reasoning_text,
    spoken_text,
)
from shared.llm.chat_completions.finish_reasons import finish_kind, finish_reason_of
from shared.llm.chat_completions.refusals.chunk_errors import is_filtered, reported_error
from shared.llm.chat_completions.refusals.failure_mapping import stream_error
from shared.llm.chat_completions.reported_usage import reported_usage
from shared.llm.chat_completions.salvaged_calls import (
    Salvaged,
    calls_after_reasoning,
    failed_generation,
    read_whole,
)
from shared.llm.chat_completions.tool_call_joiner import MAX_ARGUMENT_CHARACTERS, ToolCallJoiner
from shared.llm.chat_completions.unmarked_reasoning import Unmarked
from shared.llm.chat_completions.written_calls import written_calls

_ROLES_OF_TOOLS: Final = ("tool", "function")
"""Roles of what a server's own tools returned."""


class ChunkReader:
    """The meaning of the chunks of one answer.

    Args:
        provider: The provider that answers.
        model: The model that was asked; counts until the answer names another.
        sent: Names of the parameters in the request.
        tools: The tools that were offered.
        unmarked: Which opening mark of its reasoning the answer may lack.
        bare_tools: Tools whose calls are recognised as a whole answer without any mark; none if JSON was
            requested.

    Attributes:
        failure: Why the answer cannot be read any further; None while it can.
        reason: The finish reason; None while there is none.
        usage: The tokens that the server reported last.
        model: Name of the model, as the answer gives it.
        calls: The calls of tools.
        text: The text.
        unread_calls: Whether the model wrote calls as text that cannot be carried out.
    """

    def __init__(
        self,
        provider: str,
        model: str,
        *,
        sent: Collection[str] = (),
        tools: OfferedTools = MappingProxyType({}),
        unmarked: Unmarked | None = None,
        bare_tools: Collection[str] = (),
    ) -> None:
        self.failure: ProviderError | None = None
        self.reason: FinishReason | None = None
        self.usage: Usage | None = None
        self.model = model
        self.unread_calls = False
        self.calls = ToolCallJoiner(tools)
        self._tools = tools if bare_tools else {}
        self.text = AnswerText(unmarked=unmarked, bare_tools=bare_tools, tools=self._tools)
        self._provider = provider
        self._sent = sent
        self._contents: list[str] = []
        self._reasoning = 0
        self._prompt_filtered = False
        self._salvaged = ""
        self._others: set[str] = set()

    @property
    def reasoned(self) -> int:
        """Characters, or tokens, of reasoning; 0 if there was none."""
        reported = self.usage.reasoning_tokens if self.usage else 0
        return self._reasoning + self.text.reasoning + reported

    @property
    def hidden_size(self) -> int:
        """Characters of reasoning and of calls."""
        return self._reasoning + self.text.hidden_size + self.calls.size

    def fail(self, reason: str) -> None:
        """Records that the answer cannot be read any further."""
        self.failure = self.failure or ProviderBadPayloadError(self._provider, reason)

    def report(self, error: object) -> None:
        """Records an error that the server reports, unless it contains an answer.

        Args:
            error: The error: JSON that has been read, or text.
        """
        if not self.salvage(error):
            self.failure = stream_error(self._provider, error, self._sent)

    def salvage(self, error: object) -> bool:
        """Reads the answer in an error; returns whether there is one.

        Args:
            error: The error as JSON that has been read.
        """
        output = failed_generation(error) if self.text.empty else ""
        answer = read_whole(output, self._tools) if output and self._tools else None
        if answer is None:
            return False
        self._use(answer)
        return True

    def close(self, *, shown: bool) -> str:
        """Reads what was withheld until the end of the answer, and returns its text.

        Args:
            shown: Whether a reader has seen anything of the answer.
        """
        text = self._salvaged + self.text.close(truncated=self.reason == "length")
        for block in self.text.take_calls():
            calls = written_calls(block)
            complete = self.calls.add_written(calls)
            self.unread_calls = self.unread_calls or not (calls and complete)
        if not (shown or text.strip() or self.calls) and self.reason in (None, "stop", "tool_calls"):
            self.calls.add_written(calls_after_reasoning(self.text.thoughts.text, self._tools))
        return text

    def _use(self, answer: Salvaged) -> None:
        self.calls.add_written(answer.calls)
        self._salvaged = answer.text
        self.reason = "stop"

    def read(self, chunk: dict[str, Any], pieces: list[str]) -> None:
        """Reads a chunk.

        Args:
            chunk: The chunk.
            pieces: Takes the text that becomes visible.
        """
        choices = chunk.get("choices")
        if (not choices or "error" in chunk or "x_groq" in chunk) and (error := reported_error(chunk)):
            self.report(error)
            return
        model = chunk.get("model")
        if model != self.model and model and isinstance(model, str):
            self.model = model
        if chunk.get("usage") or "x_groq" in chunk:
            self.usage = reported_usage(chunk) or self.usage
        if "prompt_filter_results" in chunk:
            self._prompt_filtered = is_filtered(chunk["prompt_filter_results"])
        # The chunk with the usage has no choices, nor has the first one on Azure.
        if choices and isinstance(choices, list) and isinstance(choices[0], dict):
            if len(choices) > 1 or self._others:
                choices = self._own(choices)
            for choice in choices:
                self._read_choice(choice, pieces, whole=chunk.get("object") == "chat.completion")
        elif "response" in chunk:
            # Cloudflare.
            self._read_delta({**chunk, "content": chunk["response"]}, pieces)

    def _own(self, choices: list[Any]) -> list[dict[str, Any]]:
        """Returns the choice of the answer, if it is among several that come in one chunk or another."""
        of_indices = {str(choice.get("index")): choice for choice in choices if isinstance(choice, dict)}
        own = [choice for index, choice in of_indices.items() if index not in self._others]
        self._others.update([*of_indices][1:] if own else [])
        return own[:1]

    def _read_choice(self, choice: dict[str, Any], pieces: list[str], *, whole: bool) -> None:
        # Perplexity sends both; its message is the whole text so far.
        delta = choice.get("delta")
        if not isinstance(delta, dict):
            delta = self._continued(choice.get("message"), whole=whole)
        if isinstance(delta, dict):
            self._read_delta(delta, pieces)
        elif isinstance(text := choice.get("text"), str):
            pieces.append(self.text.add(text))
        if "usage" in choice:
            # Moonshot.
            self.usage = reported_usage(choice) or self.usage
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
            if whole and not self.text.empty:
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
            self.text.reasons_elsewhere()
            self.text.thoughts.add(reasoning_text(delta))
        if is_thought(delta) or delta.get("role") in _ROLES_OF_TOOLS:
            self._reasoning += len(str(content))
        elif content := content or spoken_text(delta):
            self._add(content, pieces)
        if calls := delta.get("tool_calls"):
            self.calls.add(calls)
        elif call := delta.get("function_call"):
            # The older form, for a single call.
            self.calls.add({"index": 0, "function": call})
        if self.calls.overflowed:
            self.fail("called too many tools")

    def _add(self, content: object, pieces: list[str]) -> None:
        if isinstance(content, str):
            self._contents.append(content)
        pieces.append(self.text.add(content))
        if self.text.call_size > MAX_ARGUMENT_CHARACTERS:
            self.fail("called too many tools")

    def _end_failed(self, reason: str, choice: dict[str, Any]) -> None:
        shown = reason.partition(":")[0].strip().lower()
        self.failure = (
            stream_error(self._provider, choice["error"], self._sent)
            if choice.get("error")
            else ProviderUnavailableError(self._provider, f"ended its answer with {shown[:40]}")
        )

    def _end(self, reason: FinishReason) -> None:
        # What is withheld waits for the end of the response: some servers name a reason with every chunk.
        self.reason = reason
        if reason == "content_filter" and self._prompt_filtered and self.text.empty:
            self.reason = None
            self.failure = ProviderContentFilteredError(
                self._provider, "refused the prompt by its content policy"
            )
