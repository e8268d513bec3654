"""Finds instruments that are written as the number of their exchange: 7203の株価, 005930 주가, 600519股票."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final, NamedTuple

_KANA: Final = re.compile(r"[\u3040-\u30ff]")
_HANGUL: Final = re.compile(r"[\uac00-\ud7af]")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_NUMBER: Final = re.compile(
    r"(?<![A-Za-z0-9_万萬億亿兆만억$€£¥₩.,:/-])(\d{4,6})(?![\d%$€£¥₩:/-]|[.,]\d|\.[A-Za-z])"
)
_UNIT: Final = re.compile(
    r"\s?(?:年|円|元|圓|点|點|万|萬|億|亿|兆|株(?!価)|ドル|ポイント|人|名|社|時|月|日|台|倍|股(?!价|價|票)|美|日元|港元|港币"
    r"|원|만|억|주(?!가|식)|명|년|달러|월|포인트|개)"
)
"""What makes a number an amount, a level or a year."""

_STOCK: Final = re.compile(
    r"\s?(?:の|的|의)?\s?(?:株価|株|決算|配当|業績|PER|PBR|時価総額|チャート|株式|股价|股票|财报|市值|分红|市盈率|走势"
    r"|股價|財報|本益比|주가|주식|실적|배당|시총|시가총액|차트|목표가|전망"
    r"|(?:stock|shares?|aktien?|actions?|acciones|ações|azioni)\b)",
    re.IGNORECASE,
)
_INTRODUCED: Final = re.compile(
    r"(?:ticker|symbol|code|wertpapier|コード|銘柄|代码|代碼|종목코드|종목)\s?:?\s?$", re.IGNORECASE
)
_JOINT: Final = re.compile(r"\s?(?:と|、|和|跟|与|과|와|랑|이랑|및|,|/|vs\.?|対|對|对|or|and|・)\s?")
_LONGEST: Final = 12
_YEARS: Final = range(1980, 2041)


class ExchangeCode(NamedTuple):
    """An instrument that is written as a number."""

    start: int
    end: int
    symbol: str


def exchange_codes(text: str, is_known: Callable[[str], bool]) -> list[ExchangeCode]:
    """Returns the instruments that a question has as numbers.

    Args:
        text: The question.
        is_known: Returns whether a symbol is one of the catalogue.
    """
    places = [
        (match, symbol)
        for match in _NUMBER.finditer(text)
        if not _UNIT.match(text, match.end()) and (symbol := _symbol(match[1], text, is_known))
    ]
    clear = {match.start() for match, symbol in places if _is_clear(text, match, known=is_known(symbol))}
    changed = True
    while changed:
        # A list has the stock word behind its last number only.
        joined = set(_joined(text, [match for match, _ in places], clear))
        changed = not joined <= clear
        clear |= joined
    return [
        ExchangeCode(match.start(), match.end(), symbol) for match, symbol in places if match.start() in clear
    ]


def _symbol(code: str, text: str, is_known: Callable[[str], bool]) -> str | None:
    """Returns the symbol of a code on the exchange of the question's language."""
    candidates: list[str] = []
    if len(code) == 6:
        chinese = f"{code}.{'SS' if code[0] == '6' else 'SZ'}"
        korean = f"{code}.KS"
        candidates = [chinese] if _HAN.search(text) and not _HANGUL.search(text) else [korean]
        if code[0] not in "036":
            candidates = [korean]
    elif _HAN.search(text) and not _KANA.search(text) and not _HANGUL.search(text):
        candidates = [f"{int(code):04}.HK", f"{code}.TW"]
    elif len(code) == 4:
        candidates = [f"{code}.T", f"{code}.HK", f"{code}.TW"]
    known = [symbol for symbol in candidates if is_known(symbol)]
    return next(iter(known or candidates), None)


def _is_clear(text: str, match: re.Match[str], *, known: bool) -> bool:
    if _INTRODUCED.search(text[max(0, match.start() - _LONGEST) : match.start()]):
        return True
    if known and match[1] == text.strip() and int(match[1]) not in _YEARS:
        return True
    may_be_amount = match[1][0] != "0" and (len(match[1]) < 6 or int(match[1]) % 1000 == 0)
    if may_be_amount and (int(match[1]) in _YEARS or not (known or _KANA.search(text))):
        return False
    return (
        _STOCK.match(text, match.end()) is not None
        or (known and not may_be_amount)
        or (_is_east_asian(text) and (known or not may_be_amount))
    )


def _is_east_asian(text: str) -> bool:
    return any(script.search(text) for script in (_KANA, _HANGUL, _HAN))


def _joined(text: str, places: list[re.Match[str]], clear: set[int]) -> Iterator[int]:
    for first, second in pairwise(places):
        if _JOINT.fullmatch(text, first.end(), second.start()) and clear & {first.start(), second.start()}:
            yield from (first.start(), second.start())
