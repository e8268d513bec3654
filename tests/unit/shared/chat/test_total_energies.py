"""The word "total" as the name of a company."""

import pytest

from shared.chat.question_language import language_of
from shared.chat.total_energies import is_total_energies
from shared.symbols.name_text import words_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("quel est le dividende de total ?", True),
        ("le cours de total en bourse", True),
        ("wie hoch ist die Dividende von total", True),
        ("faut il acheter total ou attendre", True),
        ("l'action total est elle chère", True),
        ("shell, bp and total: why", True),
        ("quel est le montant total", False),
        ("le dividende total de la banque", False),
        ("what is the total return of apple", False),
        ("the dividend of total stock market funds", False),
        ("Total", False),
    ],
)
def test_company(text: str, expected: bool) -> None:
    words = words_of(text)
    index = next(index for index, word in enumerate(words) if word.key == "total")
    assert is_total_energies(text, words, index, language_of(words)) is expected
