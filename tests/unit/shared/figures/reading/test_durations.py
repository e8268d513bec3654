"""Durations in words of several languages."""

import re

import pytest

from shared.figures.reading.durations import find_durations
from shared.figures.reading.lexicon import fold


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("over eleven months", [11]),
        ("seit elf Jahren", [11]),
        ("in undici mesi", [11]),
        ("por duas semanas", [2]),
        ("fifty-two weeks", [52]),
        ("a week, uma semana, eine Woche", []),
    ],
)
def test_count_in_words_is_read_and_an_article_counts_nothing(text: str, numbers: list[float]) -> None:
    keys = {fold(word) for word in re.findall(r"\w+", text)}
    assert [duration.number for duration in find_durations(text, keys)] == numbers
