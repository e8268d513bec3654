"""A rare pattern finds what a compiled one finds."""

import re

import pytest

from shared.figures.reading.rare_pattern import Ending, RarePattern

TEXT = "Up 3 and up 45."


@pytest.mark.parametrize("span", [(), (3,), (1, 14)])
def test_finds_the_same(span: tuple[int, ...]) -> None:
    rare, compiled = RarePattern("UP ([0-9]+)", re.IGNORECASE), re.compile("UP ([0-9]+)", re.IGNORECASE)
    first, expected = rare.search(TEXT, *span), compiled.search(TEXT, *span)
    assert (first and first.span()) == (expected and expected.span())
    assert [one.span(1) for one in rare.finditer(TEXT, *span)] == [
        one.span(1) for one in compiled.finditer(TEXT, *span)
    ]
    assert bool(rare.match(TEXT, *span)) == bool(compiled.match(TEXT, *span))
    assert bool(rare.fullmatch(TEXT, *span)) == bool(compiled.fullmatch(TEXT, *span))


def test_is_compiled_on_first_use() -> None:
    broken = RarePattern("(")
    with pytest.raises(re.error):
        broken.search(TEXT)


@pytest.mark.parametrize("before", ["trades At ", "trades at\n", "at ", "that ", "trades ", "at", ""])
@pytest.mark.parametrize("behind", ["", "250.50"])
def test_an_ending_finds_the_same(before: str, behind: str) -> None:
    ending, compiled = Ending(r"\bat\s$", last="at"), re.compile(r"\bat\s$", re.IGNORECASE)
    span = (max(0, len(before) - 60), len(before))
    assert bool(ending.search(before + behind, *span)) == bool(compiled.search(before + behind, *span))
    assert bool(ending.search(before)) == bool(compiled.search(before))


def test_other_letters_spare_the_expression() -> None:
    assert Ending("(", last="at").search("trades for ") is None
