"""Ids of frames, as clients send them back."""

import pytest

from shared.streams.event_id import EventId

STREAM = "0123456789abcdef" * 2


def test_ids_are_read() -> None:
    assert EventId.parse(f"{STREAM}.7.120") == EventId(STREAM, 7, 120)
    assert EventId.parse(f"{STREAM}.end") == EventId(STREAM, None)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "7",
        STREAM,
        f"{STREAM}.",
        f"{STREAM}.7",
        f"{STREAM}.-1.0",
        f"{STREAM}.7.1 ",
        f"{STREAM}.7.1\n",
        f"{STREAM}.٧.1",
        f"{STREAM.upper()}.7.1",
        f"{STREAM}.99999999.1",
        f"{STREAM}.END",
    ],
)
def test_other_values_are_none(value: str) -> None:
    assert EventId.parse(value) is None
