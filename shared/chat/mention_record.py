"""Records the instruments of a question: those that are certain, and those that wait for a context."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from shared.chat.clear_contexts import is_in_clear_context
from shared.chat.corrections import taken_back
from shared.chat.index_members import is_index, names_members
from shared.chat.listed_mentions import (
    PendingMention,
    SymbolMention,
    are_all_instruments,
    are_alternatives,
    enclosed,
    in_rows,
    listed_with,
)
from shared.chat.question_language import language_of
from shared.chat.stock_context import in_stock_context
from shared.chat.ticker_rows import rows_of_tickers
from shared.symbols.name_text import Word, words_of


class MentionRecord:
    """The mentions of one question while it is read.

    Args:
        text: The question.

    Attributes:
        text: The question.
        words: Its words outside East Asian scripts.
        language: Its language, as far as its words tell.
        ordinary: Start and end of names that are ordinary words where they stand.
        others: Start and end of the names of further companies, with the name to search them by.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = words_of(text)
        self.language = language_of(self.words)
        self.ordinary: frozenset[tuple[int, int]] = frozenset()
        self.others: list[tuple[int, int, str]] = []
        self._taken = bytearray(len(text))
        self._found: list[SymbolMention] = []
        self._pending: list[PendingMention] = []

    def is_taken(self, start: int, end: int) -> bool:
        """Returns whether a span overlaps what has been read."""
        return 1 in self._taken[start:end]

    def in_stock_context(self, first: int, last: int) -> bool:
        """Returns whether the words ``first`` to ``last`` (exclusive) stand where an instrument stands."""
        return in_stock_context(self.words, first, last)

    def _take(self, mention: SymbolMention) -> None:
        self._mark(mention.start, mention.end)
        if mention.searched:
            self.others.append((mention.start, mention.end, mention.searched))
        else:
            self._found.append(mention)

    def _take_words(self, first: int, last: int, symbol: str, *, searched: str = "") -> None:
        start, end = self.words[first].start, self.words[last - 1].end
        self._take(SymbolMention(symbol, start, end, by_name=not searched, searched=searched))

    def _mark(self, start: int, end: int) -> None:
        self._taken[start:end] = b"\x01" * (end - start)

    def _accept_pending(self) -> None:
        """Accepts words in a clear context, or in a list with an instrument that is certain."""
        waiting = self._waiting(self._pending)
        free = [word for word in self.words if not self.is_taken(word.start, word.end)]
        if len(waiting) + len(self._found) > 1 and are_all_instruments(free, waiting):
            self._accept(waiting)
        self._accept([one for one in waiting if not one.listed_only and self._is_clear(one)])
        for one, other in pairwise(waiting):
            if are_alternatives(self.text, one.mention, other.mention):
                self._accept([one, other])
        self._accept(in_rows(self.text, self._waiting(waiting), self._certain()))
        self._accept(enclosed(self.text, self._waiting(waiting), self._certain()))
        self._accept(rows_of_tickers(self.text, self._waiting(waiting), self._certain()))
        self._accept(listed_with(self.text, self._waiting(waiting), self._certain()))
        left = [one.mention for one in self._waiting(waiting) if one.mention.by_name]
        self.ordinary = frozenset((mention.start, mention.end) for mention in left)

    def _is_clear(self, one: PendingMention) -> bool:
        start, end = one.mention.start, one.mention.end
        # Names that are in the catalogue have had their contexts when they were read.
        asked = bool(one.mention.searched) and is_in_clear_context(self.text, start, end, self.language)
        return asked or self.in_stock_context(one.first, one.last)

    def _waiting(self, pending: Sequence[PendingMention]) -> list[PendingMention]:
        return [one for one in pending if not self.is_taken(one.mention.start, one.mention.end)]

    def _certain(self) -> list[tuple[int, int]]:
        return [(one.start, one.end) for one in self._found] + [(start, end) for start, end, _ in self.others]

    def _accept(self, accepted: Sequence[PendingMention]) -> None:
        for one in accepted:
            # A word may wait as a name and as a ticker.
            if not self.is_taken(one.mention.start, one.mention.end):
                self._take(one.mention)

    def _drop_taken_back(self) -> None:
        dropped = taken_back(self.text, sorted(self._certain()))
        self._found = [one for one in self._found if (one.start, one.end) not in dropped]
        self.others = [one for one in self.others if one[:2] not in dropped]

    def _drop_groups(self) -> None:
        """Drops the indices that only say which companies are meant."""
        self._found = [one for one in self._found if not self._is_group(one.start, one.end, one.symbol)]
        self.others = [one for one in self.others if not self._is_group(*one)]

    def _is_group(self, start: int, end: int, symbol: str) -> bool:
        return is_index(symbol) and names_members(self.text, start, end)


def word_index(words: Sequence[Word], start: int) -> int:
    """Returns the index of the word that begins at an offset, or of the next one."""
    return bisect_left(words, start, key=lambda word: word.start)
