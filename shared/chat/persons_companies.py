"""Recognises a company by its founder or head: "Buffett's company", "the firm of Jeff Bezos"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shared.symbols.known_phrases import known_phrases
from shared.symbols.name_text import Word, word_set

_COMPANY: Final = word_set(
    """
    company firm conglomerate business empire corporation holding unternehmen konzern firma holdings
    entreprise societe groupe empresa compania sociedad grupo companhia azienda societa gruppo bank
    banco banque banca retailer carmaker automaker chipmaker autobauer fund airline maker manufacturer
    hersteller constructeur fabricante
    """
)
_KIND: Final = word_set(
    """
    own main big old car cars ev electric auto chip luxury fashion software social media cloud retail
    investment e commerce
    """
)
"""Words between a person and the company; not every one, since a space company is another one."""

_LONGEST_KIND: Final = 2
_OF: Final = word_set("of von de del di do da d")
_THE_COMPANY: Final = re.compile(
    r"\b(?:the|his|her) (?:company|firm)\b|\b(?:das|sein(?:em?|en|es)?) (?:Unternehmen|Konzern)s?\b"
    r"|\b(?:l['’]|son )(?:entreprise|groupe)\b|\b(?:la|su|a|sua) (?:empresa|compañía|azienda|società)\b"
    r"|(?:会社|公司|회사)",
    re.IGNORECASE,
)
_EAST_ASIAN: Final = re.compile(r"\s?(?:の|的|의)?\s?(?:会社|企業|公司|企业|회사|기업)")


@dataclass(frozen=True)
class PersonsCompany:
    """The company of a person in a question.

    Attributes:
        symbol: The instrument.
        start: Offset of its first character.
        end: Offset after its last character.
    """

    symbol: str
    start: int
    end: int


def persons_companies(text: str, words: Sequence[Word]) -> list[PersonsCompany]:
    """Returns the companies of persons in a question.

    Args:
        text: The question.
        words: Its words.
    """
    heads = known_phrases().heads
    found: list[PersonsCompany] = []
    for index in range(len(words)):
        if found and words[index].start < found[-1].end:
            continue
        person = heads.at(words, index) or heads.at([_without_genitive(words[index])], 0)
        if person is None:
            continue
        behind = index + person.length
        last = _company_behind(words, behind)
        first = index if last else _company_before(words, index)
        if first is not None:
            found.append(PersonsCompany(person.value, words[first].start, words[(last or behind) - 1].end))
    for start, end, symbol in heads.east_asian.find(text):
        if company := _EAST_ASIAN.match(text, end):
            found.append(PersonsCompany(symbol, start, company.end()))
    return found


def company_spoken_of(text: str, words: Sequence[Word]) -> PersonsCompany | None:
    """Returns the company of the person that a question names before "the company", or None.

    Args:
        text: The question, which names no company.
        words: Its words.
    """
    heads = known_phrases().heads
    for index in range(len(words)):
        person = heads.at(words, index) or heads.at([_without_genitive(words[index])], 0)
        if person is not None:
            last = words[index + person.length - 1]
            spoken_of = _THE_COMPANY.search(text, last.end)
            return PersonsCompany(person.value, words[index].start, last.end) if spoken_of else None
    return None


def _without_genitive(word: Word) -> Word:
    return Word(word.text[:-1], word.key[:-1], word.start, word.end) if word.key.endswith("s") else word


def _company_behind(words: Sequence[Word], index: int) -> int | None:
    """Returns the index behind "company" if a person has it: "Musk's car company"."""
    if index < len(words) and words[index].key == "s":
        index += 1
    for place in range(index, min(len(words), index + _LONGEST_KIND + 1)):
        if words[place].key in _COMPANY:
            return place + 1
        if words[place].key not in _KIND:
            return None
    return None


def _company_before(words: Sequence[Word], index: int) -> int | None:
    """Returns the index of "company" if it is that of a person: "die Firma von Elon Musk"."""
    is_owned = index > 1 and words[index - 1].key in _OF and words[index - 2].key in _COMPANY
    return index - 2 if is_owned else None
