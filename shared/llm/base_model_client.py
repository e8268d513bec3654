"""The interface of a language model client, its requests and its events."""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol, TypeVar

from shared.domain.facts import Fact
from shared.errors.provider_errors import ProviderInterruptedError

MessageRole = Literal["system", "user", "assistant", "tool"]
FinishReason = Literal["stop", "length", "tool_calls", "content_filter"]


@dataclass(frozen=True)
class ToolCall:
    """A tool that the model wants called.

    Attributes:
        id: Identifies the call within its answer.
        name: Name of the tool; not checked yet.
        arguments: Arguments as JSON; not validated yet, and not even JSON if the model wrote none.
        extra: Data as JSON that the server demands back with the call, such as Gemini's signature of it.
    """

    id: str
    name: str
    arguments: str
    extra: str = field(default="", repr=False)


@dataclass(frozen=True)
class ToolDefinition:
    """A tool that is offered to the model.

    Attributes:
        name: Name of the tool.
        description: What the tool does, for the model.
        parameters: JSON schema of the arguments.
    """

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Message:
    """One message of a conversation.

    Attributes:
        role: Author of the message.
        content: Text of the message.
        tool_calls: Tool calls of the assistant.
        tool_call_id: For role ``tool``: id of the call that this message answers.
    """

    role: MessageRole
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None


@dataclass(frozen=True)
class GenerationRequest:
    """A request to a model.

    Attributes:
        messages: Conversation, oldest message first.
        facts: Facts of the system message, for a client that composes its answer from them.
        missing: Data of the system message that is unavailable, each with the reason.
        tools: Tools that the model may call.
        response_schema: JSON schema of the answer; None for prose.
        model: Model that replaces the client's own; None for the client's own.
        temperature: Sampling temperature, 0 to 2.
        max_tokens: Bound on the tokens of the answer, without those of reasoning.
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
    """Tokens that a call used.

    Attributes:
        prompt_tokens: Tokens of the request.
        completion_tokens: Tokens of the answer, reasoning included.
        reasoning_tokens: Tokens of the reasoning alone; 0 where the server does not report them.
        estimated: Whether the counts are estimates, because the server reported none.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    estimated: bool = False

    @property
    def total_tokens(self) -> int:
        """Prompt and completion together."""
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.reasoning_tokens + other.reasoning_tokens,
            self.estimated or other.estimated,
        )


@dataclass(frozen=True)
class TextDelta:
    """Some more of the answer's text."""

    text: str


@dataclass(frozen=True)
class HiddenOutput:
    """Output that clients never see: reasoning, or pieces of a tool call. It shows that the model works.

    Attributes:
        characters: Length of the output since the last event.
        reasoning: Whether the model has reasoned in this answer.
    """

    characters: int
    reasoning: bool


@dataclass(frozen=True)
class Finished:
    """The end of an answer; the last event of every stream that was not interrupted.

    Attributes:
        finish_reason: Why the answer ended.
        usage: Tokens that the call used.
        model: Name of the model, as the answer gives it.
        tool_calls: Tools that the model wants called before it answers.
        reasoned: Whether the model reasoned before it answered.
        unread_calls: Whether the model wrote calls as text that cannot be carried out: of a tool that was
            not offered, or with arguments that cannot be read.
    """

    finish_reason: FinishReason
    usage: Usage
    model: str
    tool_calls: tuple[ToolCall, ...] = ()
    reasoned: bool = field(default=False, compare=False)
    unread_calls: bool = field(default=False, compare=False)


VisibleEvent = TextDelta | Finished
"""The events of an answer that is shown."""

ModelEvent = TextDelta | HiddenOutput | Finished
"""The events of an answer as a model client streams them."""


Event = TypeVar("Event", covariant=True)


class ModelEvents(Protocol[Event]):
    """The events of an answer that is being streamed, with the interface of an async generator."""

    def __aiter__(self) -> AsyncIterator[Event]: ...

    async def __anext__(self) -> Event: ...

    async def aclose(self) -> None:
        """Ends the upstream call if it has not ended; further calls do nothing."""


