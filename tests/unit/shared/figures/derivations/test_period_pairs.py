"""One metric in two periods."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    ("world", "text"),
    [
        ("cards", "Visa's free cash flow came to $19.06 billion, 5.1% more than in 2024."),
        ("cards", "Visa earned $2.69 a share, 5.1% more than a year ago."),
        (
            "pharma",
            (
                "Pfizer earned $0.45 in the third quarter, five cents (12.5%) more than in the same "
                "quarter of 2025."
            ),
        ),
        (
            "msft",
            (
                "Microsoft's EPS of $3.00 was 9.9% higher than a year earlier and 16 cents above the "
                "previous quarter."
            ),
        ),
        ("msft", "Microsoft's long-term debt went up by $16.08 billion to $180.32 billion."),
        ("msft", "Since 1 October Microsoft has risen from $568.49 to $617.09, a gain of $48.60."),
        ("cards", "Visa's September-quarter EPS came to $2.69. Year-over-year growth was 5.1%."),
        ("cards", "Compared with $2.56 a year ago, Visa's EPS rose 5.1%."),
        ("cards", "In 2027, Visa's EPS should rise by 5.1% to $11.23."),
    ],
)
def test_change_between_periods_is_supported(world: str, text: str) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert check.stated == check.supported > 0, check.marks


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        ("cards", "Visa's free cash flow came to $19.06 billion, 7.1% more than in 2024.", "7.1%"),
        ("cards", "Visa earned $2.69 a share, 9.1% more than a year ago.", "9.1%"),
        (
            "msft",
            "Microsoft verdiente 3,00 Dollar je Aktie, 19,9 Prozent mehr als im Vorjahr.",
            "19,9 Prozent",
        ),
        (
            "msft",
            "Microsoft's long-term debt went down by $16.08 billion to $180.32 billion.",
            "$16.08 billion",
        ),
        ("cards", "Compared with $2.56 a year ago, Visa's EPS rose 7.1%.", "7.1%"),
        ("cards", "In 2027, Visa's EPS should rise by 9.1% to $11.23.", "9.1%"),
    ],
)
def test_wrong_change_is_listed(world: str, text: str, wrong: str) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert wrong in [mark.text for mark in (*check.unsupported, *check.misattributed)], check.marks


def test_growth_is_that_of_the_mean_estimate() -> None:
    text = "Analysts expect Petrobras to earn R$1.42 in 2026, {} more than the R$1.28 expected for 2025."
    facts = application_worlds()["app/f_latam"]
    right = check_figures(text.format("11%"), facts)
    assert right.stated == right.supported == 3
    assert [mark.text for mark in check_figures(text.format("18%"), facts).misattributed] == ["18%"]
