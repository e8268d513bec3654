"""The response to HEAD where GET streams its body."""

from shared.http.head_response import HeadResponse


def test_it_has_headers_and_no_length() -> None:
    response = HeadResponse("application/json", {"Cache-Control": "no-store"})
    assert (response.status_code, bytes(response.body)) == (200, b"")
    assert dict(response.headers) == {"content-type": "application/json", "cache-control": "no-store"}
