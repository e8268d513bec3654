"""The catalogue of well-known instruments: finds them by ticker and by name, in memory."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from shared.data.migration.starter import read_starter_symbols
from shared.domain.market_data import SymbolInfo
from shared.symbols.name_text import (
    LEGAL_FORMS,
    Word,
    comparison_key,
    is_east_asian,
    name_key,
    word_set,
    words_of,
)
from shared.symbols.near_names import (
    RARE_WORDS,
    NearNames,
    is_slip,
    sound_alikes,
    spelt_by_sound,
    transpositions,
)
from shared.symbols.phrase_table import EastAsianNames

_FOLDER: Final = Path(__file__).parent
_CUSTOMARY: Final = frozenset({"GOOGL", "BRK-B", "TSM", "BABA", "SAN.MC"})
"""The share class or listing that a company's name means where the catalogue has several."""

_BARE_TICKERS: Final = frozenset(
    {"NESN", "NOVN", "UBSG", "HSBA", "ULVR", "BARC", "INGA", "PETR4", "VALE3", "VOW3", "BAYN", "RACE", "EQNR"}
)
"""Tickers that are known without the suffix of their exchange, and belong to no other company elsewhere."""

_COMMON_NAMES: Final = {"service now", "sales force", "big blue", "b of a", "at t"} | word_set(
    """
    adobe alphabet apple att benz boa cable caterpillar chase chevron coke dow ether ford intuit linde meta
    micron nifty novo oracle reliance rio roche sap shell total uber ups ing ti vale visa volatility wells
    zara
    """
)
"""Names that are dictionary words in one of the languages: lower case alone does not make them a company."""

_SHORT_FORMS: Final = word_set("wells mercs astra thermo sbucks")
"""Short forms of names that are too near ordinary words to be found when they are misspelt: bucks, merci."""

_SHORTEST_FUZZY_NAME: Final = 5
_SHORTEST_FUZZY_WORD: Final = 4
_NOT_MISSPELT: Final = frozenset({"bahn"})
"""Words that make another name of one of several words: Deutsche Bahn is not Deutsche Bank."""

_SHORTEST_PAIR: Final = 8
"""Letters of a name of several words in which two of the words may be misspelt: Eli Lilly."""

_SHORTEST_JOINED_NAME: Final = 7
_MOST_PARTS: Final = 3
"""Words that a name of one word is divided into at most."""

_FEWEST_LETTERS: Final = 3
_MOST_LETTERS: Final = 20
"""Single letters in a row that may be a name; more are not read, since each would begin another name."""

_TRANSPOSED: Final = 4
"""Letters of a name of which only two neighbours may change places: "TMSC"."""


@dataclass(frozen=True)
class NameMatch:
    """A name found in a text.

    Attributes:
        symbol: The instrument.
        length: Words of the text that it takes.
        common: Whether the name is a dictionary word as well (``apple``, ``total``).
    """

    symbol: str
    length: int
    common: bool = False


