"""Names of kinds of instruments, which mean the one that is spoken of: ``the index``, ``the pair``."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from shared.figures.facts.company_names import kind_of
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence

_NOUNS: Final = {
    "index": re.compile(
        r"\b(?:the index|der Index|l['’]indice|el índice|o índice)(?=[?.,]|[\s'’](?!fund|ETF|of\b))",
        re.IGNORECASE,
    ),
    "etf": re.compile(
        r"\b(?:the (?:index )?(?:fund|ETF|tracker)|der (?:Fonds|ETF)|le fonds|el fondo|il fondo|o fundo)"
        r"(?=[?.,]|[\s'’](?!of\b|manager))",
        re.IGNORECASE,
    ),
    "currency": re.compile(
        r"\b(?:the (?:currency )?pair|the exchange rate|das (?:Währungspaar|Paar)|der Wechselkurs|la paire"
        r"|le taux de change|el par|el tipo de cambio|la coppia|il cambio|o par|o câmbio)(?=[?.,\s'’])",
        re.IGNORECASE,
    ),
    "cryptocurrency": re.compile(
        r"\b(?:the (?:coin|token|cryptocurrency)|die Kryptowährung|la cryptomonnaie|la criptomoneda"
        r"|la criptovaluta|a criptomoeda)(?=[?.,\s'’])",
        re.IGNORECASE,
    ),
    "equity": re.compile(
        r"\b(?:the (?:stock|shares?)|die Aktien?|l['’]action|le titre|la acción|il titolo|l['’]azione|a ação"
        r"|o papel)"
        r"(?=[?.,]|[\s'’](?!market|price index))",
        re.IGNORECASE,
    ),
}
"""By kind: its names with the article."""
_EQUITY: Final = "equity"
_GOLD_SYMBOL: Final = "GC=F"
_GOLD: Final = RarePattern(
    r"^[\s*_#>•-]*(?P<head>(?i:or)|金|금)[\s*_]*(?:[(（][^()（）]*[)）]\s?)?[*_]*\s?[:：]"
    r"|(?<![\u3400-\u9fff])金(?=[はがのも])|(?<![\uac00-\ud7af])금(?=[은이의도]\s)"
)
"""Names of gold that are too short to be looked for anywhere: as the head of an item, or with a particle."""


def find_gold(sentence: Sentence, known: Sequence[str]) -> Iterator[Mention]:
    """Yields the places where a sentence speaks of gold in one character or two letters."""
    if _GOLD_SYMBOL in known:
        for match in _GOLD.finditer(sentence.text):
            yield Mention(_GOLD_SYMBOL, *(match.span("head") if match["head"] else match.span()))


def find_kind_nouns(sentence: Sentence, known: Sequence[str], recent: Sequence[str]) -> Iterator[Mention]:
    """Yields the names of kinds in a sentence as mentions of instruments.

    Args:
        sentence: The sentence.
        known: The instruments of the facts.
        recent: The instruments that were spoken of before it, the last one last.
    """
    for kind, members in _by_kind(tuple(known)).items():
        noun = _NOUNS.get(kind)
        if noun is None or (kind == _EQUITY and _is_of_company(recent, members)):
            # "The stock" needs no name where the last one is that of a company.
            continue
        for match in noun.finditer(sentence.text):
            if any(one.start < match.end() < one.end for one in sentence.metrics):
                # "O índice de distribuição é de 48%": a ratio of the company.
                continue
            own = [one.value for one in sentence.companies if one.end <= match.start()]
            before = [symbol for symbol in (*recent, *own) if symbol in members]
            if len(members) == 1 or before:
                yield Mention(members[0] if len(members) == 1 else before[-1], *match.span())


def _is_of_company(recent: Sequence[str], companies: Sequence[str]) -> bool:
    """Returns whether the last one that was spoken of, if any, is a company."""
    return not recent or recent[-1] in companies or kind_of(recent[-1]) in (_EQUITY, None)


@lru_cache(maxsize=64)
def _by_kind(symbols: tuple[str, ...]) -> Mapping[str, Sequence[str]]:
    """Returns the symbols of an answer by their kinds; each of its sentences needs them."""
    found: dict[str, list[str]] = {}
    for symbol in symbols:
        found.setdefault(kind_of(symbol) or _EQUITY, []).append(symbol)
    return found
