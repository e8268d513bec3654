"""Numbers that follow from others of the text, or from parts of a year."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        ("msft", "Microsoft pays $2.13 a year, or $0.53 a quarter.", []),
        ("msft", "Microsoft pays $2.13 a year, or $0.83 a quarter.", ["$0.83"]),
        ("cards", "Visa's ATR is $9.33, or 3.0%.", []),
        ("cards", "Visa's ATR is $9.33, or 6.0%.", ["6.0%"]),
        ("msft", "Microsoft's three largest institutions hold 17.8%.", []),
        ("msft", "Microsoft's three largest institutions hold 19.8%.", ["19.8%"]),
        ("e_income", "Since December 31, when it closed at £45.17, Unilever has lost 0.8%.", []),
        ("e_income", "Since December 31, when it closed at £45.17, Unilever has gained 0.8%.", ["0.8%"]),
    ],
)
def test_numbers_of_the_text(world: str, text: str, wrong: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        (
            "e_makers",
            "GM has $7.4 billion of cash and $1.4 billion of debt. That leaves it $5.9 billion.",
            [],
        ),
        (
            "e_makers",
            "GM has $7.4 billion of cash and $1.4 billion of debt. That leaves it $5.4 billion.",
            ["$5.4 billion"],
        ),
        ("pharma", "Pfizer's P/E of 14.7 compares with 19.0 at Johnson & Johnson, a discount of 22%.", []),
    ],
)
def test_writer_computes_with_all_digits(world: str, text: str, wrong: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong
