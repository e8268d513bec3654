"""Values of all worlds pass, in each currency, and those of another company are found."""

from tests.evaluation.figures.world_values import found_exchanged_values, marked_right_values

TRIALS = 8


def test_right_values_pass() -> None:
    stated, marked = marked_right_values(TRIALS, seed=1)
    assert stated > 2_000
    assert marked <= 0.003 * stated


def test_values_of_another_company_are_found() -> None:
    exchanged, found = found_exchanged_values(TRIALS, seed=1)
    assert exchanged > 500
    assert found >= 0.985 * exchanged
