"""The members of a problem that come from the request."""

from typing import Any
from urllib.parse import unquote

import pytest
from fastapi import Request

from shared.http.problems import instance_of


def request_of(**scope: Any) -> Request:
    return Request({"type": "http", "method": "GET", "query_string": b"", "headers": [], **scope})


@pytest.mark.parametrize(
    ("sent", "instance"),
    [
        (b"/api/quotes/BRK-B", "/api/quotes/BRK-B"),
        (b"/api/quotes/^GSPC", "/api/quotes/%5EGSPC"),
        (b"/api/quotes/AAPL%0d%0aX", "/api/quotes/AAPL%0d%0aX"),
        (b"/api/quotes/a%3Fb%23c", "/api/quotes/a%3Fb%23c"),
        (b'/api/quotes/"><b>', "/api/quotes/%22%3E%3Cb%3E"),
        (b"/api/quotes/%F0%9F%98%80", "/api/quotes/%F0%9F%98%80"),
        (b"/api/quotes/\xff", "/api/quotes/%FF"),
        (b"/api/quotes?symbols=a", "/api/quotes"),
    ],
)
def test_instance_is_the_path_as_a_uri_reference(sent: bytes, instance: str) -> None:
    decoded = unquote(sent.partition(b"?")[0].decode("latin-1"))
    assert instance_of(request_of(path=decoded, raw_path=sent)) == instance


def test_without_the_path_as_sent_it_is_encoded_again() -> None:
    assert instance_of(request_of(path="/api/quotes/a b?%")) == "/api/quotes/a%20b%3F%25"
