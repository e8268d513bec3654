"""Numbers of filled forms of sentences: right ones pass, exchanged and altered ones are found."""

import pytest

from tests.evaluation.figures.sentence_forms import altered, exchanged, right_answers, score

SEEDS = (1, 2)
MARKED = {"stated": 0.003, "computed": 0.01}
FOUND = {"stated": 0.99, "computed": 0.95}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", MARKED)
def test_right_numbers_pass(kind: str, seed: int) -> None:
    result = score(right_answers(kind, seed))
    assert result.right > 1_000
    assert result.marked <= MARKED[kind] * result.right


@pytest.mark.parametrize("seed", SEEDS)
def test_values_of_another_company_are_found(seed: int) -> None:
    result = score(exchanged(seed))
    assert result.wrong > 500
    assert result.found >= 0.99 * result.wrong


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", FOUND)
def test_numbers_that_are_nowhere_are_found(kind: str, seed: int) -> None:
    result = score(altered(kind, seed))
    assert result.wrong > 400
    assert result.found >= FOUND[kind] * result.wrong
