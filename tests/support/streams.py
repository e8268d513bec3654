"""Clients of event streams, light enough that what is measured is the server."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

_LIMIT: Final = 1 << 20


@dataclass
class Stream:
    """What came of one stream.

    Attributes:
        text: The chunks, joined.
        first_at: When the first chunk arrived, by the machine's monotonic clock.
        ended: Whether ``[DONE]`` came.
        errors: Error frames.
    """

    parts: list[str] = field(default_factory=list)
    first_at: float = 0.0
    ended: bool = False
    errors: list[dict[str, Any]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The chunks, joined."""
        return "".join(self.parts)


async def read_stream(base_url: str, path: str, *, words: int | None = None, **query: str) -> Stream:
    """Reads a stream to its end, or breaks it off after so many words."""
    address = urlsplit(base_url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port, limit=_LIMIT)
    stream = Stream()
    try:
        writer.write(f"GET {path}?{urlencode(query)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        await _read(reader, stream, words)
    finally:
        writer.transport.abort()
    return stream


async def _read(reader: asyncio.StreamReader, stream: Stream, words: int | None) -> None:
    status = await reader.readline()
    assert b" 200 " in status, status + await reader.read(2000)
    while line := await reader.readline():
        if line == b"data: [DONE]\n":
            stream.ended = True
            return
        # Everything else is headers, the lengths of chunks, and empty lines.
        if line.startswith(b"data: "):
            _take(json.loads(line[6:]), stream)
            if words is not None and stream.text.count(" ") >= words:
                return


def _take(frame: dict[str, Any], stream: Stream) -> None:
    if "chunk" in frame:
        stream.first_at = stream.first_at or time.monotonic()
        stream.parts.append(frame["chunk"])
    elif frame.get("event") == "error":
        stream.errors.append(frame)
