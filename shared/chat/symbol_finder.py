"""Recognises the companies in a question; looks up those that are not well known."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from cachetools import TTLCache

from shared.chat.caseless_names import Candidate
from shared.chat.chosen_companies import chosen_companies
from shared.chat.defined_terms import is_about_none
from shared.chat.follow_ups import changed_companies
from shared.chat.listed_mentions import SymbolMention
from shared.chat.mentions import QuestionReader
from shared.chat.question_words import PLURAL_REFERENCES, SINGULAR_REFERENCES
from shared.chat.search_hits import matching_hit
from shared.chat.share_classes import share_class
from shared.chat.unknown_names import unknown_names
from shared.domain.market_data import SymbolInfo
from shared.errors.service_errors import ServiceError
from shared.symbols.catalogue import SymbolCatalogue
from shared.symbols.known_phrases import known_phrases

MAX_SYMBOLS: Final = 10
"""Symbols that one answer covers; further ones are reported as omitted."""

MAX_LOOKUPS: Final = 10
"""Unknown names of one question that are looked up."""

LOOKUP_SECONDS: Final = 2.5
"""Deadline of all look-ups of one question together."""

_REMEMBERED: Final = 2_000
_REMEMBER_SECONDS: Final = 60.0
_HITS: Final = 5
_TICKER: Final = re.compile(r"[A-Z0-9-]+(?:\.[A-Z]+)?")

_AMERICAN: Final = re.compile(r"\badrs?\b|\bnyse\b|\bus[- ]listing|\bnew york\b|美股|米国株", re.IGNORECASE)
_OTHER_LISTINGS: Final = {
    "GOOGL": (share_class("c"), "GOOG", share_class("a")),
    "BRK-B": (share_class("a"), "BRK-A", share_class("b")),
    "BABA": (re.compile(r"hong ?kong|\bhkd?\b|香港|港股|홍콩", re.IGNORECASE), "9988.HK", _AMERICAN),
    "TSM": (
        re.compile(
            r"taipei|taiwan(?:ese)? (?:listing|stock|shares|exchange)|\btwd\b|台股|台北", re.IGNORECASE
        ),
        "2330.TW",
        _AMERICAN,
    ),
}
"""The listing that a question chooses in words in place of the customary one, and how it names that one."""


_Key = tuple[str, bool, bool, bool]
"""What a look-up depends on: the query, and how it is written."""


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
class _CandidateResult:
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
        self._found: TTLCache[tuple[str, bool, bool, bool], str | None] = TTLCache(
            _REMEMBERED, _REMEMBER_SECONDS
        )

    async def find(
        self,
        message: str,
        given: Sequence[str] = (),
        history: Sequence[Sequence[str]] = (),
        *,
        given_are_all: bool = True,
    ) -> Recognition:
        """Returns the companies that a question is about. Never raises.

        Args:
            message: The question.
            given: Symbols that the client names.
            history: Symbols of the earlier questions of the conversation, oldest first.
            given_are_all: Whether given symbols are what "it" and "they" mean; otherwise they are additional.
        """
        # Reading a long question takes 25 ms: not on the event loop.
        question, candidates = await asyncio.to_thread(self._read, message)
        lookups = await self._look_up(candidates)
        found = _outermost([one for one in lookups if one.symbol is not None])
        places = [
            (mention.start, symbol)
            for mention in question.mentions
            for symbol in _listings(mention, question)
            if not any(one.candidate.start <= mention.start < one.candidate.end for one in found)
        ]
        places += [(one.candidate.start, one.symbol) for one in found if one.symbol is not None]
        named = [symbol for _, symbol in sorted(places, key=lambda place: place[0])]
        if not (given and given_are_all):
            named = _with_earlier(question, named, history)
        symbols = tuple(dict.fromkeys([*given, *named]))
        missed = _missed(question, lookups, found)
        return Recognition(
            symbols[:MAX_SYMBOLS],
            symbols[MAX_SYMBOLS:],
            tuple(
                question.as_written(one.candidate.start, one.candidate.end)
                for one in missed
                if not one.failed
            ),
            tuple(
                question.as_written(one.candidate.start, one.candidate.end) for one in missed if one.failed
            ),
        )

    def _read(self, message: str) -> tuple[QuestionReader, list[Candidate]]:
        question = QuestionReader(message, self._catalogue())
        return question, unknown_names(question)

    async def _look_up(self, candidates: Sequence[Candidate]) -> list[_CandidateResult]:
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
            task.result()
            if task.done() and not task.cancelled()
            else _CandidateResult(candidate, None, failed=True)
            for candidate, task in zip(asked, tasks, strict=True)
        ]

    async def _look_up_one(self, candidate: Candidate) -> _CandidateResult:
        # "All" in a sentence is not the ticker that "ALL stock" is.
        key = (
            candidate.query.casefold(),
            candidate.is_ticker or candidate.is_clear,
            candidate.is_exact,
            candidate.is_listed,
        )
        if key in self._found:
            return _CandidateResult(candidate, self._found[key], failed=False)
        failed = False
        for attempt in _attempts(candidate):
            for place in self._places:
                try:
                    symbol = await _search(place, attempt)
                except ServiceError:
                    failed = True
                    continue
                if symbol is not None:
                    self._found[key] = symbol
                    return _CandidateResult(candidate, symbol, failed=False)
        if not failed:
            # No other company has the ticker: it is that of a known company without its exchange.
            self._found[key] = self._base(candidate)
        return _CandidateResult(candidate, self._found.get(key), failed)

    def _base(self, candidate: Candidate) -> str | None:
        is_written = candidate.is_ticker and candidate.is_clear and candidate.text.isupper()
        if not (is_written or candidate.is_listed):
            return None
        return self._catalogue().by_base(candidate.text.upper())


def _attempts(candidate: Candidate) -> list[Candidate]:
    """Returns what to search: a whole name that is a word too also by its symbol ("Silver", SI=F).

    A ticker is searched as written first.
    """
    symbol = known_phrases().symbol_of(candidate.text) if not candidate.name else None
    if symbol is None or symbol == candidate.text.upper():
        return [candidate]
    known = replace(candidate, name=symbol, is_ticker=True, is_exact=False)
    return [candidate, known] if candidate.is_ticker else [known, candidate]


async def _search(place: SymbolIndex, candidate: Candidate) -> str | None:
    symbol = matching_hit(candidate, await place.search(candidate.query, _HITS))
    if symbol is None and _TICKER.fullmatch(candidate.name) and not candidate.is_exact:
        # The place may have the company under another ticker: a listing elsewhere, a new one.
        written = replace(candidate, name="")
        return matching_hit(written, await place.search(written.query, _HITS))
    return symbol


def _missed(
    question: QuestionReader, lookups: Sequence[_CandidateResult], found: Sequence[_CandidateResult]
) -> list[_CandidateResult]:
    """Returns the names without a symbol that no found name overlaps, and that are no products."""
    return [
        one
        for one in lookups
        if one.symbol is None
        and one.candidate.is_clear
        and not any(
            other.candidate.start < one.candidate.end and one.candidate.start < other.candidate.end
            for other in found
        )
        and not _is_product(one.candidate, question)
    ]


def _outermost(found: Sequence[_CandidateResult]) -> list[_CandidateResult]:
    """Returns the candidates that are not part of a longer one."""
    return [
        one
        for one in found
        if not any(
            other.candidate.start <= one.candidate.start
            and one.candidate.end <= other.candidate.end
            and len(other.candidate.text) > len(one.candidate.text)
            for other in found
        )
    ]


def _is_product(candidate: Candidate, question: QuestionReader) -> bool:
    """Returns whether a name follows that of a company immediately: Apple Vision Pro, Palantir's AIP."""
    return any(
        mention.by_name and question.text[mention.end : candidate.start] in {" ", "'s ", "’s "}
        for mention in question.mentions
    )


