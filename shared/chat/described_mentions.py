"""Finds instruments that are not named: a person's company, a pair of currencies, the code of an exchange."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from shared.chat.exchange_codes import exchange_codes
from shared.chat.exchange_prefixes import exchange_prefixes
from shared.chat.greetings import greetings
from shared.chat.listed_mentions import SymbolMention
from shared.chat.pairs_in_question import currency_pairs
from shared.chat.persons_companies import persons_companies
from shared.symbols.name_text import Word

_FRENCH_GOLD: Final = re.compile(r"\bl['’]or\b(?! (?:noir|blanc))", re.IGNORECASE)
"""Gold in French, whose name is "or" in English; the article tells them apart."""

_GERMAN_OIL: Final = re.compile(r"(?<![\w-])[Öö]l(?![\w-])(?! (?:wechseln|ins feuer)\b)", re.IGNORECASE)
"""Oil in German, too short to be a name without its accent."""


def described_mentions(
    text: str, words: Sequence[Word], is_known: Callable[[str], bool]
) -> Iterator[SymbolMention]:
    """Yields them, and the greetings of a question, which have no instrument.

    Args:
        text: The question.
        words: Its words.
        is_known: Returns whether a symbol is one of the catalogue.
    """
    for start, end in greetings(text):
        yield SymbolMention("", start, end)
    for match in _FRENCH_GOLD.finditer(text):
        yield SymbolMention("GC=F", *match.span())
    for match in _GERMAN_OIL.finditer(text):
        yield SymbolMention("CL=F", *match.span(), by_name=True)
    for company in persons_companies(text, words):
        yield SymbolMention(company.symbol, company.start, company.end)
    for start, end, symbol, searched in currency_pairs(text, words):
        yield SymbolMention(symbol, start, end, searched=searched)
    for start, end, symbol in [*exchange_prefixes(text, is_known), *exchange_codes(text, is_known)]:
        known = is_known(symbol)
        yield SymbolMention(symbol if known else "", start, end, searched="" if known else symbol)
