"""The events of a streamed chat answer, one class per event.

The order is: one ``MetaEvent``, then sources, tool, chunk and figure events as they come, then one
``DoneEvent``.
``shared.http.sse`` turns them into frames.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from shared.figures.verdicts import FiguresCheck, Mark

ToolStatus = Literal["started", "finished", "failed"]


@dataclass(frozen=True, slots=True)
class MetaEvent:
    """Opens an answer.

    Attributes:
        provider: Provider that answers.
        model: Model that answers.
        conversation_id: UUID v4 of the conversation.
        request_id: Id of the request.
        symbols: Symbols that the question is about.
        stream_id: Id of the stream, for ``ChatStreams``; None without one.
        resumable: Whether the stream can be read again after the connection is lost.
    """

    provider: str
    model: str
    conversation_id: str
    request_id: str
    symbols: tuple[str, ...]
    stream_id: str | None = None
    resumable: bool = False

    def payload(self) -> dict[str, Any]:
        """Returns the event as JSON data of the contract."""
        data = {"event": "meta", **asdict(self), "symbols": list(self.symbols)}
        if self.stream_id is None:
            del data["stream_id"], data["resumable"]
        return data


@dataclass(frozen=True, slots=True)
class SourcesEvent:
    """Lists the sources of facts that the model was given."""

    sources: Sequence[Mapping[str, object]]

    def payload(self) -> dict[str, Any]:
        """Returns the event as JSON data of the contract."""
        return {"event": "sources", "sources": list(self.sources)}


@dataclass(frozen=True, slots=True)
class ToolEvent:
    """Reports the state of a tool call.

    Attributes:
        name: Name of the tool.
        status: State of the call.
        arguments: Validated arguments.
        duration_ms: Milliseconds the call took; None when it has only started.
    """

    name: str
    status: ToolStatus
    arguments: Mapping[str, Any]
    duration_ms: int | None = None

    def payload(self) -> dict[str, Any]:
        """Returns the event as JSON data of the contract."""
        return {
            "event": "tool",
            "name": self.name,
            "status": self.status,
            "arguments": dict(self.arguments),
            "duration_ms": self.duration_ms,
        }


@dataclass(frozen=True, slots=True)
class ChunkEvent:
    """Carries a piece of the answer's text; pieces may be joined on the way to the client."""

    text: str

    def payload(self) -> dict[str, Any]:
        """Returns the event as JSON data of the contract."""
        return {"chunk": self.text}


@dataclass(frozen=True, slots=True)
class FigureEvent:
    """Carries the verdict on a figure, after its sentence."""

    mark: "Mark"

    def payload(self) -> dict[str, Any]:
        """Returns the event as JSON data of the contract."""
        return {"event": "figure", **self.mark.as_dict()}


@dataclass(frozen=True, slots=True)
class DoneEvent:
    """Closes an answer.

    Attributes:
        provider: Provider that answered.
        model: Model that answered.
        fallback: Whether it is not the one asked for.
        fallback_reason: Why not; None without a fallback.
        finish_reason: Why the model stopped (``stop``, ``length``).
        usage: Tokens of all rounds by kind.
        figures: The check of the answer's figures.
        timestamp: RFC 3339 time of the end, UTC.
        disclaimer: The disclaimer.
        remembered: Whether the answer was stored in the conversation.
    """

    provider: str
    model: str
    fallback: bool
    fallback_reason: str | None
    finish_reason: str
    usage: Mapping[str, int]
    figures: "FiguresCheck"
    timestamp: str
    disclaimer: str
    remembered: bool

    def payload(self) -> dict[str, Any]:
        """Returns the event as JSON data of the contract."""
        data: dict[str, Any] = {
            "event": "done",
            "provider": self.provider,
            "model": self.model,
            "fallback": self.fallback,
            "fallback_reason": self.fallback_reason,
            "finish_reason": self.finish_reason,
            "usage": dict(self.usage),
            "figures": self.figures.as_dict(),
            "timestamp": self.timestamp,
            "disclaimer": self.disclaimer,
        }
        return data if self.remembered else data | {"memory": "unavailable"}


ChatEvent = MetaEvent | SourcesEvent | ToolEvent | ChunkEvent | FigureEvent | DoneEvent
