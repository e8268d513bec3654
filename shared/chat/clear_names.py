"""Finds words in lower case that stand where only instruments do: "thoughts on nordex", "wie läuft rexel".

The word is looked up and never reported, since it may be a word all the same ("thoughts on housing"); a
company counts only if the word is its whole name.
"""

from collections.abc import Iterator
from typing import Final

from shared.chat.caseless_names import Candidate
from shared.chat.clear_contexts import is_in_clear_context
from shared.chat.mentions import QuestionReader
from shared.chat.question_words import (
    GENERIC_WORDS,
    INSTRUMENT_WORDS,
    LINK_WORDS,
    LIST_WORDS,
    METRIC_WORDS,
    NOT_NAMES,
    OPENERS,
    STOCK_WORDS,
)
from shared.symbols.known_phrases import known_phrases
from shared.symbols.name_text import Word

_SHORTEST: Final = 3
_MOST_ALONE: Final = 3
"""Words of a question that is nothing but a name: "poste italiane"."""

_NO_NAMES: Final = (
    OPENERS
    | NOT_NAMES
    | STOCK_WORDS
    | METRIC_WORDS
    | GENERIC_WORDS
    | LIST_WORDS
    | LINK_WORDS
    | INSTRUMENT_WORDS
)


def names_in_clear_contexts(question: QuestionReader) -> Iterator[Candidate]:
    """Yields the words that may be the whole name of a company; none is clear.

    Args:
        question: The question.
    """
    words = [word for word in question.words if _may_name(question, word)]
    for word in words:
        if is_in_clear_context(question.text, word.start, word.end, question.language):
            yield _candidate(question, word, word)
    if 0 < len(words) == len(question.words) <= _MOST_ALONE:
        yield _candidate(question, words[0], words[-1])


def _may_name(question: QuestionReader, word: Word) -> bool:
    is_name = word.text.islower() and len(word.key) >= _SHORTEST and word.key[0].isalpha()
    is_word = word.key in _NO_NAMES or word.key in known_phrases().common_words
    return is_name and not is_word and not question.is_taken(word.start, word.end)


def _candidate(question: QuestionReader, first: Word, last: Word) -> Candidate:
    text = question.text[first.start : last.end]
    return Candidate(text, first.start, is_ticker=False, is_clear=False, is_exact=True)
