"""Values in Redis: decoded as encoded, or rejected."""

import os

import pytest

from shared.cache.codec import (
    HEADER_PREFIX_BYTES,
    MAGIC,
    TOMBSTONE,
    NegativeEntry,
    Tombstone,
    UndecodableError,
    decode,
    encode,
    is_fresh,
    new_entry,
)

NAME = "test:v1:quote:AAPL:"
BODY = '{"symbol":"AAPL","name":"Äpfel"}'.encode()


def test_entry_is_decoded_as_encoded() -> None:
    entry = new_entry(NAME, BODY, 1_700_000_000.25, 60)
    assert decode(NAME, encode(NAME, entry)) == entry


def test_negative_entry_is_decoded_as_encoded() -> None:
    unknown = NegativeEntry("NOSUCH is not known.", 1_700_000_000.0, 60)
    assert decode(NAME, encode(NAME, unknown)) == unknown


def test_tombstone_is_decoded_as_encoded() -> None:
    tombstone = Tombstone(1_700_000_000.0, 3600)
    assert decode(NAME, encode(NAME, tombstone)) == tombstone


def test_source_is_part_of_an_entry() -> None:
    entry = new_entry(NAME, BODY, 1.0, 60, "alpha_vantage")
    assert decode(NAME, encode(NAME, entry)) == entry


def test_scripts_can_read_kind_and_time() -> None:
    head = encode(NAME, Tombstone(1_700_000_000.25, 60))[:HEADER_PREFIX_BYTES]
    assert (head[:4], head[4:5], int(head[5:])) == (MAGIC, TOMBSTONE, 1_700_000_000_250_000)


def test_empty_body_is_a_response() -> None:
    entry = new_entry(NAME, b"", 1.0, 60)
    assert decode(NAME, encode(NAME, entry)) == entry


def test_same_body_has_the_same_etag_and_another_body_another() -> None:
    first = new_entry(NAME, BODY, 1.0, 60)
    assert new_entry(NAME, BODY, 99.0, 60).etag == first.etag
    assert new_entry(NAME, BODY + b" ", 1.0, 60).etag != first.etag


def test_value_of_another_key_is_rejected() -> None:
    value = encode(NAME, new_entry(NAME, BODY, 1.0, 60))
    with pytest.raises(UndecodableError):
        decode("test:v1:quote:MSFT:", value)


@pytest.mark.parametrize("cut", [0, 1, 20, 33, 40])
def test_truncated_value_is_rejected(cut: int) -> None:
    with pytest.raises(UndecodableError):
        decode(NAME, encode(NAME, new_entry(NAME, BODY, 1.0, 60))[:cut])


@pytest.mark.parametrize(
    "value",
    [b"", b"garbage", b"{}", b"SRC1", b"SRC2", b"\x00" * 200, os.urandom(500), b'{"symbol":"AAPL"}' * 20],
)
def test_garbage_is_rejected(value: bytes) -> None:
    with pytest.raises(UndecodableError):
        decode(NAME, value)


def test_invalid_time_is_rejected() -> None:
    value = encode(NAME, new_entry(NAME, BODY, 1.0, 60))
    with pytest.raises(UndecodableError):
        decode(NAME, value[:5] + b"-" * 16 + value[21:])


@pytest.mark.parametrize(
    ("now", "fresh"), [(1000.0, True), (1059.9, True), (1060.0, False), (998.5, True), (990.0, False)]
)
def test_entry_is_fresh_within_its_ttl_and_not_from_the_future(now: float, fresh: bool) -> None:
    assert is_fresh(new_entry(NAME, BODY, 1000.0, 60), now) is fresh
