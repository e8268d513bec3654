"""A stream from the stored conversation: the rest of the text, without repetition."""

import pytest

from shared.chat.streams.stored import stored_log
from shared.data.documents import Conversation, Turn
from shared.errors.request_errors import NotFoundError
from shared.streams.event_id import EventId
from shared.streams.log import END_LINE
from tests.support.stock_data import NOW
from tests.support.stream_parts import CONVERSATION

STREAM = "5" * 32


def conversation(*, interrupted: bool = False) -> Conversation:
    answered_by = {"provider": "openai", "model": "m", "finish_reason": "stop"}
    answer = Turn(
        "assistant",
        "Apple is fine.",
        NOW,
        interrupted=interrupted,
        figures={"stated": 0},
        stream_id=STREAM,
        answered_by=answered_by,
    )
    return Conversation(CONVERSATION, "alice", (Turn("user", "q", NOW), answer), None, NOW)


def lines_after(place: EventId, *, interrupted: bool = False) -> bytes:
    log = stored_log(conversation(interrupted=interrupted), place, "r1")
    assert log is not None
    assert log.ended
    return log.after(place.number or 0, log.size)[1]


def test_whole_stream_has_its_first_and_last_frame() -> None:
    lines = lines_after(EventId(STREAM))
    assert [b"meta" in lines, b"sources" in lines, b'"done"' in lines] == [True] * 3
    assert b'{"chunk":"Apple is fine."}' in lines
    assert lines.endswith(END_LINE)


def test_text_that_the_client_has_is_not_repeated() -> None:
    lines = lines_after(EventId(STREAM, 3, 6))
    assert lines.startswith(b'4.14 {"chunk":"is fine."}\n')
    assert b"meta" not in lines
    assert lines_after(EventId(STREAM, 7, 14)).startswith(b'8.14 {"event":"done"')


def test_sources_follow_the_first_frame() -> None:
    assert lines_after(EventId(STREAM, 1)).startswith(b'2.0 {"event":"sources"')
    assert b'"event":"sources"' not in lines_after(EventId(STREAM, 2))


@pytest.mark.parametrize("characters", [6, 15])
def test_interrupted_answer_ends_with_an_error(characters: int) -> None:
    lines = lines_after(EventId(STREAM, 3, characters), interrupted=True)
    assert b'"code":"model_interrupted"' in lines
    assert (b"chunk" in lines) == (characters < 14)


def test_last_frame_was_read_and_unknown_places_do_not_exist() -> None:
    assert stored_log(conversation(), EventId(STREAM, None), "r1") is None
    with pytest.raises(NotFoundError):
        stored_log(conversation(), EventId(STREAM, 3, 15), "r1")
