"""Finds the instruments that a question mentions: tickers, names in nine languages, misspelt names."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from shared.chat.capitals import in_lower_case, is_written_in_capitals
from shared.chat.clear_contexts import is_english_word, is_in_clear_context
from shared.chat.described_mentions import described_mentions
from shared.chat.east_asian_mentions import east_asian_mentions
from shared.chat.listed_mentions import (
    PendingMention,
    SymbolMention,
    is_total_energies,
    may_be_listed,
    opposites,
)
from shared.chat.lower_case_words import is_rather_instrument
from shared.chat.mention_record import MentionRecord
from shared.chat.name_certainty import is_certain_name
from shared.chat.ordinary_words import is_ordinary_use, letter_may_be_ticker
from shared.chat.persons_companies import company_spoken_of
from shared.chat.phrases_in_question import misspelt_company, phrase_at, sharing_last_word
from shared.chat.query import MAX_QUESTION
from shared.chat.question_words import (
    DICTIONARY_TICKERS,
    LIST_WORDS,
    METRIC_WORDS,
    NOT_NAMES,
    NOT_TICKERS,
    OPENERS,
    STOCK_WORDS,
    TICKERS_OF_OTHER_LANGUAGES,
)
from shared.chat.stock_context import (
    compares,
    has_figure,
    is_called_instrument,
    is_elided,
    is_introduced,
    opens_sentence,
)
from shared.chat.ticker_patterns import LOWER_CASE_SYMBOL, MARKED, written_tickers
from shared.domain.symbols import normalise_symbol
from shared.errors import InvalidSymbolError
from shared.symbols.catalogue import NameMatch, SymbolCatalogue
from shared.symbols.known_phrases import known_phrases
from shared.symbols.name_text import Word, word_set

_SHORTEST_LIST: Final = 3
"""Words of a message that has nothing but tickers."""

_SUPPLIES: Final = word_set("modem modems contract contracts order orders supply business chip chips parts")
"""What a company supplies to the one whose name stands before the word."""

_NEVER_MISSPELT: Final = OPENERS | STOCK_WORDS

_DIVIDED_WORDS: Final = word_set("salesforce servicenow nextera honeywell mastercard")
"""Names that are two ordinary words beside each other if they are divided."""


class QuestionReader(MentionRecord):
    """Reads one question.

    Args:
        message: The question; its compatibility characters are replaced (full-width letters).
        catalogue: The instruments that are known without a look-up.

    Attributes:
        marked: Symbols written with ``$``; taken as they are, known or not.
        mentions: The known instruments, in the order of the text.
    """

    def __init__(self, message: str, catalogue: SymbolCatalogue) -> None:
        self._catalogue = catalogue
        # One character may become eighteen.
        self._written = unicodedata.normalize("NFKC", message)[:MAX_QUESTION]
        super().__init__(self._written)
        self._lists_tickers = len(self.words) >= _SHORTEST_LIST and all(map(self._is_ticker, self.words))
        if is_written_in_capitals(self.text, self.words) and not self._lists_tickers:
            # Capitals mean nothing there.
            super().__init__(in_lower_case(self.text))
        self.marked = self._read_marked()
        self._read(described_mentions(self.text, self.words, self._is_known))
        self._read_names()
        self._read_tickers()
        self._read_lower_case_tickers()
        self._read(east_asian_mentions(self.text, self._catalogue))
        self._read_misspelt_names()
        self._accept_pending()
        company = None if self._found or self.others else company_spoken_of(self.text, self.words)
        if company:
            self._take(SymbolMention(company.symbol, company.start, company.end))
        self._drop_taken_back()
        self._drop_groups()
        self.mentions = sorted(self._found, key=lambda mention: mention.start)

    def as_written(self, start: int, end: int) -> str:
        """Returns a part of the question, in capitals if it was written in capitals."""
        return self._written[start:end]

    @property
    def compares(self) -> bool:
        """Returns whether the question compares."""
        return compares(self.text)

    def opens_sentence(self, index: int) -> bool:
        """Returns whether a word is the first of its sentence."""
        return opens_sentence(self.text, self.words, index)

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

    def _read(self, mentions: Iterable[SymbolMention]) -> None:
        """Takes what is free; what has no instrument is marked as read."""
        for one in mentions:
            if self.is_taken(one.start, one.end):
                continue
            if one.symbol or one.searched:
                self._take(one)
            else:
                self._mark(one.start, one.end)

    def _is_known(self, symbol: str) -> bool:
        return self._catalogue.by_ticker(symbol) is not None

    def _read_names(self) -> None:
        index = 0
        while index < len(self.words):
            if length := self._read_phrase(index):
                index += length
                continue
            if written := self._catalogue.written_in_letters_at(self.words, index):
                self._take_words(index, index + written.length, written.symbol)
                index += written.length
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
            if self._is_certain(index, match):
                self._take(mention)
            else:
                listed_only = word.text == "total"
                self._pending.append(PendingMention(mention, index, last, listed_only))
            index = last

    def _is_certain(self, index: int, match: NameMatch) -> bool:
        word = self.words[index]
        if match.length == 1 and LOWER_CASE_SYMBOL.match(self.text, word.start):
            return False  # bp.l is read as a symbol
        after = self.words[index + match.length].key if index + match.length < len(self.words) else ""
        if (
            match.common
            and word.text.islower()
            and after in _SUPPLIES
            and index
            and self._is_name_beside(index - 1)
        ):
            return False  # the customer of a supplier: qualcomm apple modem
        return is_certain_name(self.text, self.words, index, match, language=self.language)

    def _is_name_beside(self, index: int) -> bool:
        """Returns whether a word is a known name, perhaps misspelt, with only a blank behind it."""
        word = self.words[index]
        is_known = any(one.by_name and one.end == word.end for one in self._found[-1:])
        is_known = is_known or (self._is_ticker(word) and not _is_ordinary_word(word))
        blank = self.text[word.end : self.words[index + 1].start] == " "
        return blank and (is_known or self._catalogue.misspelt(word.key) is not None)

    def _is_no_company(self, first: int, last: int) -> bool:
        exchange = last < len(self.words) and self.text[self.words[first].end] == ":"
        named = exchange and is_introduced(self.text, self.words, last) and self.words[last].text.isupper()
        if is_total_energies(self.text, self.words, first, self.language):
            return False
        if self.words[first].text == "total" and first and self._is_name_beside(first - 1):
            # Shell total bp; it is accepted between two names only.
            return last == len(self.words) or self._catalogue.name_at(self.words, last) is None
        return named or is_ordinary_use(self.words, first, last - first)

    def _read_phrase(self, index: int) -> int:
        """Reads a person, another company or a product at a word; returns how many words it has."""
        phrase = phrase_at(self.words, index, self._catalogue.name_at(self.words, index))
        if phrase is None or is_elided(self.text, self.words, index):
            return 0
        last = index + phrase.length
        start, end = self.words[index].start, self.words[last - 1].end
        mention = SymbolMention(phrase.symbol, start, end, by_name=phrase.by_name, searched=phrase.searched)
        if not phrase.is_certain:
            listed_only = any(word.key in METRIC_WORDS for word in self.words[index:last])
            self._pending.append(PendingMention(mention, index, last, listed_only))
        elif phrase.symbol or phrase.searched:
            self._take(mention)
            for place, searched in sharing_last_word(self.words, index, last):
                if self._catalogue.name_at(self.words[place : place + 1], 0):
                    break  # Siemens and Siemens Energy
                self._take_words(place, place + 1, "", searched=searched)
        else:
            self._mark(start, end)
        return phrase.length

    def _read_tickers(self) -> None:
        for written, start, end in written_tickers(self.text):
            symbol = self._catalogue.by_ticker(written)
            if symbol is None or self.is_taken(start, end):
                continue
            mention = SymbolMention(symbol, start, end)
            index = word_index(self.words, start)
            clear = is_in_clear_context(self.text, start, end, self.language)
            if written in NOT_TICKERS and not clear and not self._is_called_instrument(index):
                self._pending.append(PendingMention(mention, index, index + 1, listed_only=True))
                continue
            clear = clear or is_introduced(self.text, self.words, index) or self._is_rival(index)
            if len(written) > 1 or self._lists_tickers or clear:
                self._take(mention)
                continue
            if letter_may_be_ticker(self.words, index):
                self._pending.append(PendingMention(mention, index, index + 1, closes_row=True))

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
            is_letter = len(word.key) == 1
            if is_letter and not letter_may_be_ticker(self.words, index):
                continue
            if self._lists_tickers or self._is_ticker_in_lower_case(index):
                self._take(mention)
            elif word.key not in LIST_WORDS or (is_letter and may_be_listed(self.text, self.words, index)):
                one = PendingMention(mention, index, index + 1, listed_only=True, enclosed_only=is_letter)
                self._pending.append(replace(one, closes_row=not is_english_word(word.key)))

    def _is_ticker(self, word: Word) -> bool:
        return self._catalogue.by_ticker(word.text.upper()) is not None

    def _is_ticker_in_lower_case(self, index: int) -> bool:
        word = self.words[index]
        if not _is_ordinary_word(word) or self._is_called_instrument(index):
            return True
        after = self.words[index + 1].key if index + 1 < len(self.words) else ""
        if word.key in TICKERS_OF_OTHER_LANGUAGES and after in STOCK_WORDS | METRIC_WORDS:
            return True
        return is_rather_instrument(self.words, index, index + 1, self.language) or is_in_clear_context(
            self.text, word.start, word.end, self.language
        )

    def _is_rival(self, index: int) -> bool:
        """Returns whether a letter is compared with a letter that is a ticker elsewhere: "O vs T"."""
        is_free = letter_may_be_ticker(self.words, index)
        return is_free and any(
            len(one.text) == 1 and one.text in known_phrases().tickers for one in opposites(self.words, index)
        )

    def _is_called_instrument(self, index: int) -> bool:
        return is_called_instrument(self.text, self.words, index)

    def _read_misspelt_names(self) -> None:
        for index, word in enumerate(self.words):
            if self.is_taken(word.start, word.end) or word.key in _NEVER_MISSPELT:
                continue
            if self._take_spelt_otherwise(index) or word.key in NOT_NAMES:
                continue
            owner = self._catalogue.owner(word, has_figure=has_figure(self.words, index + 1))
            symbol = owner or self._catalogue.misspelt(
                word.key, in_stock_context=self.in_stock_context(index, index + 1)
            )
            if symbol:
                self._take_words(index, index + 1, symbol)
            elif searched := misspelt_company(
                word.key, in_stock_context=self.in_stock_context(index, index + 1)
            ):
                self._take_words(index, index + 1, "", searched=searched)

    def _take_spelt_otherwise(self, index: int) -> bool:
        match = self._catalogue.spelt_otherwise_at(self.words, index)
        if match is None:
            return False
        last = index + match.length
        run = self.words[index:last]
        start, end = run[0].start, run[-1].end
        if self.is_taken(start, end) or re.search(r"[^\w\s'’&.-]", self.text[start:end]):
            return False
        capitals = all(word.is_capitalised for word in run)
        divided = "".join(word.key for word in run) in _DIVIDED_WORDS
        if match.common and divided and not capitals and not self.in_stock_context(index, last):
            return False
        self._take_words(index, last, match.symbol)
        return True


def _is_ordinary_word(word: Word) -> bool:
    return len(word.key) < 3 or word.key in DICTIONARY_TICKERS or word.text.upper() in NOT_TICKERS


def word_index(words: Sequence[Word], start: int) -> int:
    """Returns the index of the word that begins at an offset, or of the next one."""
    return bisect_left(words, start, key=lambda word: word.start)
