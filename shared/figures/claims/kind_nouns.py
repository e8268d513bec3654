"""Names of kinds of instruments, which mean the one that is spoken of: ``the index``, ``the pair``."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from shared.figures.facts.company_names import kind_of
from shared.figures.reading.lexicon import Mention

_NOUNS: Final = {
    "index": re.compile(
        r"\b(?:the index|der Index|l['’]indice|el índice|o índice)(?=[\s'’](?!fund|ETF|of\b))", re.IGNORECASE
    ),
    "etf": re.compile(
        r"\b(?:the (?:index )?(?:fund|ETF|tracker)|der (?:Fonds|ETF)|le fonds|el fondo|il fondo|o fundo)"
        r"(?=[\s'’](?!of\b|manager))",
        re.IGNORECASE,
    ),
    "currency": re.compile(
        r"\b(?:the (?:currency )?pair|the exchange rate|das (?:Währungspaar|Paar)|der Wechselkurs|la paire"
        r"|le taux de change|el par|el tipo de cambio|la coppia|il cambio|o par|o câmbio)(?=[\s'’])",
        re.IGNORECASE,
    ),
    "cryptocurrency": re.compile(
        r"\b(?:the (?:coin|token|cryptocurrency)|die Kryptowährung|la cryptomonnaie|la criptomoneda"
        r"|la criptovaluta|a criptomoeda)(?=[\s'’])",
        re.IGNORECASE,
    ),
}
"""By kind: its names with the article."""


def find_kind_nouns(text: str, known: Sequence[str], spoken_of: Sequence[Mention]) -> Iterator[Mention]:
    """Yields the names of kinds in a sentence as mentions of instruments.

    Args:
        text: The sentence.
        known: The instruments of the facts.
        spoken_of: Mentions of instruments, the last one last; those before the sentence end before it.
    """
    kinds = [kind_of(symbol) for symbol in known]
    for kind in dict.fromkeys(kinds):
        noun = _NOUNS.get(kind or "")
        members = [symbol for symbol, own in zip(known, kinds, strict=True) if own == kind]
        for match in noun.finditer(text) if noun is not None else ():
            before = [one.value for one in spoken_of if one.value in members and one.end <= match.start()]
            if len(members) == 1 or before:
                yield Mention(members[0] if len(members) == 1 else before[-1], *match.span())
