"""Decides whether a name in a question is certainly a company, or may be an ordinary word."""

import re
from collections.abc import Sequence
from typing import Final

from shared.chat.lower_case_words import is_rather_instrument
from shared.chat.question_words import LINK_WORDS
from shared.chat.stock_context import in_stock_context, opens_sentence
from shared.symbols.catalogue import NameMatch
from shared.symbols.name_text import Word, word_set

_RISKY_OPENERS: Final = word_set("alphabet reliance shell cable chase ether meta vale coke linde roche total")
"""Names that open a sentence as ordinary words."""

_ARTICLES: Final = word_set("a an the this that each every")
_POSSESSIVE: Final = re.compile(r"['’]s\b")

_NOT_AFTER_OPENER: Final = word_set(
    "company companies corporation corporations analysis analyses tag tags numbers"
)


def is_certain_name(text: str, words: Sequence[Word], first: int, match: NameMatch, *, language: str) -> bool:
    """Returns whether a name is a company; one that is not may still be one beside another company.

    Args:
        text: The question.
        words: Its words.
        first: Index of the first word of the name.
        match: The name.
        language: The language of the question.
    """
    word, last = words[first], first + match.length
    capital = word.is_capitalised
    if match.length > 1:
        if match.common and not word.is_capitalised:
            return is_rather_instrument(words, first, last, language)
        return not match.common or (capital and words[last - 1].is_capitalised)
    if len(word.key) == 1:
        return False
    if word.text.islower() and (match.common or len(word.key) == 2):
        in_context = in_stock_context(words, first, last) or _owns(text, words, first, last)
        return in_context or is_rather_instrument(words, first, last, language)
    if len(word.key) == 2:
        return word.text.isupper()
    if not match.common:
        return True
    if capital and not (opens_sentence(text, words, first) and _is_ordinary_opener(words, first)):
        return word.text.isupper() or word.key not in {"ups", "ing", "sap"}
    return in_stock_context(words, first, last) or _owns(text, words, first, last)


def _owns(text: str, words: Sequence[Word], first: int, last: int) -> bool:
    """Returns whether a name has something: "uber's take rate", and not "an apple's seeds"."""
    before = words[first - 1].key if first else ""
    return before not in _ARTICLES and _POSSESSIVE.match(text, words[last - 1].end) is not None


def _is_ordinary_opener(words: Sequence[Word], index: int) -> bool:
    """Returns whether a name that opens a sentence is an ordinary word, as in "Reliance on debt"."""
    after = words[index + 1].key if index + 1 < len(words) else ""
    return words[index].key in _RISKY_OPENERS and (after in LINK_WORDS or after in _NOT_AFTER_OPENER)
