"""Statements of filings after a recent split: from the list of splits of another source."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from infra.local.embedded_redis import EmbeddedRedis
from shared.cache.redis_cache import RedisCache
from shared.domain.market_data import Actions, Split
from shared.domain.statements import Statements, StatementsRequest
from shared.errors.provider_errors import ProviderUnavailableError
from shared.market.data_manager import DataManager
from tests.support.cache import FrozenClock, cache_settings
from tests.support.market import FakeSource, market_settings
from tests.support.redis_parts import make_cache
from tests.support.statement_data import growing_statements

FILED = date(2026, 8, 3)


class FilingSource(FakeSource):
    """The SEC, with statements of a company whose last filing is of August."""

    def __init__(self) -> None:
        super().__init__("sec_edgar", kinds=("statements",))

    async def statements(self, request: StatementsRequest) -> Statements:
        await self.answering("statements", request.symbol)
        found = growing_statements(request.symbol, "USD", 1_000, 5.0)[request.statement]
        filed = {"filed": FILED, "known_from": FILED}
        periods = tuple(period.model_copy(update=filed) for period in found.periods)
        return found.model_copy(
            update={"source": "sec_edgar", "periods": periods, "known_on": request.known_on}
        )


class SplitSource(FakeSource):
    """A source of prices with a split on the ninth of November."""

    async def actions(self, symbol: str) -> Actions:
        found = await super().actions(symbol)
        splits = (*found.splits, Split(date=date(2026, 11, 9), numerator=10, denominator=1))
        return found.model_copy(update={"splits": splits})


@pytest.fixture
async def cache(clock: FrozenClock) -> AsyncIterator[RedisCache]:
    cache = make_cache(EmbeddedRedis(), cache_settings(), clock)
    yield cache
    await cache.aclose()


async def eps_of(
    cache: RedisCache,
    clock: FrozenClock,
    prices: FakeSource,
    *,
    known_on: date | None = None,
) -> list[float | int | None]:
    settings = market_settings("yahoo", "sec_edgar", "sample", contact="Example ops@example.com")
    market = DataManager([FilingSource(), prices], cache, settings, clock)
    request = StatementsRequest(symbol="AAPL", statement="income", period="annual", known_on=known_on)
    answer = await market.statements(request)
    return [period.lines["eps_diluted"].value for period in answer.value.periods]


async def test_earnings_per_share_are_of_the_new_shares(cache: RedisCache, clock: FrozenClock) -> None:
    eps = await eps_of(cache, clock, SplitSource("yahoo", {"AAPL": 1.0}))
    before = growing_statements("AAPL", "USD", 1_000, 5.0)["income"].periods
    assert eps == pytest.approx([float(period.lines["eps_diluted"].value or 0) / 10 for period in before])


@pytest.mark.parametrize(
    "prices",
    [
        FakeSource("yahoo", {"AAPL": 1.0}),
        FakeSource("yahoo", {}),
        FakeSource("yahoo", {"AAPL": 1.0}, fails=ProviderUnavailableError("yahoo", "is down")),
        SplitSource("sample", {"AAPL": 1.0}),
    ],
    ids=["no recent split", "unknown symbol", "source down", "sample data"],
)
async def test_without_a_recent_split_they_are_as_filed(
    cache: RedisCache, clock: FrozenClock, prices: FakeSource
) -> None:
    before = growing_statements("AAPL", "USD", 1_000, 5.0)["income"].periods
    assert await eps_of(cache, clock, prices) == [period.lines["eps_diluted"].value for period in before]


async def test_a_past_day_knows_the_splits_up_to_it(cache: RedisCache, clock: FrozenClock) -> None:
    prices = SplitSource("yahoo", {"AAPL": 1.0})
    known = [
        (await eps_of(cache, clock, prices, known_on=day))[0]
        for day in (date(2026, 11, 6), date(2026, 11, 9))
    ]
    assert known[0] == pytest.approx((known[1] or 0) * 10)


async def test_other_statements_ask_for_no_splits(cache: RedisCache, clock: FrozenClock) -> None:
    prices = SplitSource("yahoo", {"AAPL": 1.0})
    settings = market_settings("yahoo", "sec_edgar", "sample", contact="Example ops@example.com")
    market = DataManager([FilingSource(), prices], cache, settings, clock)
    await market.statements(StatementsRequest(symbol="AAPL", statement="balance", period="annual"))
    assert prices.asked == []