@dataclass(frozen=True)
class Completion:
    """A complete answer; the attributes are those of :class:`Finished`, with the text."""

    text: str
    finish_reason: FinishReason
    usage: Usage
    model: str
    tool_calls: tuple[ToolCall, ...] = ()


TakeText = Callable[[str], None]
"""Takes the text of an answer piece by piece."""


async def collect(provider: str, events: ModelEvents[ModelEvent], take: TakeText | None = None) -> Completion:
    """Reads a stream to its end, closes it and returns the complete answer.

    Args:
        provider: Name of the provider, for errors.
        events: The stream.
        take: Receives the text as it arrives.

    Raises:
        ProviderError: The stream failed.
        ProviderInterruptedError: The stream ended without a ``Finished``.
    """
    parts: list[str] = []
    try:
        async for event in events:
            if isinstance(event, Finished):
                return Completion(
                    "".join(parts), event.finish_reason, event.usage, event.model, event.tool_calls
                )
            if isinstance(event, TextDelta):
                parts.append(event.text)
                if take is not None:
                    take(event.text)
    finally:
        await events.aclose()
    raise ProviderInterruptedError(provider, "ended without a finish reason")


@dataclass(frozen=True)
class Capabilities:
    """Features of the protocol that a model supports."""

    streaming: bool = True
    tools: bool = True
    structured_output: bool = True
    temperature: bool = True
    reasoning_effort: bool = False

    def names(self) -> tuple[str, ...]:
        """Returns the names of the supported features, as ``GET /models`` lists them."""
        return tuple(name for name, has in vars(self).items() if has)

    def with_tools(self, tools: bool) -> "Capabilities":
        """Returns the same capabilities with or without tools."""
        return replace(self, tools=tools)


class BaseModelClient(ABC):
    """A language model at one provider.

    Attributes:
        provider: Name of the provider, as in ``MODEL_PROVIDER``.
        model: Name of the model that answers unless a request names another.
        capabilities: Features that this model supports.
    """

    provider: str
    model: str
    capabilities: Capabilities

    @abstractmethod
    def generate_stream(self, request: GenerationRequest) -> AsyncGenerator[ModelEvent]:
        """Streams an answer. Closing the generator ends the upstream call.

        Args:
            request: The request.

        Yields:
            Text and hidden output as they arrive; a ``Finished`` at the end.

        Raises:
            ProviderError: The call failed; the class says how. After the first text it is a
                ``ProviderInterruptedError``.
        """

    async def generate(self, request: GenerationRequest) -> Completion:
        """Returns a complete answer.

        Args:
            request: The request.

        Raises:
            ProviderError: As ``generate_stream``.
        """
        return await collect(self.provider, self.generate_stream(request))

    def reasons(self, request: GenerationRequest) -> bool:
        """Returns whether the model reasons before it answers, and so has a time limit of its own.

        Args:
            request: The request.
        """
        del request
        return False

    async def prepare(self) -> None:
        """Loads the libraries of the first request, so that this does not count as the provider's time."""
        return

    async def aclose(self) -> None:
        """Closes the connections."""
        return


@dataclass(frozen=True)
class Routed:
    """The provider that answers, and why it is not the requested one.

    Attributes:
        provider: Name of the provider that answers.
        model: Name of the model that answers.
        fallback: Whether the provider is not the requested one.
        fallback_reason: Failures of the providers before it; None without fallback.
    """

    provider: str
    model: str
    fallback: bool = False
    fallback_reason: str | None = None


@dataclass(frozen=True)
class RoutedStream:
    """A stream whose first visible event has arrived.

    Attributes:
        routed: The provider that answers.
        events: All events. They must be closed (``aclose``) or read to the end.
    """

    routed: Routed
    events: ModelEvents[VisibleEvent] = field(repr=False)


@dataclass(frozen=True)
class ProviderStatus:
    """The entry of one provider in ``GET /models``.

    Attributes:
        provider: Name of the provider.
        configured: Whether it has credentials.
        default: Whether it is asked unless a request names another.
        model: Name of its model; None while it is not configured.
        capabilities: Features that this model supports.
    """

    provider: str
    configured: bool
    default: bool
    model: str | None
    capabilities: Sequence[str] = ()
