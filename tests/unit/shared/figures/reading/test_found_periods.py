"""Spans of days are two dates, and what only looks like one is none."""

import re

import pytest

from shared.figures.reading.found_periods import find_periods
from shared.figures.reading.lexicon import fold


def dates(text: str) -> list[str]:
    keys = {fold(word) for word in re.findall(r"\w+", text)}
    return [str(mention.period) for mention in find_periods(text, keys)]


@pytest.mark.parametrize(
    "text",
    [
        "expected between February 14 and 18, 2027",
        "on February 14–18, 2027",
        "February 14 to 18, 2027",
        "from 14 to 18 February 2027",
        "between 14 and 18 February 2027",
        "du 14 au 18 février 2027",
        "zwischen 14. und 18. Februar 2027",
        "entre el 14 y el 18 de febrero de 2027",
    ],
)
def test_span_of_days_is_its_two_days(text: str) -> None:
    assert dates(text) == ["2027-02-14", "2027-02-18"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("On May 3 and 18 analysts agreed", ["05-03"]),
        ("It rose on May 3 to 18 dollars", ["05-03"]),
        ("between May 3 and 18", ["05-03", "05-18"]),
        ("In May 2026 sales rose 14 to 18 percent", ["2026-05"]),
        ("May 14 to 18% growth", ["05-14"]),
        ("from $14 to 18 March 2026", ["2026-03-18"]),
    ],
)
def test_number_behind_a_date_is_a_date_only_in_a_span(text: str, expected: list[str]) -> None:
    assert dates(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Management set 2026 revenue guidance of $60 billion", []),
        ("It set 12 targets", []),
        ("Two years ago 2024 was weak", []),
        ("5 out of 7 analysts", []),
        ("set. 2026", ["2026-09"]),
        ("em set 2026", ["2026-09"]),
        ("ago de 2026", ["2026-08"]),
        ("12 out 2026", ["2026-10-12"]),
        ("12 de set. de 2026", ["2026-09-12"]),
        ("entre 3 e 5 out 2026", ["2026-10-03", "2026-10-05"]),
    ],
)
def test_short_month_that_is_an_english_word_needs_more_than_a_year(text: str, expected: list[str]) -> None:
    assert dates(text) == expected
