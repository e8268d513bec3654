"""Names of several words of which one names no company alone."""

import pytest

from shared.chat.compound_names import compound_names
from shared.chat.mentions import QuestionReader
from shared.symbols.catalogue import symbol_catalogue


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("How is China Zorblatt doing?", ["China Zorblatt"]),
        ("Zorb France-KLX ou Zorblatt", ["Zorb France-KLX"]),
        ("New York Times growth", ["New York Times"]),
        ("Is zorb lab stock cheap?", ["zorb lab"]),
        ("Is Zorb3.ai profitable?", ["Zorb3.ai"]),
        ("see https://zorb.ai/x and a@zorb.io", []),
        ("CHINA ZORBLATT OUTLOOK PLEASE", []),
        ("Is inflation in New York high?", []),
        ("Why did Apple China fall?", []),
        ("which cheap stock is best", []),
        ("which green energy stock should i buy", []),
        ("a German Solar stock", []),
    ],
)
def test_names(message: str, expected: list[str]) -> None:
    found = list(compound_names(QuestionReader(message, symbol_catalogue())))
    assert [candidate.text for candidate in found] == expected
    assert not any(candidate.is_clear or candidate.is_ticker for candidate in found)


@pytest.mark.parametrize(
    ("message", "name"), [("is zorb inc cheap", "zorb"), ("zorb lab plc dividend", "zorb lab"), ("inc", "")]
)
def test_words_before_a_legal_form(message: str, name: str) -> None:
    found = [one for one in compound_names(QuestionReader(message, symbol_catalogue())) if one.is_clear]
    assert [one.name for one in found] == ([name] if name else [])
