"""Writes the JSON of the frames of a chat stream, and of the whole answer."""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from shared.domain.facts import SourceJson
from shared.domain.item_ids import HEX_ID_PATTERN, ConversationId
from shared.domain.moments import MomentText
from shared.domain.stream_events import ErrorFrame
from shared.domain.terms import Symbol
from shared.figures.verdicts.figures_json import FiguresJson, JudgedFigureJson

ToolStatus = Literal["started", "finished", "failed"]

StreamId = Annotated[str, Field(pattern=HEX_ID_PATTERN)]
"""Id of a stream."""


class UsageJson(TypedDict):
    """Tokens of all rounds of an answer.

    Attributes:
        completion_tokens: Tokens of the answer, including reasoning.
        estimated: True where the model's server reported no tokens. Absent otherwise.
    """

    prompt_tokens: Annotated[int, Field(ge=0)]
    completion_tokens: Annotated[int, Field(ge=0)]
    total_tokens: Annotated[int, Field(ge=0)]
    estimated: NotRequired[bool]


class MetaFrame(TypedDict):
    """Opens the stream.

    Attributes:
        resumable: Whether the stream can be read again. False while Redis is unavailable; it then ends with
            its connection.
    """

    event: Literal["meta"]
    provider: str
    model: str
    conversation_id: ConversationId
    request_id: str
    symbols: list[Symbol]
    stream_id: StreamId
    resumable: bool


class SourcesFrame(TypedDict):
    """Lists the sources of facts that the model was given."""

    event: Literal["sources"]
    sources: list[SourceJson]


class ToolFrame(TypedDict):
    """State of a tool call of the model.

    Attributes:
        duration_ms: None at the start.
    """

    event: Literal["tool"]
    name: str
    status: ToolStatus
    arguments: dict[str, Any]
    duration_ms: int | None


class ChunkFrame(TypedDict):
    """A piece of the answer."""

    chunk: str


class FigureFrame(JudgedFigureJson):
    """The verdict on a figure, sent when its sentence is complete."""

    event: Literal["figure"]


class AnsweredBy(TypedDict):
    """Who answered, with the tokens that it took.

    Attributes:
        provider: Provider that answered.
        fallback: Whether it is not the requested one.
    """

    provider: str
    model: str
    fallback: bool
    fallback_reason: str | None
    finish_reason: str
    usage: UsageJson


class DoneFrame(AnsweredBy):
    """The answer is complete.

    Attributes:
        memory: ``unavailable``; present only if the conversation could not be stored.
    """

    event: Literal["done"]
    figures: FiguresJson
    timestamp: MomentText
    disclaimer: str
    memory: NotRequired[str]


ChatFrame = MetaFrame | SourcesFrame | ToolFrame | ChunkFrame | FigureFrame | DoneFrame | ErrorFrame
"""One frame of a chat stream; nothing follows ``[DONE]``."""


class ChatAnswer(AnsweredBy):
    """A whole answer.

    Attributes:
        memory: ``unavailable``; present only if the conversation could not be stored.
    """

    response: str
    symbols: list[Symbol]
    sources: list[SourceJson]
    figures: FiguresJson
    conversation_id: ConversationId
    timestamp: MomentText
    disclaimer: str
    memory: NotRequired[str]
