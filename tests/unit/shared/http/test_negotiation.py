"""Which format a client gets."""

import pytest

from shared.errors.request_errors import NotAcceptableError
from shared.http.negotiation import negotiate

AVAILABLE = ("application/json", "text/markdown", "text/html")


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/*", "text/markdown"),
        ("text/*;q=0.5, text/html", "text/html"),
        ("application/json;q=0.1, text/markdown;q=0.2", "text/markdown"),
        ("application/json;q=0, */*", "text/markdown"),
        ("TEXT/HTML", "text/html"),
        ("text/html;q=nonsense, text/markdown;q=0.1", "text/markdown"),
        ("text/html;q=nan, text/markdown;q=0.1", "text/markdown"),
        ("text/html, */*", "text/html"),
        ("*/*, text/*", "text/markdown"),
        ("text/html;q=0.5, */*", "application/json"),
    ],
)
def test_client_gets_what_it_prefers(accept: str | None, expected: str) -> None:
    assert negotiate(accept, AVAILABLE) == expected


@pytest.mark.parametrize("accept", ["image/png", "application/json;q=0", "*/*;q=0"])
def test_nothing_fits(accept: str) -> None:
    with pytest.raises(NotAcceptableError, match="text/markdown"):
        negotiate(accept, AVAILABLE)
