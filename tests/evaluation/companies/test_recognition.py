"""Which companies a question is about: a table of questions, each right only if the set is exact."""

from pathlib import Path

import pytest

from shared.chat.symbol_finder import SymbolFinder
from shared.domain.market_data import SymbolInfo
from shared.symbols.catalogue import symbol_catalogue
from shared.symbols.name_text import comparison_key
from tests.support.mongo import symbol_info

SEARCHABLE = (
    symbol_info("SMCI", "Super Micro Computer, Inc."),
    symbol_info("RIVN", "Rivian Automotive, Inc."),
    symbol_info("SNOW", "Snowflake Inc."),
    symbol_info("HM-B.ST", "H & M Hennes & Mauritz AB"),
)


class Source:
    """Finds what begins with the query, as the search of a data source does."""

    async def search(self, query: str, limit: int) -> list[SymbolInfo]:
        """Returns matches of ticker or name."""
        key = comparison_key(query).replace("&", " & ").replace("  ", " ")
        hits = [
            info
            for info in SEARCHABLE
            if info.symbol.startswith(query.upper()) or comparison_key(info.name or "").startswith(key)
        ]
        return hits[:limit]


class NoStore:
    """Knows nothing."""

    async def search(self, _query: str, _limit: int) -> list[SymbolInfo]:
        """Returns nothing."""
        return []


def questions() -> list[tuple[str, frozenset[str]]]:
    """The table: questions and the symbols they are about."""
    lines = (Path(__file__).with_name("questions.txt")).read_text(encoding="utf-8").splitlines()
    rows = [line.partition(" | ") for line in lines if line and not line.startswith("#")]
    return [(text, frozenset(symbols.split()) - {"-"}) for symbols, _, text in rows]


@pytest.mark.parametrize(
    ("question", "expected"), questions(), ids=lambda value: value if isinstance(value, str) else ""
)
async def test_question(question: str, expected: frozenset[str]) -> None:
    recognition = await SymbolFinder(symbol_catalogue, NoStore(), Source()).find(question)
    assert frozenset(recognition.symbols) == expected


def test_table_is_large_enough() -> None:
    table = questions()
    assert len(table) >= 200
    assert sum(not symbols for _, symbols in table) >= 50
