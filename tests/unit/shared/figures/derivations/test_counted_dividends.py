"""How many dividends the facts list, and what they come to."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Over the 12 payments listed, Lockheed's holders collected $11.16 per share.", []),
        ("Over the 10 payments listed, Lockheed's holders collected $11.16 per share.", ["$11.16"]),
        ("Each of Lockheed's last twelve dividends was $0.93.", []),
    ],
)
def test_count_is_compared_with_the_dividends_of_the_facts(text: str, marked: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/f_aero"])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == marked
