"""Finds the instruments that a question mentions: tickers, names in nine languages, misspelt names."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from shared.chat.question_words import (
    COMPARISON_WORDS,
    LINK_WORDS,
    LIST_WORDS,
    NOT_NAMES,
    NOT_TICKERS,
    OPENERS,
    STOCK_WORDS,
)
from shared.domain.symbols import normalise_symbol
from shared.errors import InvalidSymbolError
from shared.symbols.catalogue import SymbolCatalogue
from shared.symbols.name_text import Word, word_set, words_of

_LETTER: Final = "A-Za-z0-9_\u00c0-\u024f"
# Boundaries are Latin letters: in Chinese or Japanese no space separates a ticker from the next word.
_MARKED: Final = re.compile(
    rf"(?<![{_LETTER}$])\$(\^?[A-Za-z0-9]{{1,10}}(?:[.=-][A-Za-z0-9]{{1,4}})?)(?![{_LETTER}])"
)
_TICKER: Final = re.compile(
    rf"(?<![{_LETTER}$.^&-])"
    r"([A-Z]{3}/[A-Z]{3}|\^?[A-Z][A-Z0-9&]{0,9}(?:[.=-][A-Z0-9]{1,4})?|\d{3,6}\.[A-Z]{1,3})"
    rf"(?![{_LETTER}&])"
)
_COMPARES: Final = re.compile(
    r"\b(?:comp[aá]r|vergl|confront"
    r"|(?:versus|vs|against|better|worse|cheaper|gegen|besser|mieux|mejor|meglio|melhor)\b"
    r"|than\b(?! [$€£]?\d)|(?:it|they|them) (?:and|or)\b)",
    re.IGNORECASE,
)
_DICTIONARY_TICKERS: Final = word_set(
    """
    baba bac meta voo
    abb adi ads air all alv amd axp ba bas big bros bud car cat coin cost cpu crm cvs dal dd dis ebay
    fast gap ge gm gold gs hd hon hood ing ko lin low lmt ma mar mo ms mu nee now open or ora pep pg pm
    race rio run sap shop snap so spy sun tap tcs total ual uber ups vale vix vow wit
    """
)
"""Tickers that are words in one of the languages: in lower case they need a clear context."""

_RISKY_OPENERS: Final = word_set("alphabet reliance shell cable chase ether meta vale coke linde roche")
"""Names that open a sentence as ordinary words."""

_NOT_AFTER_OPENER: Final = word_set(
    "company companies corporation corporations analysis analyses tag tags numbers"
)

_COMMODITIES: Final = word_set("gold oil oro ouro crude")
_NOT_AFTER_COMMODITY: Final = word_set(
    """
    medal medals card standard rush miner miners stock stocks company companies major majors sector
    reserve reserves producer producers coin coins mine mines plated painting change
    """
)
_NOT_BEFORE_COMMODITY: Final = word_set("olive palm essential cooking engine motor fish black digital white")
_NOT_BEFORE_LETTER: Final = word_set(
    "vitamin plan type series class hepatitis grade model section option part"
)
_NOT_BEFORE_NASDAQ: Final = word_set("on at an auf from listed")
_NOT_AFTER_NAME: Final = {
    "meta": word_set("analysis analyses tag tags data level"),
    "amazon": word_set("rainforest river basin jungle forest region"),
    "apple": word_set("pie pies juice cider tree trees sauce"),
    "visa": word_set("requirement requirements application applications waiver free"),
    "shell": word_set("company companies corporation corporations script scripts"),
    "uber": word_set("driver drivers alles"),
    "caterpillar": word_set("larva"),
}
"""What follows a name when it is the ordinary word."""

_INSTRUMENT_WORDS: Final = word_set("stock shares share ticker symbol aktie aktien action actions")
_STATES: Final = word_set(
    """
    doing trading up down overvalued undervalued cheap expensive worth going performing today now priced
    valued good bad better worse safe risky fallen risen falling rising dropping reporting paying buy
    sell hold bargain
    """
)
_DEGREES: Final = word_set("a an too very still really so more currently fairly over quite")
_AUXILIARIES: Final = word_set("is are was did does do will has about why hows whats s")
_LONELY: Final = 3
"""Words of a message that writes everything in capitals and still means its tickers."""


@dataclass(frozen=True)
class SymbolMention:
    """An instrument in a question.

    Attributes:
        symbol: The instrument.
        start: Offset of its first character.
        end: Offset after its last character.
        by_name: Whether it is written as a name, for which the customary listing was chosen.
    """

    symbol: str
    start: int
    end: int
    by_name: bool = False


@dataclass(frozen=True)
class _Pending:
    """A name that is a company only beside another one, or in a clear context."""

    mention: SymbolMention
    first: int
    last: int


class QuestionReader:
    """Reads one question.

    Args:
        message: The question.
        catalogue: The instruments that are known without a look-up.

    Attributes:
        text: The question with compatibility characters replaced (full-width letters).
        words: Its words outside East Asian scripts.
        marked: Symbols written with ``$``; taken as they are, known or not.
        mentions: The known instruments, in the order of the text.
    """

    def __init__(self, message: str, catalogue: SymbolCatalogue) -> None:
        self._catalogue = catalogue
        self.text = unicodedata.normalize("NFKC", message)
        self.words = words_of(self.text)
        # In a message that is all capitals, capitals mean nothing.
        self.is_all_capitals = self.text.isupper() and len(self.words) > _LONELY
        self._taken: list[tuple[int, int]] = []
        self._found: list[SymbolMention] = []
        self._pending: list[_Pending] = []
        self.marked = self._read_marked()
        self._read_names()
        self._read_tickers()
        self._read_lower_case_tickers()
        self._read_east_asian_names()
        self._read_misspelt_names()
        self._accept_pending()
        self.mentions = sorted(self._found, key=lambda mention: mention.start)

    @property
    def compares(self) -> bool:
        """Whether the question compares."""
        return _COMPARES.search(self.text) is not None

    def is_taken(self, start: int, end: int) -> bool:
        """Returns whether a span overlaps what has been read."""
        return any(start < last and first < end for first, last in self._taken)

    def in_stock_context(self, first: int, last: int) -> bool:
        """Returns whether the words ``first`` to ``last`` (exclusive) stand where an instrument stands.

        That is: alone, beside a stock word ("apple stock", "price of apple"), in "is apple cheap", or after
        "compare".
        """
        words = self.words
        if last - first == len(words):
            return True
        after = [word.key for word in words[last : last + 4] if word.key != "s"]
        before = [word.key for word in words[max(0, first - 4) : first]]
        if after and after[0] in STOCK_WORDS:
            return True
        while before and before[-1] in LINK_WORDS:
            before.pop()
        if before and (before[-1] in STOCK_WORDS or before[-1] in COMPARISON_WORDS):
            return True
        return self._has_state(first, after)

    def _has_state(self, first: int, after: list[str]) -> bool:
        while after and after[0] in _DEGREES:
            after = after[1:]
        if not after or after[0] not in _STATES | STOCK_WORDS:
            return False
        return first > 0 and self.words[first - 1].key in _AUXILIARIES

    def opens_sentence(self, index: int) -> bool:
        """Returns whether a word is the first of its sentence."""
        if index == 0:
            return True
        return (
            re.search(r"[.!?:;\n]", self.text[self.words[index - 1].end : self.words[index].start])
            is not None
        )

    def _take(self, mention: SymbolMention) -> None:
        self._taken.append((mention.start, mention.end))
        self._found.append(mention)

    def _read_marked(self) -> list[str]:
        symbols = []
        for match in _MARKED.finditer(self.text):
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
            match = self._catalogue.name_at(self.words, index)
            if match is None:
                index += 1
                continue
            last = index + match.length
            if self._is_no_name(index, match.length):
                self._taken.append((self.words[index].start, self.words[last - 1].end))
                index = last
                continue
            word = self.words[index]
            mention = SymbolMention(match.symbol, word.start, self.words[last - 1].end, by_name=True)
            if self.is_taken(mention.start, mention.end):
                index += 1
                continue
            if self._is_certain(index, last, common=match.common):
                self._take(mention)
            else:
                self._pending.append(_Pending(mention, index, last))
            index = last

    def _is_certain(self, first: int, last: int, *, common: bool) -> bool:
        word = self.words[first]
        capital = word.is_capitalised and not self.is_all_capitals
        if last - first > 1:
            return True
        if len(word.key) == 1:
            return False
        if len(word.key) == 2:
            return word.text.isupper() and not self.is_all_capitals
        if not common:
            return True
        if capital and not (self.opens_sentence(first) and self._is_ordinary_opener(first)):
            return word.text.isupper() or word.key not in {"ups", "ing", "sap"}
        return self.in_stock_context(first, last)

    def _is_ordinary_opener(self, index: int) -> bool:
        """Returns whether a name that opens a sentence is an ordinary word, as in "Reliance on debt"."""
        after = self.words[index + 1].key if index + 1 < len(self.words) else ""
        return self.words[index].key in _RISKY_OPENERS and (after in LINK_WORDS or after in _NOT_AFTER_OPENER)

    def _is_no_name(self, index: int, length: int) -> bool:
        word = self.words[index]
        before = self.words[index - 1].key if index else ""
        after = self.words[index + length].key if index + length < len(self.words) else ""
        if length == 1 and word.key in _COMMODITIES:
            return after in _NOT_AFTER_COMMODITY or before in _NOT_BEFORE_COMMODITY
        if length == 1 and word.key == "total":
            # The former name of TotalEnergies; "total return" and "Total revenue" are no company.
            return word.text != "Total" or after in STOCK_WORDS - _INSTRUMENT_WORDS
        if length == 1 and after in _NOT_AFTER_NAME.get(word.key, frozenset()):
            return True
        if length == 1 and word.key == "nasdaq":
            return before in _NOT_BEFORE_NASDAQ or after in {"listed", "stock", "stocks", "companies"}
        return False

    def _read_tickers(self) -> None:
        for match in _TICKER.finditer(self.text):
            written, start, end = match[1], match.start(), match.end()
            symbol = self._catalogue.by_ticker(written)
            if symbol is None or written in NOT_TICKERS or self.is_taken(start, end):
                continue
            if self.is_all_capitals and (len(written) < 3 or written.lower() in _DICTIONARY_TICKERS):
                continue
            mention = SymbolMention(symbol, start, end)
            if len(written) > 1:
                self._take(mention)
                continue
            index = next((n for n, word in enumerate(self.words) if word.start == start), None)
            if index is not None and self._letter_may_be_ticker(index):
                self._pending.append(_Pending(mention, index, index + 1))

    def _letter_may_be_ticker(self, index: int) -> bool:
        before = self.words[index - 1].key if index else ""
        after = self.words[index + 1].key if index + 1 < len(self.words) else ""
        return before not in _NOT_BEFORE_LETTER and after not in {"shirt", "shirts"}

    def _read_lower_case_tickers(self) -> None:
        for index, word in enumerate(self.words):
            if not word.text.islower() or self.is_taken(word.start, word.end):
                continue
            symbol = self._catalogue.by_ticker(word.text.upper())
            if symbol is None:
                continue
            if not _is_ordinary_word(word) or self._is_called_instrument(index):
                self._take(SymbolMention(symbol, word.start, word.end))

    def _is_called_instrument(self, index: int) -> bool:
        """Returns whether a word is called a stock: "cost stock", "ticker cost"."""
        before = self.words[index - 1].key if index else ""
        after = self.words[index + 1].key if index + 1 < len(self.words) else ""
        return after in _INSTRUMENT_WORDS or before in {"ticker", "symbol"}

    def _read_east_asian_names(self) -> None:
        for start, end, symbol in self._catalogue.names_in(self.text):
            self._take(SymbolMention(symbol, start, end, by_name=True))

    def _read_misspelt_names(self) -> None:
        for word in self.words:
            if self.is_taken(word.start, word.end) or word.key in OPENERS | NOT_NAMES | STOCK_WORDS:
                continue
            if word.is_capitalised and word.key.endswith("s"):
                # The German genitive has no apostrophe: "Apples Gewinn".
                owner = self._catalogue.name_at(
                    [Word(word.text[:-1], word.key[:-1], word.start, word.end)], 0
                )
                if owner is not None and len(word.key) > 4:
                    self._take(SymbolMention(owner.symbol, word.start, word.end, by_name=True))
                    continue
            if symbol := self._catalogue.misspelt(word.key):
                self._take(SymbolMention(symbol, word.start, word.end, by_name=True))

    def _accept_pending(self) -> None:
        """Accepts words in a clear context, or in a list with an instrument that is certain."""
        waiting = [one for one in self._pending if not self.is_taken(one.mention.start, one.mention.end)]
        for one in waiting:
            if self.in_stock_context(one.first, one.last) and not self._is_filler(one):
                self._take(one.mention)
        changed = True
        while changed:
            changed = False
            for one in waiting:
                free = not self.is_taken(one.mention.start, one.mention.end)
                if free and any(self._are_listed(one, mention) for mention in self._found):
                    self._take(one.mention)
                    changed = True

    def _is_filler(self, one: _Pending) -> bool:
        return self.is_all_capitals and self.text[one.mention.start : one.mention.end] in NOT_TICKERS

    def _are_listed(self, one: _Pending, other: SymbolMention) -> bool:
        """Returns whether only a comma, a slash or a list word is between two mentions."""
        start, end = sorted(((one.mention.start, one.mention.end), (other.start, other.end)))
        between = self.text[start[1] : end[0]].strip()
        return (
            between in {",", "/", "&", "+", "、", "和", "と", "과", "와"}
            or between.strip(" ,.").lower() in LIST_WORDS
        )


def _is_ordinary_word(word: Word) -> bool:
    return len(word.key) < 3 or word.key in _DICTIONARY_TICKERS or word.text.upper() in NOT_TICKERS


def unread_tickers(question: QuestionReader) -> Iterator[tuple[str, int, int]]:
    """Yields the words in capitals that may be unknown tickers, with their offsets."""
    if question.is_all_capitals:
        return
    for match in _TICKER.finditer(question.text):
        if (
            len(match[1]) > 1
            and match[1] not in NOT_TICKERS
            and not question.is_taken(match.start(), match.end())
        ):
            yield match[1], match.start(), match.end()


def word_index(words: Sequence[Word], start: int) -> int:
    """Returns the index of the word that begins at an offset, or of the next one."""
    return next((index for index, word in enumerate(words) if word.start >= start), len(words))
