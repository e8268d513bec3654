"""Names and tickers that are ordinary words where they stand."""

import pytest

from shared.chat.ordinary_words import is_in_compound, is_ordinary_use, letter_may_be_ticker
from shared.symbols.name_text import words_of


@pytest.mark.parametrize(
    ("text", "index", "ordinary"),
    [
        ("a gold medal", 1, True),
        ("the gold price", 1, False),
        ("apple pie", 0, True),
        ("apple stock", 0, False),
        ("Total return of the index", 0, True),
        ("Total or Shell", 0, False),
        ("total", 0, True),
        ("Is Total a buy?", 1, False),
        ("Total kaufen", 0, False),
        ("shell shock", 0, True),
        ("listed on Nasdaq", 2, True),
        ("the dow theory", 1, True),
        ("a dead cat bounce", 2, True),
        ("my student visa", 2, True),
    ],
)
def test_use_of_a_name(text: str, index: int, ordinary: bool) -> None:
    assert is_ordinary_use(words_of(text), index, 1) is ordinary


@pytest.mark.parametrize(
    ("text", "index", "ordinary"),
    [
        ("their bitcoin holdings", 1, True),
        ("gamestop bitcoin buy", 1, True),
        ("is bitcoin buy or sell", 1, False),
        ("how much bitcoin does it own", 2, True),
        ("bitcoin price", 0, False),
        ("how much is bitcoin", 3, False),
        ("is bitcoin holding above 60k", 1, False),
        ("why is bitcoin holding up so well", 2, False),
        ("how's bitcoin holding", 2, False),
        ("bitcoin holding at 60k", 0, False),
        ("bitcoin holding of MSTR", 0, True),
        ("is bitcoin holding of MSTR growing", 1, True),
        ("Tesla bitcoin holding at year end", 1, True),
        ("bitcoin holdings of MSTR", 0, True),
    ],
)
def test_coin_that_somebody_owns(text: str, index: int, ordinary: bool) -> None:
    assert is_ordinary_use(words_of(text), index, 1) is ordinary


def test_name_of_several_words_is_a_name() -> None:
    assert not is_ordinary_use(words_of("gold medal"), 0, 2)


@pytest.mark.parametrize(("text", "ticker"), [("vitamin C", False), ("a T shirt", False), ("EPS of T", True)])
def test_single_letter(text: str, ticker: bool) -> None:
    words = words_of(text)
    index = next(index for index, word in enumerate(words) if word.text in {"C", "T"})
    assert letter_may_be_ticker(words, index) is ticker


@pytest.mark.parametrize(
    ("text", "index", "compound"),
    [
        ("an uber-rich man", 1, True),
        ("are gap-ups bullish", 2, True),
        ("the meta-owned app", 1, False),
        ("the gap-stock", 1, False),
        ("Uber-rich", 0, False),
        ("uber rich", 0, False),
    ],
)
def test_compound_of_a_name(text: str, index: int, compound: bool) -> None:
    assert is_in_compound(text, words_of(text), index, index + 1) is compound
