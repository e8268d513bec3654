"""Finds the pairs of two currencies in a question: "the pound against the dollar", "欧元兑美元"."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

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
}
_CURRENCIES: Final[Mapping[str, str]] = {
    word: currency for currency, words in _WRITTEN.items() for word in words.split()
}
_EAST_ASIAN_NAMES: Final[Mapping[str, str]] = {
    "EUR": "欧元|歐元|ユーロ|유로",
    "USD": "美元|美金|米ドル|ドル|달러",
    "GBP": "英镑|英鎊|ポンド|파운드",
    "JPY": "日元|日圓|円|엔화|엔",
}
_EAST_ASIAN_JOINT: Final = r"(?:兑换?|兌|对|對|対|/|・|과|와|と|와의|\s)?\s?"

_JOINTS: Final = word_set(
    """
    to against vs versus per gegen gegenuber zum zu contre face au en frente al a contra contro ao rispetto
    into the us british japanese der dem den le la el il lo o sterling
    """
)
"""Words between the two currencies of a rate."""

_WEAK_JOINTS: Final = word_set("and und et y e in zwischen")
"""Words between two currencies that make a rate only beside a word for it."""

_RATES: Final = word_set("rate parity forex fx wechselkurs kurs taux parite cambio tasso paridad parita tipo")
_MOST_BETWEEN: Final = 4


def currency_pairs(text: str, words: Sequence[Word]) -> list[tuple[int, int, str]]:
    """Returns start, end and symbol of the pairs that the catalogue has.

    Args:
        text: The question.
        words: Its words.
    """
    has_rate = any(word.key in _RATES for word in words)
    joints = _JOINTS | _WEAK_JOINTS if has_rate else _JOINTS
    found: list[tuple[int, int, str]] = []
    for index, word in enumerate(words):
        first = _CURRENCIES.get(word.key)
        last = index + 1
        while first and last < len(words) and last - index <= _MOST_BETWEEN and words[last].key in joints:
            last += 1
        if first is None or last >= len(words) or last == index + 1:
            continue
        if found and word.start < found[-1][1]:
            continue  # "livre sterling" are two words for one currency
        symbol = _PAIRS.get(frozenset({first, _CURRENCIES.get(words[last].key, first)}))
        if symbol:
            found.append((word.start, words[last].end, symbol))
    return found + _east_asian_pairs(text)


def _east_asian_pairs(text: str) -> list[tuple[int, int, str]]:
    return [
        (match.start(), match.end(), symbol)
        for pattern, symbol in _EAST_ASIAN_PATTERNS
        for match in pattern.finditer(text)
    ]


def _pattern(first: str, second: str) -> re.Pattern[str]:
    return re.compile(f"(?:{_EAST_ASIAN_NAMES[first]}){_EAST_ASIAN_JOINT}(?:{_EAST_ASIAN_NAMES[second]})")


_EAST_ASIAN_PATTERNS: Final = tuple(
    (_pattern(first, second), symbol)
    for pair, symbol in _PAIRS.items()
    for first, second in (sorted(pair), sorted(pair, reverse=True))
)
