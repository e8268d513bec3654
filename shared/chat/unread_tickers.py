"""Finds words in capitals that may be tickers which the catalogue does not have."""

from collections.abc import Iterator
from typing import Final

from shared.chat.mentions import QuestionReader, word_index
from shared.chat.question_words import METRIC_WORDS, NOT_TICKERS, OPENERS, STOCK_WORDS
from shared.chat.stock_context import is_called_instrument, is_introduced
from shared.chat.ticker_patterns import INITIALS, MODEL, TICKER
from shared.symbols.name_text import word_set

_BEFORE_SECTORS: Final = word_set(
    "which what a an any every best good top this that some big large us european german"
)
"""Words before a sector in capitals: "which IT stock"."""


def unread_tickers(question: QuestionReader) -> Iterator[tuple[str, int, int]]:
    """Yields the words in capitals that may be unknown tickers, with their offsets."""
    if question.is_all_capitals:
        return
    for match in TICKER.finditer(question.text):
        written, start = match[1], match.start()
        if question.is_taken(start, match.end()) or MODEL.fullmatch(written):
            continue
        if INITIALS.fullmatch(written) and question.text[match.end() : match.end() + 1] == ".":
            continue
        index = word_index(question.words, start)
        if _is_model(question, written, start) or begins_compound(question, index):
            continue
        if len(written) == 1:
            is_ticker = is_introduced(question.text, question.words, index)
        else:
            is_ticker = written not in NOT_TICKERS or _is_function_word_ticker(question, index)
        if is_ticker:
            yield written, start, match.end()


def _is_function_word_ticker(question: QuestionReader, index: int) -> bool:
    """Returns whether a function word in capitals is a ticker: "ON stock", and not "which IT stock"."""
    before = question.words[index - 1].key if index else ""
    return (
        index < len(question.words)
        and question.words[index].key in OPENERS
        and before not in _BEFORE_SECTORS
        and is_called_instrument(question.text, question.words, index)
    )


def _is_model(question: QuestionReader, written: str, start: int) -> bool:
    """Returns whether a word with digits directly behind a company's name is its product: Nvidia GB200."""
    behind_name = any(one.by_name and question.text[one.end : start] == " " for one in question.mentions)
    return behind_name and any(map(str.isdigit, written))


def begins_compound(question: QuestionReader, index: int) -> bool:
    """Returns whether an abbreviation begins a German noun that is no share of it: SMI-Schwergewichte."""
    words = question.words
    if index + 1 >= len(words) or not words[index].text.isupper():
        return False
    behind = words[index + 1]
    joined = question.text[words[index].end : behind.start] == "-"
    is_noun = behind.is_capitalised and not behind.text.isupper() and len(behind.text) > 1
    return joined and is_noun and behind.key not in STOCK_WORDS | METRIC_WORDS
