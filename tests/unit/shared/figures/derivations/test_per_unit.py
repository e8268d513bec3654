"""Amounts per share and per employee."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    ("world", "text"),
    [
        ("msft", "Microsoft's cash per share is $46.58; debt per share $26.53."),
        ("msft", "Microsoft's cash exceeds its debt by $148.92 billion, which is $20.04 a share."),
        (
            "msft",
            (
                "Each of Microsoft's 146,005 employees generates $3.05 million in revenue and "
                "$594,000 in profit."
            ),
        ),
        ("cards", "Mastercard's free cash flow of $14.61 billion works out to $15.92 a share."),
        ("retail", "Nike generates $638,900 of revenue per employee, Costco $564,000."),
        ("nvda_amd", "Per head, that is $5.7 million of revenue for Nvidia and $2.9 million for AMD."),
        ("retail", "Nike erzielt pro Mitarbeiter 639.000 Dollar Umsatz, Costco 564.000 Dollar."),
    ],
)
def test_amount_per_unit_is_supported(world: str, text: str) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert check.stated == check.supported > 0, check.marks


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        ("msft", "Microsoft's debt per share is $36.53.", "$36.53"),
        (
            "msft",
            "Each of Microsoft's 146,005 employees generates $4.05 million in revenue.",
            "$4.05 million",
        ),
        ("cards", "Mastercard's free cash flow of $14.61 billion works out to $19.52 a share.", "$19.52"),
    ],
)
def test_wrong_amount_per_unit_is_listed(world: str, text: str, wrong: str) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert wrong in [mark.text for mark in (*check.unsupported, *check.misattributed)], check.marks


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        ("e_makers", "Honeywell's net cash of $9.7 billion is $14.94 a share.", []),
        ("e_makers", "Honeywell's net cash of $9.7 billion is $41.94 a share.", ["$41.94"]),
    ],
)
def test_whole_of_the_text_is_rounded(world: str, text: str, wrong: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong
