"""Amounts that follow from others by a count: shares, years, the change of the market value."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    ("world", "text"),
    [
        ("msft", "50 shares of Microsoft are worth $30,854.50 and lost $145 on Friday."),
        (
            "retail",
            "If you had bought 20 McDonald's shares at the 52-week low of $325.30, you'd have paid $6,506.",
        ),
        ("retail", "Nike's dividend bill is 1.49 billion shares times $1.11, or $1.65B."),
        ("pharma", "J&J pays $4.74 a share, which at 2.41 billion shares costs $11.4 billion."),
        ("a_networks", "Intel's order is worth $4.6 billion. Over four years, that is $1.15 billion a year."),
        ("retail", "McDonald's gained $9.54, adding about $6.8 billion to its market value."),
    ],
)
def test_amount_that_follows_is_supported(world: str, text: str) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert check.stated == check.supported > 0, check.marks


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        ("msft", "50 shares of Microsoft are worth $38,054.50.", "$38,054.50"),
        ("retail", "Nike's dividend bill is 1.49 billion shares times $1.11, or $1.95B.", "$1.95B"),
        (
            "retail",
            "McDonald's gained $9.54, adding about $8.6 billion to its market value.",
            "$8.6 billion",
        ),
        (
            "retail",
            "McDonald's gained $9.54, wiping out about $8.6 billion of market value.",
            "$8.6 billion",
        ),
    ],
)
def test_wrong_amount_is_listed(world: str, text: str, wrong: str) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert wrong in [mark.text for mark in (*check.unsupported, *check.misattributed)], check.marks


@pytest.mark.parametrize(
    ("text", "supported"),
    [
        ("3 Apple shares would cost $751.50.", True),
        ("3 million Apple shares would cost $751.5 million.", True),
        ("3.5 million Apple shares would cost $876.75 million.", True),
        ("3 million Apple shares would cost $751.50.", False),
    ],
)
def test_count_of_shares_has_its_scale(text: str, supported: bool) -> None:
    facts = [{"symbol": "AAPL", "name": "Apple Inc.", "price": 250.50, "currency": "USD"}]
    check = check_figures(text, facts)
    amount = next(mark for mark in check.marks if "$" in mark.text)
    assert (amount.verdict == "supported") is supported


@pytest.mark.parametrize(
    ("amount", "wrong"),
    [
        ("about $880 million", []),
        ("$880 million", ["$880 million"]),
        ("about $830 million", ["$830 million"]),
    ],
)
def test_amount_that_is_only_near_is_rounded(amount: str, wrong: list[str]) -> None:
    text = f"Lockheed's dividend on 237 million shares costs {amount}."
    check = check_figures(text, application_worlds()["app/e_makers"])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong
