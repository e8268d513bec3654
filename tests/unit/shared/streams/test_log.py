"""The frames of a stream in memory."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from shared.streams.log import END_LINE, StreamLog, frame_line, sse_frames

STREAM = "5" * 32


def filled(count: int) -> StreamLog:
    log = StreamLog(STREAM)
    for number in range(1, count + 1):
        log.append(frame_line(number, number, b'{"chunk":"x"}'))
    return log


def test_lines_become_events_with_ids() -> None:
    assert sse_frames(STREAM, frame_line(3, 12, b'{"chunk":"a b"}') + END_LINE) == (
        f'id: {STREAM}.3.12\ndata: {{"chunk":"a b"}}\n\nid: {STREAM}.end\ndata: [DONE]\n\n'.encode()
    )


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 200))
def test_pieces_of_any_size_are_the_lines_in_order(removed: int, start: int, most: int) -> None:
    log = filled(40)
    log.remove_to(min(removed, start))
    position, lines = start, b""
    while position < log.last:
        following, more = log.after(position, most)
        assert following > position
        assert more.count(b"\n") == following - position
        position, lines = following, lines + more
    assert lines == b"".join(frame_line(n, n, b'{"chunk":"x"}') for n in range(start + 1, 41))


def test_entry_that_overlaps_adds_only_what_is_new() -> None:
    log = filled(3)
    entry = b"".join(frame_line(n, n, b'{"chunk":"x"}') for n in range(2, 6))
    log.append_entry(5, entry)
    log.append_entry(5, entry)
    assert log.last == 5
    assert log.after(0)[1] == filled(5).after(0)[1]


def test_last_line_ends_the_stream() -> None:
    log = filled(1)
    log.append(END_LINE)
    assert (filled(1).ended, log.ended, log.last) == (False, True, 2)


def test_removed_lines_free_their_memory() -> None:
    log = filled(100)
    log.remove_to(90)
    log.remove_to(80)
    assert (log.removed, log.last) == (90, 100)
    assert log.size == sum(len(frame_line(n, n, b'{"chunk":"x"}')) for n in range(91, 101))


async def test_readers_are_woken_until_they_leave() -> None:
    log, changed = filled(0), asyncio.Event()
    log.watch(changed)
    log.append(END_LINE)
    assert changed.is_set()
    changed.clear()
    log.unwatch(changed)
    log.wake()
    assert not changed.is_set()
