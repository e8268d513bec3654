"""The table of the members of large indices outside the United States."""

import csv
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import shared.symbols
from shared.domain.symbols import normalise_symbol
from shared.symbols.catalogue import symbol_catalogue

_FOLDER = Path(shared.symbols.__file__).parent
_EXCHANGE = re.compile(
    r"[A-Z0-9&-]+(?:\.(?:AS|AX|BR|CO|DE|HE|HK|IR|IS|JO|KS|L|LS|MC|MI|MX|NS|OL|PA|SA|SI|SN|SR|SS|ST|SW|SZ|T|TO|TW"
    r"|VI|WA))?"
)


def rows(file: str) -> list[tuple[str, list[str]]]:
    """Symbols with their names, in the order of a table."""
    lines = list(csv.reader((_FOLDER / file).read_text(encoding="utf-8").splitlines()))
    assert lines[0] == ["symbol", "names"]
    return [(symbol, names.split(";")) for symbol, names in lines[1:]]


def test_rows_are_sorted_and_well_formed() -> None:
    symbols = [symbol for symbol, _ in rows("foreign_companies.csv")]
    assert all(one < other for one, other in pairwise(symbols))
    for symbol in symbols:
        assert normalise_symbol(symbol) == symbol
        assert _EXCHANGE.fullmatch(symbol), symbol


def test_names_are_written_as_they_are_compared() -> None:
    names = [name for _, written in rows("foreign_companies.csv") for name in written]
    assert all(name.removesuffix("*").strip() for name in names)
    assert [name for name in names if name != name.strip().lower()] == []
    assert [
        name for name, times in Counter(name.removesuffix("*") for name in names).items() if times > 1
    ] == []


def test_table_agrees_with_the_seeded_instruments() -> None:
    catalogue = symbol_catalogue()
    for symbol, names in rows("foreign_companies.csv"):
        assert catalogue.get(symbol) is None, f"{symbol} is seeded"
        for name in names:
            written = name.removesuffix("*")
            assert catalogue.named(written) is None, f"{written} is a seeded instrument"
            assert catalogue.by_ticker(written.upper()) is None, f"{written} is a seeded ticker"


def test_table_agrees_with_the_other_tables() -> None:
    known = {
        name.removesuffix("*").casefold(): symbol
        for file in ("large_companies.csv", "indices.csv", "east_asian_names.csv")
        for symbol, names in rows(file)
        for name in names
    }
    for symbol, names in rows("foreign_companies.csv"):
        assert {known.get(name.removesuffix("*"), symbol) for name in names} == {symbol}
