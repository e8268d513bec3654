"""Numbers that are compared with each other."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        ("cards", "Visa's P/E of 29.5 compares with 25.9 for Mastercard.", []),
        ("cards", "Visa's P/E of 25.9 compares with 29.5 for Mastercard.", ["25.9", "29.5"]),
        ("cards", "Mastercard is cheaper than Visa (25.9x vs 29.5x).", []),
        ("cards", "Visa has a higher net margin than Mastercard, 26.3% versus 8.3%.", []),
        ("cards", "Visa has a higher net margin than Mastercard, 8.3% versus 26.3%.", ["8.3%", "26.3%"]),
        ("msft", "Microsoft earned $3.00 versus $2.89 expected.", []),
        ("e_makers", "Lockheed's MACD fell under its signal two sessions ago, at -3.27 versus -2.05.", []),
        (
            "e_makers",
            "Lockheed's MACD fell under its signal two sessions ago, at -2.05 versus -3.27.",
            ["-2.05", "-3.27"],
        ),
    ],
)
def test_compared_numbers(world: str, text: str, wrong: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong


def test_second_pair_is_in_the_order_of_the_first() -> None:
    text = "Amazon: 28.7x trailing earnings against 32.8x for Alphabet, and {} versus {} on forward numbers."
    facts = application_worlds()["app/b_giants"]
    assert check_figures(text.format("26.2x", "31.7x"), facts).supported == 4
    assert len(check_figures(text.format("31.7x", "26.2x"), facts).misattributed) == 2


@pytest.mark.parametrize(
    ("question", "text", "wrong"),
    [
        ("visa vs mastercard", "Visa's net margin is bigger, 26.3% against 8.3%.", []),
        ("visa vs mastercard", "Visa's net margin is bigger, 8.3% against 26.3%.", ["8.3%", "26.3%"]),
        ("is gm dear", "It costs 20.9 times earnings.", []),
        ("is it dear", "It costs 20.9 times earnings.", ["20.9 times"]),
    ],
)
def test_question_names_what_is_compared(question: str, text: str, wrong: list[str]) -> None:
    world = "e_makers" if "dear" in question else "cards"
    check = check_figures(text, application_worlds()["app/" + world], question)
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong
