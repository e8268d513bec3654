"""What is written to the streams in Redis and read from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class StreamOpening:
    """A stream to open.

    Attributes:
        stream_id: Id of the stream.
        description: Returned by ``RedisStreams.load``.
        seconds: Time after which the stream is forgotten unless it ends.
    """

    stream_id: str
    description: bytes
    seconds: float


@dataclass(frozen=True)
class StreamWrite:
    """Lines to append to a stream.

    Attributes:
        stream_id: Id of the stream.
        last: Number of the last line.
        lines: The lines, each with its newline.
        ended: Whether the stream ends with them.
        group: With the first lines, the name under which the running stream is found; one stream per name.
    """

    stream_id: str
    last: int
    lines: bytes
    ended: bool = False
    group: str | None = None


@dataclass(frozen=True)
class Exchange:
    """What one round trip to Redis does.

    Attributes:
        writes: Lines to append.
        producing: Streams whose heartbeat is due.
        reading: Streams of other workers whose clients are to be announced.
        positions: Number of the last line read, by id of the streams to read.
        checked: Streams among those whose producer is to be checked.
        stops_after: Id of the last stop request that was read; None to read none.
    """

    writes: Sequence[StreamWrite] = ()
    producing: Sequence[str] = ()
    reading: Sequence[str] = ()
    positions: Mapping[str, int] = field(default_factory=dict)
    checked: Sequence[str] = ()
    stops_after: str | None = None


@dataclass(frozen=True)
class Exchanged:
    """The replies of one round trip.

    Attributes:
        missing: Streams that were to be written and do not exist.
        lines: New entries by stream: number of the last line, and lines.
        lost: Streams among those checked whose producer does not live, although they have not ended.
        stops: Streams to stop, each with whether it is to be forgotten.
        stops_after: Id of the last stop request read.
    """

    missing: frozenset[str]
    lines: Mapping[str, Sequence[tuple[int, bytes]]]
    lost: frozenset[str]
    stops: Sequence[tuple[str, bool]]
    stops_after: str | None


@dataclass(frozen=True)
class LoadedStream:
    """A stream as it is in Redis.

    Attributes:
        description: What was stored when it was opened.
        entries: Number of the last line and lines of each entry, oldest first.
        alive: Whether its producer lives.
        read: Whether clients of other workers read it.
    """

    description: bytes
    entries: Sequence[tuple[int, bytes]]
    alive: bool
    read: bool

    @property
    def lines(self) -> bytes:
        """Returns all lines."""
        return b"".join(lines for _, lines in self.entries)
