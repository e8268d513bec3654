"""Names and tickers in lower case that are words too."""

import pytest

from shared.chat.lower_case_words import is_rather_instrument
from shared.chat.question_language import language_of
from shared.symbols.name_text import words_of


@pytest.mark.parametrize(
    ("text", "name", "instrument"),
    [
        ("tell me about apple", "apple", True),
        ("we ate an apple today", "apple", False),
        ("5 micron and below", "micron", False),
        ("where did the dow close", "dow", True),
        ("is spy up", "spy", True),
        ("how to spy on competitors", "spy", False),
        ("voo ou vti", "voo", True),
        ("como está o voo hoje", "voo", False),
        ("quanto vale a empresa", "vale", False),
        ("my visa expires", "visa", False),
        ("is visa growing", "visa", True),
        ("a vale está barata", "vale", True),
        ("ups and downs of the market", "ups", False),
        ("uber bullish on gold", "uber", False),
        ("dead cat bounce", "cat", False),
        ("the cost of debt", "cost", False),
        ("qué tal va meta", "meta", True),
        ("cuál es la meta", "meta", False),
    ],
)
def test_word_is_an_instrument(text: str, name: str, instrument: bool) -> None:
    words = words_of(text)
    first = next(index for index, word in enumerate(words) if word.key == name)
    assert is_rather_instrument(words, first, first + 1, language_of(words)) is instrument
