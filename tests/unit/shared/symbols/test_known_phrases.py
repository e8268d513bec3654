"""Persons, products and further companies."""

import pytest

from shared.symbols.catalogue import symbol_catalogue
from shared.symbols.known_phrases import east_asian_names, known_phrases
from shared.symbols.name_text import words_of


@pytest.mark.parametrize(
    ("text", "value", "length"),
    [
        ("Merck KGaA", "Merck KGaA", 2),
        ("siemens energy ag", "Siemens Energy", 2),
        ("munich re", "Münchener Rück", 2),
        ("Super Micro Computer", "Super Micro Computer", 3),
        ("kerry group", "KRZ.IR", 2),
        ("deutz", "DEZ.DE", 1),
        ("Merck & Co.", None, 0),
    ],
)
def test_further_company(text: str, value: str | None, length: int) -> None:
    phrase = known_phrases().companies.at(words_of(text), 0)
    assert (phrase and phrase.value, phrase.length if phrase else 0) == (value, length)


@pytest.mark.parametrize(("text", "length"), [("Elon Musk", 2), ("Bank of Japan policy", 3)])
def test_person_or_institution(text: str, length: int) -> None:
    phrase = known_phrases().no_instruments.at(words_of(text), 0)
    assert phrase is not None
    assert phrase.length == length
    assert "peter" in known_phrases().first_names


def test_makers_of_products_are_in_the_catalogue() -> None:
    phrase = known_phrases().products.at(words_of("iPhone"), 0)
    assert phrase is not None
    assert symbol_catalogue().get(phrase.value)


def test_east_asian_names_by_any_name_of_a_company() -> None:
    names = east_asian_names()
    assert "ホンダ" in names["honda"]
    assert names["honda motor"] == names["honda"]
    assert "qualys" not in names
