"""Figures that follow from the values of several periods, or of several holders."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.blind_worlds import blind_worlds


@pytest.mark.parametrize(
    ("world", "text"),
    [
        ("tesla", "Together, the last three quarters brought $1.17 per share."),
        ("walmart", "Over the three years, net income averaged $18.9 billion."),
        ("walmart", "Over the last two years together, net income was $41.3 billion."),
        ("walmart", "Over two years revenue compounded at 4.9% a year."),
        ("costco", "The three largest holders own 21.7% together."),
        ("costco", "The two largest holders own 17.6% together."),
    ],
)
def test_sum_average_and_growth_over_periods_are_supported(world: str, text: str) -> None:
    check = check_figures(text, blind_worlds()[world])
    assert check.stated == check.supported == 1, check.marks


@pytest.mark.parametrize(
    ("world", "text"),
    [
        ("tesla", "Together, the last three quarters brought $1.71 per share."),
        ("walmart", "Over the three years, net income averaged $19.8 billion."),
        ("walmart", "Over two years revenue compounded at 9.4% a year."),
        ("costco", "The three largest holders own 27.1% together."),
    ],
)
def test_wrong_result_is_listed(world: str, text: str) -> None:
    check = check_figures(text, blind_worlds()[world])
    assert check.stated == 1
    assert check.supported == 0
