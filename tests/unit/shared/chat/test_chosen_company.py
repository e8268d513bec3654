"""Turns that choose a company by its place."""

import pytest

from shared.chat.chosen_company import chosen_company


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
    assert chosen_company(text, [["A", "B", "C"]]) == "ABC"[place]
    assert chosen_company(text, [["A"], ["B"], ["C"]]) == "ABC"[place]


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
    assert chosen_company(text, [["A", "B"]]) is None


def test_no_such_place() -> None:
    assert chosen_company("the third one", [["A", "B"]]) is None
    assert chosen_company("the former", [["A"]]) is None
