"""Names with a capital that are no company."""

import pytest

from shared.chat.no_company_names import has_head, is_numbered, is_part_of_other_name, is_person
from shared.symbols.name_text import words_of


@pytest.mark.parametrize(
    ("text", "first", "last", "person"),
    [
        ("Peter Schiff", 0, 2, True),
        ("CEO Dubois", 1, 2, True),
        ("Peter Zwack Inc", 0, 3, False),
        ("Charles Schwab stock", 0, 2, False),
        ("Zorblax Industries", 0, 2, False),
        ("Peter", 0, 1, False),
        ("the turnaround under Smith", 3, 4, True),
    ],
)
def test_person(text: str, first: int, last: int, person: bool) -> None:
    assert is_person(words_of(text), first, last) is person


def test_head_of_a_company() -> None:
    assert has_head(words_of("the CEO of Zorblatt"), 3)
    assert not has_head(words_of("the price of Zorblatt"), 3)


def test_law_or_form() -> None:
    assert is_numbered(words_of("Chapter 11"), 0, 2)
    assert is_numbered(words_of("Form 10"), 0, 1)
    assert not is_numbered(words_of("Zorblax 11"), 0, 2)


@pytest.mark.parametrize(
    ("text", "index", "part"),
    [("Christmas Eve", 1, True), ("New York Times", 2, True), ("christmas Eve", 1, False), ("Eve", 0, False)],
)
def test_part_of_another_name(text: str, index: int, part: bool) -> None:
    assert is_part_of_other_name(text, words_of(text), index, index + 1) is part
