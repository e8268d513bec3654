"""Words in lower case that stand where only instruments do."""

import pytest

from shared.chat.clear_names import names_in_clear_contexts
from shared.chat.mentions import QuestionReader
from shared.symbols.catalogue import symbol_catalogue


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("thoughts on zorblax", ["zorblax"]),
        ("is zorblax a good buy", ["zorblax"]),
        ("wie läuft zorblax gerade", ["zorblax"]),
        ("zorblax en bourse", ["zorblax"]),
        ("que penser de zorblax ?", ["zorblax"]),
        ("cómo va zorblax hoy", ["zorblax"]),
        ("quadra7 earnings", ["quadra7"]),
        ("zorblax italiane", ["zorblax italiane"]),
        ("hello everybody", []),
        ("zorg vale o preço?", ["zorg"]),
        ("zorblax lohnt sich?", ["zorblax"]),
        ("thoughts on inflation", []),
        ("is insurance a good buy", []),
        ("thoughts on apple", []),
        ("the zorblax of my aunt", []),
        ("is zo a buy", []),
    ],
)
def test_candidates(text: str, names: list[str]) -> None:
    found = list(names_in_clear_contexts(QuestionReader(text, symbol_catalogue())))
    assert [candidate.text for candidate in found] == names
    assert all(candidate.is_exact and not candidate.is_clear for candidate in found)
