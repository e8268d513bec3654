"""Tickers in lower case that the catalogue does not have."""

import pytest

from shared.chat import lower_case_tickers as module
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


def test_work_grows_with_the_length_of_a_row_only_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0
    is_row_gap = module._is_row_gap

    def counted(question: QuestionReader, index: int) -> bool:
        nonlocal looks
        looks += 1
        return is_row_gap(question, index)

    monkeypatch.setattr(module, "_is_row_gap", counted)
    question = QuestionReader("zzq abc klm xyzw " * 200, symbol_catalogue())
    list(lower_case_tickers(question))
    assert 0 < looks <= 100 * len(question.words)
