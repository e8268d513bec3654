"""Names that are no instrument of the catalogue: persons, institutions, products, searched companies."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from shared.symbols.name_text import comparison_key, is_east_asian, words_of
from shared.symbols.near_names import NearNames
from shared.symbols.phrase_table import PhraseTable

_FOLDER: Final = Path(__file__).parent
_NO_INSTRUMENTS: Final = ("persons.txt", "institutions.txt", "ordinary_phrases.txt")
_COMPANIES: Final = ("indices.csv", "large_companies.csv", "foreign_companies.csv", "east_asian_names.csv")
_SHORTEST_MISSPELT: Final = 6
_SHORTEST_IN_CONTEXT: Final = 5
"""Letters of a name that is found when it is misspelt where an instrument stands."""

_FINANCE_WORDS: Final = frozenset({"target"})
"""Names whose misspelling is as likely that of a word of finance."""


@dataclass(frozen=True)
class KnownPhrases:
    """Phrases that a question may have besides the names of instruments.

    Attributes:
        no_instruments: Well-known persons and institutions, and ordinary words that begin with a name.
        first_names: Usual first names, as comparison keys.
        products: Products and brands, with the symbol of their maker.
        heads: Founders and heads, with the symbols of their companies.
        companies: Further companies, with the name under which the sources find them.
        misspelt_companies: Their names of one word, found when they are misspelt.
        misspelt_in_context: Those that are dictionary words as well, and shorter ones.
        tickers: The tickers under which the further companies are found.
        common_words: Words of the dictionary.
        short_names: Words that name a company beside one of its peers: the peers by company, by word.
    """

    no_instruments: PhraseTable
    first_names: frozenset[str]
    products: PhraseTable
    heads: PhraseTable
    companies: PhraseTable
    misspelt_companies: NearNames
    misspelt_in_context: NearNames
    tickers: frozenset[str]
    common_words: frozenset[str]
    short_names: Mapping[str, Mapping[str, frozenset[str]]]

    def symbol_of(self, name: str) -> str | None:
        """Returns the symbol of the further company whose whole name, a word too, a text is; else None."""
        words = words_of(name)
        found = self.companies.at(words, 0) if words else None
        is_whole = found is not None and found.length == len(words)
        return found.value if found and is_whole and found.common and found.value.isupper() else None


@cache
def known_phrases() -> KnownPhrases:
    """Returns the phrases, read from the package's files on first use; blocking."""
    return KnownPhrases(
        PhraseTable((name, name) for file in _NO_INSTRUMENTS for name in _read(file).splitlines()),
        frozenset(_read("first_names.txt").split()),
        PhraseTable(_rows("products.csv")),
        PhraseTable(_rows("persons_companies.csv")),
        PhraseTable([row for file in _COMPANIES for row in _rows(file)] + _companies()),
        _near_names(in_context=False),
        _near_names(in_context=True),
        frozenset(
            symbol
            for _, symbol in [*_rows("large_companies.csv"), *_rows("searched_companies.csv")]
            if symbol.isupper()
        ),
        _common_words(),
        _short_names(),
    )


@cache
def east_asian_names() -> Mapping[str, tuple[str, ...]]:
    """Returns East Asian names of companies, by the comparison key of each of their names and symbols."""
    names: dict[str, list[str]] = {}
    for written, name in _rows("searched_companies.csv"):
        names.setdefault(name, []).append(written)
    found: dict[str, tuple[str, ...]] = {}
    for written, symbol in _rows("east_asian_names.csv"):
        key = comparison_key(symbol)
        found[key] = (*found.get(key, ()), written)
    for name, forms in names.items():
        east_asian = tuple(one for one in forms if is_east_asian(one))
        # A star marks a dictionary word: as a key it would be found in the names of other companies.
        keys = {comparison_key(one) for one in (name, *forms) if not one.endswith("*")}
        for key in keys if east_asian else ():
            found[key] = (*found.get(key, ()), *east_asian)
    return found


@cache
def index_and_fund_symbols() -> frozenset[str]:
    """Returns the symbols of the indices, funds, commodities and coins with everyday names: ``XLK``."""
    return frozenset(symbol for _, symbol in _rows("indices.csv"))


@cache
def american_listings() -> Mapping[str, str]:
    """Returns the symbols of the American listings, by the symbol at home."""
    return {symbol: listing for listing, symbol in _rows("american_listings.csv")}


def _short_names() -> Mapping[str, Mapping[str, frozenset[str]]]:
    found: dict[str, dict[str, frozenset[str]]] = {}
    for company, word, peers in list(csv.reader(_read("short_names.csv").splitlines()))[1:]:
        found.setdefault(word, {})[company] = frozenset(peers.split(";"))
    return found


def _rows(file: str) -> list[tuple[str, str]]:
    rows = list(csv.reader(_read(file).splitlines()))[1:]
    return [(written, value) for value, names in rows for written in names.split(";")]


def _companies() -> list[tuple[str, str]]:
    others = [(name, name) for name in _read("other_companies.txt").splitlines()]
    searched = _rows("searched_companies.csv")
    # Names of several words are read as a whole as well.
    return [*others, *((name, name) for _, name in searched if " " in name), *searched]


def _near_names(*, in_context: bool) -> NearNames:
    """Returns the names of one word: dictionary words and short ones only with ``in_context``."""
    names = {
        key: value
        for name, value in _companies()
        if (in_context or not name.endswith("*"))
        and (key := comparison_key(name.removesuffix("*"))).isalpha()
        and key.isascii()
        and key not in _FINANCE_WORDS
        and (not name.endswith("*") or len(key) >= _SHORTEST_MISSPELT)
    }
    return NearNames(names, _common_words(), _SHORTEST_IN_CONTEXT if in_context else _SHORTEST_MISSPELT)


def _common_words() -> frozenset[str]:
    return frozenset(_read("common_words.txt").split())


def _read(file: str) -> str:
    return (_FOLDER / file).read_text(encoding="utf-8")
