"""Short names that say beside their peers only which company is meant."""

import pytest

from shared.chat.mentions import QuestionReader
from shared.chat.short_names import short_names
from shared.symbols.catalogue import symbol_catalogue
from shared.symbols.name_text import words_of


@pytest.mark.parametrize(
    ("text", "companies", "expected"),
    [
        ("american vs delta", {"DAL"}, [(0, "AAL")]),
        ("visa or american", {"V"}, [(2, "AXP")]),
        ("is american cheaper than delta", {"DAL"}, [(1, "AAL")]),
        ("american vs apple", {"AAPL"}, []),
        ("visa and american consumers", {"V"}, []),
        ("visa, american, mastercard", {"V", "MA"}, [(1, "AXP")]),
    ],
)
def test_short_name(text: str, companies: set[str], expected: list[tuple[int, str]]) -> None:
    assert list(short_names(text, words_of(text), companies)) == expected


@pytest.mark.parametrize(
    ("text", "symbols", "searched"),
    [
        ("american vs delta", [], ["AAL", "DAL"]),
        ("united vs cigna", ["UNH"], ["CI"]),
        ("united vs delta", [], ["DAL", "UAL"]),
        ("compare united with humana", ["UNH"], ["HUM"]),
        ("compare american and delta", [], ["AAL", "DAL"]),
        ("pfizer and johnson dividends", ["PFE", "JNJ"], []),
        ("visa dividends for american citizens", ["V"], []),
    ],
)
def test_short_name_in_a_question(text: str, symbols: list[str], searched: list[str]) -> None:
    question = QuestionReader(text, symbol_catalogue())
    assert [one.symbol for one in question.mentions] == symbols
    assert sorted(name for *_, name in question.others) == searched
