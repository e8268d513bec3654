"""What a number may be a value of."""

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds


def test_numbers_of_a_row_hand_their_metrics_on_without_growing() -> None:
    """Each number takes over what the one before may be: added twice, 40 numbers would need a terabyte."""
    facts = application_worlds()["app/tools"]
    row = "".join(f" vs ${number}.3" for number in range(40))
    assert len(check_figures(f"Apple is at $5.1{row}", facts).marks) == 41
