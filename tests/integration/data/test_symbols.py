"""Symbols: found by ticker, name and alias, and kept without forgetting what was known."""

import pytest

from shared.data.repositories import Repositories
from shared.errors.request_errors import InvalidRequestError
from tests.integration.data.conftest import Place
from tests.support.mongo import symbol_info

KNOWN = [
    symbol_info("APP", "AppLovin Corporation"),
    symbol_info("AAPL", "Apple Inc.", ["Apple"]),
    symbol_info("APLE", "Apple Hospitality REIT, Inc."),
    symbol_info("BAC", "Bank of America Corporation", ["BofA"]),
    symbol_info("MCD", "McDonald's Corporation"),
    symbol_info("NESN.SW", "Nestlé S.A."),
    symbol_info("GOOGL", "Alphabet Inc. Class A", ["Google"]),
    symbol_info("^GSPC", "S&P 500"),
    symbol_info("BRK-B", "Berkshire Hathaway Inc.", ["BRK.B"]),
]


@pytest.fixture
async def symbols(place: Place) -> Repositories:
    await place.repositories.symbols.upsert_many(KNOWN)
    return place.repositories


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("app", ["APP", "AAPL", "APLE"]),
        ("aapl", ["AAPL"]),
        ("bank of am", ["BAC"]),
        ("america", ["BAC"]),
        ("bofa", ["BAC"]),
        ("mcdonalds", ["MCD"]),
        ("McDonald's", ["MCD"]),
        ("nestle", ["NESN.SW"]),
        ("google", ["GOOGL"]),
        ("^gs", ["^GSPC"]),
        ("brk.b", ["BRK-B"]),
        (".*", []),
        ("(", []),
        ("zzz", []),
    ],
)
async def test_search(symbols: Repositories, query: str, expected: list[str]) -> None:
    assert [info.symbol for info in await symbols.symbols.search(query, 10)] == expected


async def test_search_keeps_to_its_limit_best_first(symbols: Repositories) -> None:
    assert [info.symbol for info in await symbols.symbols.search("ap", 1)] == ["APP"]


async def test_search_refuses_an_operator(symbols: Repositories) -> None:
    with pytest.raises(InvalidRequestError):
        await symbols.symbols.search({"$ne": None}, 10)  # type: ignore[arg-type]


async def test_unknown_symbol_is_none(symbols: Repositories) -> None:
    assert await symbols.symbols.get("ZZZ") is None
    found = await symbols.symbols.get_many(["MCD", "ZZZ", "AAPL", "MCD"])
    assert [info.symbol for info in found] == ["MCD", "AAPL"]


async def test_upsert_fills_gaps_and_forgets_nothing(symbols: Repositories) -> None:
    await symbols.symbols.set_tracked("AAPL", True)
    await symbols.symbols.upsert(symbol_info("AAPL", None, ["Cupertino"], sector="Technology"))
    found = await symbols.symbols.get("AAPL")
    assert found is not None
    assert (found.name, found.sector, found.tracked) == ("Apple Inc.", "Technology", True)
    assert found.aliases == ("Apple", "Cupertino")
    assert [info.symbol for info in await symbols.symbols.search("cupertino", 5)] == ["AAPL"]


async def test_same_again_changes_nothing(symbols: Repositories) -> None:
    assert await symbols.symbols.upsert_many(KNOWN) == 0


async def test_tracking(symbols: Repositories) -> None:
    assert await symbols.symbols.tracked() == []
    assert await symbols.symbols.set_tracked("MCD", True)
    assert await symbols.symbols.set_tracked("AAPL", True)
    assert await symbols.symbols.tracked() == ["AAPL", "MCD"]
    assert await symbols.symbols.set_tracked("MCD", False)
    assert not await symbols.symbols.set_tracked("ZZZ", True)
    assert await symbols.symbols.tracked() == ["AAPL"]


async def test_more_symbols_are_tracked_than_one_read_gives(
    symbols: Repositories, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.data.repositories.symbols_repository._TRACKED_PAGE", 2)
    names = [info.symbol for info in KNOWN]
    for name in names:
        await symbols.symbols.set_tracked(name, True)
    assert len(names) > 4
    assert await symbols.symbols.tracked() == sorted(names)
