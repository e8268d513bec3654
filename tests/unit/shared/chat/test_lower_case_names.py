"""Names in lower case that have to be searched."""

import pytest

from shared.chat.lower_case_names import lower_case_names
from shared.chat.mentions import QuestionReader
from shared.symbols.catalogue import symbol_catalogue


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("brimardo azioni", ["brimardo"]),
        ("azioni brimardo", ["brimardo"]),
        ("acciones de zorblax", ["zorblax"]),
        ("inditex y zorblax, beneficios", ["zorblax"]),
        ("netflix or zorblax", ["zorblax"]),
        ("zorblax stock", ["zorblax"]),
        ("apple und zorblax", ["zorblax"]),
        ("inditex frente a zorblax", ["zorblax"]),
        ("zorblax compared to apple", ["zorblax"]),
        ("bmw gegenüber zorblax", ["zorblax"]),
        ("apple contra zorblax", ["zorblax"]),
        ("zorblax share price", ["zorblax"]),
        ("le dividende de zorblax", ["zorblax"]),
        ("zorblax dividende", ["zorblax"]),
        ("zorblax dividend", []),
        ("sap, zorblax und bmw umsatz", ["zorblax"]),
        ("ford, zorblax, quuxcorp and gm sales", ["zorblax", "quuxcorp"]),
        ("apple, earnings and tesla", []),
        ("apple and a new ford", []),
        ("netflix and chill", []),
        ("apple et orange amère", []),
        ("apple shares dropped", []),
        ("cotação das ações", []),
    ],
)
def test_candidates(text: str, names: list[str]) -> None:
    found = lower_case_names(QuestionReader(text, symbol_catalogue()))
    assert [candidate.text for candidate in found] == names


def test_end_of_a_list_is_not_clear() -> None:
    (found,) = lower_case_names(QuestionReader("apple und zorblax", symbol_catalogue()))
    assert not found.is_clear


def test_item_between_known_companies_is_clear() -> None:
    (found,) = lower_case_names(QuestionReader("ford, zorblax and gm sales", symbol_catalogue()))
    assert found.is_clear
