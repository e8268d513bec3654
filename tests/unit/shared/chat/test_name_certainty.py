"""Whether a name is certainly a company."""

import pytest

from shared.chat.name_certainty import is_certain_name
from shared.symbols.catalogue import symbol_catalogue
from shared.symbols.name_text import words_of


@pytest.mark.parametrize(
    ("text", "index", "certain"),
    [
        ("Nvidia", 0, True),
        ("we ate an Apple today", 3, True),
        ("we ate an apple today", 3, False),
        ("Reliance on debt is bad", 0, False),
        ("Reliance grows", 0, True),
        ("Bank of America", 0, True),
        ("uber's take rate", 0, True),
        ("the seeds of an apple's core", 4, False),
        ("tell me about apple", 3, True),
        ("how is vw doing", 2, True),
        ("improve customer service now", 2, False),
    ],
)
def test_certainty(text: str, index: int, certain: bool) -> None:
    words = words_of(text)
    match = symbol_catalogue().name_at(words, index)
    assert match is not None
    assert is_certain_name(text, words, index, match, language="en") is certain
