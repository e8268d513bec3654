"""Answers of the cache as HTTP."""

from datetime import UTC, datetime

import pytest

from shared.cache.cache_entry import CacheEntry
from shared.http.caching import cached_response, matches
from tests.support.http import body_of, make_request

STORED = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
ENTRY = CacheEntry(b'{"symbol":"AAPL"}', STORED.timestamp(), 60, "abc123", "hit")


def later(seconds: float) -> datetime:
    return datetime.fromtimestamp(STORED.timestamp() + seconds, UTC)


async def test_bytes_go_out_as_they_are_with_their_age() -> None:
    response = cached_response(make_request(), ENTRY, later(20.7))
    assert response.status_code == 200
    assert await body_of(response) == ENTRY.body
    assert response.headers["content-type"] == "application/json"
    assert response.headers["etag"] == '"abc123"'
    assert response.headers["age"] == "20"
    assert response.headers["cache-control"] == "private, max-age=40"


def test_what_may_be_deleted_is_asked_for_each_time() -> None:
    response = cached_response(make_request(), ENTRY, later(1), headers={"Vary": "Accept"}, revalidate=True)
    assert response.headers.getlist("cache-control") == ["private, no-cache"]
    assert response.headers["vary"] == "Accept"


async def test_client_that_has_it_gets_304_without_a_body() -> None:
    response = cached_response(make_request(headers={"If-None-Match": '"abc123"'}), ENTRY, later(1))
    assert response.status_code == 304
    assert await body_of(response) == b""
    assert response.headers["etag"] == '"abc123"'
    assert response.headers["cache-control"] == "private, max-age=59"
    assert "content-type" not in response.headers


@pytest.mark.parametrize("seconds", [60, 600])
def test_stale_answer_may_not_be_kept(seconds: float) -> None:
    response = cached_response(make_request(), ENTRY, later(seconds))
    assert response.headers["cache-control"] == "private, max-age=0"
    assert response.headers["age"] == str(seconds)


def test_answer_from_a_clock_that_is_ahead_has_age_zero() -> None:
    assert cached_response(make_request(), ENTRY, later(-5)).headers["age"] == "0"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, False),
        ("", False),
        ("abc123", False),
        ('"abc"', False),
        ('"abc123"', True),
        ('W/"abc123"', True),
        ('"other", "abc123"', True),
        ('"other" ,W/"abc123" ', True),
        ("*", True),
    ],
)
def test_if_none_match_is_compared_weakly(header: str | None, expected: bool) -> None:
    headers = {} if header is None else {"If-None-Match": header}
    assert matches(make_request(headers=headers), '"abc123"') is expected


def test_if_none_match_may_be_repeated() -> None:
    request = make_request(headers={"If-None-Match": '"other"'})
    request.scope["headers"].append((b"if-none-match", b'"abc123"'))
    assert matches(request, '"abc123"')
