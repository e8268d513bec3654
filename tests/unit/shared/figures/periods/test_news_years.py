"""Years to come that contradict the news."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Siemens won an order for 90 trains, and deliveries begin in 2029.", []),
        ("Siemens won an order for 90 trains, and deliveries begin in 2027.", ["2027"]),
        ("Siemens won an order for 90 trains [8]. Deliveries begin in 2027.", ["2027"]),
        ("SAP trades at 30.2 times earnings. Growth may slow in 2027.", []),
    ],
)
def test_year_that_the_news_does_not_state_is_listed(text: str, wrong: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/germany"])
    assert [mark.text for mark in check.unsupported] == wrong


def test_year_of_an_estimate_is_no_year_of_the_news() -> None:
    text = "Visa should earn $11.23 a share in 2027."
    assert not check_figures(text, application_worlds()["app/cards"]).unsupported
