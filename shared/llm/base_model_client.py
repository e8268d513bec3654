"""The interface of a language model, and what goes in and out of one."""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from shared.domain.facts import Fact
from shared.errors import ProviderInterruptedError

Role = Literal["system", "user", "assistant", "tool"]
FinishReason = Literal["stop", "length", "tool_calls", "content_filter"]


@dataclass(frozen=True)
class ToolCall:
    """A tool the model wants called. ``arguments`` is the JSON it wrote, not yet validated."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True)
class ToolDefinition:
    """A tool offered to the model; ``parameters`` is a JSON schema."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Message:
    """One message of a conversation.

    Attributes:
        role: Who speaks.
        content: What was said.
        tool_calls: Calls the assistant asked for.
        tool_call_id: For role ``tool``: which call this answers.
    """

    role: Role
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None


@dataclass(frozen=True)
class GenerationRequest:
    """What is asked of a model.

    Attributes:
        messages: The conversation, oldest first.
        facts: What the system message tells as numbered facts, for clients that compose rather than read.
        missing: What it tells could not be had, each with the reason.
        tools: Tools the model may call.
        response_schema: JSON schema the answer must fit, or None for prose.
        model: Overrides the client's own model.
        temperature: Sampling temperature, 0 to 2.
        max_tokens: Bound on the tokens of the answer.
    """

    messages: tuple[Message, ...]
    temperature: float
    max_tokens: int
    facts: tuple[Fact, ...] = ()
    missing: tuple[str, ...] = ()
    tools: tuple[ToolDefinition, ...] = ()
    response_schema: Mapping[str, Any] | None = None
    model: str | None = None


@dataclass(frozen=True)
class Usage:
    """Tokens spent; all zero when the provider did not say."""

    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def total_tokens(self) -> int:
        """Prompt and completion together."""
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.prompt_tokens + other.prompt_tokens, self.completion_tokens + other.completion_tokens
        )


@dataclass(frozen=True)
class TextDelta:
    """Some more of the answer's text."""

    text: str


@dataclass(frozen=True)
class Finished:
    """The end of an answer; the last event of every stream that was not interrupted."""

    finish_reason: FinishReason
    usage: Usage
    model: str
    tool_calls: tuple[ToolCall, ...] = ()


ModelEvent = TextDelta | Finished


class ModelEvents(Protocol):
    """The events of an answer that is under way, as an async generator gives them."""

    def __aiter__(self) -> AsyncIterator[ModelEvent]: ...

    async def __anext__(self) -> ModelEvent: ...

    async def aclose(self) -> None:
        """Ends the call upstream, if it has not ended; calling it again does nothing."""


@dataclass(frozen=True)
class Completion:
    """A whole answer."""

    text: str
    finish_reason: FinishReason
    usage: Usage
    model: str
    tool_calls: tuple[ToolCall, ...] = ()


async def collect(provider: str, events: ModelEvents) -> Completion:
    """The whole answer of a stream, which is closed afterwards.

    Raises:
        ProviderError: The stream failed, or (``ProviderInterruptedError``) ended without a ``Finished``.
    """
    parts: list[str] = []
    try:
        async for event in events:
            if isinstance(event, Finished):
                return Completion(
                    "".join(parts), event.finish_reason, event.usage, event.model, event.tool_calls
                )
            parts.append(event.text)
    finally:
        await events.aclose()
    raise ProviderInterruptedError(provider, "ended without a finish reason")


@dataclass(frozen=True)
class Capabilities:
    """What a model can be asked for."""

    streaming: bool = True
    tools: bool = True
    structured_output: bool = True
    temperature: bool = True
    reasoning_effort: bool = False

    def names(self) -> tuple[str, ...]:
        """The capabilities it has, as ``GET /models`` lists them."""
        return tuple(name for name, has in vars(self).items() if has)


class BaseModelClient(ABC):
    """A language model at one provider.

    Attributes:
        provider: Name of the provider, as in ``MODEL_PROVIDER``.
        model: Name of the model used unless a request says otherwise.
        capabilities: What that model can be asked for.
    """

    provider: str
    model: str
    capabilities: Capabilities

    @abstractmethod
    def generate_stream(self, request: GenerationRequest) -> AsyncGenerator[ModelEvent]:
        """Streams an answer; the last event is a ``Finished``. Closing the generator ends the call upstream.

        Raises:
            ProviderError: The class says how it failed; ``ProviderInterruptedError`` after the first event.
        """

    async def generate(self, request: GenerationRequest) -> Completion:
        """A whole answer: the stream, collected.

        Raises:
            ProviderError: As ``generate_stream``.
        """
        return await collect(self.provider, self.generate_stream(request))

    async def prepare(self) -> None:
        """Loads what the first request needs, so that it does not count as the provider's time."""
        return

    async def aclose(self) -> None:
        """Releases connections."""
        return


@dataclass(frozen=True)
class Routed:
    """Who really answers, and why not the one asked for.

    Attributes:
        provider: Name of the provider that answers.
        model: Name of its model.
        fallback: Whether it is not the one asked for.
        fallback_reason: Why those before it were passed over; None without fallback.
    """

    provider: str
    model: str
    fallback: bool = False
    fallback_reason: str | None = None


@dataclass(frozen=True)
class RoutedStream:
    """A stream whose first event has arrived, and who answers it.

    Attributes:
        routed: Who answers.
        events: The events, the first included. Must be closed (``aclose``) or read to the end.
    """

    routed: Routed
    events: ModelEvents = field(repr=False)


@dataclass(frozen=True)
class ProviderStatus:
    """What ``GET /models`` says of one provider."""

    provider: str
    configured: bool
    default: bool
    model: str | None
    capabilities: Sequence[str] = ()
