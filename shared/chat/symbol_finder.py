"""Recognises the companies in a question; looks up those that are not well known."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from cachetools import TTLCache

from shared.chat.mentions import QuestionReader, SymbolMention
from shared.chat.question_words import PLURAL_REFERENCES
from shared.chat.unknown_names import Candidate, unknown_names
from shared.domain.market_data import SymbolInfo
from shared.errors import ServiceError
from shared.symbols.catalogue import SymbolCatalogue
from shared.symbols.name_text import name_key

MAX_SYMBOLS: Final = 10
"""Symbols that one answer covers; further ones are reported as omitted."""

MAX_LOOKUPS: Final = 10
"""Unknown names of one question that are looked up."""

LOOKUP_SECONDS: Final = 2.5
"""Deadline of all look-ups of one question together."""

_REMEMBERED: Final = 2_000
_REMEMBER_SECONDS: Final = 60.0
_HITS: Final = 5
_SHORTEST_BEGINNING: Final = 4
_OTHER_LISTINGS: Final = {
    "GOOGL": (re.compile(r"class c\b|klasse c\b|\bc[- ]shares", re.IGNORECASE), "GOOG"),
    "BRK-B": (re.compile(r"class a\b|klasse a\b|\ba[- ](?:shares|aktien?)", re.IGNORECASE), "BRK-A"),
    "BABA": (re.compile(r"hong ?kong|\bhkd?\b|香港|홍콩", re.IGNORECASE), "9988.HK"),
    "TSM": (
        re.compile(
            r"taipei|taiwan(?:ese)? (?:listing|stock|shares|exchange)|\btwd\b|台股|台北", re.IGNORECASE
        ),
        "2330.TW",
    ),
}
"""The listing that a question chooses in words, in place of the customary one."""


class SymbolIndex(Protocol):
    """A place where instruments are searched: the database, or the market data sources."""

    def search(self, query: str, limit: int) -> Awaitable[list[SymbolInfo]]:
        """Returns the instruments whose ticker, name or alias matches, best first."""


@dataclass(frozen=True)
class Recognition:
    """The companies of a question.

    Attributes:
        symbols: At most ``MAX_SYMBOLS``, in the order of the question.
        omitted: Recognised beyond that number.
        unknown: Names and tickers that no place knows.
        unchecked: Names and tickers that could not be looked up; they may exist.
    """

    symbols: tuple[str, ...]
    omitted: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the answer has to say about companies that it does not cover."""
        remarks = []
        if self.omitted:
            remarks.append(
                f"only the first {MAX_SYMBOLS} companies are covered, without {', '.join(self.omitted)}"
            )
        if self.unknown:
            remarks.append(f"no instrument called {', '.join(self.unknown)} was found")
        if self.unchecked:
            remarks.append(f"{', '.join(self.unchecked)} could not be looked up at the moment")
        return tuple(remarks)


@dataclass(frozen=True)
class _Lookup:
    """Result of one look-up; ``symbol`` is None if it is unknown, ``failed`` if a place failed."""

    candidate: Candidate
    symbol: str | None
    failed: bool


