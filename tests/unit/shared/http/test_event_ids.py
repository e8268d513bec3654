"""The place in a stream from which a client continues."""

import pytest

from shared.errors.request_errors import NotFoundError
from shared.http.event_ids import event_id_of
from shared.streams.event_id import EventId
from tests.support.http import make_request

STREAM = "5" * 32


@pytest.mark.parametrize(
    ("header", "place"),
    [
        (f"{STREAM}.12.340", EventId(STREAM, 12, 340)),
        (f"{STREAM}.0.0", EventId(STREAM)),
        (f"{STREAM}.end", EventId(STREAM, None)),
    ],
)
def test_id_of_a_frame_names_its_place(header: str, place: EventId) -> None:
    assert event_id_of(make_request(headers={"Last-Event-ID": header})) == place


def test_without_a_header_there_is_no_place() -> None:
    assert event_id_of(make_request()) is None
    assert event_id_of(make_request(headers={"Last-Event-ID": ""})) is None


@pytest.mark.parametrize(
    "header",
    [
        "7",
        f"{STREAM}",
        f"{STREAM}.1",
        f"{STREAM}.-1.0",
        f"{STREAM.upper()}X.1.1",
        f"{STREAM}.01.0",
        f"{STREAM}.1.00",
    ],
)
def test_id_of_another_service_is_not_found(header: str) -> None:
    with pytest.raises(NotFoundError):
        event_id_of(make_request(headers={"Last-Event-ID": header}))
