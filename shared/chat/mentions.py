"""Finds the instruments that a question mentions: tickers, names in nine languages, misspelt names."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from shared.chat.corrections import taken_back
from shared.chat.listed_mentions import (
    PendingMention,
    SymbolMention,
    are_all_instruments,
    are_alternatives,
    listed_with,
)
from shared.chat.name_certainty import is_certain_name
from shared.chat.ordinary_words import is_ordinary_use, letter_may_be_ticker
from shared.chat.phrases_in_question import phrase_at
from shared.chat.query import MAX_QUESTION
from shared.chat.question_words import (
    DICTIONARY_TICKERS,
    METRIC_WORDS,
    NOT_NAMES,
    NOT_TICKERS,
    OPENERS,
    STOCK_WORDS,
    TICKERS_OF_OTHER_LANGUAGES,
)
from shared.chat.stock_context import (
    compares,
    in_stock_context,
    is_called_instrument,
    is_introduced,
    opens_sentence,
)
from shared.chat.ticker_patterns import LOWER_CASE_SYMBOL, MARKED, TICKER
from shared.domain.symbols import normalise_symbol
from shared.errors import InvalidSymbolError
from shared.symbols.catalogue import SymbolCatalogue
from shared.symbols.known_phrases import known_phrases
from shared.symbols.name_text import Word, words_of

_SHORTEST_LIST: Final = 3
"""Words of a message that has nothing but tickers."""

_LONELY: Final = 3
"""Words of a message that writes everything in capitals and still means its tickers."""


class QuestionReader:
    """Reads one question.

    Args:
        message: The question.
        catalogue: The instruments that are known without a look-up.

    Attributes:
        text: The question with compatibility characters replaced (full-width letters).
        words: Its words outside East Asian scripts.
        marked: Symbols written with ``$``; taken as they are, known or not.
        others: Start and end of the names of further companies, with the name to search them by.
        mentions: The known instruments, in the order of the text.
    """

    def __init__(self, message: str, catalogue: SymbolCatalogue) -> None:
        self._catalogue = catalogue
        # One character may become eighteen.
        self.text = unicodedata.normalize("NFKC", message)[:MAX_QUESTION]
        self.words = words_of(self.text)
        self._lists_tickers = len(self.words) >= _SHORTEST_LIST and all(map(self._is_ticker, self.words))
        # In a message that is all capitals, capitals mean nothing.
        capitals = self.text.isupper() and len(self.words) > _LONELY
        self.is_all_capitals = capitals and not self._lists_tickers
        self._taken = bytearray(len(self.text))
        self._found: list[SymbolMention] = []
        self._pending: list[PendingMention] = []
        self.others: list[tuple[int, int, str]] = []
        self.marked = self._read_marked()
        self._read_names()
        self._read_tickers()
        self._read_lower_case_tickers()
        self._read_east_asian_names()
        self._read_misspelt_names()
        self._accept_pending()
        self._drop_taken_back()
        self.mentions = sorted(self._found, key=lambda mention: mention.start)

    @property
    def compares(self) -> bool:
        """Returns whether the question compares."""
        return compares(self.text)

    def is_taken(self, start: int, end: int) -> bool:
        """Returns whether a span overlaps what has been read."""
        return 1 in self._taken[start:end]

    def in_stock_context(self, first: int, last: int) -> bool:
        """Returns whether the words ``first`` to ``last`` (exclusive) stand where an instrument stands."""
        return in_stock_context(self.words, first, last)

    def opens_sentence(self, index: int) -> bool:
        """Returns whether a word is the first of its sentence."""
        return opens_sentence(self.text, self.words, index)

    def _take(self, mention: SymbolMention) -> None:
        self._mark(mention.start, mention.end)
        if mention.searched:
            self.others.append((mention.start, mention.end, mention.searched))
        else:
            self._found.append(mention)

    def _take_words(self, first: int, last: int, symbol: str) -> None:
        self._take(SymbolMention(symbol, self.words[first].start, self.words[last - 1].end, by_name=True))

    def _mark(self, start: int, end: int) -> None:
        self._taken[start:end] = b"\x01" * (end - start)

    def _read_marked(self) -> list[str]:
        symbols = []
        for match in MARKED.finditer(self.text):
            written = match[1].upper()
            if not any(character.isalpha() for character in written):
                continue
            try:
                symbol = self._catalogue.by_ticker(written) or normalise_symbol(written)
            except InvalidSymbolError:
                continue
            symbols.append(symbol)
            self._take(SymbolMention(symbol, match.start(), match.end()))
        return symbols

    def _read_names(self) -> None:
        index = 0
        while index < len(self.words):
            if length := self._read_phrase(index):
                index += length
                continue
            if spelt := self._catalogue.spelt_in_letters_at(self.words, index):
                self._take_words(index, index + spelt.length, spelt.symbol)
                index += spelt.length
                continue
            match = self._catalogue.name_at(self.words, index)
            if match is None:
                index += 1
                continue
            longer = self._catalogue.spelt_otherwise_at(self.words, index)
            if longer and longer.length > match.length and not longer.common:
                # Procter & Gambel, and not Procter with a word behind it.
                match = longer
            last = index + match.length
            if self._is_no_company(index, last):
                self._mark(self.words[index].start, self.words[last - 1].end)
                index = last
                continue
            word = self.words[index]
            mention = SymbolMention(match.symbol, word.start, self.words[last - 1].end, by_name=True)
            if self.is_taken(mention.start, mention.end):
                index += 1
                continue
            if is_certain_name(self.text, self.words, index, match, capitals=not self.is_all_capitals):
                self._take(mention)
            else:
                self._pending.append(PendingMention(mention, index, last))
            index = last

    def _is_no_company(self, first: int, last: int) -> bool:
        exchange = last < len(self.words) and self.text[self.words[first].end] == ":"
        named = exchange and is_introduced(self.text, self.words, last) and self.words[last].text.isupper()
        return named or is_ordinary_use(self.words, first, last - first)

    def _read_phrase(self, index: int) -> int:
        """Reads a person, another company or a product at a word; returns how many words it has."""
        phrase = phrase_at(self.words, index, self._catalogue.name_at(self.words, index))
        if phrase is None:
            return 0
        last = index + phrase.length
        start, end = self.words[index].start, self.words[last - 1].end
        mention = SymbolMention(phrase.symbol, start, end, by_name=phrase.by_name, searched=phrase.searched)
        if not phrase.is_certain:
            listed_only = any(word.key in METRIC_WORDS for word in self.words[index:last])
            self._pending.append(PendingMention(mention, index, last, listed_only))
        elif phrase.symbol or phrase.searched:
            self._take(mention)
        else:
            self._mark(start, end)
        return phrase.length

    def _read_tickers(self) -> None:
        for match in TICKER.finditer(self.text):
            written, start, end = match[1], match.start(), match.end()
            symbol = self._catalogue.by_ticker(written)
            if symbol is None or self.is_taken(start, end):
                continue
            mention = SymbolMention(symbol, start, end)
            index = word_index(self.words, start)
            if written in NOT_TICKERS and not self._is_called_instrument(index):
                self._pending.append(PendingMention(mention, index, index + 1, listed_only=True))
                continue
            if self.is_all_capitals and (len(written) < 3 or written.lower() in DICTIONARY_TICKERS):
                continue
            if len(written) > 1 or self._lists_tickers or is_introduced(self.text, self.words, index):
                self._take(mention)
                continue
            if letter_may_be_ticker(self.words, index):
                self._pending.append(PendingMention(mention, index, index + 1))

    def _read_lower_case_tickers(self) -> None:
        for match in LOWER_CASE_SYMBOL.finditer(self.text):
            symbol = self._catalogue.by_ticker(match[0].upper())
            if symbol and not self.is_taken(match.start(), match.end()):
                self._take(SymbolMention(symbol, match.start(), match.end()))
        for index, word in enumerate(self.words):
            if not word.text.islower() or self.is_taken(word.start, word.end):
                continue
            symbol = self._catalogue.by_ticker(word.text.upper())
            if symbol is None:
                continue
            mention = SymbolMention(symbol, word.start, word.end)
            may_be = len(word.key) > 1 or letter_may_be_ticker(self.words, index)
            if may_be and (self._lists_tickers or self._is_ticker_in_lower_case(index)):
                self._take(mention)
            elif len(word.key) > 1:
                self._pending.append(PendingMention(mention, index, index + 1, listed_only=True))

    def _is_ticker(self, word: Word) -> bool:
        return self._catalogue.by_ticker(word.text.upper()) is not None

    def _is_ticker_in_lower_case(self, index: int) -> bool:
        word = self.words[index]
        after = self.words[index + 1].key if index + 1 < len(self.words) else ""
        foreign = word.key in TICKERS_OF_OTHER_LANGUAGES and after in STOCK_WORDS | METRIC_WORDS
        return foreign or not _is_ordinary_word(word) or self._is_called_instrument(index)

    def _is_called_instrument(self, index: int) -> bool:
        return not self.is_all_capitals and is_called_instrument(self.text, self.words, index)

    def _read_east_asian_names(self) -> None:
        for start, end, symbol in self._catalogue.names_in(self.text):
            self._take(SymbolMention(symbol, start, end, by_name=True))
        for start, end, name in known_phrases().companies.east_asian.find(self.text):
            if not self.is_taken(start, end):
                self._take(SymbolMention("", start, end, searched=name))

    def _read_misspelt_names(self) -> None:
        for index, word in enumerate(self.words):
            if self.is_taken(word.start, word.end) or word.key in OPENERS | STOCK_WORDS:
                continue
            if self._take_spelt_otherwise(index) or word.key in NOT_NAMES:
                continue
            symbol = self._catalogue.owner(word) or self._catalogue.misspelt(
                word.key, in_stock_context=self.in_stock_context(index, index + 1)
            )
            if symbol:
                self._take_words(index, index + 1, symbol)
            elif searched := known_phrases().misspelt_companies.find(word.key):
                self._take(SymbolMention("", word.start, word.end, searched=searched))

    def _take_spelt_otherwise(self, index: int) -> bool:
        match = self._catalogue.spelt_otherwise_at(self.words, index)
        if match is None:
            return False
        last = index + match.length
        run = self.words[index:last]
        start, end = run[0].start, run[-1].end
        if self.is_taken(start, end) or re.search(r"[^\w\s'’&.-]", self.text[start:end]):
            return False
        capitals = all(word.is_capitalised for word in run) and not self.is_all_capitals
        if match.common and not capitals and not self.in_stock_context(index, last):
            return False
        self._take_words(index, last, match.symbol)
        return True

    def _accept_pending(self) -> None:
        """Accepts words in a clear context, or in a list with an instrument that is certain."""
        waiting = [one for one in self._pending if not self.is_taken(one.mention.start, one.mention.end)]
        free = [word for word in self.words if not self.is_taken(word.start, word.end)]
        if len(waiting) + len(self._found) > 1 and are_all_instruments(free, waiting):
            for one in waiting:
                self._accept(one)
        for one in waiting:
            clear = not one.listed_only and self.in_stock_context(one.first, one.last)
            if clear and not self._is_filler(one):
                self._accept(one)
        for one, other in pairwise(waiting):
            if are_alternatives(self.text, one.mention, other.mention):
                self._accept(one)
                self._accept(other)
        certain = [(one.start, one.end) for one in self._found] + [one[:2] for one in self.others]
        free_ones = [one for one in waiting if not self.is_taken(one.mention.start, one.mention.end)]
        for one in listed_with(self.text, free_ones, certain):
            self._accept(one)

    def _accept(self, one: PendingMention) -> None:
        if not self.is_taken(one.mention.start, one.mention.end):
            self._take(one.mention)

    def _drop_taken_back(self) -> None:
        spans = sorted([(one.start, one.end) for one in self._found] + [one[:2] for one in self.others])
        dropped = taken_back(self.text, spans)
        self._found = [one for one in self._found if (one.start, one.end) not in dropped]
        self.others = [one for one in self.others if one[:2] not in dropped]

    def _is_filler(self, one: PendingMention) -> bool:
        return self.is_all_capitals and self.text[one.mention.start : one.mention.end] in NOT_TICKERS


def _is_ordinary_word(word: Word) -> bool:
    return len(word.key) < 3 or word.key in DICTIONARY_TICKERS or word.text.upper() in NOT_TICKERS


def word_index(words: Sequence[Word], start: int) -> int:
    """Returns the index of the word that begins at an offset, or of the next one."""
    return bisect_left(words, start, key=lambda word: word.start)
