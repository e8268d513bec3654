"""Statements of a past day: the right day from shared entries, and a bounded number of keys."""

from datetime import date, timedelta

import pytest

from infra.local.embedded_redis import EmbeddedRedis
from shared.domain.statements import Statements, StatementsRequest
from shared.errors.provider_errors import ProviderUnavailableError
from shared.errors.service_errors import UpstreamUnavailableError
from shared.market.data_manager import DataManager
from shared.market.past_statements import PAST_ENTRIES
from tests.support.cache import FrozenClock, cache_settings
from tests.support.market import FakeSource, market_settings
from tests.support.redis_parts import make_cache
from tests.support.statement_data import growing_statements


class PastSource(FakeSource):
    """A source that tells what was known on a day, unless ``forgets``."""

    def __init__(self, name: str = "yahoo", *, forgets: bool = False) -> None:
        super().__init__(name, {"AAPL": 1.0}, kinds=("statements",))
        self.forgets = forgets

    async def statements(self, request: StatementsRequest) -> Statements:
        await self.answering("statements", request.symbol)
        statements = growing_statements(request.symbol, "USD", 1_000, 5.0)[request.statement]
        known_on = None if self.forgets else request.known_on
        return statements.model_copy(update={"known_on": known_on})


def request(day: date, limit: int = 5) -> StatementsRequest:
    return StatementsRequest(symbol="AAPL", statement="income", period="annual", limit=limit, known_on=day)


async def test_days_share_entries_and_never_each_others_answers() -> None:
    redis, source = EmbeddedRedis(), PastSource()
    cache = make_cache(redis, cache_settings(), FrozenClock())
    market = DataManager([source], cache, market_settings("yahoo"), FrozenClock())
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(40)]
    for day in (*days, *days):
        answer = await market.statements(request(day, limit=2))
        assert (answer.value.known_on, len(answer.value.periods)) == (day, 2)
    assert len([key async for key in redis.scan_iter("*:statements:*")]) == PAST_ENTRIES
    await cache.aclose()


async def test_day_is_fetched_once_whatever_the_limit() -> None:
    source = PastSource()
    cache = make_cache(EmbeddedRedis(), cache_settings(), FrozenClock())
    market = DataManager([source], cache, market_settings("yahoo"), FrozenClock())
    for limit in (1, 3, 40):
        await market.statements(request(date(2024, 1, 1), limit))
    assert len(source.asked) == 1
    await cache.aclose()


async def test_source_that_does_not_know_the_past_is_skipped() -> None:
    forgetful, source = PastSource(forgets=True), PastSource("alpha_vantage")
    cache = make_cache(EmbeddedRedis(), cache_settings(), FrozenClock())
    market = DataManager([forgetful, source], cache, market_settings("yahoo", "alpha_vantage"), FrozenClock())
    answer = await market.statements(request(date(2024, 1, 1)))
    assert answer.value.known_on == date(2024, 1, 1)
    assert "does not tell what was known" in (answer.value.fallback_reason or "")
    await cache.aclose()


async def test_stale_entry_of_another_day_is_no_answer() -> None:
    source, clock = PastSource(), FrozenClock()
    cache = make_cache(EmbeddedRedis(), cache_settings(), clock)
    market = DataManager([source], cache, market_settings("yahoo"), clock)
    await market.statements(request(date(2024, 1, 1)))
    source.fails = ProviderUnavailableError("yahoo", "down")
    with pytest.raises(UpstreamUnavailableError, match="yahoo: down"):
        await market.statements(request(date(2024, 1, 1) + timedelta(days=PAST_ENTRIES)))
    assert (await market.statements(request(date(2024, 1, 1)))).value.known_on == date(2024, 1, 1)
    await cache.aclose()
