"""The catalogue is searched by whole names in every script."""

import pytest

from shared.symbols.catalogue_search import CatalogueSearch


@pytest.mark.parametrize(
    ("query", "symbol"),
    [
        ("腾讯", "0700.HK"),
        ("テスラ", "TSLA"),
        ("애플", "AAPL"),
        ("トヨタ自動車", "7203.T"),
        ("nestlé", "NESN.SW"),
        ("Tesla Motors", "TSLA"),
        ("Apple Inc.", "AAPL"),
    ],
)
async def test_name_finds_its_instrument(query: str, symbol: str) -> None:
    (found,) = await CatalogueSearch().search(query, 10)
    assert found.symbol == symbol
    assert found.currency is not None
    assert found.exchange is not None


@pytest.mark.parametrize("query", ["腾讯音乐", "Tesla and Apple", "über", "", "   ", "zzz"])
async def test_text_that_is_more_or_less_than_a_name_finds_nothing(query: str) -> None:
    assert await CatalogueSearch().search(query, 10) == []
