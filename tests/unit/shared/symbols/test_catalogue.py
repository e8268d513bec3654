"""Names in the catalogue that are written otherwise than usual."""

import pytest

from shared.symbols.catalogue import symbol_catalogue
from shared.symbols.name_text import words_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wellsfargo", ("WFC", 1, False)),
        ("Ali Baba", ("BABA", 2, True)),
        ("Goldman Sacks", ("GS", 2, False)),
        ("Procter & Gambel", ("PG", 2, False)),
        ("elli lily", ("LLY", 2, False)),
        ("goldmann sacks", ("GS", 2, False)),
        ("ely lila", None),
        ("american expres", ("AXP", 2, False)),
        ("Deutsche Bahn", None),
        ("Goldman Rocks", None),
        ("alphabet", None),
    ],
)
def test_name_spelt_otherwise(text: str, expected: tuple[str, int, bool] | None) -> None:
    match = symbol_catalogue().spelt_otherwise_at(words_of(text), 0)
    assert (match and (match.symbol, match.length, match.common)) == expected


def test_rare_word_is_a_misspelt_name_beside_a_stock_word() -> None:
    assert symbol_catalogue().misspelt("goggle") is None
    assert symbol_catalogue().misspelt("goggle", in_stock_context=True) == "GOOGL"
    assert symbol_catalogue().misspelt("alliance", in_stock_context=True) is None


@pytest.mark.parametrize(
    ("text", "symbol"), [("Apples", "AAPL"), ("apples", None), ("SAPs", "SAP.DE"), ("Apple", None)]
)
def test_owner(text: str, symbol: str | None) -> None:
    assert symbol_catalogue().owner(words_of(text)[0]) == symbol


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("n v i d i a price", "NVDA"),
        ("I.B.M.", "IBM"),
        ("a a p l", "AAPL"),
        ("i a m here", None),
        ("a b", None),
        ("i b m " * 9, None),
    ],
)
def test_name_letter_by_letter(text: str, symbol: str | None) -> None:
    match = symbol_catalogue().written_in_letters_at(words_of(text), 0)
    assert (match and match.symbol) == symbol


def test_letters_of_a_short_name_change_places_where_an_instrument_stands() -> None:
    assert symbol_catalogue().misspelt("tmsc") is None
    assert symbol_catalogue().misspelt("tmsc", in_stock_context=True) == "TSM"
    assert symbol_catalogue().misspelt("meat", in_stock_context=True) is None


@pytest.mark.parametrize(
    ("word", "symbol"),
    [
        ("viza", "V"),
        ("starbux", "SBUX"),
        ("soni", "6758.T"),
        ("bmv", "BMW.DE"),
        ("nice", None),
        ("bucks", None),
        ("merci", None),
        ("wix", None),
    ],
)
def test_short_name_with_a_letter_that_sounds_alike(word: str, symbol: str | None) -> None:
    assert symbol_catalogue().misspelt(word) == symbol
