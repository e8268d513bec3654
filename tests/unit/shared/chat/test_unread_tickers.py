"""Words in capitals that may be unknown tickers."""

import pytest

from shared.chat.mentions import QuestionReader
from shared.chat.unread_tickers import unread_tickers
from shared.symbols.catalogue import symbol_catalogue


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Is QQZZ a buy?", ["QQZZ"]),
        ("is O a good monthly dividend stock", ["O"]),
        ("is A overvalued", ["A"]),
        ("a stock that pays, A stock", []),
        ("ON vs NXPI", ["ON"]),
        ("A vs MSFT", ["A"]),
        ("A vs B", []),
        ("A, is it a buy", ["A"]),
        ("ON vs its peers", ["ON"]),
        ("QQZ/ZZQ or so", ["QQZ", "ZZQ"]),
        ("FY24 and H1 of QQZZ", ["QQZZ"]),
        ("A earnings call", ["A"]),
        ("is a earnings beat good", []),
        ("ON and MU margins", ["ON"]),
        ("IT and MU margins", []),
        ("PE vs PEG", []),
        ("ソフトバンクGの株価", []),
        ("IS QQZZ A BUY OR A SELL?", []),
        ("ON stock valuation", ["ON"]),
        ("Which IT stock is best?", []),
        ("It is ON.", []),
        ("NYSE: A", ["A"]),
        ("A stock", []),
        ("the F-150", []),
        ("Basel III", []),
    ],
)
def test_unread_tickers(message: str, expected: list[str]) -> None:
    question = QuestionReader(message, symbol_catalogue())
    assert [text for text, *_ in unread_tickers(question)] == expected
