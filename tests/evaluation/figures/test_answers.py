"""The check against written answers with labelled numbers.

Answers are separated by language, as the targets are. ``python -m tests.evaluation.figures`` prints what is
missed and what is listed wrongly.
"""

import pytest

from tests.evaluation.figures.evaluate import ANSWERS, Answer, evaluate, read_answers

ENGLISH = ("en", "long")
OTHERS = ("european", "asian", "long_other")
MIXED = ("mixed", "essays", "styles", "assistants", "reports", "voices", "readers", "kinds")
"""Mostly English, each with answers in other languages."""
BLIND = ("blind", "unseen", "last")
"""Written before the rules were read; docs/figures-check.md has the rates before they were corrected."""
NOWHERE = "n"
ELSEWHERE = ("c", "m", "p", "s", "u")
MIN_ANSWERS = 300


def answers(names: tuple[str, ...]) -> list[Answer]:
    return [answer for name in names for answer in read_answers(ANSWERS / f"{name}.txt")]


def test_table_is_large_enough() -> None:
    assert len(answers((*ENGLISH, *OTHERS))) >= MIN_ANSWERS


@pytest.mark.parametrize(
    ("names", "elsewhere"),
    [(ENGLISH, 0.9), (OTHERS, 0.8), (MIXED, 0.9), (BLIND, 0.95)],
    ids=["English", "others", "mixed", "blind"],
)
def test_wrong_figures_are_found(names: tuple[str, ...], elsewhere: float) -> None:
    score = evaluate(answers(names))
    assert score.recall(NOWHERE) >= 0.95, score.missed
    assert score.recall(*ELSEWHERE) >= elsewhere, score.missed
    assert score.recall("d", "x") >= 0.9, score.missed


def test_what_is_listed_is_wrong() -> None:
    score = evaluate(answers((*ENGLISH, *OTHERS, *MIXED, *BLIND)))
    assert score.precision >= 0.95, score.false_alarms
    blind = evaluate(answers(BLIND))
    assert blind.precision >= 0.95, blind.false_alarms
