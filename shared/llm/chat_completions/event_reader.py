"""Reads server-sent events from bytes (HTML standard, section 9.2.6, "Interpreting an event stream")."""

from typing import Final, NamedTuple

MAX_EVENT_BYTES: Final = 1 << 20
"""Bound on one event. The longest chunks seen (Perplexity's search results) have 20 KB."""

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_DONE: Final = b"[DONE]"


def is_done(data: bytes) -> bool:
    """Returns whether an event says that nothing follows; some servers write it as JSON, or small."""
    if len(data) > _MAX_DONE:
        return False
    return data.strip().removeprefix(b"data:").strip(b" \t\"'").upper() == _DONE


_MAX_DONE: Final = 40


class ServerEvent(NamedTuple):
    """One event: its type (empty for the default type) and its data lines, joined by line feeds."""

    type: str
    data: bytes


class EventReader:
    """Splits a byte stream into events. Blocks may end anywhere.

    Attributes:
        overflowed: Whether an event exceeded ``MAX_EVENT_BYTES``; nothing is read after it.
    """

    def __init__(self) -> None:
        self.overflowed = False
        self._rest = b""
        self._started = False
        self._after_carriage_return = False
        self._type = ""
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, block: bytes) -> list[ServerEvent]:
        """Returns the events that this block completes."""
        if self.overflowed:
            return []
        if (whole := self._whole_events(block)) is not None:
            return whole
        events: list[ServerEvent] = []
        for line in self._split(block):
            if line:
                self._read_line(line, events)
            else:
                self._dispatch(events)
        self.overflowed = self._size + len(self._rest) > MAX_EVENT_BYTES
        return events

    def close(self) -> list[ServerEvent]:
        """Returns the last event when no blank line ends it.

        The standard drops such an event. A server that closes the connection after its last line has
        sent it all the same.
        """
        events: list[ServerEvent] = []
        rest, self._rest = self._rest, b""
        if rest and not self.overflowed:
            self._read_line(rest, events)
        self._dispatch(events)
        return events

    def _whole_events(self, block: bytes) -> list[ServerEvent] | None:
        """Returns the events of a block of complete one-line events; None for any other block.

        Nearly all blocks are such, and reading them line by line would take three times as long.
        """
        if self._rest or self._data or self._type or self._after_carriage_return:
            return None
        if not (block.startswith(b"data: ") and block.endswith(b"\n\n")) or b"\r" in block:
            return None
        pieces = block[6:-2].split(b"\n\ndata: ")
        if block.count(b"\n") != 2 * len(pieces) or b"" in pieces:
            return None
        self._started = True
        return [ServerEvent("", piece) for piece in pieces]

    def _split(self, block: bytes) -> list[bytes]:
        """Returns the complete lines. Line feed, carriage return and both together end a line."""
        if self._after_carriage_return and block:
            block = block.removeprefix(b"\n")
            self._after_carriage_return = False
        data = self._rest + block if self._rest else block
        if not self._started:
            if len(data) < len(BYTE_ORDER_MARK) and BYTE_ORDER_MARK.startswith(data):
                self._rest = data
                return []
            data = data.removeprefix(BYTE_ORDER_MARK)
            self._started = True
        if b"\r" in data:
            self._after_carriage_return = data.endswith(b"\r")
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, self._rest = data.split(b"\n")
        return lines

    def _read_line(self, line: bytes, events: list[ServerEvent]) -> None:
        # A line without a name is a comment: servers send them as heartbeats.
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            # Some servers end an event by one line feed. No JSON has a second value after its closing brace.
            if self._data and self._data[-1].endswith(b"}") and (value.startswith(b"{") or is_done(value)):
                self._dispatch(events)
            self._data.append(value)
            self._size += len(value)
        elif name == b"event":
            self._type = value.decode("utf-8", "replace")
        elif name == b"error" or line.startswith(b"{"):
            self._read_unnamed(line, value, events)

    def _read_unnamed(self, line: bytes, value: bytes, events: list[ServerEvent]) -> None:
        """Reads an error outside the standard: llama.cpp's field of that name, or bare JSON (Ollama)."""
        self._dispatch(events)
        if line.startswith(b"{"):
            events.append(ServerEvent("", line))
        else:
            events.append(ServerEvent("error", value))

    def _dispatch(self, events: list[ServerEvent]) -> None:
        data = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
        if data:
            events.append(ServerEvent(self._type, data))
        self._type = ""
        if self._data:
            self._data.clear()
            self._size = 0
