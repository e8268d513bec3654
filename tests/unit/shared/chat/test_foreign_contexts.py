"""What makes a word a company in other languages than English."""

import pytest

from shared.chat.foreign_contexts import RESULTS, is_valued


@pytest.mark.parametrize(
    ("behind", "valued"),
    [
        ("est trop chere", True),
        ("esta barata ahora", True),
        ("e sopravvalutata", True),
        ("ist teuer", True),
        ("est une couleur", False),
        ("esta", False),
        ("is cheap", False),
        ("", False),
    ],
)
def test_valuation(behind: str, valued: bool) -> None:
    assert is_valued(behind.split()) is valued


def test_results() -> None:
    assert {"ventes", "risultati", "ausblick"} <= RESULTS
    assert "sales" not in RESULTS
