"""Words around a word that make it an instrument."""

import pytest

from shared.chat.stock_context import (
    compares,
    in_business_context,
    in_stock_context,
    is_called_instrument,
    is_introduced,
    is_subject,
)
from shared.symbols.name_text import words_of


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("apple", "apple", True),
        ("and silver?", "silver", True),
        ("ok, und silver bitte", "silver", True),
        ("and silver medals", "silver", False),
        ("apple debt", "apple", True),
        ("orange est trop chère", "orange", True),
        ("orange est une couleur", "orange", False),
        ("orange ventes", "orange", True),
        ("the price of apple", "apple", True),
        ("is apple cheap", "apple", True),
        ("has apple peaked", "apple", True),
        ("has she an apple tree", "apple", False),
        ("is visa required", "visa", False),
        ("oracle cloud backlog", "oracle", True),
        ("adobe vs canva", "adobe", True),
        ("apple trees bear fruit", "apple", False),
        ("vw preferred shares", "vw", True),
        ("shell london price", "shell", True),
        ("is f a value trap", "f", True),
        ("gm ev losses", "gm", True),
        ("gm everyone", "gm", False),
        ("how much did delta earn", "delta", True),
        ("anyone still holding t for income", "t", True),
    ],
)
def test_stock_context(text: str, word: str, expected: bool) -> None:
    words = words_of(text)
    index = [one.key for one in words].index(word)
    assert in_stock_context(words, index, index + 1) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("which grew more", True),
        ("which of them fell the most", True),
        ("welche ist stärker gewachsen", True),
        ("cuál creció más", True),
        ("which stocks to buy", False),
        ("put it next to amazon", True),
        ("alongside apple", True),
        ("et par rapport à apple", True),
        ("the next quarter", False),
    ],
)
def test_comparison(text: str, expected: bool) -> None:
    assert compares(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("iPhone sales", True),
        ("growth of the iPhone", True),
        ("iPhone ad revenue", True),
        ("the parent of the iPhone", True),
        ("company that makes the iPhone", True),
        ("who makes the iPhone", True),
        ("wem gehört das iPhone", True),
        ("buy an iPhone", False),
        ("iPhone", False),
    ],
)
def test_business_context(text: str, expected: bool) -> None:
    words = words_of(text)
    index = [one.key for one in words].index("iphone")
    assert in_business_context(words, index, index + 1) is expected


@pytest.mark.parametrize(
    ("text", "called", "introduced"),
    [
        ("ticker cost", True, True),
        ("nyse: cost", True, True),
        ("nyse cost", False, False),
        ("it cost", False, False),
        ("the cost stock", True, False),
    ],
)
def test_called_an_instrument(text: str, called: bool, introduced: bool) -> None:
    words = words_of(text)
    index = [one.key for one in words].index("cost")
    assert is_called_instrument(text, words, index) is called
    assert is_introduced(text, words, index) is introduced


@pytest.mark.parametrize(
    ("text", "subject"),
    [("why is target down", True), ("did target raise guidance", True), ("what is target price", False)],
)
def test_subject_of_a_sentence(text: str, subject: bool) -> None:
    words = words_of(text)
    index = [one.key for one in words].index("target")
    assert is_subject(words, index, index + 1) is subject
