"""A rare pattern finds what a compiled one finds."""

import re

import pytest

from shared.figures.reading.lexicon import tokens
from shared.figures.reading.period_patterns import MONTHS, NAMED_MONTH
from shared.figures.reading.rare_pattern import Ending, RarePattern, WordPattern

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


def _keys(text: str) -> set[str]:
    return {token.key for token in tokens(text)}


@pytest.mark.parametrize("text", ["at THE END of July", "Ende Juli", "am Ende", "July"])
def test_pattern_of_words_is_found_where_the_expression_is(text: str) -> None:
    """It is found in each text that its expression is found in."""
    ends = WordPattern(r"\b(?:the end|am Ende)\b", words="end Ende")
    compiled = re.compile(r"\b(?:the end|am Ende)\b", re.IGNORECASE)
    assert ends.is_in(text, _keys(text)) == (compiled.search(text) is not None)
    assert ends.is_in(text, _keys(text), 8) == (compiled.search(text, 8) is not None)


def test_pattern_of_words_is_only_looked_for_where_a_word_is() -> None:
    """A text without its words is not searched."""
    assert not WordPattern("(", words="end").is_in("July", _keys("July"))


@pytest.mark.parametrize("name", MONTHS)
def test_each_month_is_one_of_the_words_of_months(name: str) -> None:
    """Each name of a month is found by the words that a sentence must have for it."""
    for written in (name, name.upper(), name.title()):
        text = f"in {written}, it fell"
        assert NAMED_MONTH.is_in(text, _keys(text)) == (NAMED_MONTH.search(text) is not None)
