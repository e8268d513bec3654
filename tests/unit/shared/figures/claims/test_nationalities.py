"""Companies and indices that are called by where they are from."""

import pytest

from shared.figures.claims.nationalities import country_of, find_nationalities
from shared.figures.reading.lexicon import tokens
from shared.figures.reading.sentence import Sentence

_KNOWN = ("^GDAXI", "^GSPC", "SAP.DE", "RACE.MI", "AAPL", "MSFT")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("L'indice allemand a perdu 2 %.", "^GDAXI"),
        ("Der amerikanische Index legte zu.", "^GSPC"),
        ("The Italian company trades at 25.5 times earnings.", "RACE.MI"),
        ("La empresa italiana gana más.", "RACE.MI"),
        ("A companhia italiana subiu 1%.", "RACE.MI"),
    ],
)
def test_only_one_from_there_is_meant(text: str, meant: str) -> None:
    found = list(find_nationalities(Sentence(text, tokens(text)), _KNOWN, ()))
    assert [mention.value for mention in found] == [meant]


@pytest.mark.parametrize(
    "text", ["The American company grew.", "The German market fell.", "US$ 1.2 billion", "a US$ 5 price"]
)
def test_nothing_is_meant(text: str) -> None:
    assert not list(find_nationalities(Sentence(text, tokens(text)), _KNOWN, ()))


def test_last_one_that_was_spoken_of_is_meant() -> None:
    text = "The American company grew."
    (mention,) = find_nationalities(Sentence(text, tokens(text)), _KNOWN, ("AAPL", "MSFT"))
    assert mention.value == "MSFT"


def test_country_of_symbol() -> None:
    assert country_of("7203.T") == "JP"
    assert country_of("BRK-B") == "US"
    assert country_of("EURUSD=X") is None
    assert country_of("BTC-USD") is None
