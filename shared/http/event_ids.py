"""The place in a stream that a client names."""

from fastapi import Request

from shared.errors.request_errors import NotFoundError
from shared.streams.event_id import EventId


def event_id_of(req: Request) -> EventId | None:
    """Returns the place in ``Last-Event-ID``; None without the header.

    Raises:
        NotFoundError: The id is not one of a stream of this service.
    """
    given = req.headers.get("last-event-id", "")
    if not given:
        return None
    place = EventId.parse(given)
    if place is None:
        raise NotFoundError("There is no such stream.")
    return place
