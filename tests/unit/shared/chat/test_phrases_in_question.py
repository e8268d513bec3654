"""Persons, products and further companies among the words of a question."""

import pytest

from shared.chat.phrases_in_question import QuestionPhrase, phrase_at
from shared.symbols.catalogue import symbol_catalogue
from shared.symbols.name_text import words_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Elon Musk tweets", QuestionPhrase(2)),
        ("Delivery Hero", QuestionPhrase(2, searched="Delivery Hero")),
        ("Siemens Energy", QuestionPhrase(2, searched="Siemens Energy")),
        ("Square dance", QuestionPhrase(1, searched="Block, Inc.", is_certain=False)),
        ("Apple Watch", QuestionPhrase(2, "AAPL", by_name=True)),
        ("iPhone sales", QuestionPhrase(1, "AAPL")),
        ("iPhone case", QuestionPhrase(1)),
        ("Windows sales", QuestionPhrase(1, "MSFT")),
        ("windows sales", QuestionPhrase(1)),
        ("windows users", QuestionPhrase(1, "MSFT")),
        ("you tube ad revenue", QuestionPhrase(2, "GOOGL")),
        ("F-150 Lightning sales", QuestionPhrase(3, "F")),
        ("RTX 5090 sales", QuestionPhrase(2, "NVDA")),
        ("iPhone 17 Pro sales", QuestionPhrase(1, "AAPL")),
        ("Mounjaro or Wegovy, who's winning", QuestionPhrase(1, "LLY")),
        ("Azure or Google Cloud: who's winning?", QuestionPhrase(1, "MSFT")),
        ("snap decisions", QuestionPhrase(1)),
        ("Mounjaro or Wegovy for my aunt", QuestionPhrase(1)),
        ("target raised again", QuestionPhrase(1, searched="TGT", is_certain=False)),
        ("Siemens", None),
    ],
)
def test_phrase(text: str, expected: QuestionPhrase | None) -> None:
    words = words_of(text)
    assert phrase_at(words, 0, symbol_catalogue().name_at(words, 0)) == expected
