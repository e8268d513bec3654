"""Reads the tickers of a question: with a dollar sign, in capitals, in lower case."""

from dataclasses import replace
from typing import Final

from shared.chat.clear_contexts import is_english_word, is_in_clear_context
from shared.chat.listed_mentions import PendingMention, SymbolMention, may_be_listed, opposites
from shared.chat.lower_case_words import is_rather_instrument
from shared.chat.mention_record import MentionRecord, word_index
from shared.chat.ordinary_words import is_in_compound, letter_may_be_ticker
from shared.chat.question_words import (
    DICTIONARY_TICKERS,
    LIST_WORDS,
    METRIC_WORDS,
    NOT_TICKERS,
    STOCK_WORDS,
    TICKERS_OF_OTHER_LANGUAGES,
)
from shared.chat.shared_tickers import chosen_listing
from shared.chat.stock_context import is_called_instrument, is_introduced
from shared.chat.ticker_patterns import LOWER_CASE_SYMBOL, MARKED, written_tickers
from shared.domain.symbols import normalise_symbol
from shared.errors.request_errors import InvalidSymbolError
from shared.symbols.catalogue import SymbolCatalogue
from shared.symbols.known_phrases import known_phrases
from shared.symbols.name_text import Word

_SHORTEST_LIST: Final = 3
"""Words of a message that has nothing but tickers."""


class TickerReader(MentionRecord):
    """Reads the tickers of one question.

    Args:
        text: The question.
        catalogue: The instruments that are known without a look-up.
    """

    def __init__(self, text: str, catalogue: SymbolCatalogue) -> None:
        super().__init__(text)
        self._catalogue = catalogue
        self._lists_tickers = len(self.words) >= _SHORTEST_LIST and all(map(self._is_ticker, self.words))

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

    def _read_tickers(self) -> None:
        # What is meant by a ticker of several companies depends on the others of the question.
        for written, start, end in sorted(written_tickers(self.text), key=self._is_shared):
            symbol = self._by_ticker(written)
            if symbol is None or self.is_taken(start, end):
                continue
            mention = SymbolMention(symbol, start, end)
            index = word_index(self.words, start)
            free = len(written) > 1 or letter_may_be_ticker(self.words, index)
            clear = free and is_in_clear_context(self.text, start, end, self.language)
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
            symbol = self._by_ticker(word.text.upper())
            if symbol is None:
                continue
            mention = SymbolMention(symbol, word.start, word.end)
            is_letter = len(word.key) == 1
            if is_letter and (word.start and self.text[word.start - 1] == "."):
                continue  # the last letter of p.l.c.
            if is_letter and not letter_may_be_ticker(self.words, index):
                continue
            if self._lists_tickers or self._is_ticker_in_lower_case(index):
                self._take(mention)
            elif word.key not in LIST_WORDS or (is_letter and may_be_listed(self.text, self.words, index)):
                one = PendingMention(mention, index, index + 1, listed_only=True, enclosed_only=is_letter)
                self._pending.append(replace(one, closes_row=not is_english_word(word.key)))

    def _by_ticker(self, written: str) -> str | None:
        symbol = self._catalogue.by_ticker(written)
        if symbol is None and (listings := self._catalogue.sharing(written)):
            infos = (self._catalogue.get(one.symbol) for one in self._found)
            sectors = {info.sector for info in infos if info and info.sector}
            return chosen_listing(listings, self.text, self.language, sectors)
        return symbol

    def _is_shared(self, written: tuple[str, int, int]) -> bool:
        return bool(self._catalogue.sharing(written[0]))

    def _is_ticker(self, word: Word) -> bool:
        return self._catalogue.by_ticker(word.text.upper()) is not None

    def _is_ticker_in_lower_case(self, index: int) -> bool:
        word = self.words[index]
        if not is_ordinary_word(word) or self._is_called_instrument(index):
            return True
        if is_in_compound(self.text, self.words, index, index + 1):
            return False
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

    def _is_known(self, symbol: str) -> bool:
        return self._catalogue.by_ticker(symbol) is not None


def is_ordinary_word(word: Word) -> bool:
    """Returns whether a ticker in lower case is more often a word, or too short to be clear."""
    return len(word.key) < 3 or word.key in DICTIONARY_TICKERS or word.text.upper() in NOT_TICKERS
