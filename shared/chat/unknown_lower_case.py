"""Decides whether a word in lower case stands so that the answer says if no source knows it."""

import re
from collections.abc import Sequence
from typing import Final

from shared.chat.question_words import GENERIC_WORDS
from shared.symbols.name_text import Word, word_set

_BEFORE_NAME: Final = word_set(
    """
    is are was does did has will can should buy buying sell selling hold holding of on about own owning and vs
    versus or than
    """
)
"""Words before a name that a stock word follows; an article would make it a kind of stock."""

_NOT_BEHIND_STOCK: Final = word_set(
    "option options plan plans split splits market markets exchange picks pick dividend ideas research"
)
"""Words that make "stock" the beginning of another word: "stock options"."""

_KINDS_OF_STOCK: Final = GENERIC_WORDS | word_set(
    """
    housing railroad steel food tobacco alcohol water gaming gambling casino space drone weed marijuana
    hydrogen battery restaurant hotel cruise agriculture fertilizer quantum meme income momentum quality
    restricted treasury capital rolling live closing fractional company employer parent employee founder
    founders random specific certain particular whole entire highest lowest cheapest safest hottest trending
    undervalued overvalued expensive losing winning falling rising current overnight outstanding
    """
)
_KINDS_OF_PRICE: Final = word_set(
    """
    average target historical minimum maximum past median initial offer original latest benchmark fair issue
    actual previous current stable volatile final first daily weekly monthly yearly annual future nominal
    takeover buyout peak theoretical intrinsic year pre post after today yesterday
    """
)
"""Words before "share price" that say which price."""

_NO_ALTERNATIVES: Final = word_set(
    """
    wait waiting cash hold bonds neither both nothing something someone somewhere elsewhere other others
    another later never sooner sell gold silver crypto index funds stocks savings property housing diversify
    anything everything whatever maybe perhaps lower higher worse better small large short long
    """
)
"""Words behind "or" that choose something else than a company."""

_SHORTEST_ALTERNATIVE: Final = 5
_ENDINGS: Final = ("ing", "ly", "ed", "tion", "ment", "ness", "s")
"""Ends of English words that no unknown name is assumed behind "or" for."""

_CLAUSE_END: Final = re.compile(r"\s*(?:[?!.,;:]|$)")


def is_named_stock(words: Sequence[Word], index: int) -> bool:
    """Returns whether a stock word behind a word calls it a company: "is zorblax stock a buy"."""
    if words[index].key in _KINDS_OF_STOCK:
        return False
    behind = [word.key for word in words[index + 1 : index + 3]]
    is_stock = behind[:1] in (["stock"], ["shares"], ["ticker"], ["aktie"])
    if behind in (["share", "price"], ["share", "prices"]):
        kind = words[index].key in _KINDS_OF_PRICE or words[index].key.endswith(_ENDINGS)
        return not kind and _is_subject(words, index)
    if not is_stock or (behind[1:] and behind[1] in _NOT_BEHIND_STOCK):
        return False
    return _is_subject(words, index)


def _is_subject(words: Sequence[Word], index: int) -> bool:
    return index == 0 or words[index - 1].key in _BEFORE_NAME


def is_other_choice(text: str, word: Word, *, is_enclosed: bool = False) -> bool:
    """Returns whether a word behind "or" rather names a company: "nvidia or zorblax, which is cheaper".

    Args:
        text: The question.
        word: A word that "or" joins to a known company.
        is_enclosed: Whether it is between two known companies of a list, so that no clause ends behind it.
    """
    is_word = word.key in _NO_ALTERNATIVES | _KINDS_OF_STOCK or word.key.endswith(_ENDINGS)
    ends = is_enclosed or _CLAUSE_END.match(text, word.end) is not None
    return ends and not is_word and len(word.key) >= _SHORTEST_ALTERNATIVE
