"""Citations beside numbers."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Lockheed's payout ratio is 14.2% [9].", []),
        ("Lockheed's payout ratio is 14.2% [6].", ["[6]"]),
        # The number is another company's: the citation of Lockheed's figures is no second mistake.
        ("Lockheed's payout ratio is 41.6% [9].", ["41.6%"]),
        ("Lockheed's payout ratio is 14.2% [99].", ["[99]"]),
    ],
)
def test_citation_of_a_wrong_number_is_not_listed_as_well(text: str, wrong: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/e_makers"])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong
