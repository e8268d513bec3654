"""Exchange rates: crossed through the euro, of the last day with a rate, cached by month."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from infra.local.embedded_redis import EmbeddedRedis
from shared.domain.currency_rates import ReferenceRates
from shared.errors.provider_errors import ProviderUnavailableError
from shared.errors.request_errors import InvalidRequestError, NotFoundError
from shared.errors.service_errors import UpstreamUnavailableError
from shared.market.rate_service import ExchangeRates
from shared.market.source_chain import SourceChain
from tests.support.cache import FrozenClock, cache_settings
from tests.support.market import FakeSource, market_settings
from tests.support.redis_parts import make_cache

# Published by the ECB on these days.
PUBLISHED = {
    date(2014, 8, 22): {"USD": 1.3267, "JPY": 137.7, "GBP": 0.8003},
    date(2014, 8, 25): {"USD": 1.32, "JPY": 137.13, "GBP": 0.79567},
    date(2024, 6, 26): {"USD": 1.0689, "JPY": 171.42, "GBP": 0.84453},
}


class Bank(FakeSource):
    """Has the rates of a few days."""

    def __init__(self, clock: FrozenClock) -> None:
        super().__init__("ecb", kinds=("exchange_rates",))
        self.clock = clock
        self.spans: list[tuple[date, date]] = []

    async def exchange_rates(self, first: date, last: date) -> ReferenceRates:
        await self.answering("exchange_rates", "EUR")
        self.spans.append((first, last))
        rates = {day: of_day for day, of_day in PUBLISHED.items() if first <= day <= last}
        return ReferenceRates(source=self.name, as_of=None, fetched_at=self.clock(), rates=rates)


@pytest.fixture
def bank(clock: FrozenClock) -> Bank:
    return Bank(clock)


@pytest.fixture
async def rates(bank: Bank, clock: FrozenClock) -> AsyncIterator[ExchangeRates]:
    cache = make_cache(EmbeddedRedis(), cache_settings(), clock)
    yield ExchangeRates(SourceChain([bank], market_settings("ecb")), cache, clock)
    await cache.aclose()


@pytest.mark.parametrize(
    ("base", "quote", "rate"),
    [
        ("EUR", "USD", 1.0689),
        ("USD", "EUR", 1 / 1.0689),
        ("GBP", "JPY", 171.42 / 0.84453),
        ("EUR", "EUR", 1.0),
        ("USD", "USD", 1.0),
    ],
)
async def test_rates_are_crossed_through_the_euro(
    rates: ExchangeRates, base: str, quote: str, rate: float
) -> None:
    answer = await rates.rate(base, quote, date(2024, 6, 26))
    assert answer.value.rate == pytest.approx(rate, rel=1e-12)
    assert (answer.value.date, answer.source) == (date(2024, 6, 26), "ecb")


async def test_day_without_a_rate_gives_the_last_earlier_one(rates: ExchangeRates) -> None:
    sunday = await rates.rate("EUR", "USD", date(2014, 8, 24))
    assert (sunday.value.rate, sunday.value.date) == (1.3267, date(2014, 8, 22))
    next_month = await rates.rate("EUR", "USD", date(2014, 9, 1))
    assert next_month.value.date == date(2014, 8, 25)


@pytest.mark.parametrize(
    ("quote", "day"),
    [("TWD", date(2024, 6, 26)), ("USD", date(2014, 9, 10)), ("USD", date(1998, 12, 31))],
    ids=["currency without rates", "no rate for ten days", "before the first rate"],
)
async def test_without_a_rate_there_is_no_answer(rates: ExchangeRates, quote: str, day: date) -> None:
    with pytest.raises(NotFoundError):
        await rates.rate("EUR", quote, day)


async def test_days_and_pairs_of_a_month_are_one_request(rates: ExchangeRates, bank: Bank) -> None:
    for day in range(22, 32):
        await rates.rate("USD", "JPY", date(2014, 8, day))
        await rates.rate("GBP", "USD", date(2014, 8, day))
    assert bank.spans == [(date(2014, 7, 22), date(2014, 8, 31))]


async def test_future_day_is_refused_without_a_request(
    rates: ExchangeRates, bank: Bank, clock: FrozenClock
) -> None:
    with pytest.raises(InvalidRequestError, match="date must not be in the future"):
        await rates.rate("EUR", "USD", clock().date() + timedelta(days=2))
    assert bank.spans == []


async def test_source_is_asked_for_no_day_after_today(
    rates: ExchangeRates, bank: Bank, clock: FrozenClock
) -> None:
    # At 15:30 UTC the next day has begun in the Pacific.
    with pytest.raises(NotFoundError):
        await rates.rate("EUR", "USD", clock().date() + timedelta(days=1))
    assert bank.spans[-1][1] == clock().date()


async def test_source_that_fails_is_an_error(rates: ExchangeRates, bank: Bank) -> None:
    bank.fails = ProviderUnavailableError("ecb", "cannot be reached")
    with pytest.raises(UpstreamUnavailableError):
        await rates.rate("EUR", "USD", date(2024, 6, 26))
