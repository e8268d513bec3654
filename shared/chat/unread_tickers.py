"""Finds words in capitals that may be tickers which the catalogue does not have."""

from collections.abc import Iterator
from typing import Final

from shared.chat.clear_contexts import is_asked_about, is_in_clear_context
from shared.chat.listed_mentions import CHOICES, opposites
from shared.chat.mention_record import word_index
from shared.chat.mentions import QuestionReader
from shared.chat.ordinary_words import letter_may_be_ticker
from shared.chat.question_words import LIST_WORDS, METRIC_WORDS, NOT_TICKERS, OPENERS, STOCK_WORDS
from shared.chat.stock_context import is_called_instrument, is_introduced
from shared.chat.ticker_patterns import INITIALS, MODEL, PERIOD, written_tickers
from shared.symbols.known_phrases import known_phrases
from shared.symbols.name_text import Word, is_east_asian, word_set

_BEFORE_SECTORS: Final = word_set(
    "which what a an any every best good top this that some big large us european german"
)
"""Words before a sector in capitals: "which IT stock"."""


def unread_tickers(question: QuestionReader) -> Iterator[tuple[str, int, int]]:
    """Yields the words in capitals that may be unknown tickers, with their offsets."""
    for written, start, end in written_tickers(question.text):
        if (
            "/" in written
            or question.is_taken(start, end)
            or MODEL.fullmatch(written)
            or PERIOD.fullmatch(written)
        ):
            continue
        if INITIALS.fullmatch(written) and question.text[end : end + 1] == ".":
            continue
        index = word_index(question.words, start)
        if _is_model(question, written, start) or begins_compound(question, index):
            continue
        if len(written) == 1:
            is_ticker = _is_letter_ticker(question, start, index) or _is_rival(question, index)
        else:
            is_ticker = written not in NOT_TICKERS or (
                _is_function_word_ticker(question, index) or _is_rival(question, index)
            )
        if is_ticker:
            yield written, start, end


def _is_letter_ticker(question: QuestionReader, start: int, index: int) -> bool:
    """Returns whether a letter is a ticker: "ticker A", "is O a good stock", not "should I sell"."""
    if is_introduced(question.text, question.words, index):
        return True
    if not letter_may_be_ticker(question.words, index) or is_east_asian(question.text[start - 1 : start]):
        return False  # the last word is the initial of a name: ソフトバンクGの株価
    if question.text[start] in NOT_TICKERS:
        return question.text[start] != "I" and is_asked_about(question.text, start, start + 1)
    return is_in_clear_context(question.text, start, start + 1, question.language)


def _is_rival(question: QuestionReader, index: int) -> bool:
    """Returns whether a known ticker that may be a word is compared with a ticker: "ON vs NXPI"."""
    known, words = known_phrases().tickers, question.words
    if index >= len(words) or words[index].text not in known or not letter_may_be_ticker(words, index):
        return False
    tickers = {mention.start for mention in question.mentions if not mention.by_name}
    tickers |= {start for start, _, name in question.others if name.isupper()}
    return any(
        other.start in tickers or (other.text in known and other.text not in NOT_TICKERS)
        for other in opposites(words, index, _joints_of(words[index]))
    )


def _joints_of(word: Word) -> frozenset[str]:
    """Returns what joins a ticker to another one; "IT and MSFT" may be about information technology."""
    return LIST_WORDS if word.key in OPENERS and word.key != "it" and len(word.key) > 1 else CHOICES


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
