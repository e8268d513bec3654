"""What the prose of facts says."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    "text",
    [
        "Toyota plans to invest $3.8 billion in its battery plant and hire 1,750 people.",
        "トヨタは米国では38億ドルを投資し、1,750人を雇用する計画です。",
    ],
)
def test_prose_without_spaces_is_read(text: str) -> None:
    check = check_figures(text, application_worlds()["app/a_asia"])
    assert check.stated == check.supported == 2, check.marks


def test_number_of_a_headline_is_an_operand() -> None:
    text = "Nestlé plans to cut 5,800 jobs, about 4.4% of its 130,577 employees."
    check = check_figures(text, application_worlds()["app/a_europe"])
    assert check.stated == check.supported == 3, check.marks


def test_number_without_company_is_of_the_cited_fact() -> None:
    text = "The ad tier now costs $8.99 in the US and has 94 million monthly users{}."
    facts = application_worlds()["app/media"]
    assert check_figures(text.format(" [4]"), facts).supported == 2
    assert check_figures(text.format(""), facts).supported == 0
