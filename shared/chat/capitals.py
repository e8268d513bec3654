"""Recognises messages that are written in capitals, which then tell no ticker from a word."""

from collections.abc import Sequence
from typing import Final

from shared.chat.question_words import LIST_WORDS, OPENERS
from shared.symbols.name_text import Word, is_east_asian

_SHORTEST_SENTENCE: Final = 3
_MOST_TICKERS: Final = 3
"""Words of a message that may be nothing but tickers and a word for the requested figure."""

_LONGEST_TICKER: Final = 5


def is_written_in_capitals(text: str, words: Sequence[Word]) -> bool:
    """Returns whether a text in capitals is rather a sentence than a row of tickers.

    Args:
        text: The question.
        words: Its words.
    """
    if not text.isupper() or is_east_asian(text):
        return False
    has_opener = any(word.key in OPENERS - LIST_WORDS for word in words)
    has_word = has_opener or any(len(word.text) > _LONGEST_TICKER for word in words)
    return (len(words) > _MOST_TICKERS and has_word) or (len(words) == _SHORTEST_SENTENCE and has_opener)


def in_lower_case(text: str) -> str:
    """Returns a text in lower case, with each character at its place."""
    # One character may become two, and would move what follows.
    return "".join(lower if len(lower := character.lower()) == 1 else character for character in text)
