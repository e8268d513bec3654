"""Numbers in words: their value, unit and place; words that are no figures have no number."""

import pytest

from shared.figures.reading.lexicon import tokens
from shared.figures.reading.number_words import number_words
from shared.figures.reading.units import Unit


@pytest.mark.parametrize(
    ("text", "found", "value", "unit"),
    [
        ("It costs three hundred dollars.", "three hundred dollars", 300, Unit.MONEY),
        ("about five million", "five million", 5e6, Unit.NONE),
        ("twenty-five percent of it", "twenty-five percent", 25, Unit.PERCENT),
        ("three point five percent", "three point five percent", 3.5, Unit.PERCENT),
        ("up ten percentage points", "ten percentage points", 10, Unit.POINTS),
        ("three times sales", "three times", 3, Unit.MULTIPLE),
        ("two hundred and fifty thousand employees", "two hundred and fifty thousand", 250_000, Unit.NONE),
        ("more than forty analysts", "forty", 40, Unit.NONE),
        ("only five cents a share", "five cents", 0.05, Unit.MONEY),
        ("three dollars and forty-five cents", "three dollars and forty-five cents", 3.45, Unit.MONEY),
        ("dreihundertfünfzig Millionen Euro", "dreihundertfünfzig Millionen Euro", 350e6, Unit.MONEY),
        ("fünfundzwanzig Prozent", "fünfundzwanzig Prozent", 25, Unit.PERCENT),
        ("zweitausenddreihundert Euro", "zweitausenddreihundert Euro", 2300, Unit.MONEY),
        ("soixante-dix pour cent", "soixante-dix pour cent", 70, Unit.PERCENT),
        ("quatre-vingt euros", "quatre-vingt euros", 80, Unit.MONEY),
        ("veintidós por ciento", "veintidós por ciento", 22, Unit.PERCENT),
        ("treinta y cinco mil dólares", "treinta y cinco mil dólares", 35_000, Unit.MONEY),
    ],
)
def test_number_is_read_with_its_unit(text: str, found: str, value: float, unit: Unit) -> None:
    (number,) = number_words(text, tokens(text))
    numeral = number.numeral
    assert (numeral.text, numeral.unit) == (found, unit)
    assert numeral.readings[0].value == pytest.approx(value)
    assert text[numeral.start : numeral.end] == found
    assert not number.change


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("a third of the sales", 100 / 3),
        ("two thirds of sales", 200 / 3),
        ("die Hälfte des Umsatzes", 50),
        ("It grew by about a third.", 100 / 3),
        ("un tiers des ventes", 100 / 3),
        ("la mitad de las ventas", 50),
    ],
)
def test_part_of_a_whole_is_a_percentage(text: str, percent: float) -> None:
    (number,) = number_words(text, tokens(text))
    assert number.numeral.unit is Unit.PERCENT
    assert number.numeral.readings[0].value == pytest.approx(percent)


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("Sales doubled.", 2),
        ("wurde halbiert", 0.5),
        ("a triplé", 3),
        ("rose tenfold", 10),
        ("cuadruplicó", 4),
    ],
)
def test_word_of_change_is_a_factor(text: str, factor: float) -> None:
    (number,) = number_words(text, tokens(text))
    assert (number.numeral.readings[0].value, number.change) == (factor, True)


@pytest.mark.parametrize(
    "text",
    [
        "two companies",
        "one of them",
        "in the first half of the year",
        "the third quarter",
        "and und et y",
        "Hundertwasser",
        "",
    ],
)
def test_words_that_are_no_figures_are_left_alone(text: str) -> None:
    assert list(number_words(text, tokens(text))) == []
