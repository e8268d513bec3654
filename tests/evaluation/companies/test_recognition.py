"""Which companies a question is about: a table of questions, each right only if the set is exact."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.chat.symbol_finder import SymbolFinder
from shared.domain.market_data import SymbolInfo
from shared.errors.service_errors import UpstreamUnavailableError
from shared.symbols.catalogue import symbol_catalogue
from shared.symbols.name_text import comparison_key
from tests.support.mongo import symbol_info

SEARCHABLE = (
    symbol_info("SMCI", "Super Micro Computer, Inc."),
    symbol_info("RIVN", "Rivian Automotive, Inc."),
    symbol_info("SNOW", "Snowflake Inc."),
    symbol_info("HM-B.ST", "H & M Hennes & Mauritz AB"),
    symbol_info("MRK.DE", "Merck KGaA"),
    symbol_info("ENR.DE", "Siemens Energy AG"),
    symbol_info("RDDT", "Reddit, Inc."),
    symbol_info("CRWD", "CrowdStrike Holdings, Inc."),
    symbol_info("DELL", "Dell Technologies Inc."),
    symbol_info("TGT", "Target Corporation"),
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


class Listed:
    """Finds every company in whose name the query begins at a word.

    Args:
        infos: The companies.
    """

    def __init__(self, infos: Sequence[SymbolInfo]) -> None:
        self._infos = infos

    async def search(self, query: str, limit: int) -> list[SymbolInfo]:
        """Returns matches of ticker or name."""
        key = comparison_key(query)
        hits = [
            info
            for info in self._infos
            if info.symbol == query.upper() or f" {key}" in f" {_short(info.name or '')}"
        ]
        # As the data sources do: the ticker itself first.
        return sorted(hits, key=lambda info: info.symbol != query.upper())[:limit]


def _short(name: str) -> str:
    return comparison_key(name).replace("kommanditgesellschaft auf aktien", "kgaa")


class Unreachable:
    """Answers nothing: neither the database nor the sources can be reached."""

    async def search(self, _query: str, _limit: int) -> list[SymbolInfo]:
        """Raises."""
        raise UpstreamUnavailableError("unreachable")


class NoStore:
    """Knows nothing."""

    async def search(self, _query: str, _limit: int) -> list[SymbolInfo]:
        """Returns nothing."""
        return []


def searched() -> list[tuple[SymbolInfo, str, frozenset[str]]]:
    """Companies that are not seeded, with a question about each, and the other symbols of the question."""
    lines = Path(__file__).with_name("searched_names.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split(" | ") for line in lines if not line.startswith("#")]
    return [(symbol_info(row[0], row[1]), row[2], frozenset("".join(row[3:]).split())) for row in rows]


LISTED = tuple(info for info, *_ in searched())


def table(name: str) -> list[list[str]]:
    """The rows of a table beside this module."""
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [line.split(" | ") for line in lines if not line.startswith("#")]


LATER = tuple(symbol_info(symbol, name) for symbol, name in table("searchable.txt"))


def later_questions() -> list[tuple[str, frozenset[str]]]:
    """Questions about companies of the catalogue and of ``searchable.txt``."""
    rows = table("later_questions.txt")
    return [(" | ".join(text), frozenset(symbols.split()) - {"-"}) for symbols, *text in rows]


EVERYDAY_PARTS = (
    "",
    *(
        f"{part}_"
        for part in [
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
            "twenty_first",
            "twenty_second",
            "twenty_third",
            "twenty_fourth",
            "twenty_fifth",
            "twenty_sixth",
            "twenty_seventh",
        ]
    ),
)
"""Beginnings of the names of the tables, in the order in which they were written."""

EVERYDAY = LATER + tuple(
    symbol_info(symbol, name)
    for part in ("more", "further", "additional", "twelfth", "twenty_second", "twenty_third")
    for symbol, name in table(f"{part}_searchable.txt")
)


@dataclass(frozen=True)
class Everyday:
    """A line of a table of everyday questions.

    Attributes:
        text: The question.
        symbols: The symbols it is about.
        unknown: The name that no source knows; empty without one.
        earlier: Symbols of the earlier questions.
        is_missed: Whether it is known that the recognition fails.
    """

    text: str
    symbols: frozenset[str]
    unknown: str
    earlier: list[list[str]]
    is_missed: bool


def everyday_questions() -> list[Everyday]:
    """The lines of the tables of everyday questions."""
    questions = []
    rows = [row for part in EVERYDAY_PARTS for row in table(f"{part}everyday_questions.txt")]
    for head, *text in rows:
        earlier, _, expected = head.removeprefix("x ").rpartition(">")
        symbols, _, unknown = expected.partition("!")
        history = [part.split() for part in earlier.split(";")] if earlier else []
        found = frozenset(symbols.split()) - {"-"}
        questions.append(
            Everyday(" | ".join(text), found, unknown.strip(), history, is_missed=head.startswith("x "))
        )
    return questions


def turns() -> list[tuple[list[list[str]], str, frozenset[str]]]:
    """Symbols of the earlier questions of a conversation, the next question, and the symbols it is about."""
    rows = table("turns.txt")
    return [
        ([part.split() for part in earlier.split(";")], text, frozenset(symbols.split()))
        for earlier, symbols, text in rows
    ]


def questions() -> list[tuple[str, frozenset[str]]]:
    """The tables: questions and the symbols they are about."""
    files = (
        Path(__file__).with_name(name)
        for name in ("questions.txt", "blind_questions.txt", "unseen_questions.txt")
    )
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    rows = [line.partition(" | ") for line in lines if line and not line.startswith("#")]
    return [(text, frozenset(symbols.split()) - {"-"}) for symbols, _, text in rows]


@pytest.mark.parametrize(
    ("question", "expected"), questions(), ids=lambda value: value if isinstance(value, str) else ""
)
async def test_question(question: str, expected: frozenset[str]) -> None:
    recognition = await SymbolFinder(symbol_catalogue, NoStore(), Source()).find(question)
    assert frozenset(recognition.symbols) == expected
    assert recognition.unknown == ()


@pytest.mark.parametrize(
    ("info", "question", "others"), searched(), ids=lambda value: getattr(value, "symbol", "")
)
async def test_company_is_searched(info: SymbolInfo, question: str, others: frozenset[str]) -> None:
    recognition = await SymbolFinder(symbol_catalogue, NoStore(), Listed(LISTED)).find(question)
    assert frozenset(recognition.symbols) == others | {info.symbol}
    assert recognition.unknown == ()


@pytest.mark.parametrize(
    ("question", "expected"), later_questions(), ids=lambda value: value if isinstance(value, str) else ""
)
async def test_later_question(question: str, expected: frozenset[str]) -> None:
    recognition = await SymbolFinder(symbol_catalogue, NoStore(), Listed(LATER)).find(question)
    assert frozenset(recognition.symbols) == expected
    assert recognition.unknown == ()


@pytest.mark.parametrize("row", everyday_questions(), ids=lambda row: row.text)
async def test_everyday_question(row: Everyday) -> None:
    finder = SymbolFinder(symbol_catalogue, NoStore(), Listed(EVERYDAY))
    recognition = await finder.find(row.text, (), row.earlier)
    found = frozenset(recognition.symbols) == row.symbols
    expected_unknown = 1 if row.unknown else 0
    reported = len(recognition.unknown) == expected_unknown and all(
        row.unknown in name for name in recognition.unknown
    )
    assert (found and reported) is not row.is_missed


@pytest.mark.parametrize(("earlier", "question", "expected"), turns())
async def test_next_question_of_a_conversation(
    earlier: list[list[str]], question: str, expected: frozenset[str]
) -> None:
    recognition = await SymbolFinder(symbol_catalogue, NoStore(), Listed(LATER)).find(question, (), earlier)
    assert frozenset(recognition.symbols) == expected
    assert recognition.unknown == ()


async def test_known_companies_are_recognised_while_nothing_can_be_looked_up() -> None:
    finder = SymbolFinder(symbol_catalogue, Unreachable(), Unreachable())
    seeded = {symbol for symbol, _ in symbol_catalogue().names}
    for question, expected in later_questions():
        recognition = await finder.find(question)
        assert frozenset(recognition.symbols) == expected & seeded, question
        assert recognition.unknown == (), question


async def test_companies_beyond_the_bound_are_named() -> None:
    recognition = await SymbolFinder(symbol_catalogue, NoStore(), Listed(LATER)).find(
        "Apple, Microsoft, Google, Amazon, Meta, Nvidia, Tesla, Netflix, Oracle, Salesforce, Adobe and Intel"
    )
    assert (len(recognition.symbols), recognition.omitted) == (10, ("ADBE", "INTC"))


def unknown_names() -> list[tuple[str, str, frozenset[str]]]:
    """Questions, the name that no source knows, and the other companies of the question."""
    lines = Path(__file__).with_name("unknown_names.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.partition(" | ") for line in lines if not line.startswith("#")]
    parted = [(text, *head.partition("!")[::2]) for head, _, text in rows]
    return [(text, name.strip(), frozenset(symbols.split())) for text, symbols, name in parted]


@pytest.mark.parametrize(("question", "name", "expected"), unknown_names())
async def test_unknown_name_is_reported(question: str, name: str, expected: frozenset[str]) -> None:
    recognition = await SymbolFinder(symbol_catalogue, NoStore(), Source()).find(question)
    assert frozenset(recognition.symbols) == expected
    assert any(name in unknown for unknown in recognition.unknown)


@pytest.mark.parametrize(("name", "query"), [("Delta", "DAL"), ("Target", "TGT"), ("Gap", "Gap")])
async def test_name_that_is_a_word_of_finance_is_looked_up(name: str, query: str) -> None:
    asked: list[str] = []

    class Recording(Source):
        async def search(self, query: str, limit: int) -> list[SymbolInfo]:
            asked.append(query)
            return await super().search(query, limit)

    await SymbolFinder(symbol_catalogue, NoStore(), Recording()).find(f"Compare {name} and Zorblax")
    assert query in asked


def test_table_is_large_enough() -> None:
    table = questions()
    assert len(table) >= 200
    assert sum(not symbols for _, symbols in table) >= 50
