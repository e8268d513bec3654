"""Values as they stand in Redis: read back as written, or recognised as something else."""

import os

import pytest

from shared.cache.codec import UndecodableError, Unknown, decode, encode, is_fresh, new_entry

NAME = "test:v1:quote:AAPL:"
BODY = '{"symbol":"AAPL","name":"Äpfel"}'.encode()


def test_answer_is_read_back_as_it_was_written() -> None:
    entry = new_entry(NAME, BODY, 1_700_000_000.25, 60)
    assert decode(NAME, encode(NAME, entry)) == entry


def test_unknown_symbol_is_read_back_as_it_was_written() -> None:
    unknown = Unknown("NOSUCH is not known.", 1_700_000_000.0, 60)
    assert decode(NAME, encode(NAME, unknown)) == unknown


def test_empty_body_is_an_answer() -> None:
    entry = new_entry(NAME, b"", 1.0, 60)
    assert decode(NAME, encode(NAME, entry)) == entry


def test_same_body_has_the_same_etag_and_another_body_another() -> None:
    first = new_entry(NAME, BODY, 1.0, 60)
    assert new_entry(NAME, BODY, 99.0, 60).etag == first.etag
    assert new_entry(NAME, BODY + b" ", 1.0, 60).etag != first.etag


def test_value_of_another_key_is_refused() -> None:
    value = encode(NAME, new_entry(NAME, BODY, 1.0, 60))
    with pytest.raises(UndecodableError):
        decode("test:v1:quote:MSFT:", value)


@pytest.mark.parametrize("cut", [0, 1, 20, 33, 40])
def test_value_that_was_cut_off_is_refused(cut: int) -> None:
    with pytest.raises(UndecodableError):
        decode(NAME, encode(NAME, new_entry(NAME, BODY, 1.0, 60))[:cut])


@pytest.mark.parametrize(
    "value", [b"", b"garbage", b"{}", b"SRC1", b"\x00" * 200, os.urandom(500), b'{"symbol":"AAPL"}' * 20]
)
def test_garbage_is_refused(value: bytes) -> None:
    with pytest.raises(UndecodableError):
        decode(NAME, value)


def test_time_that_is_no_number_is_refused() -> None:
    with pytest.raises(UndecodableError):
        decode(NAME, encode(NAME, new_entry(NAME, BODY, float("nan"), 60)))


@pytest.mark.parametrize(
    ("now", "fresh"), [(1000.0, True), (1059.9, True), (1060.0, False), (990.0, True), (900.0, False)]
)
def test_fresh_within_its_ttl_and_not_when_it_comes_from_the_future(now: float, fresh: bool) -> None:
    assert is_fresh(new_entry(NAME, BODY, 1000.0, 60), now) is fresh
