"""Share classes in a question."""

import pytest

from shared.chat.share_classes import share_class


@pytest.mark.parametrize(
    ("text", "letter", "found"),
    [
        ("berkshire class a", "a", True),
        ("berkshire a or b shares", "a", True),
        ("class a vs. b", "b", True),
        ("Klasse A", "a", True),
        ("伯克希尔A股", "a", True),
        ("バークシャーのB株", "b", True),
        ("is class b a good buy", "a", False),
        ("a stock split", "a", False),
        ("A股价", "a", False),
    ],
)
def test_class(text: str, letter: str, *, found: bool) -> None:
    assert (share_class(letter).search(text) is not None) is found
