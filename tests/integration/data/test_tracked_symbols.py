"""With an empty cache and all sources down, every route answers for a tracked symbol."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from infra.local.embedded_redis import EmbeddedRedis
from shared.config.settings import RefreshSettings
from shared.domain.market_data import DataKind, HistoryRequest
from shared.domain.statements import Statements, StatementsRequest
from shared.errors.provider_errors import ProviderUnavailableError
from shared.errors.service_errors import UpstreamUnavailableError
from shared.market.data_manager import DataManager
from shared.market.database import MarketDatabase
from shared.refresh.refresh_run import CacheRefresh
from tests.integration.data.conftest import Place
from tests.support.cache import cache_settings
from tests.support.market import FakeSource, market_settings
from tests.support.mongo import symbol_info
from tests.support.redis_parts import make_cache, make_leases
from tests.support.statement_data import growing_statements

KINDS: tuple[DataKind, ...] = ("quote", "history", "actions", "fundamentals", "statements", "news", "search")


class StatementSource(FakeSource):
    """A source with annual statements and data of now."""

    def __init__(self, place: Place) -> None:
        super().__init__("yahoo", {"AAPL": 250.0, "MSFT": 500.0}, kinds=KINDS)
        self._clock = place.clock

    async def statements(self, request: StatementsRequest) -> Statements:
        await self.answering("statements", request.symbol)
        self._price(request.symbol)
        statements = growing_statements(request.symbol, "USD", 1_000, 5.0)[request.statement]
        update = {
            "period": request.period,
            "periods": statements.periods[: request.limit],
            "fetched_at": self._clock(),
        }
        return statements.model_copy(update=update)

    async def history(self, request: HistoryRequest) -> Any:
        return (await super().history(request)).model_copy(update={"fetched_at": self._clock()})

    async def fundamentals(self, symbol: str) -> Any:
        return (await super().fundamentals(symbol)).model_copy(update={"fetched_at": self._clock()})


@dataclass
class Surroundings:
    """A source, and services with empty caches on one database."""

    place: Place
    source: StatementSource
    caches: list[Any]

    def market(self) -> DataManager:
        cache = make_cache(EmbeddedRedis(), cache_settings(), self.place.clock)
        self.caches.append(cache)
        database = MarketDatabase(self.place.repositories, cache_settings().ttl, self.place.clock)
        return DataManager(
            [self.source], cache, market_settings("yahoo"), self.place.clock, database=database
        )

    async def refresh(self) -> None:
        await self.place.repositories.symbols.upsert(symbol_info("AAPL", "Apple"))
        await self.place.repositories.symbols.set_tracked("AAPL", True)
        settings = RefreshSettings(
            symbols=(),
            deadline=60,
            concurrency=4,
            requests_per_minute=10_000,
            batch_size=50,
            overdue_after=1800,
        )
        leases = make_leases(EmbeddedRedis())
        run = CacheRefresh(
            self.market(),
            self.place.repositories,
            leases,
            settings,
            cache_settings(),
            self.place.clock,
        )
        summary = await run.run()
        assert (summary.outcome, dict(summary.failed), summary.notes) == ("ok", {}, ())


@pytest.fixture
async def around(place: Place) -> AsyncIterator[Surroundings]:
    around = Surroundings(place, StatementSource(place), [])
    yield around
    for cache in around.caches:
        await cache.aclose()


READS: dict[str, Callable[[DataManager, str], Any]] = {
    "quote": lambda market, symbol: market.quote(symbol),
    "history": lambda market, symbol: market.history(
        HistoryRequest(symbol=symbol, period="1mo", interval="1d")
    ),
    "technicals": lambda market, symbol: market.technicals(symbol, "1y"),
    "fundamentals": lambda market, symbol: market.fundamentals(symbol),
    "annual statements": lambda market, symbol: market.statements(
        StatementsRequest(symbol=symbol, statement="income", period="annual")
    ),
    "quarterly statements": lambda market, symbol: market.statements(
        StatementsRequest(symbol=symbol, statement="cash_flow", period="quarterly", limit=2)
    ),
    "news": lambda market, symbol: market.news(symbol, 5),
}


async def test_every_route_answers_stale_for_a_tracked_symbol(around: Surroundings) -> None:
    await around.refresh()
    fresh = {name: (await read(around.market(), "AAPL")).value for name, read in READS.items()}
    around.place.clock.forward(10 * 86_400)
    around.source.fails = ProviderUnavailableError("yahoo", "down")
    market = around.market()
    for name, read in READS.items():
        stored = (await read(market, "AAPL")).value
        assert stored.stale, name
        assert "yahoo: down" in stored.fallback_reason, name
        if name not in {"quote", "history", "technicals"}:
            expected = fresh[name].model_copy(
                update={"stale": True, "fallback_reason": stored.fallback_reason, "as_of": stored.as_of}
            )
            assert stored == expected, name
        with pytest.raises(UpstreamUnavailableError):
            await read(market, "MSFT")
    assert (await market.quotes(["AAPL", "MSFT"])).answers[0].value.stale


async def test_fresh_data_of_the_database_cost_no_request(around: Surroundings) -> None:
    await around.refresh()
    around.source.asked.clear()
    market = around.market()
    for name, read in READS.items():
        if name != "quote":
            assert not (await read(market, "AAPL")).value.stale, name
    assert around.source.asked == []
