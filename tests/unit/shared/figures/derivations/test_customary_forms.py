"""Surprises, multiples of estimates and distances that are carried on."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    ("world", "text"),
    [
        ("pharma", "Pfizer earned $0.45 in the third quarter, a cent more than the consensus of $0.44."),
        ("msft", "Microsoft missed by 5 cents in the March quarter ($2.66 vs $2.71)."),
        ("cards", "Auf Basis der Schätzung für 2027 (11,23 Dollar) sinkt das KGV von Visa auf 27,7."),
        ("cards", "Visa's beta of 1.19 means it moves about 19% more than the market."),
        (
            "retail",
            (
                "| Stock | Price | vs. 52w high |\n|---|---|---|\n| Nike | $71.27 | -21.4% |\n| "
                "Costco | $644.19 | -17.3% |"
            ),
        ),
        (
            "retail",
            (
                "The target for Nike is 11.0% above its price. Costco comes first with 51.1%, Home "
                "Depot second with 20.9%."
            ),
        ),
        ("cards", "Visa earned $2.57 in June 2026, 3.6% more than expected."),
        ("lvmh", "Consensus EPS: €24.38 for 2026, €26.34 for 2027. On the latter it trades at 15.7 times."),
    ],
)
def test_customary_form_is_supported(world: str, text: str) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert check.stated == check.supported > 0, check.marks


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        ("msft", "Microsoft beat by 5 cents in the March quarter ($2.66 vs $2.71).", "5 cents"),
        (
            "cards",
            "Auf Basis der Schätzung für 2027 (11,23 Dollar) sinkt das KGV von Visa auf 24,7.",
            "24,7",
        ),
        ("retail", "| Stock | Price | vs. 52w high |\n|---|---|---|\n| Nike | $71.27 | -31.4% |", "-31.4%"),
        ("retail", "The target for Nike is 11.0% above its price. Costco comes first with 61.1%.", "61.1%"),
        ("cards", "Visa earned $2.57 in June 2026, 3.6% less than expected.", "3.6%"),
    ],
)
def test_wrong_customary_form_is_listed(world: str, text: str, wrong: str) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert wrong in [mark.text for mark in (*check.unsupported, *check.misattributed)], check.marks
