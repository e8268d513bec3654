"""Alpha Vantage as the only source works with what its free plan delivers."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from infra.local.embedded_redis import EmbeddedRedis
from shared.domain.market_data import HistoryRequest
from shared.domain.terms import Interval, Period
from shared.errors.request_errors import SymbolNotFoundError
from shared.errors.service_errors import NotEntitledError
from shared.market.data_manager import DataManager
from shared.market.providers.alpha_vantage.client import AlphaVantageClient
from shared.market.providers.alpha_vantage.provider import AlphaVantageProvider
from tests.support.alpha_vantage_stub import KEY, AlphaVantageStub, premium_only
from tests.support.cache import FrozenClock, cache_settings
from tests.support.market import MOMENT, market_settings
from tests.support.redis_parts import make_cache

SPLIT_DAY = date(2026, 9, 14)
BEFORE_SPLIT, AFTER_SPLIT = 1000.0, 100.0


class Unlimited:
    """A budget without end."""

    async def take(self) -> None:
        """Always there."""


def weekdays(count: int) -> list[date]:
    """The last weekdays before the present, newest first."""
    days = (MOMENT.date() - timedelta(days=ago) for ago in range(1, 2 * count))
    return [day for day in days if day.weekday() < 5][:count]


def prices() -> dict[str, Any]:
    """A compact history as traded, with a split of 10:1 and calm prices besides."""
    rows = {}
    for number, day in enumerate(weekdays(100)):
        close = (AFTER_SPLIT if day >= SPLIT_DAY else BEFORE_SPLIT) * (1 + 0.002 * (number % 3))
        rows[str(day)] = {
            "1. open": f"{close:.4f}",
            "2. high": f"{close * 1.01:.4f}",
            "3. low": f"{close * 0.99:.4f}",
            "4. close": f"{close:.4f}",
            "5. volume": "1000",
        }
    return {"Meta Data": {"2. Symbol": "IBM"}, "Time Series (Daily)": rows}


@pytest.fixture
def stub() -> Iterator[AlphaVantageStub]:
    with AlphaVantageStub() as running:
        quote = {
            "01. symbol": "IBM",
            "05. price": "100.4",
            "07. latest trading day": "2026-11-19",
            "08. previous close": "100.2",
        }
        article = {"title": "News", "url": "https://example.com/1", "time_published": "20261119T1330"}
        running.answers |= {
            "GLOBAL_QUOTE": (200, {"Global Quote": quote}),
            "TIME_SERIES_DAILY": (200, prices()),
            "DIVIDENDS": (
                200,
                {"symbol": "IBM", "data": [{"ex_dividend_date": "2026-11-10", "amount": "0.5"}]},
            ),
            "SPLITS": (
                200,
                {"symbol": "IBM", "data": [{"effective_date": str(SPLIT_DAY), "split_factor": "10.0"}]},
            ),
            "OVERVIEW": (200, {"Symbol": "IBM", "Name": "IBM", "Currency": "USD", "PERatio": "20"}),
            "NEWS_SENTIMENT": (200, {"feed": [article]}),
            "SYMBOL_SEARCH": (200, {"bestMatches": []}),
        }
        yield running


@pytest.fixture
async def market(stub: AlphaVantageStub) -> AsyncIterator[DataManager]:
    clock = TickingClock()
    client = AlphaVantageClient(SecretStr(KEY), stub.url, Unlimited())
    cache = make_cache(EmbeddedRedis(), cache_settings(), clock)
    source = AlphaVantageProvider(client, clock)
    manager = DataManager([source], cache, market_settings("alpha_vantage"), clock)
    yield manager
    await manager.aclose()
    await cache.aclose()


class TickingClock(FrozenClock):
    """A clock on which a moment passes with each look."""

    def __call__(self) -> datetime:
        self.advance(0.001)
        return self.now


def functions(stub: AlphaVantageStub) -> list[str]:
    return [request["function"] for request in stub.requests]


async def test_quote_has_the_time_of_the_close(market: DataManager) -> None:
    quote = (await market.quote("IBM")).value
    assert quote.as_of == datetime(2026, 11, 19, 21, tzinfo=UTC)
    assert (quote.asset_type, quote.price_decimals) == ("equity", 2)
    assert quote.change_percent == pytest.approx(0.1996, abs=1e-4)


async def test_three_months_of_history_are_split_adjusted(market: DataManager) -> None:
    history = (await market.history(HistoryRequest(symbol="IBM", period="3mo", interval="1d"))).value
    assert (history.adjustment, history.as_of) == ("split", datetime(2026, 11, 19, 21, tzinfo=UTC))
    assert history.candles[0].timestamp.date() < SPLIT_DAY
    assert {round(candle.close) for candle in history.candles} == {100}
    assert history.candles[-1].adjusted_close == history.candles[-1].close
    first = history.candles[0]
    assert first.adjusted_close == pytest.approx(first.close * (1 - 0.5 / 100), rel=1e-4)
    assert "unexplained_jump" not in {remark.code for remark in history.quality}


async def test_technicals_take_a_split_for_no_crash(market: DataManager) -> None:
    technicals = (await market.technicals("IBM", "1y")).value
    assert technicals.rsi_14 is not None
    assert 20 < technicals.rsi_14 < 80
    assert technicals.volatility is not None
    assert technicals.volatility < 0.2
    assert (technicals.candle_count, technicals.sma_200) == (100, None)
    assert "short_history" in {remark.code for remark in technicals.quality}


async def test_actions_and_the_rest(market: DataManager) -> None:
    actions = (await market.actions("IBM")).value
    assert (actions.adjustment, actions.dividends[0].amount, actions.splits[0].numerator) == ("none", 0.5, 10)
    assert (await market.fundamentals("IBM")).value.trailing_pe == 20
    (article,) = (await market.news("IBM")).value.articles
    assert article.published_at == datetime(2026, 11, 19, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "interval"), [("1y", "1d"), ("max", "1d"), ("1mo", "1wk"), ("1d", "5m"), ("5d", "1m")]
)
async def test_what_the_plan_lacks_is_not_entitled(
    market: DataManager, stub: AlphaVantageStub, period: Period, interval: Interval
) -> None:
    with pytest.raises(NotEntitledError) as caught:
        await market.history(HistoryRequest(symbol="IBM", period=period, interval=interval))
    assert (caught.value.status, caught.value.code) == (422, "not_entitled")
    assert set(functions(stub)) <= {"TIME_SERIES_DAILY", "DIVIDENDS", "SPLITS"}


Ask = Callable[[DataManager], Awaitable[object]]
ASKS: Mapping[str, Ask] = {
    "GLOBAL_QUOTE": lambda market: market.quote("IBM"),
    "OVERVIEW": lambda market: market.fundamentals("IBM"),
    "NEWS_SENTIMENT": lambda market: market.news("IBM"),
    "DIVIDENDS": lambda market: market.actions("IBM"),
}


@pytest.mark.parametrize("function", ASKS)
async def test_refusal_of_a_premium_function_is_not_entitled(
    market: DataManager, stub: AlphaVantageStub, function: str
) -> None:
    stub.answers[function] = 200, premium_only
    with pytest.raises(NotEntitledError) as caught:
        await ASKS[function](market)
    assert KEY not in caught.value.detail


@pytest.mark.parametrize("function", ["DIVIDENDS", "SPLITS"])
async def test_without_a_list_of_splits_there_are_raw_prices_and_no_indicators(
    market: DataManager, stub: AlphaVantageStub, function: str
) -> None:
    stub.answers[function] = 200, premium_only
    history = (await market.history(HistoryRequest(symbol="IBM", period="3mo", interval="1d"))).value
    assert history.adjustment == "none"
    technicals = (await market.technicals("IBM", "1y")).value
    assert (technicals.rsi_14, technicals.volatility) == (None, None)
    assert "unadjusted_prices" in {remark.code for remark in technicals.quality}


@pytest.mark.parametrize("symbol", ["VOD.L", "^GSPC", "GC=F"])
async def test_symbol_of_another_market_costs_no_request(
    market: DataManager, stub: AlphaVantageStub, symbol: str
) -> None:
    with pytest.raises(SymbolNotFoundError):
        await market.quote(symbol)
    assert stub.requests == []


async def test_no_articles_are_an_empty_list(market: DataManager, stub: AlphaVantageStub) -> None:
    stub.answers["NEWS_SENTIMENT"] = 200, {"Information": "No articles found. Please adjust the time range."}
    assert (await market.news("IBM")).value.articles == ()
