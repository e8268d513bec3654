"""Random figures must not pass, however many companies the facts are about."""

import pytest

from tests.evaluation.figures.false_acceptance import COMPANIES, KINDS, NAMINGS, acceptance

LIMITS = {"company and metric": 0.02, "company": 0.03, "nothing": 0.03}


@pytest.mark.parametrize("naming", NAMINGS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", COMPANIES)
def test_random_figures_are_listed(count: int, kind: str, naming: str) -> None:
    assert acceptance(count, kind, naming) <= LIMITS[naming]
