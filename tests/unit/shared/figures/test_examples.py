"""Answers with labelled figures, by kind: no right figure is marked, and no wrong one is missed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.evaluation.figures.evaluate import Answer, evaluate, read_answers

_EXAMPLES = Path(__file__).parent / "examples"


def _examples() -> Iterator[object]:
    for path in sorted(_EXAMPLES.glob("*.txt")):
        for number, answer in enumerate(read_answers(path), start=1):
            yield pytest.param(answer, id=f"{path.stem}-{number}")


@pytest.mark.parametrize("answer", list(_examples()))
def test_figures_are_judged_rightly(answer: Answer) -> None:
    score = evaluate([answer])
    assert not [*score.missed, *score.false_alarms]
