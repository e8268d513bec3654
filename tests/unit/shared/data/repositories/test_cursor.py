"""Cursors: a client continues a list where it stopped, and cannot use a cursor for another list."""

import base64
from datetime import UTC, datetime

import pytest

from shared.data.repositories.cursor import Position, decode_cursor, encode_cursor
from shared.errors.request_errors import InvalidRequestError

PLACE = Position(datetime(2026, 11, 20, 12, 0, 0, 123_000, tzinfo=UTC), "report-1")
SCOPE = ("alice", "AAPL", None)


def test_cursor_leads_back_to_its_place() -> None:
    cursor = encode_cursor(PLACE, SCOPE)
    assert decode_cursor(cursor, SCOPE) == PLACE
    assert cursor.isascii()
    assert not set(cursor) & set("+/= ")


@pytest.mark.parametrize("scope", [("bob", "AAPL", None), ("alice", "MSFT", None), ("alice", "AAPL", "x")])
def test_cursor_of_another_list_is_refused(scope: tuple[str | None, ...]) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        decode_cursor(encode_cursor(PLACE, SCOPE), scope)
    assert [error.field for error in refused.value.errors] == ["cursor"]


@pytest.mark.parametrize(
    "cursor",
    ["", "no-cursor", "%%%", "a", base64.urlsafe_b64encode(b"123456[1e400, 1]").decode(), "é", "A" * 200],
)
def test_text_that_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidRequestError, match="cursor is not a cursor of this list"):
        decode_cursor(cursor, SCOPE)


def test_changed_cursor_is_refused() -> None:
    cursor = encode_cursor(PLACE, SCOPE)
    changed = cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")
    with pytest.raises(InvalidRequestError):
        decode_cursor(changed, SCOPE)
