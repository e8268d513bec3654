"""Recognises names with a capital that are no company: persons, laws and forms, parts of other names."""

from collections.abc import Sequence
from typing import Final

from shared.chat.question_words import INSTRUMENT_WORDS, NOT_NAMES, OF_WORDS
from shared.symbols.known_phrases import known_phrases
from shared.symbols.name_text import LEGAL_FORMS, Word, word_set

_TITLES: Final = word_set(
    """
    ceo cfo coo cto chairman chairwoman founder cofounder president chancellor minister secretary governor
    senator analyst economist investor mr mrs ms dr prof sir vorstandschef vorstandsvorsitzender chef
    grunder prasident kanzler bundeskanzler ministerin analyst pdg fondateur ministre presidente ministro
    fundador consejero fondatore
    """
)
"""Words before the name of a person."""
_HEADED_BY: Final = word_set("under unter sous sotto sob bajo")
"""Words between a company and its head: "the turnaround under Smith"."""

_INDUSTRIES: Final = word_set("energy tech technology healthcare finance")
"""Words behind the name of a company that belong to it and say what it does."""

_REQUESTS: Final = word_set("analyse rate chart report")
"""Nouns that are requests where they open a question: "Analyse Zorblatt"."""

_NUMBERED: Final = word_set(
    "form chapter rule section schedule article title level regulation paragraf artikel"
)
_SAYING: Final = word_set(
    """
    say said says write wrote writes written think thought invent invented predict predicted discover
    discovered teach taught believe believed quote quoted
    """
)
"""What persons do, behind a name: "what did Einstein say"."""

_NO_COMPANIES_END: Final = word_set(
    """
    tower bridge street avenue river lake mountain airport university college school church palace museum
    prize award depression crisis panic curve criterion rule law effect paradox principle theory hypothesis
    formula equation indicator oscillator pattern revolution empire treaty act
    """
)
"""Last words, or words behind, of a name that no company has: Eiffel tower, Kelly criterion."""

_LIVING: Final = word_set(
    """
    live lives lived living work working study studying born stay staying reside moved moving move travel
    fly wohne wohnen lebe leben geboren habite vis vivo moro abito
    """
)
_IN: Final = word_set("in to from near nach a à em aus")


def is_of_no_company(text: str, words: Sequence[Word], first: int, last: int) -> bool:
    """Returns whether a name is that of an author, a building, a place, an idea or an era.

    Args:
        text: The question.
        words: Its words.
        first: Index of the first word of the name.
        last: Index behind its last word.
    """
    after = words[last].key if last < len(words) else ""
    if after in _SAYING | _NO_COMPANIES_END or words[last - 1].key in _NO_COMPANIES_END:
        return True
    if first > 1 and text[words[first - 1].end : words[first].start] == ", ":
        first -= 1  # Austin, Texas
    return first > 1 and words[first - 1].key in _IN and words[first - 2].key in _LIVING


def is_person(words: Sequence[Word], first: int, last: int) -> bool:
    """Returns whether a name is that of a person: a first name and another, or with a title before it."""
    after = words[last].key if last < len(words) else ""
    if after in INSTRUMENT_WORDS or any(word.key in LEGAL_FORMS for word in words[first:last]):
        return False
    if first and words[first - 1].key in _TITLES | _HEADED_BY:
        return True
    return last - first in {2, 3} and words[first].key in known_phrases().first_names


def has_head(words: Sequence[Word], first: int) -> bool:
    """Returns whether a name stands behind the office of its head: "the CEO of Zorblatt Systems"."""
    return first > 1 and words[first - 2].key in _TITLES and words[first - 1].key in OF_WORDS


def is_numbered(words: Sequence[Word], first: int, last: int) -> bool:
    """Returns whether a name is one of a law or a form: Chapter 11, Form 10-K."""
    digits = words[last - 1].text[0].isdigit() or (last < len(words) and words[last].text[0].isdigit())
    return digits and words[first].key in _NUMBERED


def is_part_of_other_name(text: str, words: Sequence[Word], first: int, last: int) -> bool:
    """Returns whether a word that names no company belongs to the name: Christmas Eve, New York Times."""
    neighbours = [(words[at], gap) for at, gap in ((first - 1, first), (last, last)) if 0 <= at < len(words)]
    if first == 1 and words[0].key in _REQUESTS:
        neighbours = neighbours[1:]
    if last < len(words) and words[last].key in _INDUSTRIES:
        neighbours = neighbours[:-1]
    return any(
        word.key in NOT_NAMES and word.is_capitalised and text[words[gap - 1].end : words[gap].start] == " "
        for word, gap in neighbours
    )
