"""The frames of one stream in the memory of a worker, for all its readers.

A frame is one line: ``{number}.{characters} {json}``, the last one ``end [DONE]``. Redis holds the same
lines; :func:`sse_frames` turns them into what clients receive, so that all readers receive the same bytes.
"""

import asyncio
from array import array
from typing import Final

from shared.streams.event_id import EventId

END_LINE: Final = b"end [DONE]\n"

MAX_BYTES: Final = 112 * 1024
"""Bytes of lines above which those that Redis holds are removed from memory."""

_MAX_TAKE: Final = 16_384
"""Bytes of lines that a reader takes in one read: a slow client does not hold a second copy of all."""


def frame_line(number: int, characters: int, data: bytes) -> bytes:
    """Returns the line of a frame: its number, the characters of text up to it, and its data."""
    return b"%d.%d %b\n" % (number, characters, data)


def sse_frames(stream_id: str, lines: bytes) -> bytes:
    """Returns lines as server-sent events."""
    prefix = b"id: " + stream_id.encode() + b"."
    frames: list[bytes] = []
    for line in lines.splitlines():
        event_id, _, data = line.partition(b" ")
        frames += (prefix, event_id, b"\ndata: ", data, b"\n\n")
    return b"".join(frames)


class StreamLog:
    """The lines of one stream.

    Attributes:
        stream_id: Id of the stream.
        removed: Number of lines that were removed from the front.
        ended: Whether no further line follows.
        error: Why the stream ended before its first line, or cannot be followed; None otherwise.
    """

    def __init__(self, stream_id: str) -> None:
        self.stream_id = stream_id
        self.removed = 0
        self.ended = False
        self.error: Exception | None = None
        self._lines = bytearray()
        self._ends = array("I")
        self._waiting: set[asyncio.Event] = set()

    @property
    def last(self) -> int:
        """Returns the number of the last line; 0 without any."""
        return self.removed + len(self._ends)

    @property
    def size(self) -> int:
        """Returns the bytes of the lines in memory."""
        return len(self._lines)

    def holds(self, place: EventId) -> bool:
        """Returns whether a place is one of the stream; lines removed from memory are not compared."""
        if place.number is None:
            return self.ended and self.error is None
        if not self.removed < place.number <= self.last:
            return place.number <= self.removed and (place.number > 0 or place.characters == 0)
        return self.line(place.number).startswith(b"%d.%d " % (place.number, place.characters))

    def line(self, number: int) -> bytes:
        """Returns a line that is in memory."""
        return self.after(number - 1, most=0)[1]

    def append(self, line: bytes) -> None:
        """Appends a line; the last one ends the stream."""
        self._lines += line
        self._ends.append(len(self._lines))
        self.ended = self.ended or line == END_LINE
        self.wake()

    def append_entry(self, last: int, lines: bytes) -> None:
        """Appends the lines of an entry in Redis, without those that are here already."""
        entry = lines.splitlines(keepends=True)
        for line in entry[max(0, self.last - (last - len(entry))) :]:
            self.append(line)

    def end(self, error: Exception | None = None) -> None:
        """Ends the stream without a last line."""
        self.ended, self.error = True, error
        self.wake()

    def after(self, number: int, most: int = _MAX_TAKE) -> tuple[int, bytes]:
        """Returns lines after one, at least one line if there is any, and the number of the last of them.

        Args:
            number: Number of the line, not less than ``removed``.
            most: Bytes after which no further line is added.
        """
        first = number - self.removed
        start = self._ends[first - 1] if first else 0
        place = first
        while place < len(self._ends) and (place == first or self._ends[place] - start <= most):
            place += 1
        end = self._ends[place - 1] if place else 0
        return self.removed + place, bytes(memoryview(self._lines)[start : max(start, end)])

    def remove_to(self, number: int) -> None:
        """Removes the lines up to a number; readers that still need them read them from Redis."""
        count = number - self.removed
        if count <= 0:
            return
        cut = self._ends[count - 1]
        del self._lines[:cut]
        self._ends = array("I", (end - cut for end in self._ends[count:]))
        self.removed = number

    def watch(self, changed: asyncio.Event) -> None:
        """Sets an event whenever lines arrive, until :meth:`unwatch`."""
        self._waiting.add(changed)

    def unwatch(self, changed: asyncio.Event) -> None:
        """Ends :meth:`watch`."""
        self._waiting.discard(changed)

    def wake(self) -> None:
        """Wakes all readers."""
        for changed in self._waiting:
            changed.set()
