"""Greetings among the words of a question."""

import pytest

from shared.chat.greetings import greetings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Good Morning Everyone, how is SAP?", ["Good Morning Everyone"]),
        ("Guten Abend zusammen", ["Guten Abend zusammen"]),
        ("Schönen Tag noch", ["Schönen Tag noch"]),
        ("Boa Tarde", ["Boa Tarde"]),
        ("Buonasera a tutti", ["Buonasera a tutti"]),
        ("Bonne soirée !", ["Bonne soirée"]),
        ("¡Buenas noches!", ["Buenas noches"]),
        ("Moin", ["Moin"]),
        ("My name is Ford Prefect, how is SAP?", ["My name is Ford Prefect"]),
        ("Ich heiße Meta und frage", ["Ich heiße Meta"]),
        ("HAPPY NEW YEAR", ["HAPPY NEW YEAR"]),
        # may begin a name: Hello Fresh
        ("Hello", []),
        ("is tonight a good moment", []),
    ],
)
def test_greetings(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in greetings(text)] == expected
