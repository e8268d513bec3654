"""Sums and averages of what a sentence states, or of several companies."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    ("world", "text"),
    [
        (
            "cards",
            (
                "Visa returned $15.87 billion to shareholders in FY 2025: $11.81 billion of buybacks "
                "and $4.06 billion of dividends."
            ),
        ),
        ("cards", "The two companies together are worth $1.16 trillion and earn $42.46 billion."),
        ("retail", "The average P/E of the four is 22.7."),
        ("msft", "Microsoft's last four quarters add up to $11.56 ($3.00 + $2.84 + $2.66 + $3.06)."),
    ],
)
def test_sum_is_supported(world: str, text: str) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert check.stated == check.supported > 0, check.marks


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        (
            "cards",
            (
                "Visa returned $17.87 billion to shareholders in FY 2025: $11.81 billion of buybacks "
                "and $4.06 billion of dividends."
            ),
            "$17.87 billion",
        ),
        ("cards", "The two companies together are worth $1.36 trillion.", "$1.36 trillion"),
        ("retail", "The average P/E of the four is 24.7.", "24.7"),
    ],
)
def test_wrong_sum_is_listed(world: str, text: str, wrong: str) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert wrong in [mark.text for mark in (*check.unsupported, *check.misattributed)], check.marks


def test_average_without_a_named_company_is_of_none() -> None:
    text = "The decline to $175.72 is more than twice the average daily range of $4.89."
    check = check_figures(text, application_worlds()["app/h_banks"])
    assert check.stated == 3
