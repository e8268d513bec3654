"""Instruments that are not named."""

import pytest

from shared.chat.described_mentions import described_mentions
from shared.symbols.catalogue import symbol_catalogue
from shared.symbols.name_text import words_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Boa tarde, o euro contra o dólar", ["", "EURUSD=X"]),
        ("EUR/CHF today", ["EUR/CHF"]),
        ("LON:SHEL", ["SHEL.L"]),
        ("7267の株価", ["7267.T"]),
    ],
)
def test_mentions(text: str, expected: list[str]) -> None:
    catalogue = symbol_catalogue()
    found = described_mentions(text, words_of(text), lambda symbol: catalogue.get(symbol) is not None)
    assert [one.symbol or one.searched for one in found] == expected
