"""Which way a number is said to have moved."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    ("text", "misattributed"),
    [
        ("Die Aktie von Nestlé gab 0,76 Prozent auf 81,26 Franken nach.", []),
        ("Die Aktie von Nestlé legte 0,76 Prozent auf 81,26 Franken zu.", ["0,76 Prozent"]),
        ("Die Aktie von Nestlé gab um 0,76 Prozent nach.", []),
    ],
)
def test_verb_in_two_parts_around_change_and_level(text: str, misattributed: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/a_europe"])
    assert [mark.text for mark in check.misattributed] == misattributed
    assert not check.unsupported


@pytest.mark.parametrize(
    ("text", "misattributed"),
    [
        ("Ether is at $4,713, down 1.4% over the day after a gain in the weeks before.", []),
        ("Ether is at $4,713, up 1.4% over the day.", ["1.4%"]),
    ],
)
def test_word_that_begins_a_span_of_time_tells_no_direction(text: str, misattributed: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/f_indices"])
    assert [mark.text for mark in check.misattributed] == misattributed
