"""Figures that follow from the values of several periods, or of several holders."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds
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
        ("costco", "The top three holders own 21.7%."),
        ("costco", "Los tres mayores accionistas poseen el 21,7 % en total."),
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
        ("costco", "The three largest holders own 17.6% together."),
        ("costco", "The top two holders own 21.7% together."),
    ],
)
def test_wrong_result_is_listed(world: str, text: str) -> None:
    check = check_figures(text, blind_worlds()[world])
    assert check.stated == 1
    assert check.supported == 0


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("The two largest holders own 17.6%, the three largest 21.7%.", []),
        ("The two largest holders own 21.7%, the three largest 17.6%.", ["21.7%", "17.6%"]),
        ("Of the stock 17.6% belongs to the two largest holders, 21.7% to the three largest.", []),
    ],
)
def test_each_sum_is_of_as_many_holders_as_are_said_of_it(text: str, wrong: list[str]) -> None:
    check = check_figures(text, blind_worlds()["costco"])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        ("e_saas", "Among Shopify's holders, the top two control 14.7% together.", []),
        ("e_saas", "Among Shopify's holders, the top two control 15.7% together.", ["15.7%"]),
    ],
)
def test_word_for_a_group_is_no_high(world: str, text: str, wrong: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        ("cards", "Over the past two fiscal years, Visa has bought back $23.04 billion of its stock.", []),
        (
            "cards",
            "Over the past two fiscal years, Visa has bought back $32.04 billion of its stock.",
            ["$32.04 billion"],
        ),
    ],
)
def test_amount_of_several_years_is_a_sum(world: str, text: str, wrong: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong
