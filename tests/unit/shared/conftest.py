"""Fixtures of several packages: a monotonic clock, and market data of the sample source."""

from collections.abc import AsyncIterator

import pytest

from infra.local.embedded_redis import EmbeddedRedis
from shared.market.data_manager import DataManager
from shared.market.providers.sample.provider import SampleProvider
from tests.support.cache import FrozenClock, cache_settings
from tests.support.hand_seconds import HandSeconds
from tests.support.market import market_settings
from tests.support.redis_parts import make_cache


@pytest.fixture
def seconds() -> HandSeconds:
    """A monotonic clock that the test moves."""
    return HandSeconds()


@pytest.fixture
async def sample_market(clock: FrozenClock) -> AsyncIterator[DataManager]:
    """The market data service with sample data."""
    cache = make_cache(EmbeddedRedis(), cache_settings(), clock)
    manager = DataManager([SampleProvider(clock)], cache, market_settings("sample"), clock)
    yield manager
    await manager.aclose()
    await cache.aclose()
