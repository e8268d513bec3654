"""Data on companies from several sources: a profile that the SEC completes or replaces."""

from collections.abc import AsyncIterator

import pytest

from infra.local.embedded_redis import EmbeddedRedis
from shared.cache.redis_cache import RedisCache
from shared.domain.company import Profile
from shared.errors import ProviderError
from shared.errors.provider_errors import ProviderNotCoveredError, ProviderUnavailableError
from shared.market.data_manager import DataManager
from tests.support.cache import FrozenClock, cache_settings
from tests.support.market import MOMENT, FakeSource, market_settings
from tests.support.redis_parts import make_cache


class ProfileSource(FakeSource):
    """A source of one profile.

    Args:
        name: Name of the source.
        fields: What it knows beside the summary.
        error: Raised instead.
    """

    def __init__(self, name: str, error: ProviderError | None = None, **fields: str) -> None:
        super().__init__(name, kinds=("profile",))
        self._error = error
        self._known = fields

    async def profile(self, symbol: str) -> Profile:
        self.asked.append(("profile", (symbol,)))
        if self._error is not None:
            raise self._error
        unknown = dict.fromkeys(
            (
                *("name", "business_summary", "sector", "industry", "employees", "exchange", "country"),
                "fiscal_year_end",
            )
        )
        known = {"source": self.name, "as_of": None, "fetched_at": MOMENT, "symbol": symbol}
        return Profile.model_validate({**unknown, **known, **self._known})


@pytest.fixture
async def cache(clock: FrozenClock) -> AsyncIterator[RedisCache]:
    cache = make_cache(EmbeddedRedis(), cache_settings(), clock)
    yield cache
    await cache.aclose()


def manager(cache: RedisCache, clock: FrozenClock, *sources: FakeSource) -> DataManager:
    settings = market_settings("yahoo", "sec_edgar", contact="Example ops@example.com")
    return DataManager(sources, cache, settings, clock)


async def test_profile_is_completed_with_the_code_of_the_sec(cache: RedisCache, clock: FrozenClock) -> None:
    yahoo = ProfileSource("yahoo", business_summary="Makes things.", fiscal_year_end="09-28")
    edgar = ProfileSource("sec_edgar", sic="3571", fiscal_year_end="09-26", security="preferred_stock")
    profile = (await manager(cache, clock, yahoo, edgar).profile("exmp-pa")).value
    assert (profile.source, profile.business_summary) == ("yahoo", "Makes things.")
    assert (profile.sic, profile.security, profile.fiscal_year_end) == ("3571", "preferred_stock", "09-28")


@pytest.mark.parametrize(
    "error",
    [ProviderUnavailableError("sec_edgar", "down"), ProviderNotCoveredError("sec_edgar", "does not list it")],
)
async def test_profile_does_not_need_the_sec(
    cache: RedisCache, clock: FrozenClock, error: ProviderError
) -> None:
    yahoo = ProfileSource("yahoo", business_summary="Makes things.")
    profile = (await manager(cache, clock, yahoo, ProfileSource("sec_edgar", error)).profile("EXMP")).value
    assert (profile.business_summary, profile.sic, profile.fallback_reason) == ("Makes things.", None, None)


async def test_profile_of_the_sec_is_the_fallback(cache: RedisCache, clock: FrozenClock) -> None:
    down = ProviderUnavailableError("yahoo", "down")
    edgar = ProfileSource("sec_edgar", sic="3571")
    profile = (await manager(cache, clock, ProfileSource("yahoo", down), edgar).profile("EXMP")).value
    assert (profile.source, profile.sic, profile.fallback_reason) == ("sec_edgar", "3571", "yahoo: down")
    assert len(edgar.asked) == 1


async def test_profile_is_kept_as_long_as_fundamentals(cache: RedisCache, clock: FrozenClock) -> None:
    yahoo = ProfileSource("yahoo", business_summary="Makes things.")
    market = manager(cache, clock, yahoo)
    await market.profile("EXMP")
    clock.advance(3600)
    await market.profile("EXMP")
    assert len(yahoo.asked) == 1
