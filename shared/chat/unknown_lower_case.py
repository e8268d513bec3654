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
    history average averages peers sector industry market inflation competition consensus benchmark past
    immobilien festgeld bargeld sparen warten anleihen immobilier obligations attendre inmuebles vivienda
    bonos efectivo esperar plata imoveis aluguel poupanca esperar immobili obbligazioni contanti aspettare
    """
)
"""Words behind "or" and "vs" that mean something else than a company."""

_ADVERBS: Final = word_set(
    """
    daily weekly monthly quarterly yearly annually gradually slowly quickly immediately instantly eventually
    directly separately equally partly partially fully entirely completely only mostly mainly merely simply
    really actually exactly probably possibly likely unlikely currently recently globally locally early
    suddenly temporarily permanently safely blindly manually automatically indirectly
    """
)
"""Adverbs behind "or": "sell nvidia now or gradually"."""

_SHORTEST_ALTERNATIVE: Final = 5
_ENDINGS: Final = ("ing", "ed", "tion", "ment", "ness", "s")
"""Ends of English words that are taken for no unknown name."""

_ENDINGS_OF_NOUNS: Final = (
    *_ENDINGS,
    "ity",
    "ty",
    "ship",
    "ence",
    "ance",
    "ism",
    "ung",
    "heit",
    "keit",
    "schaft",
    "tum",
    "ismus",
    "ité",
    "dad",
    "dade",
    "ção",
    "ción",
    "tà",
)
"""Ends of nouns that may be called overvalued: loyalty, Bildung."""

_CURRENCIES: Final = word_set(
    """
    sterling pound pounds euro dollar greenback loonie aussie kiwi yen yuan renminbi rupee rupiah ringgit baht
    krona krone forint zloty koruna peso lira franc rand rouble ruble shekel dirham riyal real won
    """
)
_VALUED_BEHIND: Final = re.compile(
    r"\s+(?:(?:still|currently|really|now|too|so|noch|gerade|aktuell|stark|derzeit)\s+)*"
    r"(?:(?:over|under)(?:valued|priced)|fairly valued|(?:ü|u|ue)berbewertet|unterbewertet"
    r"|an? (?:(?:good|great|strong|solid|screaming) )?(?:buy|sell|hold|value trap)(?=\s*[?.!,]|\s*$))",
    re.IGNORECASE,
)
"""Judgements of a company behind "is" and its name."""

_VALUED_ELSEWHERE: Final = re.compile(
    r"\s+(?:(?:est|está|esta|é|è)(?:[- ]elle|[- ]il)?\s+)(?:(?:trop|muy|muito|troppo)\s+)?"
    r"(?:sur|sous|sobre|infra|sub|sopra|sotto)[- ]?(?:v?valu|[ée]valu|valor|avalia)",
    re.IGNORECASE,
)
"""The same behind a name that opens a question in a Romance language."""
_OPENS_CLAUSE: Final = re.compile(r"(?:^|[.!?;:\n]\s*|[¿¡]\s*|est-ce que\s+)$", re.IGNORECASE)
_LONGEST_OPENING: Final = 20

_ARTICLES_OF_SHARES: Final = word_set("die der")
_GERMAN_KINDS: Final = word_set(
    """
    wasserstoff lithium uran hanf kupfer silber gold tech technologie bank versicherungs auto automobil pharma
    bitcoin krypto rohstoff energie strom solar wind wasser telekom handels konsum luxus china usa us dax mdax
    sdax nasdaq dow dividenden wachstums value small nebenwert rustungs turbo penny favorit depot
    """
)
"""German words before "Aktie" that say which kind of share."""
_GERMAN_ADJECTIVES: Final = ("e", "en", "er", "em", "es", "st")

_MEASURED: Final = word_set("price valuation eps cap revenue revenues")
"""What a company has, before "of" and its name in lower case."""

_QUOTED: Final = word_set("kurs aktienkurs borsenkurs cotizacion cotacao quotazione")
"""The price of an instrument in other languages."""

_OF: Final = word_set("of von de da do di")
_WORTH: Final = frozenset({("much", "is"), ("what", "is")})
"""Words before what is worth something: "how much is zorblax worth"."""

_GOODS: Final = word_set(
    """
    bread sugar coffee cocoa wheat lumber wood steel petrol diesel gasoline kerosene water electricity housing
    property rents copper uranium lithium cobalt cotton rubber maize grain flour fruit cheese butter chocolate
    wine beer whisky cigar tobacco fertilizer fuel power carbon nickel aluminum aluminium platinum palladium
    rhodium helium hydrogen paper plastic cement concrete sand brent crude energy money labor labour leather
    success failure freedom peace progress fame safety love democracy admission entry membership insurance
    medicine insulin education college university tuition childcare health therapy travel fashion luxury
    bitcoin ethereum ether crypto stock share company anything everything something nothing another
    yesterday today tomorrow dollar pound yen yuan rubel rubles peso lira franken iphone vacation marriage
    pizza burger lunch dinner breakfast coke house home flat land beef chicken pork salmon olive honey orange
    arbeit reichtum erfolg eigenheim wohneigentum studium urlaub
    banana potato tomato onion avocado vanilla coconut garlic oyster lobster caviar diamond ruby pearl jewel
    """
)
"""What has a price without being a company."""

_CLAUSE_END: Final = re.compile(r"\s*(?:[?!.,;:]|$)")


def is_named_stock(words: Sequence[Word], index: int) -> bool:
    """Returns whether a stock word behind a word calls it a company: "is zorblax stock a buy"."""
    if words[index].key in _KINDS_OF_STOCK:
        return False
    behind = [word.key for word in words[index + 1 : index + 3]]
    if behind[:1] == ["aktie"] and index and words[index - 1].key in _ARTICLES_OF_SHARES:
        # "die zorblax aktie", and not "die teuerste aktie"
        return not (words[index].key in _GERMAN_KINDS or words[index].key.endswith(_GERMAN_ADJECTIVES))
    is_stock = behind[:1] in (["stock"], ["shares"], ["ticker"], ["aktie"])
    if behind in (["share", "price"], ["share", "prices"]):
        kind = words[index].key in _KINDS_OF_PRICE or words[index].key.endswith((*_ENDINGS, "ly"))
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
    is_word = word.key in _NO_ALTERNATIVES | _KINDS_OF_STOCK | _ADVERBS or word.key.endswith(_ENDINGS)
    ends = is_enclosed or _CLAUSE_END.match(text, word.end) is not None
    return ends and not is_word and len(word.key) >= _SHORTEST_ALTERNATIVE


def is_measured(text: str, words: Sequence[Word], index: int) -> bool:
    """Returns whether a question asks what a word costs or is worth: "price of zorblax".

    Args:
        text: The question.
        words: Its words.
        index: Index of a word that is no known name.
    """
    word = words[index]
    ordinary = word.key in _GOODS | _KINDS_OF_STOCK | _NO_ALTERNATIVES
    if ordinary or word.key.endswith((*_ENDINGS, "ly", "ity")) or len(word.key) < _SHORTEST_ALTERNATIVE:
        return False
    before = tuple(one.key for one in words[max(0, index - 2) : index])
    if before[-1:] == ("is",) and index + 1 < len(words):
        after = words[index + 1]
        valued = after.key == "worth" and before in _WORTH
        return valued and _CLAUSE_END.match(text, after.end) is not None
    is_figure = before[:1] and (before[0] in _QUOTED or (before[0] in _MEASURED and before[1:] == ("of",)))
    ends = _CLAUSE_END.match(text, word.end) is not None
    return bool(is_figure) and before[-1] in _OF and ends


def is_judged(text: str, words: Sequence[Word], index: int) -> bool:
    """Returns whether a question asks of a word what one asks of companies: "is zorblax overvalued".

    Args:
        text: The question.
        words: Its words.
        index: Index of a word that is no known name.
    """
    word = words[index]
    ordinary = word.key in _GOODS | _KINDS_OF_STOCK | _NO_ALTERNATIVES | _CURRENCIES
    if ordinary or word.key.endswith(_ENDINGS_OF_NOUNS) or len(word.key) < _SHORTEST_ALTERNATIVE:
        return False
    if index and words[index - 1].key in {"is", "ist"} and _VALUED_BEHIND.match(text, word.end):
        return True
    opening = text[max(0, word.start - _LONGEST_OPENING) : word.start]
    return bool(_OPENS_CLAUSE.search(opening) and _VALUED_ELSEWHERE.match(text, word.end))
