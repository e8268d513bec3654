"""Words in lower case that are reported if no source knows them."""

import pytest

from shared.chat.unknown_lower_case import is_judged, is_measured, is_named_stock, is_other_choice
from shared.symbols.name_text import words_of


@pytest.mark.parametrize(
    ("text", "word", "named"),
    [
        ("is zorblax stock a buy", "zorblax", True),
        ("zorblax stock price", "zorblax", True),
        ("zorblax stock options", "zorblax", False),
        ("is a zorblax stock a buy", "zorblax", False),
        ("is housing stock a buy", "housing", False),
        ("zorblax news", "zorblax", False),
        ("zorblax share price", "zorblax", True),
        ("average share price", "average", False),
        ("closing share price", "closing", False),
        ("was macht die zorblax aktie", "zorblax", True),
        ("was ist die teuerste aktie", "teuerste", False),
        ("ist die wasserstoff aktie tot", "wasserstoff", False),
    ],
)
def test_word_before_a_stock_word(text: str, word: str, named: bool) -> None:
    words = words_of(text)
    assert is_named_stock(words, [one.key for one in words].index(word)) is named


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("nvidia or zorblax, which is cheaper", True),
        ("nvidia or zorblax?", True),
        ("nvidia or wait?", False),
        ("nvidia or waiting?", False),
        ("nvidia or zorblax products", False),
        ("nvidia or brambly", True),
        ("nvidia or gradually?", False),
    ],
)
def test_other_choice(text: str, choice: bool) -> None:
    assert is_other_choice(text, words_of(text)[2]) is choice


@pytest.mark.parametrize(
    ("text", "word", "measured"),
    [
        ("what is the price of brimwick", "brimwick", True),
        ("market cap of brimwick?", "brimwick", True),
        ("wie ist der kurs von brimwick", "brimwick", True),
        ("cotización de brimwick", "brimwick", True),
        ("the price of bread", "bread", False),
        ("the price of waiting", "waiting", False),
        ("the price of brimwick products", "brimwick", False),
        ("revenue of banks", "banks", False),
        ("history of brimwick", "brimwick", False),
        ("how much is brimwick worth?", "brimwick", True),
        ("what is silver worth", "silver", False),
        ("is brimwick worth reading", "brimwick", False),
    ],
)
def test_word_behind_a_figure(text: str, word: str, measured: bool) -> None:
    words = words_of(text)
    assert is_measured(text, words, [one.key for one in words].index(word)) is measured


@pytest.mark.parametrize(
    ("text", "word", "judged"),
    [
        ("is zorblax overvalued", "zorblax", True),
        ("is zorblax still undervalued?", "zorblax", True),
        ("is zorblax a good buy?", "zorblax", True),
        ("is zorblax a buying agent", "zorblax", False),
        ("is the zorblax overvalued", "zorblax", False),
        ("is education overvalued", "education", False),
        ("is loyalty overvalued", "loyalty", False),
        ("is sterling undervalued", "sterling", False),
        ("ist zorblax überbewertet?", "zorblax", True),
        ("ist bildung überbewertet?", "bildung", False),
        ("¿zorblax está sobrevalorada?", "zorblax", True),
        ("zorblax est-elle surévaluée ?", "zorblax", True),
        ("zorblax è sopravvalutata?", "zorblax", True),
        ("la zorblax è sopravvalutata?", "zorblax", False),
    ],
)
def test_judged_word(text: str, word: str, judged: bool) -> None:
    words = words_of(text)
    assert is_judged(text, words, [one.key for one in words].index(word)) is judged
