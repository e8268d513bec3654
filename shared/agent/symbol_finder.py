"""Finds what a question is about: ``$AAPL``, ``AAPL``, ``BRK.B``, ``Apple``; not ``I``, ``CEO``, ``USD``."""

import re
from collections.abc import Sequence
from typing import Final, Protocol

from shared.errors import InvalidSymbolError, ServiceError
from shared.market.models import SymbolInfo
from shared.market.symbols import normalise_symbol

MAX_SYMBOLS: Final = 5
"""Symbols one answer is about at most."""

_MAX_NAMES: Final = 12
_MARKED: Final = re.compile(r"(?<![\w$])\$([A-Za-z][A-Za-z0-9]{0,9}(?:[.-][A-Za-z0-9]{1,4})?)(?!\w)")
_TICKER: Final = re.compile(r"(?<![\w$.-])(\^?[A-Z][A-Z0-9]{0,9}(?:[.=-][A-Z0-9]{1,4})?)(?![\w-])")
_NAME: Final = re.compile(r"[A-ZÀ-Þ][\w&'’-]*(?:\s+(?:of|and|&|[A-ZÀ-Þ][\w&'’-]*)){0,3}")
_WORD: Final = re.compile(r"\b[a-zà-ÿ][\w&'’-]{3,}\b")
_NOT_TICKERS_TEXT: Final = """
A AI AM AN AND API ARE AS ASAP AT ATH BE BUY BY CAD CEO CFO CHF CNY COO CTO DCF DO EBIT EBITDA
EMA EPS ESG ETF ETFS EU EUR EV FAQ FCF FED FOR FX GAAP GBP GDP GO HAS HOLD HOW I IF IN IPO IRR
IS IT JPY KPI LLC LTD M MACD ME MY NO NOT NOW NYSE OF OK ON OR OTC PDF PE PEG PM Q1 Q2 Q3 Q4 R
REIT ROA ROE ROI RSI SEC SELL SMA SO THE TO TTM UK UP US USA USD VS WE WHAT WHY YOY YTD
"""
_NOT_TICKERS: Final = frozenset(_NOT_TICKERS_TEXT.split())
"""Words in capitals that are no tickers in a question, though some are tickers elsewhere."""
_NOT_NAMES: Final = frozenset({"block", "ford", "gap", "match", "meta", "target", "unity", "visa"})
"""Names that are common words too: taken for a company only when written with a capital."""


class KnownSymbols(Protocol):
    """Where symbols and names are looked up."""

    async def get_many(self, symbols: Sequence[str]) -> list[SymbolInfo]:
        """What is known of some symbols."""

    async def search(self, query: str, limit: int) -> list[SymbolInfo]:
        """Symbols that begin with the query, or whose name or alias does."""


class SymbolFinder:
    """Finds symbols in a question."""

    def __init__(self, known: KnownSymbols) -> None:
        self._known = known

    async def find(self, message: str, given: Sequence[str] = ()) -> tuple[str, ...]:
        """The symbols a question is about, at most ``MAX_SYMBOLS``.

        Symbols that are given, or written with ``$``, are taken as they are; other words only when they are
        known. While the store of symbols is away, the former alone are left.
        """
        explicit = [*given, *_marked(message)]
        try:
            found = await self._spelt(explicit, keep_unknown=True)
            found += await self._spelt(_tickers(message), keep_unknown=False)
            found += await self._named(_names(message))
            if not found:
                found = await self._named(_lower_case_names(message))
        except ServiceError:
            found = explicit
        return tuple(dict.fromkeys(found))[:MAX_SYMBOLS]

    async def _spelt(self, words: Sequence[str], *, keep_unknown: bool) -> list[str]:
        """Words as the exchange writes them: a share class may come with a dot (``BRK.B`` is ``BRK-B``)."""
        if not words:
            return []
        spellings = {word: (word, word.replace(".", "-")) for word in words}
        asked = [spelling for pair in spellings.values() for spelling in pair]
        known = {info.symbol for info in await self._known.get_many(asked)}
        matches = [
            next((spelling for spelling in pair if spelling in known), word if keep_unknown else None)
            for word, pair in spellings.items()
        ]
        return [match for match in matches if match is not None]

    async def _named(self, names: Sequence[str]) -> list[str]:
        found = []
        for name in names[:_MAX_NAMES]:
            matches = await self._known.search(_without_genitive(name), 3)
            found += [info.symbol for info in matches if _is_called(info, name)][:1]
        return found


def _marked(message: str) -> list[str]:
    found = []
    for word in _MARKED.findall(message):
        try:
            found.append(normalise_symbol(word))
        except InvalidSymbolError:
            continue
    return found


def _tickers(message: str) -> list[str]:
    return [word for word in dict.fromkeys(_TICKER.findall(message)) if word not in _NOT_TICKERS]


def _names(message: str) -> list[str]:
    """Capitalised words, and every beginning of several in a row: ``Bank of America``, ``Bank``."""
    found: dict[str, None] = {}
    for match in _NAME.findall(message):
        words = match.split()
        for start in range(len(words)):
            for end in range(len(words), start, -1):
                found[" ".join(words[start:end])] = None
    return [name for name in found if len(name) > 2 and not name.isupper()]


def _lower_case_names(message: str) -> list[str]:
    return [word for word in dict.fromkeys(_WORD.findall(message)) if word not in _NOT_NAMES]


def _is_called(info: SymbolInfo, name: str) -> bool:
    wanted = _without_genitive(name).casefold()
    return wanted in {alias.casefold() for alias in (info.name or "", *info.aliases)}


def _without_genitive(name: str) -> str:
    return name.removesuffix("'s").removesuffix("’s")
