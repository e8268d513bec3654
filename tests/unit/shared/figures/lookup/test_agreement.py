"""Numbers of the news, whatever noun stands beside them."""

import pytest

from shared.figures.checker import check_figures
from tests.evaluation.figures.application_worlds import application_worlds


@pytest.mark.parametrize(
    ("world", "text"),
    [
        ("germany", "SAP will 3.000 Stellen streichen und für 2 Milliarden Euro eigene Aktien zurückkaufen."),
        ("banks", "JPMorgan ouvrira 160 agences et vise 95,5 milliards de dollars de marge d'intérêts."),
        ("pharma", "Lilly's pill cut weight by 12.4%; 3,127 people took part."),
        ("media", "The ad tier of Netflix now costs $8.99 and has 94 million users."),
    ],
)
def test_number_of_the_news_is_supported(world: str, text: str) -> None:
    check = check_figures(text, application_worlds()[f"app/{world}"])
    assert check.stated == check.supported > 1


def test_name_of_a_figure_right_beside_a_number_of_the_news_decides() -> None:
    check = check_figures("JPMorgan's revenue is $95.5 billion.", application_worlds()["app/banks"])
    assert [mark.text for mark in check.misattributed] == ["$95.5 billion"]