class SymbolFinder:
    """Recognises companies.

    Args:
        catalogue: Gives the well-known instruments, which need no store; blocking on first use.
        stored: The instruments of the database.
        market: The market data sources.
    """

    def __init__(
        self, catalogue: Callable[[], SymbolCatalogue], stored: SymbolIndex, market: SymbolIndex
    ) -> None:
        self._catalogue = catalogue
        self._places = (stored, market)
        self._found: TTLCache[str, str | None] = TTLCache(_REMEMBERED, _REMEMBER_SECONDS)

    async def find(
        self, message: str, given: Sequence[str] = (), history: Sequence[Sequence[str]] = ()
    ) -> Recognition:
        """Returns the companies that a question is about. Never raises.

        Args:
            message: The question.
            given: Symbols that the client names.
            history: Symbols of the earlier questions of the conversation, oldest first.
        """
        # Reading a long question takes 25 ms: not on the event loop.
        question, candidates = await asyncio.to_thread(self._read, message)
        lookups = await self._look_up(candidates)
        places = [(mention.start, _listing(mention, question.text)) for mention in question.mentions]
        places += [(one.candidate.start, one.symbol) for one in lookups if one.symbol is not None]
        named = [symbol for _, symbol in sorted(places)]
        if not given:
            named = _with_earlier(question, named, history)
        symbols = tuple(dict.fromkeys([*given, *named]))
        missed = [one for one in lookups if one.symbol is None and one.candidate.is_clear]
        return Recognition(
            symbols[:MAX_SYMBOLS],
            symbols[MAX_SYMBOLS:],
            tuple(one.candidate.text for one in missed if not one.failed),
            tuple(one.candidate.text for one in missed if one.failed),
        )

    def _read(self, message: str) -> tuple[QuestionReader, list[Candidate]]:
        question = QuestionReader(message, self._catalogue())
        return question, unknown_names(question)

    async def _look_up(self, candidates: Sequence[Candidate]) -> list[_Lookup]:
        asked = list(candidates[:MAX_LOOKUPS])
        if not asked:
            return []
        tasks = [asyncio.create_task(self._look_up_one(candidate)) for candidate in asked]
        try:
            await asyncio.wait(tasks, timeout=LOOKUP_SECONDS)
        finally:
            for task in tasks:
                task.cancel()
        return [
            task.result() if task.done() and not task.cancelled() else _Lookup(candidate, None, failed=True)
            for candidate, task in zip(asked, tasks, strict=True)
        ]

    async def _look_up_one(self, candidate: Candidate) -> _Lookup:
        key = candidate.text.casefold()
        if key in self._found:
            return _Lookup(candidate, self._found[key], failed=False)
        failed = False
        for place in self._places:
            try:
                hits = await place.search(candidate.text, _HITS)
            except ServiceError:
                failed = True
                continue
            symbol = _matching(candidate, hits)
            if symbol is not None:
                self._found[key] = symbol
                return _Lookup(candidate, symbol, failed=False)
        if not failed:
            self._found[key] = None
        return _Lookup(candidate, None, failed)


def _listing(mention: SymbolMention, text: str) -> str:
    if mention.by_name and mention.symbol in _OTHER_LISTINGS:
        pattern, other = _OTHER_LISTINGS[mention.symbol]
        if pattern.search(text):
            return other
    return mention.symbol


def _with_earlier(question: QuestionReader, named: list[str], history: Sequence[Sequence[str]]) -> list[str]:
    """Adds the companies of earlier questions that this one refers to."""
    earlier = [list(symbols) for symbols in history if symbols]
    plural = any(word.key in PLURAL_REFERENCES for word in question.words)
    if not earlier or (named and not (len(named) == 1 and (question.compares or plural))):
        return named
    if plural or (not named and question.compares):
        recent = list(dict.fromkeys(symbol for symbols in earlier for symbol in symbols))[-MAX_SYMBOLS:]
    else:
        recent = earlier[-1]
    return [*recent, *(symbol for symbol in named if symbol not in recent)]


def _matching(candidate: Candidate, hits: Sequence[SymbolInfo]) -> str | None:
    """Returns the hit that is called as written; a search also returns what merely resembles it."""
    written = candidate.text.upper()
    for hit in hits:
        if hit.symbol in {written, written.replace(".", "-")}:
            return hit.symbol
    for hit in hits:
        names = [name_key(name) for name in (hit.name or "", *hit.aliases)]
        if name_key(candidate.text) in names or any(_begins(name, candidate.text) for name in names):
            return hit.symbol
    return None


def _begins(name: tuple[str, ...], written: str) -> bool:
    """Returns whether whole words of a name begin it as written: Rivian Automotive, H & M Hennes."""
    key = "".join(name_key(written.replace("&", " ")))
    beginnings = {"".join(name[:length]) for length in range(1, len(name) + 1)}
    return key in beginnings and (len(key) >= _SHORTEST_BEGINNING or "&" in written)
