"""Search at the sources: cached by query, in a bounded number of entries."""

from collections.abc import AsyncIterator, Sequence

import pytest

from infra.local.embedded_redis import EmbeddedRedis
from shared.domain.market_data import SymbolInfo
from shared.errors.provider_errors import ProviderUnavailableError
from shared.errors.service_errors import UpstreamUnavailableError
from shared.market import symbol_search
from shared.market.source_chain import SourceChain
from shared.market.symbol_search import MAX_MATCHES, SymbolSearch
from tests.support.cache import FrozenClock, cache_settings
from tests.support.market import FakeSource, market_settings
from tests.support.redis_parts import make_cache


class WordySource(FakeSource):
    """Finds as many symbols with long names as are wanted."""

    async def search(self, query: str, limit: int) -> Sequence[SymbolInfo]:
        await self.answering("search", query)
        if query.startswith("zz"):
            return []
        return [
            SymbolInfo(
                symbol=f"S{number}",
                name=f"{query} {'company ' * 6}",
                asset_type="equity",
                exchange="New York Stock Exchange",
                country="United States",
                currency="USD",
                sector="Consumer Discretionary",
            )
            for number in range(limit)
        ]


@pytest.fixture
def source() -> WordySource:
    return WordySource("yahoo")


@pytest.fixture
def redis() -> EmbeddedRedis:
    return EmbeddedRedis()


@pytest.fixture
async def search(
    redis: EmbeddedRedis, source: WordySource, clock: FrozenClock
) -> AsyncIterator[SymbolSearch]:
    cache = make_cache(redis, cache_settings(), clock)
    yield SymbolSearch(SourceChain([source], market_settings("yahoo")), cache)
    await cache.aclose()


async def test_result_is_cached_whatever_the_spelling_and_cut_to_the_limit(
    search: SymbolSearch, source: WordySource
) -> None:
    assert len(await search.search("  Big   Bank ", 3)) == 3
    assert len(await search.search("big bank", 100)) == MAX_MATCHES
    assert len(source.asked) == 1


async def test_empty_result_is_cached_as_long_as_an_unknown_symbol(
    search: SymbolSearch, source: WordySource, clock: FrozenClock
) -> None:
    for seconds in (0, 59, 2):
        clock.advance(seconds)
        assert await search.search("zz", 5) == []
    assert len(source.asked) == 2


async def test_ten_thousand_queries_add_at_most_five_megabytes(
    search: SymbolSearch, redis: EmbeddedRedis, clock: FrozenClock
) -> None:
    for number in range(10_000):
        clock.advance(0.001)
        matches = await search.search(f"query {number}", 25)
        assert (matches[0].name or "").startswith(f"query {number} ")
    sizes = [await redis.strlen(name) async for name in redis.scan_iter()]
    assert sum(sizes) < 5_000_000


async def test_queries_on_one_entry_never_get_each_others_result(
    search: SymbolSearch, source: WordySource, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(symbol_search, "SEARCH_ENTRIES", 1)
    for query in ("one", "two", "one"):
        clock.advance(1)
        assert (await search.search(query, 1))[0].name == f"{query} {'company ' * 6}"
    source.fails = ProviderUnavailableError("yahoo", "down")
    clock.advance(1)
    assert (await search.search("one", 1))[0].name == f"one {'company ' * 6}"
    with pytest.raises(UpstreamUnavailableError):
        await search.search("two", 1)
