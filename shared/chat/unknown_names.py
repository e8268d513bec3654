"""Finds the words of a question that may name an instrument which is not in the catalogue."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from shared.chat.mentions import QuestionReader, unread_tickers, word_index
from shared.chat.question_words import (
    GERMAN_ARTICLES,
    LINK_WORDS,
    LIST_WORDS,
    NOT_NAMES,
    NOT_TICKERS,
    OPENERS,
    STOCK_WORDS,
)
from shared.symbols.name_text import word_set

_MAX_RUN: Final = 4
_MAX_CANDIDATES: Final = 40
"""Candidates of one kind; a question has fewer, and each costs a look at every mention."""

_LONGEST_JOINT: Final = 12
"""Characters between two items of a list."""
_GERMAN_HINTS: Final = word_set("der die das und ist wie nicht fur ein eine von mit auf steht hat sind wird")
_PERSON_QUESTIONS: Final = word_set("who whose wer wessen qui quien chi quem")
_GENERIC: Final = word_set(
    """
    growth value tech technology dividend penny good best bad top cheap big small large mid cap blue
    chip chips bank energy oil gold pharma defensive cyclical my your our this that each every single
    any some common preferred tracked first second next last other same new old which what stock market
    individual us european chinese german
    """
)


@dataclass(frozen=True)
class Candidate:
    """Words that may name an instrument.

    Attributes:
        text: As written.
        start: Offset in the question.
        is_ticker: Whether they look like a ticker.
        is_clear: Whether they stand where an instrument stands, so that the answer says if it is unknown.
    """

    text: str
    start: int
    is_ticker: bool
    is_clear: bool


def unknown_names(question: QuestionReader) -> list[Candidate]:
    """Returns the candidates of a question, clear ones first, each group in the order of the text."""
    sources = (_tickers(question), _capitalised(question), _lower_case(question))
    found = [candidate for source in sources for candidate in islice(source, _MAX_CANDIDATES)]
    unique = {candidate.text.casefold(): candidate for candidate in reversed(found)}
    return sorted(unique.values(), key=lambda candidate: (not candidate.is_clear, candidate.start))


def _tickers(question: QuestionReader) -> Iterator[Candidate]:
    for written, start, _end in unread_tickers(question):
        index = word_index(question.words, start)
        clear = question.in_stock_context(index, index + 1) or _is_listed(question, index, index + 1)
        yield Candidate(written, start, is_ticker=True, is_clear=clear or 3 <= len(written) <= 5)


def _capitalised(question: QuestionReader) -> Iterator[Candidate]:
    words, index = question.words, 0
    if question.is_all_capitals:
        return
    german = sum(word.key in _GERMAN_HINTS for word in words) >= 1
    while index < len(words):
        last = index
        while (
            last < len(words) and last - index < _MAX_RUN and _may_name(question, last, first=last == index)
        ):
            last += 1
        if last == index:
            index += 1
            continue
        candidate = _run(question, index, last, german=german)
        if candidate is not None:
            yield candidate
        index = last


def _may_name(question: QuestionReader, index: int, *, first: bool) -> bool:
    word = question.words[index]
    if question.is_taken(word.start, word.end) or word.text in NOT_TICKERS or len(word.key) < 2:
        return False
    if word.key in NOT_NAMES or (word.key in OPENERS and (first or not word.is_capitalised)):
        return False
    if not first and question.text[question.words[index - 1].end : word.start].strip(" '’&.-"):
        return False
    return word.is_capitalised or (not first and word.text.isdigit())


def _run(question: QuestionReader, first: int, last: int, *, german: bool) -> Candidate | None:
    words = question.words
    text = question.text[words[first].start : words[last - 1].end]
    if text.isupper() and last - first == 1:
        return None  # read as a ticker
    before = words[first - 1].key if first else ""
    clear = question.in_stock_context(first, last) or _is_listed(question, first, last)
    if german and not clear and (before in GERMAN_ARTICLES or question.opens_sentence(first)):
        return None
    about_a_person = words[0].key in _PERSON_QUESTIONS
    named = not about_a_person and (last - first > 1 or not question.opens_sentence(first))
    return Candidate(text, words[first].start, is_ticker=False, is_clear=clear or (named and not german))


def _lower_case(question: QuestionReader) -> Iterator[Candidate]:
    words = question.words
    for index, word in enumerate(words):
        if not word.text.isalpha() or not word.text.islower() or len(word.key) < 4:
            continue
        if (
            question.is_taken(word.start, word.end)
            or word.key in OPENERS | NOT_NAMES | STOCK_WORDS | LINK_WORDS
        ):
            continue
        if word.key in _GENERIC or word.key in LIST_WORDS:
            continue
        after = words[index + 1].key if index + 1 < len(words) else ""
        before = [one.key for one in words[max(0, index - 2) : index]]
        named = after in {"stock", "shares", "aktie", "ticker"} or before[-2:] in (
            ["shares", "of"],
            ["stock", "of"],
        )
        if named or (before[-1:] and before[-1] in {"vs", "versus"}) or after in {"vs", "versus"}:
            yield Candidate(word.text, word.start, is_ticker=False, is_clear=False)


def _is_listed(question: QuestionReader, first: int, last: int) -> bool:
    """Returns whether a list word, a comma or a slash joins the words to a known instrument."""
    words = question.words
    start, end = words[first].start, words[min(last, len(words)) - 1].end
    for mention in question.mentions:
        left, right = (mention.end, start) if mention.end <= start else (end, mention.start)
        if not 0 <= right - left <= _LONGEST_JOINT:
            continue
        between = question.text[left:right].strip(" .")
        if between in {",", "/", "&"} or between.strip(" ,").lower() in LIST_WORDS - {""}:
            return True
    return False
