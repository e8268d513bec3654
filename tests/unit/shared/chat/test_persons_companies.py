"""Companies named by their founder or head."""

import pytest

from shared.chat.persons_companies import company_spoken_of, persons_companies
from shared.symbols.catalogue import symbol_catalogue
from shared.symbols.known_phrases import known_phrases
from shared.symbols.name_text import words_of


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("how much cash does Buffett's company have", ["BRK-B"]),
        ("elons car company", ["TSLA"]),
        ("die Firma von Elon Musk", ["TSLA"]),
        ("la empresa de Amancio Ortega", ["ITX.MC"]),
        ("巴菲特的公司", ["BRK-B"]),
        ("バフェットの会社の現金", ["BRK-B"]),
        ("jamie dimon's bank yield", ["JPM"]),
        ("Elon Musk's space company", []),
        ("is mary barra's car manufacturer profitable", ["GM"]),
        ("what car does Musk drive", []),
        ("what does Buffett think", []),
        ("巴菲特喜欢", []),
    ],
)
def test_company_of_a_person(text: str, symbols: list[str]) -> None:
    found = persons_companies(text, words_of(text))
    assert [company.symbol for company in found] == symbols


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("Jensen Huang sells shares, what is wrong with the company?", "NVDA"),
        ("is elon musk bad for the company", "TSLA"),
        ("Was wird ohne Elon Musk aus dem Konzern? Hat Musk das Unternehmen geprägt?", "TSLA"),
        ("what did elon musk tweet", ""),
        ("how do i run the company", ""),
    ],
)
def test_company_of_a_person_is_spoken_of(text: str, symbol: str) -> None:
    company = company_spoken_of(text, words_of(text))
    assert (company.symbol if company else "") == symbol


def test_every_company_is_in_the_catalogue() -> None:
    phrase = known_phrases().heads.at(words_of("Tim Cook"), 0)
    assert phrase is not None
    assert symbol_catalogue().get(phrase.value)
