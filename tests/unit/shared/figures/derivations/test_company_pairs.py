"""One metric of two companies, in the order in which a sentence compares them."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    ("world", "text"),
    [
        ("cards", "Mastercard's revenue is 3.3 times Visa's, yet its net income is only 3.5% higher."),
        ("cards", "Visa's net margin is roughly three times Mastercard's."),
        ("cards", "Visa's market cap exceeds Mastercard's by $56 billion, or 10%."),
        ("cards", "Mastercard's ROE is 4.6 percentage points lower than Visa's."),
        (
            "banks",
            "The P/B of JPMorgan is 6.44, that of Goldman Sachs 3.00. That's more than twice as much.",
        ),
        ("oil", "Exxon is worth $782.03 billion. That's more than twice as much as Chevron."),
        (
            "oil",
            "Exxon ist 782,03 Milliarden Dollar wert, mehr als doppelt so viel wie Chevron.",
        ),
        ("oil", "Exxon ist 782,03 Mrd. wert und Chevron 283,11 Mrd. Das ist mehr als doppelt so viel."),
        ("oil", "Exxon vale 782.030 millones y Chevron 283.110 millones. Es más del doble."),
        ("oil", "Exxon vaut 782,03 milliards et Chevron 283,11 milliards, plus de deux fois plus."),
    ],
)
def test_comparison_is_supported(world: str, text: str) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert check.stated == check.supported > 0, check.marks


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        ("cards", "Mastercard's market cap exceeds Visa's by $56 billion.", "$56 billion"),
        ("cards", "Mastercard's ROE is 4.6 percentage points higher than Visa's.", "4.6 percentage points"),
        ("cards", "Visa's net margin is roughly five times Mastercard's.", "five times"),
        ("banks", "JPMorgan is worth more than five times as much as Goldman Sachs.", "five times"),
        (
            "oil",
            "Exxon is worth $782.03 billion. It's more than three times as much as Chevron.",
            "three times",
        ),
        ("oil", "Exxon is worth more than four times as much as Chevron.", "four times"),
        ("banks", "JPMorgan is worth more than twice as much as Goldman Sachs.", "twice"),
        (
            "retail",
            (
                "Costco is the bigger business by sales ($155.3B vs. Home Depot's $76.4B, about three "
                "times as much)."
            ),
            "three times",
        ),
    ],
)
def test_wrong_comparison_is_listed(world: str, text: str, wrong: str) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert wrong in [mark.text for mark in (*check.unsupported, *check.misattributed)], check.marks
