"""Values of another year, quarter or name than the results and names beside them."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds

YEAR = "Marriott's 2025 revenue was $26.19 billion{} net income {}."
START = "In 2025 Marriott's net income rose to $2.60 billion from {}."
INDITEX = "I ricavi di Inditex sono stati di 27,28 miliardi (24,62 nel 2024)."
JUMP = "Marriott earned {} a share last quarter, against the $2.44 that analysts expected."


@pytest.mark.parametrize(
    ("world", "text", "wrong"),
    [
        ("application_beacon_hotels", YEAR.format(" and its", "$2.60 billion"), []),
        ("application_beacon_hotels", YEAR.format(" and its", "$2.38 billion"), ["$2.38 billion"]),
        ("application_beacon_hotels", YEAR.format(".", "of $2.72 billion"), ["$2.72 billion"]),
        ("application_beacon_hotels", "In 2025 Marriott earned $9.48 a share.", []),
        ("application_beacon_hotels", "In 2025 Marriott earned $2.58 a share.", ["$2.58"]),
        ("application_beacon_hotels", START.format("$2.38 billion"), []),
        ("application_beacon_hotels", JUMP.format("$2.52"), []),
        ("application_beacon_hotels", JUMP.format("$2.58"), ["$2.58"]),
        ("application_beacon_hotels", "Marriott closed at $302.18, up 1.59%.", []),
        ("application_beacon_hotels", "Marriott trades at 25.8 times forward earnings.", []),
        ("application_beacon_hotels", "Marriott trades at 19.4 times forward earnings.", ["19.4 times"]),
        ("application_beacon_hotels", "Marriott's enterprise value is $80.62 billion.", ["$80.62 billion"]),
        (
            "application_beacon_hotels",
            "Das durchschnittliche Kursziel für Marriott liegt bei 370 Dollar.",
            ["370 Dollar"],
        ),
        ("d_iberia", INDITEX, []),
    ],
)
def test_value_of_another_period_or_name_is_marked(world: str, text: str, wrong: list[str]) -> None:
    check = check_figures(text, application_worlds()[f"app/{world}"])
    assert [mark.text for mark in check.misattributed] == wrong
    assert not check.unsupported
