"""Ages and other spans of time, counted from the moment of the facts."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Visa reported its results 16 days ago, on 4 November.", []),
        ("Visa reported its results 26 days ago.", ["26 days"]),
        ("Visa hat vor 16 Tagen berichtet.", []),
        ("Visa reports again in about three months, between 14 and 18 February 2027.", []),
    ],
)
def test_age_of_a_report(text: str, wrong: list[str]) -> None:
    check = check_figures(text, application_worlds()["app/cards"])
    assert [mark.text for mark in (*check.unsupported, *check.misattributed)] == wrong


def test_duration_of_a_headline_is_known_in_another_language() -> None:
    text = "El contrato de Intel de 4.600 millones de dólares abarca {} años."
    facts = application_worlds()["app/a_networks"]
    assert not check_figures(text.format("cuatro"), facts).unsupported
    assert [mark.text for mark in check_figures(text.format("siete"), facts).unsupported] == ["siete años"]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Apple's contract runs for 12 years.", []),
        ("Apple's 12-year contract was signed.", []),
        ("Apple's contract runs for 2 years.", ["2 years"]),
        ("It was signed 25 days after the talks.", []),
        ("It was signed 5 days after the talks.", ["5 days"]),
    ],
)
def test_duration_is_known_by_whole_words(text: str, wrong: list[str]) -> None:
    facts = [
        {"symbol": "AAPL", "name": "Apple Inc.", "text": "Apple signed it for 12 years, 25 days after talks."}
    ]
    assert [mark.text for mark in check_figures(text, facts).unsupported] == wrong


@pytest.mark.parametrize(
    ("text", "unsupported"),
    [
        ("The two quarters before that, Lockheed fell short by 2.11% and 0.87%.", []),
        ("Lockheed's margin held up for 15 quarters.", ["15 quarters"]),
        ("SK하이닉스의 3년간 매출 증가율은 35.4%입니다.", []),
    ],
)
def test_as_many_years_or_quarters_as_the_facts_have(text: str, unsupported: list[str]) -> None:
    world = "app/f_aero" if text.isascii() else "app/f_wafers"
    check = check_figures(text, application_worlds()[world])
    assert [mark.text for mark in check.unsupported] == unsupported


@pytest.mark.parametrize(("count", "unsupported"), [(17, []), (27, ["27 sessions"])])
def test_age_of_a_cross_of_averages(count: int, unsupported: list[str]) -> None:
    text = f"The Nasdaq's 50-day average crossed below the 200-day average {count} sessions ago."
    check = check_figures(text, application_worlds()["app/f_indices"])
    assert [mark.text for mark in check.unsupported] == unsupported


@pytest.mark.parametrize(("day", "unsupported"), [(14, []), (24, ["24 février 2026"])])
def test_day_of_the_next_publication(day: int, unsupported: list[str]) -> None:
    text = f"La prochaine publication d'Airbus est confirmée pour le {day} février 2026."
    check = check_figures(text, application_worlds()["app/f_aero"])
    assert [mark.text for mark in check.unsupported] == unsupported
