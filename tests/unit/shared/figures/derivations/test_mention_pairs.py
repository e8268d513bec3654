"""Distances between the price and what a sentence names."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    ("world", "text"),
    [
        ("pharma", "Lilly is 29.7% below its 52-week peak."),
        ("retail", "Costcos Kurs ist vom Jahrestief (578,76 Dollar) 11,3 % entfernt."),
        (
            "retail",
            "The most bullish analyst of Home Depot sees $529.23 (+42.7%), the most bearish $367.77 (−0.9%).",
        ),
        (
            "msft",
            (
                "The market value of Microsoft is 10.3 times revenue, 52.9 times net income and 58.8 "
                "times free cash flow."
            ),
        ),
        (
            "pharma",
            "J&J trades 12.1% below its 52-week high ($183.99). Pfizer is 19.8% below its own ($31.44).",
        ),
        ("cards", "Visa is 23.6% off its 52-week low, but 9.5% off its high."),
        ("cards", "Visa is 2.0% below its 50-day average, whereas Mastercard remains 2.0% above its own."),
    ],
)
def test_distance_is_supported(world: str, text: str) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert check.stated == check.supported > 0, check.marks


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        ("pharma", "Lilly is 39.7% below its 52-week peak.", "39.7%"),
        ("retail", "Home Depot is down 29.9% from its 52-week high of $487.67.", "29.9%"),
        (
            "retail",
            "Nike sits 13.7% above its 52-week low ($62.69) and 28.4% under its high ($90.65).",
            "28.4%",
        ),
        ("retail", "The most bearish analyst of Home Depot sees $367.77 (+0.9%).", "+0.9%"),
        (
            "pharma",
            "Pfizer earned $0.45 in the third quarter, five cents more than the consensus of $0.44.",
            "five cents",
        ),
        ("cards", "Visa is 33.6% off its 52-week low, but 9.5% off its high.", "33.6%"),
    ],
)
def test_wrong_distance_is_listed(world: str, text: str, wrong: str) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert wrong in [mark.text for mark in (*check.unsupported, *check.misattributed)], check.marks


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        ("a_finance", "Goldman is $84.77 (13.5%) above its 200-day average of $626.19.", []),
        ("a_finance", "Goldman is $48.77 (13.5%) above its 200-day average of $626.19.", ["$48.77"]),
        ("oil", "Exxon trades at $178.14, $0.70 short of the high of $178.84.", []),
        ("oil", "Exxon trades at $178.14, $0.90 short of the high of $178.84.", ["$0.90"]),
    ],
)
def test_distance_from_a_level(world: str, text: str, wrong: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/" + world])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong


def test_distance_is_that_of_the_price_of_now() -> None:
    text = "Vom 52-Wochen-Hoch bei 24.357,05 trennen den DAX inzwischen {}."
    facts = application_worlds()["app/f_indices"]
    assert not check_figures(text.format("9 %"), facts).unsupported
    assert [mark.text for mark in check_figures(text.format("19 %"), facts).unsupported] == ["19 %"]


def test_high_of_some_months_is_none_of_52_weeks() -> None:
    facts = application_worlds()["app/f_indices"]
    assert not check_figures("The 52-week high of Ether is $5,178.34.", facts).misattributed
    wrong = check_figures("The 52-week high of Ether is $4,910.15.", facts).misattributed
    assert [mark.text for mark in wrong] == ["$4,910.15"]
