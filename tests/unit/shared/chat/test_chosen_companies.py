"""Turns that choose a company by its place."""

import pytest

from shared.chat.chosen_companies import chosen_companies


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("the first one", 0),
        ("what about the second one's dividend", 1),
        ("and the latter?", 2),
        ("the last of them", 2),
        ("und die zweite?", 1),
        ("letztere", 2),
        ("et la première ?", 0),
        ("¿y la segunda?", 1),
        ("e a terceira?", 2),
        ("e la prima azienda", 0),
        ("2つ目の配当", 1),
        ("第二个怎么样", 1),
        ("두 번째는?", 1),
    ],
)
def test_chosen(text: str, place: int) -> None:
    assert chosen_companies(text, [["A", "B", "C"]]) == ["ABC"[place]]
    assert chosen_companies(text, [["A"], ["B"], ["C"]]) == ["ABC"[place]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("compare the first two", "AB"),
        ("the last two please", "BC"),
        ("the first and the last", "AC"),
        ("die letzten beiden", "BC"),
        ("les deux premières", "AB"),
        ("前两个", "AB"),
    ],
)
def test_several_are_chosen(text: str, expected: str) -> None:
    assert chosen_companies(text, [["A", "B", "C"]]) == list(expected)


@pytest.mark.parametrize(
    "text",
    [
        "the first quarter results",
        "how was the last quarter",
        "first, what is its debt?",
        "das zweite Quartal",
        "prima de riesgo",
        "第二季度业绩",
        "the first or the second one",
    ],
)
def test_not_chosen(text: str) -> None:
    assert chosen_companies(text, [["A", "B"]]) == []


def test_no_such_place() -> None:
    assert chosen_companies("the third one", [["A", "B"]]) == []
    assert chosen_companies("the former", [["A"]]) == []
