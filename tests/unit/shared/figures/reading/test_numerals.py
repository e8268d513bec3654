"""Numbers that no figure has are not read."""

import pytest

from shared.figures.checker import check_figures
from shared.figures.reading.numerals import numerals

ENDLESS = [
    "1" + "0" * 309,
    "1,000" + ",000" * 120,
    "$1" + "0" * 305 + " trillion",
    "5兆1" + "0" * 309 + "億円",
]


@pytest.mark.parametrize("number", ENDLESS)
def test_endless_number_is_no_figure(number: str) -> None:
    found = [numeral.text for numeral in numerals(f"It rose by {number} and then by 12.5%.")]
    assert found == ["12.5%"]


@pytest.mark.parametrize("number", ENDLESS)
def test_endless_number_in_answer_question_or_facts_does_not_end_the_check(number: str) -> None:
    facts = [{"symbol": "AAPL", "price": 250.5, "currency": "USD", "text": f"Its price was {number} once."}]
    check = check_figures(f"Not {number}. Apple costs $250.50.", facts, f"Does Apple cost {number}?")
    price = next(mark for mark in check.marks if mark.text == "$250.50")
    assert price.verdict == "supported"
