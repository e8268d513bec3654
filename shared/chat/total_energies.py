"""Recognises where "total" in lower case is the company TotalEnergies."""

from collections.abc import Sequence
from typing import Final

from shared.chat.listed_mentions import ends_list
from shared.chat.question_language import ENGLISH
from shared.chat.question_words import STOCK_WORDS
from shared.symbols.name_text import Word, word_set

_SHARE: Final = word_set("action aktie")
_OF: Final = word_set("de von da di")
"""What stands between a figure and a company; "un dividende total" has nothing there."""

_OWNED: Final = STOCK_WORDS | word_set("resultats resultat kgv chiffre rachat valorisation dette")
_TRADES: Final = word_set("acheter vendre garder kaufen comprar vender comprare vendere")


def is_total_energies(text: str, words: Sequence[Word], index: int, language: str) -> bool:
    """Returns whether a word is "total" in lower case and means the company.

    Examples are "l'action total", "dividende de total", "acheter total", "shell, bp and total".

    Args:
        text: The question.
        words: Its words.
        index: The index of the word.
        language: The language of the question.
    """
    if words[index].text != "total":
        return False
    if language != ENGLISH and index:
        before, earlier = words[index - 1].key, words[max(0, index - 2)].key
        if before in _SHARE | _TRADES or (before in _OF and earlier in _OWNED):
            return True
    return ends_list(text, words, index)
