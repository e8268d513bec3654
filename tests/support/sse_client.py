"""A client of server-sent events that keeps the ids, for tests that lose and resume connections."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx


@dataclass
class Received:
    """The frames that a client received.

    Attributes:
        status: Status of the response.
        raw: The frames as they arrived, without comments.
        ids: Their ids.
        data: Their data.
    """

    status: int
    raw: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)

    @property
    def frames(self) -> list[dict[str, Any]]:
        """Returns the frames as JSON, without ``[DONE]``."""
        return [json.loads(data) for data in self.data if data != "[DONE]"]

    @property
    def text(self) -> str:
        """Returns the text of the answer."""
        return "".join(frame.get("chunk", "") for frame in self.frames)

    @property
    def ended(self) -> bool:
        """Returns whether the last frame arrived."""
        return self.data[-1:] == ["[DONE]"]

    @property
    def meta(self) -> dict[str, Any]:
        """Returns the first frame."""
        return self.frames[0]

    @property
    def last_id(self) -> str:
        """Returns the id of the last frame."""
        return self.ids[-1]


def receive(
    client: httpx.Client,
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    last_id: str | None = None,
    leave_after: int | None = None,
    frames: int | None = None,
    begun: threading.Event | None = None,
    may_break: bool = False,
    **request: Any,
) -> Received:
    """Reads a stream to its end, or until so many frames (with text: ``leave_after``) have arrived.

    Sets ``begun`` when the first frame has arrived. With ``may_break``, the connection may be lost.
    """
    sent = {**(headers or {}), **({"Last-Event-ID": last_id} if last_id else {})}
    lost = (httpx.TransportError,) if may_break else ()
    with client.stream(method, url, headers=sent, **request) as response:
        received = Received(response.status_code)
        if response.headers.get("content-type", "").startswith("text/event-stream"):
            chunks = 0
            with suppress(*lost):
                for event in _events(response):
                    received.raw.append(event)
                    if begun is not None:
                        begun.set()
                    lines = event.split("\n")
                    received.ids += [line[4:] for line in lines if line.startswith("id: ")]
                    received.data += [line[6:] for line in lines if line.startswith("data: ")]
                    chunks += '"chunk"' in event
                    if leave_after is not None and chunks >= leave_after:
                        break
                    if len(received.raw) == frames:
                        break
        return received


def _events(response: httpx.Response) -> Iterator[str]:
    rest = ""
    for text in response.iter_text():
        *events, rest = (rest + text).split("\n\n")
        yield from (event for event in events if "data: " in event)
