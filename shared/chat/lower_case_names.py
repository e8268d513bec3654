"""Finds names in lower case by the words around them: "spotify or netflix", "azioni leonardo"."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from shared.chat.caseless_names import Candidate
from shared.chat.listed_mentions import ends_list
from shared.chat.mentions import QuestionReader
from shared.chat.question_words import (
    GENERIC_WORDS,
    INSTRUMENT_WORDS,
    LINK_WORDS,
    LIST_WORDS,
    NOT_NAMES,
    OF_WORDS,
    OPENERS,
    STOCK_WORDS,
)
from shared.chat.stock_context import is_elided
from shared.chat.unknown_lower_case import (
    is_judged,
    is_measured,
    is_named_stock,
    is_other_choice,
)
from shared.symbols.known_phrases import known_phrases
from shared.symbols.name_text import word_set

_OR: Final = word_set("or oder ou o contra contre contro gegen gegenuber ante")
_OR_OF_SEVERAL: Final = frozenset(
    {
        "frente a",
        "frente al",
        "face à",
        "face a",
        "face au",
        "rispetto a",
        "im vergleich zu",
        "im vergleich mit",
    }
    | {"verglichen mit", "comparé à", "par rapport à", "comparado con", "comparado com", "en comparación con"}
    | {"em comparação com", "compared to", "compared with", "relative to", "a confronto con", "instead of"}
)
"""Words between two names that are compared; more than one."""


_AND: Final = word_set("und et y e")
"""Words between the last two names of a list; English has "netflix and chill"."""

_SHORTEST_LISTED: Final = 5
_MOST_BETWEEN: Final = 4
"""Unknown items between two known ones of a list."""

_ITEM: Final = re.compile(r"[^\W\d_]{4,}")
_JOINT: Final = re.compile(
    rf"\s*[,/&+]\s*(?:(?:{'|'.join(sorted(LIST_WORDS))})\s+)?|\s+(?:{'|'.join(sorted(LIST_WORDS))})\s+"
)

_SHARES: Final = word_set("stock shares aktie ticker azioni azione titolo acciones accion acoes acao")
"""Words behind a name that call it an instrument."""

_SHARES_BEFORE: Final = word_set("azioni azione titolo acciones accion acoes acao aktie")
"""Words before a name that do."""

_ORDINARY: Final = OPENERS | NOT_NAMES | STOCK_WORDS | LINK_WORDS
_NO_NAMES: Final = GENERIC_WORDS | LIST_WORDS

_OF_COMPANIES: Final = _SHARES | word_set(
    "actions action aktien dividende dividendes dividenden dividend dividends dividendo dividendos dividendi"
    " kursziel"
)
"""What only companies have, before "of" and a name."""

_DIVIDENDS: Final = word_set("dividende dividenden dividendes dividendo dividendos dividendi kursziel")
"""What stands behind a name in lower case in other languages: in English, "special dividend" is frequent."""

_OWNERS: Final = OF_WORDS | word_set("da d von del della")

ALSO_COMPANIES: Final = word_set("dell reddit morningstar yahoo")
"""Words that are names of companies beside a stock word only."""

_LISTED_BY: Final = (LIST_WORDS | _OR_OF_SEVERAL | {"ante", "gegenüber", "contro"}) - {""}
_LONGEST_JOINT: Final = 25
"""Characters between two items of a list."""


def lower_case_names(question: QuestionReader) -> Iterator[Candidate]:
    """Yields the words in lower case that may name an instrument; few are clear."""
    words, between = question.words, set(_between_known(question))
    for index, word in enumerate(words):
        if not word.text.isalpha() or not word.text.islower() or len(word.key) < 4:
            continue
        after = words[index + 1].key if index + 1 < len(words) else ""
        ordinary = word.key in _ORDINARY
        # Dell, Reddit and Morningstar are companies too.
        if question.is_taken(word.start, word.end) or (
            ordinary and not (word.key in ALSO_COMPANIES and after in INSTRUMENT_WORDS)
        ):
            continue
        if word.key in _NO_NAMES or is_elided(question.text, words, index):
            continue
        before = [one.key for one in words[max(0, index - 2) : index]]
        behind = [one.key for one in words[index + 1 : index + 3]]
        named = after in _SHARES | _DIVIDENDS or _is_share_of(before) or behind == ["share", "price"]
        beside = {*before[-1:], after} & {"vs", "versus"} or {after} & {"overvalued", "undervalued"}
        is_enclosed = word.start in between
        is_choice = is_enclosed or _is_alternative(question, index)
        measured = word.key not in known_phrases().common_words and (
            is_measured(question.text, words, index) or is_judged(question.text, words, index)
        )
        if named or beside or is_choice or measured or _closes_list(question, index):
            is_beside = is_choice or (beside & {"vs", "versus"} and is_listed(question, index, index + 1))
            clear = (
                measured
                or is_named_stock(words, index)
                or (is_beside and is_other_choice(question.text, word, is_enclosed=is_enclosed))
            )
            yield Candidate(word.text, word.start, is_ticker=False, is_clear=bool(clear))


def _between_known(question: QuestionReader) -> Iterator[int]:
    """Yields where words stand between two known instruments of a list: "sap, zorblax and bmw"."""
    known = sorted(
        [(mention.start, mention.end) for mention in question.mentions]
        + [(start, end) for start, end, _ in question.others]
    )
    for (_, first), (last, _) in pairwise(known):
        gap = question.text[first:last]
        items = _JOINT.split(gap)[1:-1]
        is_list = _JOINT.match(gap) and all(map(_ITEM.fullmatch, items)) and not _JOINT.split(gap)[-1]
        if is_list and len(items) <= _MOST_BETWEEN:
            yield from (first + gap.index(item) for item in items)


def _is_share_of(before: list[str]) -> bool:
    """Returns whether the two words before a name call it an instrument: "shares of", "azioni"."""
    if not before or before[-1] in _SHARES_BEFORE:
        return bool(before)
    return before[0] in _OF_COMPANIES and before[-1] in _OWNERS


def _is_alternative(question: QuestionReader, index: int) -> bool:
    """Returns whether a word is the alternative to a known instrument: "spotify or netflix"."""
    words = question.words
    ors = [place for place in (index - 1, index + 1) if 0 <= place < len(words) and words[place].key in _OR]
    compared = any(joint in _OR_OF_SEVERAL for joint in _joints(question, index, index + 1))
    return compared or (bool(ors) and is_listed(question, index, index + 1))


def _closes_list(question: QuestionReader, index: int) -> bool:
    """Returns whether a word ends a list: "ferrovial y amadeus, beneficios", not "apple and orange juice"."""
    words = question.words
    is_word = len(words[index].key) < _SHORTEST_LISTED or words[index].key in known_phrases().common_words
    joined = index > 0 and words[index - 1].key in _AND and ends_list(question.text, words, index)
    return not is_word and joined and is_listed(question, index, index + 1)


def is_listed(question: QuestionReader, first: int, last: int) -> bool:
    """Returns whether a list word, a comma or a slash joins words to a known instrument.

    Args:
        question: The question.
        first: Index of the first word.
        last: Index behind the last one.
    """
    return any(
        gap in {",", "/", "&"} or gap.strip(" ,") in _LISTED_BY for gap in _joints(question, first, last)
    )


def _joints(question: QuestionReader, first: int, last: int) -> Iterator[str]:
    """Yields what is between words and the known instruments near them, in lower case."""
    words = question.words
    start, end = words[first].start, words[min(last, len(words)) - 1].end
    known = [(mention.start, mention.end) for mention in question.mentions]
    for first_known, last_known in [*known, *((left, right) for left, right, _ in question.others)]:
        left, right = (last_known, start) if last_known <= start else (end, first_known)
        if 0 <= right - left <= _LONGEST_JOINT:
            yield question.text[left:right].strip(" .").lower()
