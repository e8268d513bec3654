"""The ids of the frames of a stream: ``{stream_id}.{number}.{characters}``, and ``{stream_id}.end``."""

import re
from dataclasses import dataclass
from typing import Final

_PATTERN: Final = re.compile(r"([0-9a-f]{32})\.(?:(0|[1-9][0-9]{0,6})\.(0|[1-9][0-9]{0,7})|end)")


@dataclass(frozen=True)
class EventId:
    """A place in a stream: after which frame a client continues.

    Attributes:
        stream_id: Id of the stream, 32 hexadecimal digits.
        number: Number of the frame, from 1; 0 for the beginning. None for the last frame, ``[DONE]``.
        characters: Characters of the answer's text up to and with that frame.
    """

    stream_id: str
    number: int | None = 0
    characters: int = 0

    @classmethod
    def parse(cls, value: str) -> "EventId | None":
        """Returns the id in a ``Last-Event-ID`` header; None if it is none of ours."""
        found = _PATTERN.fullmatch(value)
        if found is None:
            return None
        if found[2] is None:
            return cls(found[1], None)
        return cls(found[1], int(found[2]), int(found[3]))
