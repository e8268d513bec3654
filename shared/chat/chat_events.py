"""The events of a streamed chat answer, one class per event.

The order is: one ``MetaEvent``, then sources, tool, chunk and figure events as they come, then one
``DoneEvent``.
``shared.http.sse`` turns them into frames.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shared.chat.chat_frames import (
        ChunkFrame,
        DoneFrame,
        FigureFrame,
        MetaFrame,
        SourcesFrame,
        ToolFrame,
        ToolStatus,
        UsageJson,
    )
    from shared.domain.facts import SourceJson
    from shared.figures.verdicts.verdicts import FiguresCheck, Mark


@dataclass(frozen=True, slots=True)
class MetaEvent:
    """Opens an answer.

    Attributes:
        provider: Provider that answers.
        model: Model that answers.
        conversation_id: UUID v4 of the conversation.
        request_id: Id of the request.
        symbols: Symbols that the question is about.
        stream_id: Id of the stream; empty until ``ChatStreams`` sets it.
        resumable: Whether the stream can be read again after the connection is lost.
    """

    provider: str
    model: str
    conversation_id: str
    request_id: str
    symbols: tuple[str, ...]
    stream_id: str = ""
    resumable: bool = False

    def payload(self) -> "MetaFrame":
        """Returns the event as JSON data of the contract."""
        return {
            "event": "meta",
            "provider": self.provider,
            "model": self.model,
            "conversation_id": self.conversation_id,
            "request_id": self.request_id,
            "symbols": list(self.symbols),
            "stream_id": self.stream_id,
            "resumable": self.resumable,
        }


@dataclass(frozen=True, slots=True)
class SourcesEvent:
    """Lists the sources of facts that the model was given."""

    sources: "Sequence[SourceJson]"

    def payload(self) -> "SourcesFrame":
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
    status: "ToolStatus"
    arguments: Mapping[str, Any]
    duration_ms: int | None = None

    def payload(self) -> "ToolFrame":
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

    def payload(self) -> "ChunkFrame":
        """Returns the event as JSON data of the contract."""
        return {"chunk": self.text}


@dataclass(frozen=True, slots=True)
class FigureEvent:
    """Carries the verdict on a figure, after its sentence."""

    mark: "Mark"

    def payload(self) -> "FigureFrame":
        """Returns the event as JSON data of the contract."""
        mark = self.mark.as_dict()
        return {
            "event": "figure",
            "text": mark["text"],
            "verdict": mark["verdict"],
            "fact_id": mark["fact_id"],
            "fact": mark["fact"],
            "start": mark["start"],
            "end": mark["end"],
        }


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
    usage: "UsageJson"
    figures: "FiguresCheck"
    timestamp: str
    disclaimer: str
    remembered: bool

    def payload(self) -> "DoneFrame":
        """Returns the event as JSON data of the contract."""
        data: DoneFrame = {
            "event": "done",
            "provider": self.provider,
            "model": self.model,
            "fallback": self.fallback,
            "fallback_reason": self.fallback_reason,
            "finish_reason": self.finish_reason,
            "usage": self.usage,
            "figures": self.figures.as_dict(),
            "timestamp": self.timestamp,
            "disclaimer": self.disclaimer,
        }
        if not self.remembered:
            data["memory"] = "unavailable"
        return data


ChatEvent = MetaEvent | SourcesEvent | ToolEvent | ChunkEvent | FigureEvent | DoneEvent
