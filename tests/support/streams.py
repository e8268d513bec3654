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
        stream_id: Id of the stream.
        last_id: Id of the last frame.
    """

    parts: list[str] = field(default_factory=list)
    first_at: float = 0.0
    ended: bool = False
    errors: list[dict[str, Any]] = field(default_factory=list)
    stream_id: str = ""
    last_id: str = ""

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


async def read_with_reconnect(
    base_url: str, path: str, *, words: int, resume_path: str, **query: str
) -> Stream:
    """Reads a stream, loses the connection after so many words, and resumes it to its end."""
    stream = await read_stream(base_url, path, words=words, **query)
    address = urlsplit(base_url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port, limit=_LIMIT)
    try:
        head = f"GET {resume_path}/{stream.stream_id} HTTP/1.1\r\nHost: localhost"
        writer.write(f"{head}\r\nLast-Event-ID: {stream.last_id}\r\n\r\n".encode())
        await _read(reader, stream, None)
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
        if line.startswith(b"id: "):
            stream.last_id = line[4:].decode().strip()
        # Everything else is headers, comments, the lengths of chunks, and empty lines.
        if line.startswith(b"data: "):
            _take(json.loads(line[6:]), stream)
            if words is not None and stream.text.count(" ") >= words:
                return


def _take(frame: dict[str, Any], stream: Stream) -> None:
    if "chunk" in frame:
        stream.first_at = stream.first_at or time.monotonic()
        stream.parts.append(frame["chunk"])
    elif frame.get("event") == "meta":
        stream.stream_id = frame.get("stream_id", "")
    elif frame.get("event") == "error":
        stream.errors.append(frame)
