"""Data on companies in the database: read while fresh, and whatever their age when no source answers."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from infra.local.embedded_redis import EmbeddedRedis
from shared.errors.provider_errors import ProviderUnavailableError
from shared.errors.service_errors import UpstreamUnavailableError
from shared.market.data_manager import DataManager
from shared.market.database import MarketDatabase
from tests.integration.data.conftest import Place
from tests.support.cache import cache_settings
from tests.support.company_data import company_data
from tests.support.market import FakeSource, market_settings
from tests.support.redis_parts import make_cache

DOWN = ProviderUnavailableError("yahoo", "down")
READS: dict[str, Callable[[DataManager], Any]] = {
    "profile": lambda market: market.profile("AAPL"),
    "earnings": lambda market: market.earnings("AAPL"),
    "peers": lambda market: market.peers("AAPL"),
    "holders": lambda market: market.holders("AAPL"),
}


class CompanySource(FakeSource):
    """A source that has data on every company."""

    def __init__(self, place: Place) -> None:
        super().__init__("yahoo", {"AAPL": 1.0}, kinds=("profile", "earnings", "peers", "holders"))
        self._clock = place.clock

    async def _give(self, kind: str, symbol: str) -> Any:
        await self.answering(kind, symbol)
        answer = company_data(symbol, "USD")[kind]
        return answer.model_copy(update={"fetched_at": self._clock()})

    async def profile(self, symbol: str) -> Any:
        return await self._give("profile", symbol)

    async def earnings(self, symbol: str) -> Any:
        return await self._give("earnings", symbol)

    async def peers(self, symbol: str) -> Any:
        return await self._give("peers", symbol)

    async def holders(self, symbol: str) -> Any:
        return await self._give("holders", symbol)


@dataclass
class Companies:
    """A source, and services with empty caches that share one database."""

    place: Place
    source: CompanySource
    caches: list[Any]

    def service(self, *, with_database: bool = True) -> DataManager:
        cache = make_cache(EmbeddedRedis(), cache_settings(), self.place.clock)
        self.caches.append(cache)
        database = MarketDatabase(self.place.repositories, cache_settings().ttl, self.place.clock)
        return DataManager(
            [self.source],
            cache,
            market_settings("yahoo"),
            self.place.clock,
            database=database if with_database else None,
        )


@pytest.fixture
async def companies(place: Place) -> AsyncIterator[Companies]:
    companies = Companies(place, CompanySource(place), [])
    yield companies
    for cache in companies.caches:
        await cache.aclose()


@pytest.mark.parametrize("kind", READS)
async def test_answer_is_stored_and_read_by_the_next_worker(companies: Companies, kind: str) -> None:
    first = await READS[kind](companies.service())
    again = await READS[kind](companies.service())
    assert again.value == first.value
    assert len(companies.source.asked) == 1


@pytest.mark.parametrize("kind", READS)
async def test_old_answer_is_served_stale_when_no_source_answers(companies: Companies, kind: str) -> None:
    first = await READS[kind](companies.service())
    companies.place.clock.forward(30 * 86_400)
    companies.source.fails = DOWN
    stale = (await READS[kind](companies.service())).value
    assert (stale.stale, "yahoo: down" in stale.fallback_reason) == (True, True)
    assert stale == first.value.model_copy(update={"stale": True, "fallback_reason": stale.fallback_reason})
    with pytest.raises(UpstreamUnavailableError):
        await READS[kind](companies.service(with_database=False))


async def test_expired_and_unreadable_answers_count_as_missing(companies: Companies) -> None:
    store = companies.place.repositories.companies
    now = companies.place.clock()
    companies.source.fails = DOWN
    for fetched_at, answer in (
        (now - timedelta(days=731), company_data("AAPL", "USD")["profile"].model_dump_json()),
        (now, '{"of": "another release"}'),
    ):
        await store.put("AAPL", "profile", fetched_at, answer)
        with pytest.raises(UpstreamUnavailableError):
            await companies.service().profile("AAPL")


async def test_source_is_requested_once_the_stored_answer_is_old(companies: Companies) -> None:
    await companies.service().profile("AAPL")
    companies.place.clock.forward(2 * 86_400)
    assert not (await companies.service().profile("AAPL")).value.stale
    assert len(companies.source.asked) == 2
