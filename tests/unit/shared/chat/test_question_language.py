"""The language of a question by its function words."""

import pytest

from shared.chat.question_language import language_of
from shared.symbols.name_text import words_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("what did uber earn last year", "en"),
        ("wie läuft uber gerade", "de"),
        ("pourquoi meta baisse", "fr"),
        ("¿cómo va meta hoy?", "es"),
        ("como está a vale hoje, subiu?", "pt"),
        ("come va meta oggi", "it"),
        ("nee danke", "de"),
        ("vale, gracias", "es"),
        ("ti ringrazio", "it"),
        ("voo vti", "en"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert language_of(words_of(text)) == language
