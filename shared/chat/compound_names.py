"""Finds names of several words of which one names no company alone: Air Canada, rocket lab stock, C3.ai."""

import re
from collections.abc import Iterator
from typing import Final

from shared.chat.caseless_names import Candidate
from shared.chat.mentions import QuestionReader
from shared.chat.question_words import (
    GENERIC_WORDS,
    INSTRUMENT_WORDS,
    LINK_WORDS,
    LIST_WORDS,
    METRIC_WORDS,
    NOT_NAMES,
    NOT_TICKERS,
    OPENERS,
    STOCK_WORDS,
)

_LONGEST: Final = 4
_SHORTEST_LOWER_CASE: Final = 3
_DOMAIN: Final = re.compile(r"(?<![\w@/.-])[A-Za-z][A-Za-z0-9-]+\.(?:ai|com|io)\b(?![/\w])")
_LEGAL_FORMS: Final = frozenset({"inc", "corp", "plc", "llc", "gmbh"})
"""Legal forms that are no other word in lower case."""

_NEVER_PART: Final = OPENERS | STOCK_WORDS | METRIC_WORDS | INSTRUMENT_WORDS


def compound_names(question: QuestionReader) -> Iterator[Candidate]:
    """Yields the names; few are clear, since their words may as well be no name."""
    for match in _DOMAIN.finditer(question.text):
        if not question.is_taken(match.start(), match.end()):
            yield Candidate(match[0], match.start(), is_ticker=False, is_clear=False)
    yield from _with_ordinary_words(question)
    yield from _before_stock(question)
    yield from _before_legal_form(question)


def _with_ordinary_words(question: QuestionReader) -> Iterator[Candidate]:
    """Yields runs of capitals with a place, a currency or the like: China Mobile, New York Times."""
    words, first = question.words, 0
    while first < len(words):
        last = first
        while last < len(words) and last - first < _LONGEST and _is_capital_of_name(question, last):
            if last > first and not _is_joined(question, last):
                break
            last += 1
        run = words[first:last]
        named = any(word.key not in NOT_NAMES | GENERIC_WORDS for word in run)
        if named and any(word.key in NOT_NAMES for word in run):
            yield _candidate(question, first, last)
        first = max(last, first + 1)


def _before_stock(question: QuestionReader) -> Iterator[Candidate]:
    """Yields two or three words in lower case before a stock word: rocket lab stock."""
    words = question.words
    for index, word in enumerate(words):
        if word.key not in INSTRUMENT_WORDS:
            continue
        first = index
        while first and index - first < _LONGEST - 1 and _is_lower_case_of_name(question, first - 1, first):
            first -= 1
        named = any(word.key not in GENERIC_WORDS for word in words[first:index])
        if index - first > 1 and named:
            yield _candidate(question, first, index)


def _before_legal_form(question: QuestionReader) -> Iterator[Candidate]:
    """Yields words in lower case before the legal form of a company: gap inc, five below corp."""
    words = question.words
    for index, word in enumerate(words):
        first = index
        while first and index - first < _LONGEST - 1 and _is_lower_case_of_name(question, first - 1, first):
            first -= 1
        if word.text in _LEGAL_FORMS and first < index:
            start, end = words[first].start, words[index - 1].end
            text, name = question.text[start : word.end], question.text[start:end]
            yield Candidate(text, start, is_ticker=False, is_clear=True, name=name)


def _is_capital_of_name(question: QuestionReader, index: int) -> bool:
    word = question.words[index]
    return (
        word.is_capitalised
        and word.key not in _NEVER_PART
        and word.text not in NOT_TICKERS
        and not question.is_taken(word.start, word.end)
    )


def _is_lower_case_of_name(question: QuestionReader, index: int, following: int) -> bool:
    word = question.words[index]
    return (
        word.text.islower()
        and word.text.isalpha()
        and len(word.text) >= _SHORTEST_LOWER_CASE
        and word.key not in _NEVER_PART | LINK_WORDS | LIST_WORDS
        and not question.is_taken(word.start, word.end)
        and _is_joined(question, following)
    )


def _is_joined(question: QuestionReader, index: int) -> bool:
    """Returns whether a blank or a hyphen joins a word to the one before: not Tesla-Zahlen, a compound."""
    words = question.words
    between = question.text[words[index - 1].end : words[index].start]
    return between == " " or (between == "-" and words[index].key not in NOT_NAMES)


def _candidate(question: QuestionReader, first: int, last: int) -> Candidate:
    start, end = question.words[first].start, question.words[last - 1].end
    return Candidate(question.text[start:end], start, is_ticker=False, is_clear=False)
