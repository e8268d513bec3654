"""Decides whether a name or ticker in lower case, which is a word too, is rather the instrument.

Users write "tell me about apple" and "is spy up". In questions about investments most of these words are
the instrument: the ordinary word shows by the article before it, by a number ("5 micron"), or by the
language of the question.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from shared.chat.ordinary_words import is_ordinary_beside
from shared.chat.question_language import ENGLISH
from shared.symbols.name_text import Word, word_set

_ORDINARY_EVERYWHERE: Final = {"b of a", "at t"} | word_set(
    "c cable chase coin cost crm f ma ms now race san shop t total v volatility wells"
)
"""Words that are more often the word than the instrument, whatever the language."""

_ORDINARY_IN: Final[Mapping[str, frozenset[str]]] = {
    ENGLISH: frozenset({"service now", "sales force"}),
    "de": word_set("uber nee ups"),
    "fr": word_set("bac dis lin nee pep ti"),
    "es": word_set("vale ti rio"),
    "pt": word_set("vale novo voo dis ti boa rio"),
    "it": word_set("vale lin ti rio"),
}
"""Words that are more often the word in one language."""

_ARTICLES: Final[Mapping[str, frozenset[str]]] = {
    ENGLISH: word_set("a an the this that each every one per another"),
    "de": word_set("ein eine einen einem einer pro"),
    "fr": word_set("un une ce cette an"),
    "es": word_set("un una este ese an"),
    "pt": word_set("um uma este esse an"),
    "it": word_set("un una uno questo questa an"),
}
"""Words before a common noun; Romance languages have the definite article before companies as well."""

_OWNERS: Final = word_set("my your our his her their mi tu su minha sua mia tua seu meu mio suo la a alla")
_OWNED: Final = word_set("visa cat meta")
"""Words that are the ordinary thing behind a possessive: "my cat"; "meta" behind an article: "la meta"."""

_VERB_AFTER: Final[Mapping[str, frozenset[str]]] = {
    "visa": word_set("for to pour para per fur nach expired expires run"),
    "shell": word_set("out"),
    "ford": word_set("a the"),
    "sap": word_set("my your our their the"),
    "spy": word_set("on"),
    "reliance": word_set("on upon"),
    "intuit": word_set("that what how"),
}
"""Function words behind the ordinary word."""

_VERB_BEFORE: Final[Mapping[str, frozenset[str]]] = {
    "intuit": word_set("to"),
    "ford": word_set("to"),
    "spy": word_set("to"),
    "sap": word_set("will would could can to"),
    "novo": word_set("de"),
    "rio": word_set("in of from"),
    "vale": word_set("quanto cuanto que no nao si se ainda lo aun non ne ja"),
}
"""Function words before the ordinary word."""

_CURRENCY_MARKET: Final = word_set(
    "boe fx forex pip pips gilt gilts gbp sterling pound usd dollar dxy eurusd"
)
"""Words that make "cable" the rate of the pound."""

_MARKET_DAY: Final = word_set("today now rate chart forecast outlook this next week month year ytd")
"""Words of a question that has nothing but a rate and its time: "cable today"."""

_LEVELS: Final = word_set("at above below near under over around")
"""Words between a rate and its level: "cable at 1.35"."""

_ARTICLES_OF_VALE: Final = word_set("a da na pela")
"""Portuguese articles before the company; the verb has none, and the noun is masculine."""

_WITH_ARTICLE: Final = word_set("dow nifty")
"""Indices, which have an article: "where did the dow close"."""

_ENGLISH_ADJECTIVES: Final = word_set("uber nifty")
_BEHIND_ADJECTIVES: Final = word_set(
    """
    bullish bearish rich wealthy expensive cheap conservative cool long short risky safe trick tricks little
    tool tools feature way idea gadget fifty high low confident
    """
)
"""Words behind "uber" and "nifty" where they are adjectives."""


def is_rather_instrument(words: Sequence[Word], first: int, last: int, language: str) -> bool:
    """Returns whether words in lower case that are a name or a ticker mean the instrument.

    Args:
        words: The words of the question.
        first: Index of the first word of the name.
        last: Index behind its last word.
        language: The language of the question.
    """
    name = " ".join(word.key for word in words[first:last])
    before = words[first - 1].key if first else ""
    after = words[last].key if last < len(words) else ""
    if name == "vale" and before in _ARTICLES_OF_VALE:
        return True
    is_level = after in _LEVELS and last + 1 < len(words) and words[last + 1].key.isdigit()
    is_alone = all(word.key in _MARKET_DAY for word in [*words[:first], *words[last:]])
    if name == "cable" and (is_level or is_alone or any(word.key in _CURRENCY_MARKET for word in words)):
        return True
    if name == "uber" and last == len(words):
        return True  # no preposition ends a sentence
    if name in _ORDINARY_EVERYWHERE or name in _ORDINARY_IN.get(language, frozenset()):
        return False
    if name in _OWNED and before in _OWNERS:
        return False
    if name in _ENGLISH_ADJECTIVES and after in _BEHIND_ADJECTIVES:
        return False
    if (before[-1:].isdigit() and words[first].start - words[first - 1].end == 1) or is_ordinary_beside(
        name, before, after
    ):
        return False
    if after in _VERB_AFTER.get(name, frozenset()) or before in _VERB_BEFORE.get(name, frozenset()):
        return False
    if name == "ups" and [word.key for word in words[last : last + 2]] == ["and", "downs"]:
        return False
    return name in _WITH_ARTICLE or before not in _ARTICLES.get(language, frozenset())
