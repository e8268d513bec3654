"""Tickers that companies of several exchanges have."""

import pytest

from shared.chat.question_language import language_of
from shared.chat.shared_tickers import chosen_listing
from shared.symbols.catalogue import symbol_catalogue
from shared.symbols.name_text import words_of


@pytest.mark.parametrize(
    ("text", "sectors", "expected"),
    [
        ("SAN dividend", set(), "SAN.MC"),
        ("SAN in Paris", set(), "SAN.PA"),
        ("SAN a Madrid", set(), "SAN.MC"),
        ("SAN vaccines", set(), "SAN.PA"),
        ("which bank, SAN or BNP", {"Financial Services"}, "SAN.MC"),
        ("SAN or Novartis", {"Healthcare"}, "SAN.PA"),
        ("SAN or Novartis or BNP", {"Healthcare", "Financial Services"}, "SAN.MC"),
        ("quel est le cours de SAN", set(), "SAN.PA"),
        ("quelle banque choisir, SAN ?", set(), "SAN.MC"),
        ("cómo va SAN hoy", set(), "SAN.MC"),
        ("法国的SAN", set(), "SAN.PA"),
    ],
)
def test_listing_that_is_meant(text: str, sectors: set[str], expected: str) -> None:
    listings = symbol_catalogue().sharing("SAN")
    assert chosen_listing(listings, text, language_of(words_of(text)), sectors) == expected


def test_ticker_of_one_company() -> None:
    assert symbol_catalogue().sharing("ITX") == ()
