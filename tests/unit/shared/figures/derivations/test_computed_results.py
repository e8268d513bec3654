"""Numbers that are only said to be near follow from two numbers of the text."""

from typing import Any

import pytest

from shared.figures.checker import check_figures

BANK: dict[str, Any] = {
    "symbol": "JPM",
    "name": "JPMorgan Chase & Co.",
    "currency": "USD",
    "price": 300.0,
    "market_cap": 810e9,
    "revenue": 180e9,
    "net_income": 58e9,
    "dividend_yield": 2.0,
    "news": "JPMorgan will spend $18 billion on technology and shed 55% of 4,000 branches.",
}


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        ("JPMorgan spends $18 billion on technology, a little over {} of sales.", "9%", "7%"),
        ("JPMorgan is worth $810 billion. It spends $18 billion, for a bank of that size roughly {}.",
         "2%", "9%"),
        ("JPMorgan earned $58 billion on revenue of $180 billion; the second is about {} the first.",
         "three times", "seven times"),
    ],
)  # fmt: skip
def test_number_that_is_said_to_be_near_follows_from_two_others(text: str, right: str, wrong: str) -> None:
    check = check_figures(text.format(right), [BANK])
    assert check.supported == check.stated
    check = check_figures(text.format(wrong), [BANK])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == [wrong]


def test_what_the_facts_have_is_compared_with_that_alone() -> None:
    check = check_figures("JPMorgan earned $58 billion. The dividend yield is about 2.7%.", [BANK])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == ["2.7%"]
