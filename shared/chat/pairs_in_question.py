"""Finds the pairs of two currencies in a question: "the pound against the dollar", "欧元兑美元"."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Final, NamedTuple

from shared.symbols.name_text import Word, word_set

_PAIRS: Final[Mapping[frozenset[str], str]] = {
    frozenset({"EUR", "USD"}): "EURUSD=X",
    frozenset({"GBP", "USD"}): "GBPUSD=X",
    frozenset({"USD", "JPY"}): "JPY=X",
}
_WRITTEN: Final[Mapping[str, str]] = {
    "EUR": "euro euros eur",
    "USD": "dollar dollars usd dolar dolares dollaro dollari greenback",
    "GBP": "pound pounds sterling gbp pfund livre livres libra libras sterlina sterline",
    "JPY": "yen jpy yens iene ienes",
    "CHF": "chf franc francs franken franco francos",
    "CNY": "cny rmb yuan renminbi",
    "INR": "inr rupee rupees rupie rupien",
    "AUD": "aud",
    "NZD": "nzd",
    "CAD": "cad",
    "KRW": "krw",
    "SEK": "sek",
    "NOK": "nok",
    "DKK": "dkk",
    "PLN": "pln zloty",
    "TRY": "try lira",
    "MXN": "mxn",
    "BRL": "brl reais",
    "ZAR": "zar rand",
    "HKD": "hkd",
    "SGD": "sgd",
}
_CURRENCIES: Final[Mapping[str, str]] = {
    word: currency for currency, words in _WRITTEN.items() for word in words.split()
}
_BASES: Final = ("EUR", "GBP", "AUD", "NZD", "USD", "CAD", "CHF")
"""Currencies in the order in which they come first in a customary pair."""

_CODES: Final = re.compile(
    rf"(?<![\w/])({'|'.join(_WRITTEN)})[/-]?({'|'.join(_WRITTEN)})(?![\w/])", re.IGNORECASE
)
_EAST_ASIAN_NAMES: Final[Mapping[str, str]] = {
    "EUR": "欧元|歐元|ユーロ|유로",
    "USD": "美元|美金|米ドル|ドル|달러",
    "GBP": "英镑|英鎊|ポンド|파운드",
    "JPY": "日元|日圓|円|엔화|엔",
}
_EAST_ASIAN_JOINT: Final = (
    r"(?:兑换?|兌|对|對|対|/|・|과|와|と|와의|は?(?:何|いくら)|(?:能?(?:等于|兑换?|换)?)多少|\s)?\s?"
)

_JOINTS: Final = word_set(
    """
    to against vs versus per gegen gegenuber zum zu contre face au en frente al a contra contro ao rispetto
    into in em the us
    british japanese swiss canadian australian indian chinese schweizer der dem den le la el il lo o sterling
    """
)
"""Words between the two currencies of a rate."""

_WEAK_JOINTS: Final = word_set(
    "and und et y e zwischen at with mit avec con com parity paritat parite paridad paridade parita"
)
"""Words between two currencies that make a rate only beside a word for it."""

_AGAINST: Final = word_set(
    "against vs versus gegen gegenuber face frente contra contre contro rispetto relacao rapport relative"
)
"""Words before the second currency of a rate, behind what the first one does: "the euro falls against"."""
_ARTICLES: Final = word_set("the us to dem den der le la l au a el al o ao il los dos")
_LONGEST_COURSE: Final = 8
"""Words between two currencies of which the first one moves against the second."""

_AMOUNTS: Final = word_set(
    "many much wieviel wieviele viel viele combien cuanto cuantos cuantas quanto quantos quantas quanti"
    " quante"
)
_EQUALS: Final = word_set(
    "is are a an one for ist sind ein einen fur bekomme ich vaut valent un une pour es son por per vale sono"
)
"""Words between two currencies where a question asks how much of one the other is worth."""

_RATES: Final = word_set("rate parity forex fx wechselkurs kurs taux parite cambio tasso paridad parita tipo")
_MOST_BETWEEN: Final = 4


class MentionedPair(NamedTuple):
    """A pair of two currencies in a question: the catalogue's symbol, or the name to search the pair by."""

    start: int
    end: int
    symbol: str
    searched: str


