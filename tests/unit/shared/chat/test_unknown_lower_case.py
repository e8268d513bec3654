"""Words in lower case that are reported if no source knows them."""

import pytest

from shared.chat.unknown_lower_case import is_named_stock, is_other_choice
from shared.symbols.name_text import words_of


@pytest.mark.parametrize(
    ("text", "word", "named"),
    [
        ("is zorblax stock a buy", "zorblax", True),
        ("zorblax stock price", "zorblax", True),
        ("zorblax stock options", "zorblax", False),
        ("is a zorblax stock a buy", "zorblax", False),
        ("is housing stock a buy", "housing", False),
        ("zorblax news", "zorblax", False),
        ("zorblax share price", "zorblax", True),
        ("average share price", "average", False),
        ("closing share price", "closing", False),
    ],
)
def test_word_before_a_stock_word(text: str, word: str, named: bool) -> None:
    words = words_of(text)
    assert is_named_stock(words, [one.key for one in words].index(word)) is named


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("nvidia or zorblax, which is cheaper", True),
        ("nvidia or zorblax?", True),
        ("nvidia or wait?", False),
        ("nvidia or waiting?", False),
        ("nvidia or zorblax products", False),
    ],
)
def test_other_choice(text: str, choice: bool) -> None:
    assert is_other_choice(text, words_of(text)[2]) is choice
