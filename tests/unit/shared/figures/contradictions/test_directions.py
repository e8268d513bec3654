"""Directions that words give a number, and marks of the RSI that are not reached."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Visa gab um 0,82 Prozent nach, Mastercard legte um 1,72 Prozent zu.", []),
        ("Mastercard gab um 1,72 Prozent nach.", ["1,72 Prozent"]),
        ("Mastercard's RSI of 55.4 is closing in on 70, but not there yet.", []),
        ("Mastercard's RSI of 55.4 is above 60.", ["60"]),
        ("Visa is 23.6% off its 52-week low.", []),
    ],
)
def test_direction(text: str, wrong: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/cards"])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        ("e_income", "After a rally to $45.24 in early December, Verizon sold off.", []),
        ("e_income", "Verizon rallied to $38.74.", ["$38.74"]),
    ],
)
def test_changes_of_today_say_nothing_of_another_day(world: str, text: str, wrong: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        ("e_saas", "Shopify's mean target of $111.53 is below the current price.", []),
        ("e_saas", "Shopify's mean target of $111.53 is above the current price.", ["$111.53"]),
        ("e_makers", "Honeywell's mean target of $225.19 is 5% below the market.", []),
        ("e_makers", "Honeywell's mean target of $225.19 is 5% above the market.", ["5%"]),
        ("e_saas", "Intuit's diluted EPS was $20.63 in 2025.", []),
        ("e_saas", "Intuit's diluted EPS was $20.84 in 2025.", ["$20.84"]),
        ("e_saas", "Intuit's basic EPS was $20.84 in 2025.", []),
        ("e_makers", "Over six months, Lockheed fell to $565.43, with a low of $539.83.", []),
        ("e_makers", "Over six months, Lockheed fell to $565.43, with a low of $500.42.", ["$500.42"]),
        ("e_makers", "Honeywell has net cash of $9.7 billion.", []),
        ("e_makers", "Honeywell has net cash of -$9.7 billion.", ["-$9.7 billion"]),
    ],
)
def test_level_is_on_the_side_of_the_price_that_is_said(world: str, text: str, wrong: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong
