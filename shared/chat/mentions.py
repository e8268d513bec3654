"""Finds the instruments that a question mentions: tickers, names in nine languages, misspelt names."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from shared.chat.capitals import in_lower_case, is_written_in_capitals
from shared.chat.described_mentions import described_mentions
from shared.chat.east_asian_mentions import east_asian_mentions
from shared.chat.listed_mentions import (
    PendingMention,
    SymbolMention,
    joins,
)
from shared.chat.name_certainty import is_certain_name
from shared.chat.ordinary_words import is_in_compound, is_ordinary_use
from shared.chat.persons_companies import company_spoken_of
from shared.chat.phrases_in_question import misspelt_company, phrase_at, sharing_last_word
from shared.chat.query import MAX_QUESTION
from shared.chat.question_language import ENGLISH
from shared.chat.question_words import (
    METRIC_WORDS,
    NOT_NAMES,
    OPENERS,
    STOCK_WORDS,
)
from shared.chat.short_names import short_names
from shared.chat.stock_context import (
    compares,
    ends_in_article,
    has_figure,
    is_elided,
    is_introduced,
    opens_business,
    opens_sentence,
)
from shared.chat.ticker_patterns import LOWER_CASE_SYMBOL
from shared.chat.ticker_reader import TickerReader, is_ordinary_word
from shared.chat.total_energies import is_total_energies
from shared.symbols.catalogue import NameMatch, SymbolCatalogue
from shared.symbols.known_phrases import known_phrases
from shared.symbols.name_text import Word, word_set

_SUPPLIES: Final = word_set("modem modems contract contracts order orders supply business chip chips parts")
"""What a company supplies to the one whose name stands before the word."""

_NEVER_MISSPELT: Final = OPENERS | STOCK_WORDS

_VERSUS: Final = word_set("vs versus")
_LONGEST_JOINT: Final = 12
"""Characters between two neighbours of a list."""

_DIVIDED_WORDS: Final = word_set("salesforce servicenow nextera honeywell mastercard")
"""Names that are two ordinary words beside each other if they are divided."""


class QuestionReader(TickerReader):
    """Reads one question.

    Args:
        message: The question; its compatibility characters are replaced (full-width letters).
        catalogue: The instruments that are known without a look-up.

    Attributes:
        marked: Symbols written with ``$``; taken as they are, known or not.
        mentions: The known instruments, in the order of the text.
    """

    def __init__(self, message: str, catalogue: SymbolCatalogue) -> None:
        # One character may become eighteen.
        self._written = unicodedata.normalize("NFKC", message)[:MAX_QUESTION]
        super().__init__(self._written, catalogue)
        if is_written_in_capitals(self.text, self.words) and not self._lists_tickers:
            # Capitals mean nothing there.
            super().__init__(in_lower_case(self.text), catalogue)
        self.marked = self._read_marked()
        east_asian = east_asian_mentions(self.text, catalogue)
        # GEベルノバ is another company than GE.
        self._read(one for one in east_asian if self.text[one.start].isascii())
        self._read(described_mentions(self.text, self.words, self._is_known))
        self._read_names()
        self._read_tickers()
        self._read_lower_case_tickers()
        self._read(east_asian)
        self._read_misspelt_names()
        self._read_short_names()
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

    def _read(self, mentions: Iterable[SymbolMention]) -> None:
        """Takes what is free; what has no instrument is marked as read."""
        for one in mentions:
            if self.is_taken(one.start, one.end):
                continue
            if one.symbol or one.searched:
                self._take(one)
            else:
                self._mark(one.start, one.end)

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
            if ends_in_article(self.words, index + match.length):
                match = self._catalogue.name_at(self.words[: index + match.length - 1], index) or match
            longer = self._catalogue.spelt_otherwise_at(self.words, index)
            if longer and longer.length > match.length and not longer.common:
                # Procter & Gambel, and not Procter with a word behind it.
                match = longer
            last = index + match.length
            compound = match.common and is_in_compound(self.text, self.words, index, last)
            if compound or self._is_no_company(index, last):
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
        is_known = is_known or (self._is_ticker(word) and not is_ordinary_word(word))
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
        if phrase is None or (phrase.length == 1 and is_elided(self.text, self.words, index)):
            return 0  # "d'Iliad", and not De'Longhi
        last = index + phrase.length
        start, end = self.words[index].start, self.words[last - 1].end
        mention = SymbolMention(phrase.symbol, start, end, by_name=phrase.by_name, searched=phrase.searched)
        is_short = phrase.length == 1 and self.words[index].key in known_phrases().short_names
        if is_short or not phrase.is_certain:
            listed_only = any(word.key in METRIC_WORDS for word in self.words[index:last])
            self._pending.append(PendingMention(mention, index, last, listed_only))
        elif phrase.symbol or phrase.searched:
            self._take(mention)
            for place, searched in sharing_last_word(self.words, index, last):
                if self._catalogue.name_at(self.words[place : place + 1], 0):
                    break  # Siemens and Siemens Energy
                self._take_words(place, place + 1, "", searched=searched)
        elif maker := self._maker_of_rival(index, last):
            self._take(SymbolMention(maker, start, end))
        else:
            self._mark(start, end)
        return phrase.length

    def _maker_of_rival(self, first: int, last: int) -> str:
        """Returns the maker of a product that is compared with a company: "azure vs aws"."""
        product = known_phrases().products.at(self.words, first)
        if product is None:
            return ""
        behind = last + 1 < len(self.words) and self.words[last].key in _VERSUS
        is_rival = behind and self._catalogue.name_at(self.words, last + 1) is not None
        if first > 1 and self.words[first - 1].key in _VERSUS:
            is_rival = is_rival or any(one.end == self.words[first - 2].end for one in self._found)
        return product.value if is_rival else ""

    def _read_misspelt_names(self) -> None:
        for index, word in enumerate(self.words):
            if self.is_taken(word.start, word.end) or word.key in _NEVER_MISSPELT:
                continue
            if self._take_spelt_otherwise(index) or word.key in NOT_NAMES:
                continue
            has = has_figure(self.words, index + 1)
            has = has or (self.language == ENGLISH and opens_business(self.words, index))
            owner = self._catalogue.owner(word, has_figure=has)
            clear = self.in_stock_context(index, index + 1) or self._is_beside_company(word)
            symbol = owner or self._catalogue.misspelt(word.key, in_stock_context=clear)
            if symbol:
                self._take_words(index, index + 1, symbol)
            elif searched := misspelt_company(word.key, in_stock_context=clear):
                self._take_words(index, index + 1, "", searched=searched)

    def _read_short_names(self) -> None:
        waiting = [one.mention for one in self._pending]
        companies = {one.symbol or one.searched for one in (*self._found, *waiting)}
        companies.update(name for *_, name in self.others)
        pending = {one.first: one for one in self._pending}
        for place, company in short_names(self.text, self.words, companies):
            word, known = self.words[place], self._is_known(company)
            symbol, searched = (company, "") if known else ("", company)
            mention = SymbolMention(symbol, word.start, word.end, by_name=True, searched=searched)
            # "United" is an airline, but an insurer beside one.
            pending[place] = PendingMention(mention, place, place + 1, listed_only=place not in pending)
        self._pending = sorted(pending.values(), key=lambda one: one.first)

    def _is_beside_company(self, word: Word) -> bool:
        """Returns whether a list word or a comma joins a word to a company: "merk vs pfizer"."""
        for start, end in self._certain():
            first, last = (end, word.start) if end <= word.start else (word.end, start)
            if last - first <= _LONGEST_JOINT and joins(self.text[first:last]):
                return True
        return False

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
