"""Shares in percent, and the rest of a whole."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    ("world", "text"),
    [
        (
            "cards",
            "Capex ate up 23% of Visa's operating cash flow in 2025 ($5.59 billion of $24.65 billion).",
        ),
        (
            "cards",
            (
                "Roughly 62% of Visa's free cash flow ($11.81 billion of $19.06 billion) went into "
                "buybacks and another 21% into dividends."
            ),
        ),
        ("pharma", "R&D consumed 3.8% of Lilly's FY2025 sales, SG&A another 2.1%."),
        ("msft", "Microsoft's dividend costs 18% of its earnings, so 82% is kept."),
        ("msft", "Microsoft is 69% of the way from its 52-week low to its 52-week high."),
        ("pharma", "The Pfizer cost programme was enlarged by $1.2 billion to $7.2 billion, i.e. by 20%."),
        (
            "msft",
            "Microsoft holds $328.79 billion of cash and short-term investments, or 57% of total assets.",
        ),
        ("pharma", "R&D accounts for 3.8% of Lilly's 2025 revenue ($13.25 billion)."),
    ],
)
def test_share_is_supported(world: str, text: str) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert check.stated == check.supported > 0, check.marks


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        (
            "cards",
            "Capex ate up 33% of Visa's operating cash flow in 2025 ($5.59 billion of $24.65 billion).",
            "33%",
        ),
        (
            "cards",
            (
                "Roughly 62% of Visa's free cash flow ($11.81 billion of $19.06 billion) went into "
                "buybacks and another 31% into dividends."
            ),
            "31%",
        ),
        ("msft", "Microsoft's free cash flow of $78.04 billion is 95% of net income.", "95%"),
        ("msft", "Microsoft is 96% of the way from its 52-week low to its 52-week high.", "96%"),
        (
            "pharma",
            "The Pfizer cost programme was enlarged by $1.2 billion to $7.2 billion, i.e. by 25%.",
            "25%",
        ),
        ("pharma", "R&D accounts for 5.8% of Lilly's 2025 revenue ($13.25 billion).", "5.8%"),
    ],
)
def test_wrong_share_is_listed(world: str, text: str, wrong: str) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert wrong in [mark.text for mark in (*check.unsupported, *check.misattributed)], check.marks
