"""Finds tickers in lower case that the catalogue does not have: "low vs hd", "is de a buy", "itub4"."""

import re
from collections.abc import Iterator, Set
from dataclasses import replace
from typing import Final

from shared.chat.caseless_names import Candidate
from shared.chat.clear_contexts import has_figures, is_asked_about
from shared.chat.mentions import QuestionReader
from shared.chat.question_words import (
    COMPARISON_WORDS,
    GENERIC_WORDS,
    INSTRUMENT_WORDS,
    LIST_WORDS,
    METRIC_WORDS,
    OPENERS,
    STOCK_WORDS,
)
from shared.symbols.known_phrases import known_phrases
from shared.symbols.name_text import Word, word_set

BRAZILIAN: Final = re.compile(r"[A-Z]{4}(?:[3-8]|11)")
"""A ticker of São Paulo, which the sources have with a suffix."""

_LONGEST: Final = 5
_LONGEST_NEIGHBOUR: Final = 6
_FEWEST: Final = 2
_SHORTEST_ROW: Final = 3
_LONGEST_ROW: Final = 40
"""Words on each side in a row: looking at all of a long text for each word takes seconds."""

_VERSUS: Final = word_set("vs versus against")
_CHOICE: Final = _VERSUS | word_set("or oder gegen ou contre o contra")
_PRONOUNS: Final = word_set(
    "it this that they he she we you i there what who all any some so now here are has on"
)
"""Words that are the subject of a question, and no ticker in it."""

_WORDS: Final = word_set(
    """
    all ally amp app are ares arm art axon bam ben best big bill box bro bros bud can car cash cava
    ce coo cor dash day de deck dow dri eat el elf es et ever fang fast five fox fun gap good
    grab has he hood hum hut ice ip it key land levi life line lite love low main man mar mas mat
    met mo moh mos net nice on open or out para path peg pen pins play plug pm pool post pru real
    riot rol roll root rop run sam save se see snap snow so solv spot ste stem su sun talk tap team
    safe rock hope tell rate form next peak very each kids rich core edge
    tech tel tem ter trip tru true vale well wing wit wolf
    """
)
"""Tickers that are words or abbreviations of another meaning: no figure behind them makes them tickers."""

_NEVER: Final = (STOCK_WORDS | METRIC_WORDS | INSTRUMENT_WORDS | GENERIC_WORDS | LIST_WORDS) - {"low"}
_FIGURES: Final = METRIC_WORDS | word_set(
    "fcf roe roa roic pe eps ev ebitda p/e dividend dividends earnings revenue price yield ytd pb ps capex"
)
"""Words behind a row of tickers."""

_NEVER_TICKERS: Final = _NEVER | _FIGURES
_ALSO_WORDS: Final = _WORDS | OPENERS
_CLOSING: Final = _NEVER_TICKERS | OPENERS | COMPARISON_WORDS
"""Words that end a row of tickers."""

_END: Final = re.compile(r"\s*(?:$|[?!.,;:)]|(?:dividends?|stock|shares|earnings|margins?|growth|p/?e)\b)")


def lower_case_tickers(question: QuestionReader) -> Iterator[Candidate]:
    """Yields the words that may be tickers; none is clear, since they may as well be words."""
    tickers = _starts_of_tickers(question)
    for index, word in enumerate(question.words):
        if word.text != word.key or question.is_taken(word.start, word.end):
            continue
        if BRAZILIAN.fullmatch(word.key.upper()):
            yield _candidate(word, name=f"{word.key.upper()}.SA")
        elif word.key.isalpha() and len(word.key) <= _LONGEST and _may_be_ticker(question, index, tickers):
            is_listed = _is_in_row(question, index, tickers)
            yield replace(_candidate(word, name=word.key.upper()), is_listed=is_listed)


def _candidate(word: Word, name: str) -> Candidate:
    return Candidate(word.text, word.start, is_ticker=True, is_clear=False, name=name)


def _may_be_ticker(question: QuestionReader, index: int, tickers: Set[int]) -> bool:
    word = question.words[index]
    if word.key in _NEVER_TICKERS or len(word.key) == 1:
        return False
    is_word = word.key in _ALSO_WORDS or word.key in known_phrases().common_words
    if _is_compared(question, index, tickers):
        # "so vs nee" begins with a ticker, "nee vs its peers" has none behind it.
        return not is_word or index == 0 or _END.match(question.text, word.end) is not None
    if not is_word and has_figures(question.text, word.start, word.end):
        return True
    if _is_in_row(question, index, tickers):
        return True
    is_ticker = word.key not in _PRONOUNS and word.key.upper() in known_phrases().tickers
    return is_ticker and is_asked_about(question.text, word.start, word.end)


def _is_compared(question: QuestionReader, index: int, tickers: Set[int]) -> bool:
    """Returns whether a word of choice stands between a word and a ticker: "low vs hd"."""
    words = question.words
    for joint, other in ((index - 1, index - 2), (index + 1, index + 2)):
        if 0 <= joint < len(words) and 0 <= other < len(words) and words[joint].key in _CHOICE:
            if words[other].start in tickers:
                return True
            both = {words[index].key.upper(), words[other].key.upper()}
            if words[joint].key in _VERSUS and both <= known_phrases().tickers:
                return True
    return False


def _starts_of_tickers(question: QuestionReader) -> Set[int]:
    """Returns the offsets of the words that are read as tickers."""
    others = (start for start, _, name in question.others if name.isupper())
    known = {*others, *(one.start for one in question.mentions if not one.by_name)}
    return {
        word.start
        for word in question.words
        if word.start in known
        and len(word.key) <= _LONGEST_NEIGHBOUR
        and (word.text.islower() or word.text.isupper())
    }


def _is_in_row(question: QuestionReader, index: int, tickers: Set[int]) -> bool:
    """Returns whether a word is in a row of tickers that begins a clause: "snow ddog crwd net panw"."""
    words, first, last = question.words, index, index
    while first and _is_row_gap(question, first) and not _closes(words[first - 1]):
        first -= 1
        if index - first > _LONGEST_ROW:
            return False
    while last + 1 < len(words) and _is_row_gap(question, last + 1) and not _closes(words[last + 1]):
        last += 1
        if last - index > _LONGEST_ROW:
            return False
    known = [place for place in range(first, last + 1) if words[place].start in tickers]
    if last - first + 1 < _SHORTEST_ROW:
        return False
    is_all = known and last - first + 1 == len(words)
    if is_all and all(word.start in tickers or _is_ticker(word) for word in words):
        return True  # nothing but tickers: "lmt rtx noc gd"
    if len(known) < _FEWEST:
        return False
    opened = ":" in question.text[words[first - 1].end : words[first].start]
    begins = first == 0 or opened or words[first - 1].key in COMPARISON_WORDS
    ends = last + 1 == len(words) or not _is_row_gap(question, last + 1)
    # "cvx xom cop fcf yield", but not "ddog panw net margin"
    ends = ends or (words[last + 1].key in _FIGURES and words[index].key not in _ALSO_WORDS)
    return begins and (index < known[-1] or ends)


def _is_ticker(word: Word) -> bool:
    return word.key.upper() in known_phrases().tickers


def _is_row_gap(question: QuestionReader, index: int) -> bool:
    """Returns whether only a blank or a comma is before a word."""
    return not question.text[question.words[index - 1].end : question.words[index].start].strip(" ,")


def _closes(word: Word) -> bool:
    ordinary = word.key in _CLOSING
    return ordinary or len(word.key) > _LONGEST_NEIGHBOUR