def _listings(mention: SymbolMention, question: QuestionReader) -> tuple[str, ...]:
    """Returns the listings of an instrument that a question means: both if it names both."""
    if mention.by_name and mention.symbol in _OTHER_LISTINGS:
        chosen, other, customary = _OTHER_LISTINGS[mention.symbol]
        if times := len(chosen.findall(question.text)):
            # "Alibaba vs Alibaba HK": the name without a choice is the customary one.
            names = sum(one.by_name and one.symbol == mention.symbol for one in question.mentions)
            is_both = names > times or customary.search(question.text) is not None
            return (mention.symbol, other) if is_both else (other,)
    return (mention.symbol,)


def _with_earlier(question: QuestionReader, named: list[str], history: Sequence[Sequence[str]]) -> list[str]:
    """Adds the companies of earlier questions that this one refers to."""
    earlier = [list(symbols) for symbols in history if symbols]
    changed = changed_companies(question.text, named, earlier)
    if changed is not None:
        return changed
    singular = any(word.key in SINGULAR_REFERENCES for word in question.words)
    plural = any(word.key in PLURAL_REFERENCES for word in question.words)
    refers = (question.compares and (len(named) == 1 or singular)) or (plural and len(named) == 1)
    if not earlier or (named and not refers) or (not named and is_about_none(question.text)):
        return named
    if not named and (chosen := chosen_companies(question.text, earlier)):
        return chosen
    if plural or (not named and question.compares):
        recent = list(dict.fromkeys(symbol for symbols in earlier for symbol in symbols))[-MAX_SYMBOLS:]
    else:
        recent = earlier[-1]
    return [*recent, *(symbol for symbol in named if symbol not in recent)]
