"""Tickers in lower case that the catalogue does not have."""

import pytest

from shared.chat.lower_case_tickers import lower_case_tickers
from shared.chat.mentions import QuestionReader
from shared.symbols.catalogue import symbol_catalogue


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("low vs hd", ["LOW"]),
        ("nee vs so", ["SO"]),
        ("mo vs pm dividend", ["MO", "PM"]),
        ("mmm vs hon", ["MMM"]),
        ("lmt rtx noc gd", ["RTX", "NOC", "GD"]),
        ("nvda moon lfg", []),
        ("majors: xom, cvx, tte", ["TTE"]),
        ("is de a buy", ["DE"]),
        ("sell my low shares", ["LOW"]),
        ("mmm dividend", ["MMM"]),
        ("wege3 e bbas3", ["WEGE3.SA", "BBAS3.SA"]),
        ("snow ddog crwd net panw - growth", ["SNOW", "NET"]),
        ("ddog panw rev growth", []),
        ("cvx xom cop fcf yield", ["COP"]),
        ("ddog panw net margin", []),
        ("i want to sell my car", []),
        ("is it a buy", []),
        ("is cash a good investment", []),
        ("net earnings growth", []),
        ("low dividend", []),
        ("nvda or wait", ["WAIT"]),
        ("aapl vs its peers", []),
        ("should i buy aapl or all cash", []),
        ("next dividend", []),
    ],
)
def test_candidates(text: str, names: list[str]) -> None:
    question = QuestionReader(text, symbol_catalogue())
    found = list(lower_case_tickers(question))
    assert [candidate.name for candidate in found] == names
    assert not any(candidate.is_clear for candidate in found)