def currency_pairs(text: str, words: Sequence[Word]) -> list[MentionedPair]:
    """Returns the pairs of a question.

    Args:
        text: The question.
        words: Its words.
    """
    found = [
        _pair(match.start(), match.end(), match[1].upper(), match[2].upper(), as_written=True)
        for match in _CODES.finditer(text)
        if match[1].casefold() != match[2].casefold()
    ]
    for pair in (*_pairs_of_words(words), *_east_asian_pairs(text)):
        if all(pair.end <= other.start or pair.start >= other.end for other in found):
            found.append(pair)
    return found


def _pairs_of_words(words: Sequence[Word]) -> Iterator[MentionedPair]:
    has_rate = any(word.key in _RATES for word in words)
    joints = _JOINTS | _WEAK_JOINTS if has_rate else _JOINTS
    if any(word.key in _AMOUNTS for word in words):
        # "Wie viel Euro sind 100 Dollar"
        joints |= _EQUALS | {word.key for word in words if word.key.isdigit()}
    end = 0
    for index, word in enumerate(words):
        first = _CURRENCIES.get(word.key)
        if first is None or word.start < end:
            continue
        last = _joined_currency(words, index, joints, needs_joint=not has_rate) or _moves_against(
            words, index
        )
        second = _CURRENCIES.get(words[last].key, first) if last else first
        if second != first:  # "livre sterling" are two words for one currency
            end = words[last].end
            yield _pair(word.start, end, first, second)


def _joined_currency(words: Sequence[Word], index: int, joints: Set[str], *, needs_joint: bool) -> int:
    """Returns the index of the currency behind one and the joints that follow it; 0 without one."""
    last = index + 1
    while last < len(words) and last - index <= _MOST_BETWEEN and words[last].key in joints:
        last += 1
    beside = last == index + 1 and needs_joint
    return last if last < len(words) and not beside and words[last].key in _CURRENCIES else 0


def _moves_against(words: Sequence[Word], index: int) -> int:
    """Returns the index of the currency that the one at an index moves against; 0 without one."""
    for last in range(index + 2, min(len(words), index + _LONGEST_COURSE + 2)):
        before = last - 1
        if words[last].key in _CURRENCIES:
            while before > index and words[before].key in _ARTICLES:
                before -= 1
            return last if words[before].key in _AGAINST else 0
    return 0


def _pair(start: int, end: int, first: str, second: str, *, as_written: bool = False) -> MentionedPair:
    symbol = _PAIRS.get(frozenset({first, second}), "")
    places = [_BASES.index(one) if one in _BASES else len(_BASES) for one in (first, second)]
    if not as_written and places[1] < places[0]:
        first, second = second, first
    return MentionedPair(start, end, symbol, "" if symbol else f"{first}/{second}")


def _east_asian_pairs(text: str) -> list[MentionedPair]:
    return [
        MentionedPair(match.start(), match.end(), symbol, "")
        for pattern, symbol in _EAST_ASIAN_PATTERNS
        for match in pattern.finditer(text)
    ]


def _pattern(first: str, second: str) -> re.Pattern[str]:
    one, other = _EAST_ASIAN_NAMES[first], _EAST_ASIAN_NAMES[second]
    return re.compile(f"(?:{one})(?:{_EAST_ASIAN_JOINT}(?:{other})|[はが](?:{other})に[対比])")


_EAST_ASIAN_PATTERNS: Final = tuple(
    (_pattern(first, second), symbol)
    for pair, symbol in _PAIRS.items()
    for first, second in (sorted(pair), sorted(pair, reverse=True))
)
