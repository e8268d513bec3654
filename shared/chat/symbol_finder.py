"""Finds what a question is about: ``$AAPL``, ``AAPL``, ``BRK.B``, ``Apple``; not ``I``, ``CEO``, ``USD``."""

import asyncio
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from cachetools import TTLCache

from shared.chat.question_words import QuestionWords
from shared.domain.market_data import SymbolInfo
from shared.errors import ServiceError

MAX_SYMBOLS: Final = 10
"""Symbols one answer is about at most."""

MAX_FOUND: Final = 5
"""Of these, found in the question and not given."""

_MAX_NAMES: Final = 12
_MAX_ASKED: Final = 3
"""Words that are looked up at the data source when none is known here."""
_ASK_SECONDS: Final = 2.5
_REMEMBERED: Final = 2_000
_REMEMBER_SECONDS: Final = 60.0
_FORMS: Final = re.compile(
    r"(?:[\s,]+(?:incorporated|inc|corporation|corp|company|co|limited|ltd|plc|llc|ag|se|sa|nv|spa|ab|asa|oyj|group"
    r"|holdings?|platforms|class [a-c]|\(the\)|and|&)\.?|\.com)+$"
)


class KnownSymbols(Protocol):
    """Where symbols and names are looked up."""

    async def get_many(self, symbols: Sequence[str]) -> list[SymbolInfo]:
        """What is known of some symbols."""

    async def search(self, query: str, limit: int) -> list[SymbolInfo]:
        """Symbols that begin with the query, or whose name or alias does."""


class SymbolSearch(Protocol):
    """Where symbols are looked up that are not known here."""

    async def search(self, query: str, limit: int) -> list[SymbolInfo]:
        """Symbols whose ticker or name matches, best first."""


class SymbolFinder:
    """Finds symbols in a question.

    Args:
        known: The symbols that are known here.
        market: Asked only when a question has no symbol that is known here.
    """

    def __init__(self, known: KnownSymbols, market: SymbolSearch) -> None:
        self._known = known
        self._market = market
        # Questions are made of the same few words again and again.
        self._searched: TTLCache[str, list[SymbolInfo]] = TTLCache(_REMEMBERED, _REMEMBER_SECONDS)

    async def find(
        self, message: str, given: Sequence[str] = (), before: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """The symbols a question is about, at most ``MAX_SYMBOLS``.

        Symbols that are given, or written with ``$``, are taken as they are; other words only when they are
        known. While the store of symbols is away, the former alone are left.

        Args:
            message: The question.
            given: Symbols the client says it is about.
            before: What the conversation was about: what "it" means in a question that names nothing, and
                in one that compares a single thing that it names.
        """
        words = QuestionWords(message)
        explicit = list(dict.fromkeys([*given, *words.marked]))[:MAX_SYMBOLS]
        try:
            found = await self._spelt(explicit, keep_unknown=True)
            tickers = await self._spelt(words.tickers, keep_unknown=False)
            found += tickers if found else words.without_stray_letters(tickers)
            found += await self._named(words.names)
            if not found:
                found = await self._named(words.lower_case)
            if not found:
                found = await self._asked(words)
        except ServiceError:
            found = explicit
        symbols = tuple(dict.fromkeys(found))[: max(len(explicit), MAX_FOUND)]
        looks_back = not symbols or (len(symbols) == 1 and words.compare)
        return tuple(dict.fromkeys([*before, *symbols]))[-MAX_SYMBOLS:] if looks_back else symbols

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
        matches = await asyncio.gather(*(self._search(name) for name in names[:_MAX_NAMES]))
        return list(_called(names, matches))

    async def _search(self, name: str) -> list[SymbolInfo]:
        found = self._searched.get(name)
        if found is None:
            found = self._searched[name] = await self._known.search(name, 3)
        return found

    async def _asked(self, words: QuestionWords) -> list[str]:
        """What the data source makes of words that are not known here: tickers first, then names."""
        candidates = list(dict.fromkeys([*words.likely_tickers, *words.names]))[:_MAX_ASKED]
        try:
            async with asyncio.timeout(_ASK_SECONDS):
                matches = await asyncio.gather(*(self._market.search(word, 3) for word in candidates))
        except (ServiceError, TimeoutError):
            return []
        spelt = [
            word
            for word, infos in zip(candidates, matches, strict=True)
            if word in {info.symbol for info in infos}
        ]
        return spelt or list(_called(candidates, matches))


def _called(names: Sequence[str], matches: Sequence[Sequence[SymbolInfo]]) -> Iterable[str]:
    for name, infos in zip(names, matches, strict=False):
        yield from [info.symbol for info in infos if _is_called(info, name)][:1]


def _is_called(info: SymbolInfo, name: str) -> bool:
    return _plain(name) in {_plain(alias) for alias in (info.name or "", *info.aliases)} - {""}


def _plain(name: str) -> str:
    """A name without accents, case and legal form: ``Nestlé S.A.`` and ``nestle`` are the same."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(char for char in decomposed if not unicodedata.combining(char) and char not in ".'’")
    return _FORMS.sub("", letters.removeprefix("the ")).strip(" ,")
