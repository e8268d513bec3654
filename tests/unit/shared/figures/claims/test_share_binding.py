"""Shares that are written out, comparisons that are no valuation, yields of cash flow."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Visa spent 23% of operating cash flow on capex ($5.59 billion of $24.65 billion) in 2025.", []),
        (
            "Visa spent 23% of operating cash flow on capex ($5.95 billion of $24.65 billion) in 2025.",
            ["$5.95 billion"],
        ),
        ("Visa's free cash flow of $19.81 billion is a yield of just over 3%.", []),
        ("Visa's free cash flow of $19.81 billion is a yield of just over 5%.", ["5%"]),
        ("Mastercard's revenue is three times as large as Visa's.", []),
        ("Mastercard's revenue is six times as large as Visa's.", ["six times"]),
    ],
)
def test_part_and_whole(text: str, wrong: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/cards"])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong


@pytest.mark.parametrize(
    ("share", "wrong"), [("less than 3%", []), ("less than 2%", ["2%"]), ("more than 5%", ["5%"])]
)
def test_share_with_a_bound_is_no_bound_of_a_metric(share: str, wrong: list[str]) -> None:
    text = "Lockheed won an order of $4.9 billion, {} of a backlog that stands at $179 billion."
    check = check_figures(text.format(share), application_worlds()["app/e_makers"])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong
