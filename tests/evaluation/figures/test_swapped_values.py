"""Values of another period, company or metric are found, within two standard errors of what was measured."""

import pytest

from tests.evaluation.figures.swapped_values import COMPANY, METRIC, PERIOD, sampled_swaps

ANSWERS_OF_SET = 6
WANTED = 200


@pytest.fixture(scope="module")
def rates() -> dict[str, float]:
    swaps = sampled_swaps(ANSWERS_OF_SET, WANTED, seed=1)
    assert all(len(known) == WANTED for known in swaps.values())
    return {kind: sum(one.is_found for one in known) / WANTED for kind, known in swaps.items()}


@pytest.mark.parametrize(("kind", "least"), [(PERIOD, 0.66), (COMPANY, 0.92), (METRIC, 0.8)])
def test_values_of_something_else_are_found(rates: dict[str, float], kind: str, least: float) -> None:
    assert rates[kind] >= least
