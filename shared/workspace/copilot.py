"""The agent of OpenBB Workspace: its description, its questions and its stream.

Source of the formats: docs.openbb.co/workspace/developers/ai-features.
"""

import re
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from shared.chat.chat_events import ChatEvent, ChunkEvent, DoneEvent, SourcesEvent
from shared.chat.query import MAX_QUESTION, EarlierMessage
from shared.domain.facts import SourceJson
from shared.domain.stream_events import StreamEvent
from shared.domain.symbols import normalise_symbol
from shared.domain.visible_text import is_visible
from shared.errors import FieldError, ProblemError
from shared.errors.request_errors import InvalidRequestError, InvalidSymbolError
from shared.http.parameters import AtMost, Parameters
from shared.observability.failures import log_failure
from shared.observability.telemetry import current_scope
from shared.runtime.compact_json import dumps

_MAX_MESSAGES: Final = 200
_MAX_SYMBOLS: Final = 10
_CALL: Final = re.compile(r'\s*\{\s*"function"\s*:')
_SYMBOL_NAMES: Final = frozenset({"symbol", "symbols", "ticker", "tickers"})

AGENTS: Final[Mapping[str, Any]] = {
    "stock_research": {
        "name": "Stock research",
        "description": (
            "Answers questions on companies and markets from current data, with sources and a check of every "
            "figure."
        ),
        "image": "",
        "endpoints": {"query": "/agents/query"},
        "features": {
            "streaming": True,
            "widget-dashboard-select": True,
            "widget-dashboard-search": False,
        },
    }
}


class WorkspaceMessage(BaseModel):
    """A message of the conversation: of the person, the agent, or a widget (``tool``)."""

    model_config = ConfigDict(defer_build=True, extra="ignore")

    role: Literal["human", "ai", "tool"]
    content: Any = None

    def is_function_call(self) -> bool:
        """Returns whether the agent asked Workspace for data, which is no text of the conversation."""
        return self.role == "ai" and isinstance(self.content, str) and bool(_CALL.match(self.content))


class WorkspaceParameter(BaseModel):
    """A parameter of a widget that the person selected."""

    model_config = ConfigDict(defer_build=True, extra="ignore")

    name: str
    current_value: Any = None
    default_value: Any = None


class WorkspaceWidget(BaseModel):
    """A widget that the person selected."""

    model_config = ConfigDict(defer_build=True, extra="ignore")

    params: tuple[WorkspaceParameter, ...] | None = None


class WorkspaceWidgets(BaseModel):
    """The widgets of a question, by how they were chosen."""

    model_config = ConfigDict(defer_build=True, extra="ignore")

    primary: tuple[WorkspaceWidget, ...] | None = None


class WorkspaceQuery(Parameters):
    """The body of POST /agents/query; what is not used is ignored."""

    messages: Annotated[tuple[WorkspaceMessage, ...], Field(min_length=1), AtMost(_MAX_MESSAGES)]
    widgets: WorkspaceWidgets | None = None

    @field_validator("widgets", mode="before")
    @classmethod
    def _read_widgets(cls, widgets: object) -> object:
        # The form of 2024 was a list.
        return {"primary": widgets} if isinstance(widgets, list) else widgets

    def question(self) -> str:
        """Returns the last message of the person.

        Raises:
            InvalidRequestError: There is none, no character of it is visible, or it is too long.
        """
        place = self._place_of_question()
        said = None if place is None else self.messages[place].content
        question = said.strip() if isinstance(said, str) else ""
        if len(question) > MAX_QUESTION or not is_visible(question):
            text = f"1 to {MAX_QUESTION} characters, of which one is visible"
            message = f"must have a message of the role human with {text}"
            raise InvalidRequestError(f"messages {message}.", errors=[FieldError("messages", message)])
        return question

    def earlier(self) -> tuple[EarlierMessage, ...]:
        """Returns the texts of person and agent before the question, oldest first."""
        before = self.messages[: self._place_of_question()]
        return tuple(
            EarlierMessage("user" if message.role == "human" else "assistant", message.content.strip())
            for message in before
            if message.role != "tool" and isinstance(message.content, str)
            if message.content.strip() and not message.is_function_call()
        )

    def _place_of_question(self) -> int | None:
        places = (place for place, message in enumerate(self.messages) if message.role == "human")
        return max(places, default=None)

    def symbols(self) -> tuple[str, ...]:
        """Returns the symbols of the selected widgets; values that are none are left out."""
        found: dict[str, None] = {}
        for text in self._symbol_values():
            try:
                found[normalise_symbol(text.strip())] = None
            except InvalidSymbolError:
                continue
        return tuple(found)[:_MAX_SYMBOLS]

    def _symbol_values(self) -> Iterator[str]:
        for widget in (self.widgets and self.widgets.primary) or ():
            for parameter in widget.params or ():
                value = parameter.current_value or parameter.default_value
                if parameter.name.lower() in _SYMBOL_NAMES and isinstance(value, str):
                    yield from value.split(",")


@dataclass(frozen=True)
class MessageChunk:
    """A piece of the text that Workspace shows."""

    text: str

    def payload(self) -> dict[str, Any]:
        """Returns the data of the event."""
        return {"delta": self.text}


def message_frame(chunk: StreamEvent) -> bytes:
    """Returns the server-sent event of a piece of text."""
    data = chunk.payload()
    encoded = data if isinstance(data, bytes) else dumps(data)
    return b"event: copilotMessageChunk\ndata: " + encoded + b"\n\n"


async def message_chunks(events: AsyncGenerator[ChatEvent]) -> AsyncGenerator[MessageChunk]:
    """Yields the text of an answer, then its sources; a failure in its middle is a last sentence.

    Raises:
        ProblemError: The answer failed before it began.
    """
    sources: list[SourceJson] = []
    begun = False
    try:
        async with aclosing(events):
            async for event in events:
                match event:
                    case ChunkEvent():
                        begun = True
                        yield MessageChunk(event.text)
                    case SourcesEvent():
                        sources += event.sources
                    case DoneEvent():
                        yield MessageChunk(_closing(event, sources))
    except ProblemError as error:
        if not begun:
            raise
        log_failure(error, current_scope())
        yield MessageChunk(f"\n\n*The answer is incomplete: {error.detail}*")


def _closing(event: DoneEvent, sources: list[SourceJson]) -> str:
    figures = event.figures.as_dict()
    lines = [
        f"- [{source['id']}] {source['kind']} {source['symbol']}, {source['source']}, "
        f"{source['as_of'] or 'time not known'}{', stale' if source['stale'] else ''}"
        for source in sources
    ]
    checked = f"{figures['supported']} of {figures['stated']} figures are supported by the sources."
    return "\n\n" + "\n".join([*lines, "", f"*{checked} {event.disclaimer}*"])