class SymbolCatalogue:
    """Finds the instruments of the starter list.

    Args:
        infos: The instruments.
        names: Further names, by symbol.
        common_words: Dictionary words that look like a misspelt name, as comparison keys.
    """

    def __init__(
        self,
        infos: Sequence[SymbolInfo],
        names: Mapping[str, Sequence[str]],
        common_words: Iterable[str],
    ) -> None:
        self._infos = {info.symbol: info for info in infos}
        self._names: list[tuple[str, str]] = []
        self._common = frozenset(common_words)
        self._by_name: dict[tuple[str, ...], str] = {}
        self._by_text: dict[str, str] = {}
        self._tickers: dict[str, str] = {}
        self._bases: dict[str, tuple[SymbolInfo, ...]] = {}
        self._accented: set[str] = set()
        for info in infos:
            for ticker in _tickers_of(info):
                self._tickers.setdefault(ticker, info.symbol)
        # The customary listing claims its names first.
        for info in sorted(infos, key=lambda info: info.symbol not in _CUSTOMARY):
            base = info.symbol.partition(".")[0]
            self._bases[base] = (*self._bases.get(base, ()), info)
            for name in (info.name or "", *info.aliases, *names.get(info.symbol, ())):
                self._add_name(name, info.symbol)
        self._longest = max(map(len, self._by_name), default=0)
        self._joined = {
            ("".join(key), len(key) > 1): symbol
            for key, symbol in self._by_name.items()
            if sum(map(len, key)) >= _SHORTEST_JOINED_NAME
        }
        self._several: dict[str, list[tuple[str, ...]]] = {}
        for key in self._by_name:
            if len(key) > 1:
                self._several.setdefault(key[0][0], []).append(key)
        self._east_asian = EastAsianNames(self._by_text)
        self._single = NearNames(
            {
                key[0]: symbol
                for key, symbol in self._by_name.items()
                if len(key) == 1 and key[0] not in _SHORT_FORMS
            },
            self._common,
        )
        self._transposed = {
            transposed: symbol
            for name, symbol in self._single_words()
            if len(name) == _TRANSPOSED
            for transposed in transpositions(name)
        }
        self._sound_alikes = dict(self._spelt_as_heard())

    def _single_words(self) -> Iterator[tuple[str, str]]:
        """Yields the names of one word, with their symbols."""
        return ((key[0], symbol) for key, symbol in self._by_name.items() if len(key) == 1)

    def _spelt_as_heard(self) -> Iterator[tuple[str, str]]:
        """Yields how names of one word are written by their sound, where it is no other word or ticker."""
        for name, symbol in self._single_words():
            if _FEWEST_LETTERS <= len(name) < _SHORTEST_FUZZY_NAME:
                slips = (slip for slip in sound_alikes(name) if slip.upper() not in self._tickers)
                yield from ((slip, symbol) for slip in slips if slip not in self._common)
        # Longer names last: where two are written alike, they are the likelier ones.
        for name, symbol in self._single_words():
            if len(name) >= _SHORTEST_FUZZY_NAME:
                yield from ((heard, symbol) for heard in spelt_by_sound(name) if heard not in self._common)

    def _add_name(self, name: str, symbol: str) -> None:
        if name:
            self._names.append((symbol, name))
        if is_east_asian(name):
            self._by_text.setdefault(name.casefold(), symbol)
        elif key := name_key(name):
            self._by_name.setdefault(key, symbol)
            if comparison_key(name) != name.casefold():
                self._accented.update(key)
                # L'Oréal is written "loréal" as well.
                self._accented.add("".join(key))

    def get(self, symbol: str) -> SymbolInfo | None:
        """Returns the instrument with a symbol, or None."""
        return self._infos.get(symbol)

    @property
    def names(self) -> Sequence[tuple[str, str]]:
        """All names as pairs of symbol and name."""
        return self._names

    def by_ticker(self, ticker: str) -> str | None:
        """Returns the symbol for a ticker in upper case (``BRK.B``, ``BTC``, ``EURUSD``), or None."""
        return self._tickers.get(ticker)

    def by_base(self, ticker: str) -> str | None:
        """Returns the symbol for a ticker without the suffix of its exchange, or None if several have it.

        Another company may have it elsewhere: for tickers that nothing else has.
        """
        found = self._bases.get(ticker, ())
        return found[0].symbol if len(found) == 1 else None

    def sharing(self, ticker: str) -> Sequence[SymbolInfo]:
        """Returns the instruments that have a ticker on several exchanges, the best known one first."""
        found = self._bases.get(ticker, ())
        return found if len(found) > 1 else ()

    def name_at(self, words: Sequence[Word], start: int) -> NameMatch | None:
        """Returns the longest name that begins with a word of a text, or None."""
        for length in range(min(self._longest, len(words) - start), 0, -1):
            run = words[start : start + length]
            symbol = self._by_name.get(tuple(word.key for word in run))
            # "über" is not Uber; "Nestle" is Nestlé.
            if symbol is None or any(word.has_accents and word.key not in self._accented for word in run):
                continue
            return NameMatch(symbol, length, " ".join(word.key for word in run) in _COMMON_NAMES)
        return None

    def owner(self, word: Word, *, has_figure: bool = False) -> str | None:
        """Returns the instrument of a genitive without apostrophe, as German has it: "Apples Gewinn".

        Args:
            word: The genitive.
            has_figure: Whether a figure of an instrument follows, which a fruit does not have: "apples p/e".
        """
        if not word.key.endswith("s"):
            return None
        if word.text[-1] == "s" and word.text[:-1].isupper() and len(word.text) > _FEWEST_LETTERS:
            return self.by_ticker(word.text[:-1])
        match = self.name_at([Word(word.text[:-1], word.key[:-1], word.start, word.end)], 0)
        if match is None or (match.common and not (word.is_capitalised or has_figure)):
            return None
        return match.symbol if len(word.key) > 4 or word.text[:-1].isupper() else None

    def named(self, text: str) -> SymbolInfo | None:
        """Returns the instrument that a text is the whole name of, in any script, or None."""
        text = text.strip()
        if is_east_asian(text):
            symbol = self._east_asian.get(text)
        else:
            words = words_of(text)
            match = self.name_at(words, 0)
            symbol = (
                match.symbol
                if match and all(word.key in LEGAL_FORMS for word in words[match.length :])
                else None
            )
        return self._infos[symbol] if symbol else None

    def misspelt(self, key: str, *, in_stock_context: bool = False) -> str | None:
        """Returns the symbol whose name is at most one or two edits from a word, or None.

        One edit (insertion, deletion, substitution or transposition) for names of 5 to 7 letters, two for
        longer ones. A dictionary word is never taken for a misspelt name, except where an instrument stands
        and the word is rare ("Goggle market cap"). Where an instrument stands, two letters of a name of four
        may have changed places ("tmsc capex"). In a name of three or four letters, a letter may be one
        that sounds alike ("soni").
        """
        if (key,) in self._by_name:
            return None
        if in_stock_context and key not in self._common and key in self._transposed:
            return self._transposed[key]
        if key in self._sound_alikes:
            return self._sound_alikes[key]
        return self._single.find(key, rare=in_stock_context and key in RARE_WORDS)

    def spelt_otherwise_at(self, words: Sequence[Word], start: int) -> NameMatch | None:
        """Returns the name that begins with a word, divided or misspelt otherwise than usual, or None.

        That is: one word for two ("wellsfargo"), two for one ("Ali Baba", marked as ``common`` since "sales
        force" is one as well), or a name of several words with a letter too much, too few or wrong in one of
        them ("Goldman Sacks"), or in two ("elli lily").
        """
        for length in range(min(_MOST_PARTS, len(words) - start), 0, -1):
            run = words[start : start + length]
            if symbol := self._joined.get(("".join(word.key for word in run), length == 1)):
                return NameMatch(symbol, length, common=length > 1)
        for name in self._several.get(words[start].key[:1], ()):
            run = words[start : start + len(name)]
            if len(run) == len(name) and self._resembles([word.key for word in run], name):
                return NameMatch(self._by_name[name], len(name))
        return None

    def _resembles(self, keys: Sequence[str], name: Sequence[str]) -> bool:
        different = [pair for pair in zip(keys, name, strict=True) if pair[0] != pair[1]]
        is_long = max(map(len, name)) >= _SHORTEST_FUZZY_NAME or sum(map(len, name)) >= _SHORTEST_PAIR
        if len(different) not in {1, 2} or not is_long:
            return False
        shortest = _SHORTEST_FUZZY_WORD
        if len(different) == 2:
            # Two words of the dictionary are another name.
            if sum(map(len, name)) < _SHORTEST_PAIR or self._common.issuperset(key for key, _ in different):
                return False
            shortest = _FEWEST_LETTERS
        return all(key not in _NOT_MISSPELT and is_slip(key, meant, shortest) for key, meant in different)

    def written_in_letters_at(self, words: Sequence[Word], start: int) -> NameMatch | None:
        """Returns the name or ticker that is written letter by letter ("n v i d i a", "I.B.M."), or None."""
        last = start
        while last < len(words) and len(words[last].key) == 1 and last - start <= _MOST_LETTERS:
            if last > start and words[last].start - words[last - 1].end != 1:
                break
            last += 1
        if not _FEWEST_LETTERS <= last - start <= _MOST_LETTERS:
            return None
        key = "".join(word.key for word in words[start:last])
        symbol = self._by_name.get((key,)) or self._tickers.get(key.upper())
        return NameMatch(symbol, last - start) if symbol else None

    def names_in(self, text: str) -> list[tuple[int, int, str]]:
        """Returns start, end and symbol of the East Asian names in a text, the longest at each place."""
        return self._east_asian.find(text)


@cache
def symbol_catalogue() -> SymbolCatalogue:
    """Returns the catalogue, read from the package's files on first use; blocking."""
    with (_FOLDER / "names.csv").open(encoding="utf-8", newline="") as file:
        names = {row["symbol"]: row["names"].split(";") for row in csv.DictReader(file)}
    common = (_FOLDER / "common_words.txt").read_text(encoding="utf-8").split()
    return SymbolCatalogue(read_starter_symbols(), names, common)


def _tickers_of(info: SymbolInfo) -> Iterable[str]:
    symbol = info.symbol
    yield symbol
    yield symbol.replace("-", ".")
    yield symbol.lstrip("^0")
    yield from (alias for alias in info.aliases if alias.isupper() and not is_east_asian(alias))
    base = symbol.partition(".")[0]
    if base in _BARE_TICKERS:
        yield base
    if info.asset_type == "cryptocurrency":
        yield symbol.removesuffix("-USD")
        yield symbol.replace("-", "/")
        yield symbol.replace("-", "")
        yield f"{symbol.replace('-', '')}T"
    if info.asset_type == "currency" and info.name:
        yield info.name
        yield info.name.replace("/", "")
        yield info.name.replace("/", "") + "=X"
