"""Misspelt names of one word."""

import pytest

from shared.symbols.near_names import NearNames, is_slip, sound_alikes, spelt_by_sound, transpositions

NAMES = NearNames({"rivian": "RIVN", "snowflake": "SNOW", "sofi": "SOFI"}, {"ravian"})


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("rivan", "RIVN"),
        ("rivian", None),
        ("rivain", "RIVN"),
        ("rivn", None),
        ("snowflke", "SNOW"),
        ("snoflke", "SNOW"),
        ("sofy", None),
        ("ravian", None),
        ("rivian2", None),
        ("riv", None),
    ],
)
def test_nearest_name(word: str, value: str | None) -> None:
    assert NAMES.find(word) == value


def test_dictionary_word_counts_where_it_is_rare() -> None:
    assert NAMES.find("ravian", rare=True) == "RIVN"


def test_slip() -> None:
    assert is_slip("elli", "eli", 3)
    assert is_slip("lily", "lilly")
    assert not is_slip("elli", "eli")
    assert not is_slip("sacks", "rocks")


def test_transpositions() -> None:
    assert transpositions("abc") == ["bac", "acb"]


def test_letters_that_sound_alike() -> None:
    assert "bmv" in sound_alikes("bmw")
    assert {"viza", "visaa"} <= set(sound_alikes("visa"))
    assert "bbmw" not in sound_alikes("bmw")
    assert "niki" in sound_alikes("nike")
    assert "starbux" in spelt_by_sound("starbucks")
    assert "netflicks" in spelt_by_sound("netflix")
    assert "inditecs" in spelt_by_sound("inditex")
    assert "tesler" in spelt_by_sound("tesla")
