"""Recognises ordinary words among names and tickers: apple pie, the gold medal, vitamin C."""

from collections.abc import Mapping, Sequence
from typing import Final

from shared.chat.question_words import INSTRUMENT_WORDS, LINK_WORDS, METRIC_WORDS, STOCK_WORDS
from shared.chat.stock_context import ends_in_article
from shared.symbols.name_text import Word, word_set

_COINS: Final = word_set("bitcoin ether ethereum")
_NOT_AFTER_COIN: Final = word_set(
    "holdings holding reserve reserves treasury stash mining miner miners bestand bestande reserven reservas"
)
_BUYING: Final = word_set("buy buys purchase purchases buying strategy stack bet position pile play")
_BEFORE_BUYING: Final = (
    {""}
    | LINK_WORDS
    | STOCK_WORDS
    | word_set("is are a my your good first next daily weekly spot should i we us")
)
"""Words before a coin whose buyer is not named: "gamestop bitcoin buy" is about GameStop."""

_BEFORE_VERB: Final = word_set("is isn isnt was wasn wasnt how hows why whys")
_AFTER_VERB: Final = word_set(
    """
    up above below over under steady steadily stable strong firm firmly well on onto out back its support
    despite
    """
)
"""Words behind "holding" that make it a verb: "bitcoin holding above 60k"."""

_LEVEL: Final = word_set("at near around")
"""Words behind "holding" that make it a verb if a number follows: "bitcoin holding at 60k"."""

_AMOUNTS: Final = word_set("much viel wieviel combien cuanto quanto")
_OWNING: Final = word_set("does do did has have hat halt besitzt possede tiene tem possiede")
"""Words behind something that somebody owns: "how much bitcoin does it hold"."""

_COMMODITIES: Final = word_set("gold oil oro ouro crude")
_NOT_AFTER_COMMODITY: Final = word_set(
    """
    medal medals card standard rush miner miners stock stocks company companies major majors sector
    reserve reserves producer producers coin coins mine mines plated painting change
    """
)
_NOT_BEFORE_COMMODITY: Final = word_set(
    """
    heating sunflower coconut vegetable olive palm essential cooking engine
    motor fish black digital white breakeven realized realised assumed
    """
)
_NOT_BEFORE_LETTER: Final = word_set(
    "vitamin plan type series class hepatitis grade model section option part zone"
)
_CLASSES: Final = frozenset("abc")
_ARTICLES: Final = word_set("the a an another das der die le la l el il o un une una")
_OF: Final = word_set("of von aus de du da do di d")
_PLACES: Final = word_set(
    """
    china india japan korea africa europe asia america russia brazil mexico germany france spain italy
    turkey israel latin south southeast eastern western west east middle chinas indien afrika europa asien
    lateinamerika russland brasilien deutschlands chine inde afrique asie russie bresil allemagne amerique
    rusia brasil africa latina alemania cina asia poland nigeria indonesia vietnam
    """
)
"""Places in a figure of speech: "the Google of China" is another company."""

_NOT_BEFORE_NASDAQ: Final = word_set("on at an auf from listed")
_INDICES: Final = word_set("dax dow nikkei footsie sensex nifty")
_MEMBERS: Final = word_set("stocks companies members unternehmen konzerne werte aktien mitglieder")
"""Words behind an index that ask for its members: "which Dow stocks"."""

_NOT_AFTER_NAME: Final[Mapping[str, frozenset[str]]] = {
    "meta": word_set("analysis analyses tag tags data level question questions comment comments search"),
    "amazon": word_set("rainforest river basin jungle forest region"),
    "oracle": word_set("of problem node nodes network networks attack attacks"),
    "apple": word_set(
        "pie pies juice cider tree trees sauce orchard orchards picking crumble cobbler strudel tart seeds"
    ),
    "adobe": word_set("house houses brick bricks wall walls"),
    "chevron": word_set("pattern patterns shape stripe stripes"),
    "visa": word_set(
        """
        requirement requirements required application applications waiver waivers free proof sponsorship
        interview processing lottery bulletin
        """
    ),
    "shell": word_set("company companies corporation corporations script scripts game games shock shocked"),
    "uber": word_set("driver drivers alles die der das den dem eine einen"),
    "caterpillar": word_set("larva"),
    "big blue": word_set("chip chips sky ocean sea whale"),
    "alphabet": word_set("soup letters song"),
    "micron": word_set("filter filters thick"),
    "dow": word_set("theory"),
    "cat": word_set("bounce bond bonds food litter"),
    "spy": word_set("satellite satellites balloon balloons agency agencies movie novel"),
    "pep": word_set("talk talks rally guardiola"),
    "gm": word_set("everyone everybody all folks guys team food foods crop crops"),
    "hd": word_set("video videos tv screen quality"),
    "snap": word_set("decision decisions judgment judgement judgments election elections fingers shut"),
}
"""What follows a name when it is the ordinary word."""

_NOT_BEFORE_NAME: Final[Mapping[str, frozenset[str]]] = {
    "oracle": word_set("price blockchain chainlink"),
    "visa": word_set("work student tourist travel golden schengen nomad entry h1b eb5 investor"),
    "shell": word_set("sea egg nut tortoise bash"),
    "alphabet": word_set("greek latin hebrew cyrillic"),
    "cat": word_set("dead copy fat"),
    "sap": word_set("tree maple"),
    "ups": word_set("start pop follow push sign check close grown"),
    "reliance": word_set("heavy increasing growing less reduce reducing"),
}
"""What stands before a name when it is the ordinary word."""

