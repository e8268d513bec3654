"""A stream from the stored conversation, after Redis has forgotten it."""

from collections.abc import Mapping

from shared.chat.chat_events import ChunkEvent
from shared.data.documents import Conversation, Turn
from shared.domain.disclaimer import DISCLAIMER
from shared.domain.moments import rfc3339
from shared.domain.stream_events import ErrorEvent
from shared.errors.request_errors import NotFoundError
from shared.errors.service_errors import ModelInterruptedError
from shared.runtime.compact_json import dumps
from shared.streams.event_id import EventId
from shared.streams.log import END_LINE, StreamLog, frame_line


def stored_log(conversation: Conversation, place: EventId, request_id: str) -> StreamLog | None:
    """Returns the frames of a stored answer after a place; None if its last frame was read.

    The text that the client has is not repeated: the id of a frame says how many characters that is.

    Args:
        conversation: The conversation that holds the answer.
        place: After which frame the client continues.
        request_id: Id of the request.

    Raises:
        NotFoundError: The answer has no such frame.
    """
    turn = next(turn for turn in conversation.turns if turn.stream_id == place.stream_id)
    if place.number is None:
        return None
    # A client of a worker that was killed may have more than could be stored.
    if place.characters > len(turn.content) and not turn.interrupted:
        raise NotFoundError("There is no such frame.")
    log = StreamLog(place.stream_id)
    log.removed = place.number
    if place.number == 0:
        _append(log, 0, _meta(conversation, turn, request_id))
    if place.number <= 1:
        _append(log, 0, {"event": "sources", "sources": list(turn.sources)})
    if rest := turn.content[place.characters :]:
        _append(log, len(turn.content), ChunkEvent(rest).payload())
    if turn.interrupted:
        error = ModelInterruptedError("The answer was interrupted.")
        _append(log, len(turn.content), ErrorEvent(error, request_id).payload())
    else:
        _append(log, len(turn.content), _done(turn))
    log.append(END_LINE)
    return log


def _append(log: StreamLog, characters: int, data: Mapping[str, object]) -> None:
    log.append(frame_line(log.last + 1, characters, dumps(data)))


def _meta(conversation: Conversation, turn: Turn, request_id: str) -> dict[str, object]:
    answered_by = turn.answered_by or {}
    return {
        "event": "meta",
        "provider": answered_by.get("provider", ""),
        "model": answered_by.get("model", ""),
        "conversation_id": conversation.conversation_id,
        "request_id": request_id,
        "symbols": list(turn.symbols),
        "stream_id": turn.stream_id,
        "resumable": True,
    }


def _done(turn: Turn) -> dict[str, object]:
    return {
        "event": "done",
        **(turn.answered_by or {}),
        "figures": turn.figures,
        "timestamp": rfc3339(turn.timestamp),
        "disclaimer": DISCLAIMER,
    }
