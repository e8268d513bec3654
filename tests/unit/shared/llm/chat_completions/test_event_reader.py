"""Server-sent events from bytes that end anywhere."""

import pytest

from shared.llm.chat_completions.event_reader import MAX_EVENT_BYTES, EventReader, ServerEvent


def read(*blocks: bytes) -> list[ServerEvent]:
    reader = EventReader()
    events = [event for block in blocks for event in reader.feed(block)]
    return events + reader.close()


STREAM = 'event: error\ndata: {"a":"é"}\n\n: heartbeat\n\ndata: 1\ndata: 2\n\ndata: [DONE]\n\n'.encode()
EVENTS = [ServerEvent("error", '{"a":"é"}'.encode()), ServerEvent("", b"1\n2"), ServerEvent("", b"[DONE]")]


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_events_are_the_same_however_they_are_cut(newline: bytes, size: int) -> None:
    stream = STREAM.replace(b"\n", newline)
    assert read(*(stream[start : start + size] for start in range(0, len(stream), size))) == EVENTS


def test_block_of_whole_events_is_read_at_once() -> None:
    assert read(b"data: 1\n\ndata: 2\n\n") == [ServerEvent("", b"1"), ServerEvent("", b"2")]


def test_last_event_without_a_blank_line_is_read() -> None:
    assert read(b"data: 1\n\ndata: 2") == [ServerEvent("", b"1"), ServerEvent("", b"2")]


def test_byte_order_mark_and_missing_space_are_no_matter() -> None:
    assert read(b"\xef", b"\xbb\xbfdata:1\n\n") == [ServerEvent("", b"1")]


def test_server_that_ends_events_by_one_line_feed_is_understood() -> None:
    stream = b'data: {"a":1}\ndata: {"b":2}\ndata: [DONE]\n'
    assert [event.data for event in read(stream)] == [b'{"a":1}', b'{"b":2}', b"[DONE]"]


def test_errors_outside_the_standard_are_events() -> None:
    stream = b'data: 1\n\nerror: {"code":500}\n\ndata: 2\n{"error":"lost"}\n'
    assert read(stream) == [
        ServerEvent("", b"1"),
        ServerEvent("error", b'{"code":500}'),
        ServerEvent("", b"2"),
        ServerEvent("", b'{"error":"lost"}'),
    ]


def test_event_without_data_is_none() -> None:
    assert read(b"event: ping\n\ndata:\n\nid: 7\n\n") == []


def test_endless_event_is_given_up() -> None:
    reader = EventReader()
    assert reader.feed(b"data: " + b"x" * MAX_EVENT_BYTES) == []
    assert reader.overflowed
    assert reader.feed(b"\n\ndata: 1\n\n") == []
    assert reader.close() == []