_ABOUT_COMPANIES: Final = (
    STOCK_WORDS
    | METRIC_WORDS
    | INSTRUMENT_WORDS
    | word_set("owned backed related based like made led linked built specific konzern chef tochter mutter")
)
"""Words that a hyphen joins to a company: "meta-owned"."""

_TRADING: Final = word_set("kaufen verkaufen halten acheter vendre comprar vender comprare vendere")
"""Verbs behind the company in other languages, which no total has behind it."""

_NOT_AFTER_TOTAL: Final = (
    (STOCK_WORDS - INSTRUMENT_WORDS - _TRADING)
    | METRIC_WORDS
    | (LINK_WORDS - {"oder", "or", "ou", "und", "and", "et", "vs"})
    | word_set("return returns cost costs number amount assets liabilities expense expenses sum")
)


def is_ordinary_use(words: Sequence[Word], index: int, length: int) -> bool:
    """Returns whether the words that make a name are no company where they stand."""
    word = words[index]
    before = words[index - 1].key if index else ""
    after = words[index + length].key if index + length < len(words) else ""
    if length > 1:
        name = " ".join(one.key for one in words[index : index + length])
        return after in _NOT_AFTER_NAME.get(name, frozenset())
    if _is_figure_of_speech(words, index):
        return True
    if word.key == "amazon" and word.text.islower() and before == "the":
        return after not in STOCK_WORDS
    if word.key in _COMMODITIES | _COINS and before in _AMOUNTS and after in _OWNING:
        return True
    if word.key in _COINS:
        is_bought = after in _BUYING and before not in _BEFORE_BUYING
        return is_bought or (after in _NOT_AFTER_COIN and not _is_held_level(words, index))
    if word.key in _COMMODITIES:
        return after in _NOT_AFTER_COMMODITY or before in _NOT_BEFORE_COMMODITY
    if word.key == "total":
        # The former name of TotalEnergies; "total return" and "Total revenue" are no company.
        return _is_sum(words, index, after)
    if word.key == "nasdaq":
        exchange = before in _NOT_BEFORE_NASDAQ or any(word.key == "nyse" for word in words)
        return exchange or after in {"listed", "stock"} | _MEMBERS
    if word.key in _INDICES:
        return after in _MEMBERS | _NOT_AFTER_NAME.get(word.key, frozenset())
    return is_ordinary_beside(word.key, before, after)


def _is_sum(words: Sequence[Word], index: int, after: str) -> bool:
    """Returns whether "total" is no company: "total return", but not "is Total a buy"."""
    if index + 2 < len(words) and ends_in_article(words, index + 2):
        return False
    return words[index].text != "Total" or after in _NOT_AFTER_TOTAL


def is_in_compound(text: str, words: Sequence[Word], first: int, last: int) -> bool:
    """Returns whether a hyphen joins words in lower case to another one: "uber-rich", "gap-ups".

    Args:
        text: The question.
        words: Its words.
        first: Index of the first word, which is an ordinary word too.
        last: Index behind the last one.
    """
    if not words[first].text.islower():
        return False
    start, end = words[first].start, words[last - 1].end
    if first and text[start - 1] == "-" and words[first - 1].end == start - 1:
        return True
    behind = words[last] if last < len(words) else None
    joined = behind is not None and text[end : behind.start] == "-" and behind.text.islower()
    return joined and behind is not None and behind.key not in _ABOUT_COMPANIES


def is_ordinary_beside(name: str, before: str, after: str) -> bool:
    """Returns whether the words beside a name or ticker make it an ordinary word: "ford a river", "dead cat".

    Args:
        name: The comparison key of the name.
        before: That of the word before it.
        after: That of the word behind it.
    """
    return after in _NOT_AFTER_NAME.get(name, frozenset()) or before in _NOT_BEFORE_NAME.get(
        name, frozenset()
    )


def _is_held_level(words: Sequence[Word], index: int) -> bool:
    """Returns whether a coin stays at a level, and is owned by no company: "is bitcoin holding above 60k"."""
    following = [word.key for word in words[index + 1 : index + 4]] + ["", "", ""]
    if following[0] != "holding" or following[1] in _OF | {"by"}:
        return False
    # "How's" and "isn't" are two words each.
    preceding = [word.key for word in words[max(0, index - 2) : index] if word.key not in {"s", "t"}]
    if preceding and preceding[-1] in _BEFORE_VERB:
        return True
    return following[1] in _AFTER_VERB or (following[1] in _LEVEL and following[2][:1].isdigit())


def _is_figure_of_speech(words: Sequence[Word], index: int) -> bool:
    """Returns whether a name means another company that is like it: "the Amazon of Latin America"."""
    if index == 0 or index + 2 >= len(words) or words[index - 1].key not in _ARTICLES:
        return False
    place = words[index + 2]
    if place.key in _ARTICLES and index + 3 < len(words):
        place = words[index + 3]
    return words[index + 1].key in _OF and place.key in _PLACES and place.is_capitalised


def letter_may_be_ticker(words: Sequence[Word], index: int) -> bool:
    """Returns whether a single letter may be a ticker: not in "vitamin C", "T shirt" and "the c shares"."""
    before = words[index - 1].key if index else ""
    after = words[index + 1].key if index + 1 < len(words) else ""
    is_class = words[index].text in _CLASSES and after == "shares"
    return not is_class and before not in _NOT_BEFORE_LETTER and after not in {"shirt", "shirts"}
