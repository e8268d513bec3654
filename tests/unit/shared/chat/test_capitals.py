"""Messages in capitals."""

import pytest

from shared.chat.capitals import in_lower_case, is_written_in_capitals
from shared.chat.mentions import QuestionReader
from shared.symbols.catalogue import symbol_catalogue
from shared.symbols.name_text import words_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SHOULD I BUY F OR GM", True),
        ("IS F CHEAP", True),
        ("AAPL OR MSFT", False),
        ("XOM/CVX/COP/OXY", False),
        ("COMPARE XOM CVX COP OXY", True),
        ("Is AAPL cheap today?", False),
        ("AAPL MSFT AMD 比較", False),
    ],
)
def test_written_in_capitals(text: str, expected: bool) -> None:
    assert is_written_in_capitals(text, words_of(text)) is expected


def test_characters_stay_at_their_place() -> None:
    assert in_lower_case("İS ÉTÉ") == "İs été"


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("SHOULD I BUY F OR GM", ["F", "GM"]),
        ("WHAT HAPPENED TO META TODAY", ["META"]),
        ("SHOULD I SELL MY SHOP SHARES NOW", ["SHOP"]),
        ("WHY DOES IT COST SO MUCH", []),
        ("WHAT IS ALL THIS ABOUT", []),
        ("HOW MUCH DID BRK-B EARN", ["BRK-B"]),
        ("WHAT ABOUT T?", ["T"]),
    ],
)
def test_companies(text: str, symbols: list[str]) -> None:
    question = QuestionReader(text, symbol_catalogue())
    assert [mention.symbol for mention in question.mentions] == symbols
    assert question.as_written(0, 4) == text[:4]
