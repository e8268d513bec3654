"""Market data from the database: second place that is asked, last resort of every answer, both layouts."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from infra.local.embedded_redis import EmbeddedRedis
from shared.domain.market_data import (
    Candle,
    CorporateActions,
    Dividend,
    History,
    HistoryRequest,
    Split,
)
from shared.domain.terms import Interval
from shared.errors.provider_errors import ProviderUnavailableError
from shared.errors.service_errors import UpstreamUnavailableError
from shared.market.data_manager import DataManager
from shared.market.database import MarketDatabase
from shared.refresh.market_store import MarketStore
from tests.integration.data.conftest import Place
from tests.support.cache import cache_settings
from tests.support.market import FakeSource, market_settings
from tests.support.redis_parts import make_cache

MONTH = HistoryRequest(symbol="AAPL", period="1mo", interval="1d")
DOWN = ProviderUnavailableError("yahoo", "down")


class SessionSource(FakeSource):
    """A source with a candle per weekday.

    Attributes:
        splits: Applied to all earlier prices and volumes.
        dividends: Applied to all earlier adjusted closes.
        closes: Closes that differ from the usual ones.
        withdrawn: A session without a candle.
        transferred: Candles of all answers.
    """

    def __init__(self, place: Place) -> None:
        super().__init__("yahoo", {"AAPL": 100.0, "MSFT": 100.0})
        self._clock = place.clock
        self.splits: tuple[Split, ...] = ()
        self.dividends: tuple[Dividend, ...] = ()
        self.closes: dict[date, float] = {}
        self.withdrawn: date | None = None
        self.transferred = 0

    async def history(self, request: HistoryRequest) -> History:
        await self.answering("history", request.symbol)
        self._price(request.symbol)
        assert request.start is not None
        first = max(request.start.date(), date(2020, 1, 1))
        days = [first + timedelta(days=n) for n in range((self._clock().date() - first).days + 1)]
        candles = tuple(self.candle(day) for day in days if self.trades(day))
        self.transferred += len(candles)
        return History(
            source=self.name,
            as_of=self._clock(),
            fetched_at=self._clock(),
            symbol=request.symbol,
            asset_type="equity",
            currency="USD",
            period=None,
            interval="1d",
            adjustment="split",
            actions=CorporateActions(
                adjustment="split",
                dividends=tuple(item for item in self.dividends if item.ex_date >= first),
                splits=tuple(split for split in self.splits if split.date >= first),
            ),
            candles=candles,
        )

    def trades(self, day: date) -> bool:
        """Returns whether there is a candle of a day."""
        return day.weekday() < 5 and day != self.withdrawn

    def candle(self, day: date) -> Candle:
        close = self.closes.get(day, 100.0 + day.toordinal() % 7)
        for split in self.splits:
            close *= split.denominator / split.numerator if day < split.date else 1
        adjusted = close
        for dividend in self.dividends:
            adjusted *= 0.99 if day < dividend.ex_date else 1
        return Candle(
            timestamp=datetime.combine(day, time(), UTC),
            open=close,
            high=close + 1,
            low=close - 1,
            close=close,
            adjusted_close=adjusted,
            volume=5_000_000_000 + day.day,
        )


@dataclass
class Market:
    """A source, and market data services with empty caches that share one database."""

    place: Place
    source: SessionSource
    caches: list[Any]

    def service(self) -> DataManager:
        cache = make_cache(EmbeddedRedis(), cache_settings(), self.place.clock)
        self.caches.append(cache)
        database = MarketDatabase(self.place.repositories, cache_settings().ttl, self.place.clock)
        return DataManager(
            [self.source], cache, market_settings("yahoo"), self.place.clock, database=database
        )

    async def refresh(self, symbol: str = "AAPL") -> None:
        """Does what the scheduled refresh does with a history."""
        _, change = await self.service().warm_history(symbol)
        assert change is not None
        await MarketStore(self.place.repositories).put_history(change)

    def source_candles(self) -> tuple[Candle, ...]:
        """Returns what the source has since the start of the stored span."""
        today = self.place.clock().date()
        first = date(today.year - 3, 1, 1)
        days = [first + timedelta(days=number) for number in range((today - first).days + 1)]
        return tuple(self.source.candle(day) for day in days if self.source.trades(day))

    def documents(self) -> int:
        return int(self.place.database["market_data"].count_documents({}))


@pytest.fixture
async def market(place: Place) -> AsyncIterator[Market]:
    market = Market(place, SessionSource(place), [])
    yield market
    for cache in market.caches:
        await cache.aclose()


def closes(history: History) -> list[tuple[float, float | None]]:
    return [(candle.close, candle.adjusted_close) for candle in history.candles]


async def test_fresh_history_of_the_database_needs_no_source(market: Market) -> None:
    await market.refresh()
    market.source.fails = DOWN
    from_source = (await market.service().warm_history("AAPL"))[0].value
    answer = await market.service().history(MONTH)
    assert (answer.value.stale, answer.value.source) == (False, "yahoo")
    assert answer.value.candles == from_source.candles[-len(answer.value.candles) :]
    market.place.clock.forward(600)
    assert (await market.service().history(MONTH)).entry.age(market.place.clock()) == 600


async def test_old_history_is_served_stale_when_no_source_answers(market: Market) -> None:
    await market.refresh()
    market.place.clock.forward(5 * 86_400)
    market.source.fails = DOWN
    with pytest.raises(UpstreamUnavailableError):
        await market.service().history(MONTH.model_copy(update={"symbol": "MSFT"}))
    answer = await market.service().history(MONTH)
    assert answer.value.stale
    assert "yahoo: down" in (answer.value.fallback_reason or "")
    assert json.loads(answer.body)["candles"]
    technicals = await market.service().technicals("AAPL", "1y")
    assert technicals.value.stale
    assert technicals.value.fallback_reason


@pytest.mark.parametrize(("interval", "spans"), [("1wk", 50), ("1mo", 12), ("3mo", 3)])
async def test_longer_candles_are_made_of_the_stored_daily_ones_when_no_source_answers(
    market: Market, interval: Interval, spans: int
) -> None:
    await market.refresh()
    market.source.fails = DOWN
    request = HistoryRequest(symbol="AAPL", period="1y", interval=interval)
    history = (await market.service().history(request)).value
    assert (history.stale, history.interval) == (True, interval)
    assert len(history.candles) >= spans
    first = history.candles[-2].timestamp
    daily = [candle for candle in market.source_candles() if candle.timestamp >= first]
    last = [candle for candle in daily if candle.timestamp < history.candles[-1].timestamp]
    assert history.candles[-2].close == last[-1].close
    assert history.candles[-2].high == max(candle.high for candle in last)
    assert history.candles[-1].volume == sum(candle.volume or 0 for candle in daily[len(last) :])


@pytest.mark.parametrize("interval", ["1m", "1h", "5d"])
async def test_candles_that_are_not_stored_are_no_other_candles(market: Market, interval: Interval) -> None:
    await market.refresh()
    market.source.fails = DOWN
    with pytest.raises(UpstreamUnavailableError):
        await market.service().history(HistoryRequest(symbol="AAPL", period="5d", interval=interval))


async def test_span_that_begins_too_late_says_so(market: Market) -> None:
    await market.refresh()
    market.place.clock.forward(86_400)
    market.source.fails = DOWN
    answer = await market.service().history(MONTH.model_copy(update={"period": "10y"}))
    assert "short_history" in {remark.code for remark in answer.value.quality}


async def test_quote_is_the_last_close_when_no_source_answers(market: Market) -> None:
    await market.refresh()
    market.source.fails = DOWN
    quote = (await market.service().quote("AAPL")).value
    last, before = [candle.close for candle in market.source_candles()][-1:-3:-1]
    assert (quote.price, quote.previous_close, quote.stale) == (last, before, True)
    assert quote.as_of is not None
    assert quote.as_of <= market.place.clock()
    batch = await market.service().quotes(["AAPL", "MSFT"])
    assert [answer.value.price for answer in batch.answers] == [last]
    assert set(batch.errors) == {"MSFT"}


async def test_refresh_transfers_and_writes_only_what_is_new(market: Market) -> None:
    await market.refresh()
    whole, written = market.source.transferred, market.documents()
    market.place.clock.forward(3600)
    await market.refresh()
    assert market.source.transferred - whole == 6
    assert market.documents() == written
    market.place.clock.forward(86_400 * 7)
    await market.refresh()
    assert market.documents() == written + 5
    assert market.source.transferred - whole < 0.05 * whole


async def test_split_replaces_the_whole_span(market: Market) -> None:
    await market.refresh()
    written = market.documents()
    market.place.clock.forward(86_400 * 7)
    split_day = next_weekday(market.place.clock().date() - timedelta(days=3))
    market.source.splits = (Split(date=split_day, numerator=4, denominator=1),)
    await market.refresh()
    await assert_same_as_source(market)
    assert market.documents() == written + 5


async def test_dividend_replaces_the_adjusted_closes(market: Market) -> None:
    await market.refresh()
    market.place.clock.forward(86_400 * 7)
    ex_date = next_weekday(market.place.clock().date() - timedelta(days=3))
    market.source.dividends = (Dividend(ex_date=ex_date, amount=1.0, currency="USD"),)
    await market.refresh()
    await assert_same_as_source(market)


async def test_corrected_candle_is_read_and_unchanged_ones_are_not_written(market: Market) -> None:
    await market.refresh()
    written = market.documents()
    market.place.clock.forward(3600)
    corrected = market.source_candles()[-3]
    market.source.closes[corrected.timestamp.date()] = corrected.close + 0.01
    await market.refresh()
    await assert_same_as_source(market)
    assert market.documents() == written + (1 if market.place.form == "time_series" else 0)


async def test_candle_that_the_source_withdraws_is_gone(market: Market) -> None:
    await market.refresh()
    market.place.clock.forward(3600)
    market.source.withdrawn = market.source_candles()[-3].timestamp.date()
    await market.refresh()
    await assert_same_as_source(market)


async def test_interrupted_write_is_not_read_and_completed_by_the_next_run(market: Market) -> None:
    await market.refresh()
    before = await market.service().history(MONTH)
    market.place.clock.forward(86_400 * 7)
    market.source.splits = (
        Split(date=next_weekday(market.place.clock().date()), numerator=2, denominator=1),
    )
    _, change = await market.service().warm_history("AAPL")
    assert change is not None
    half = change.candles[: len(change.candles) // 2]
    await market.place.repositories.market_data.add(
        "AAPL",
        "1d",
        half,
        source="yahoo",
        currency="USD",
        fetched_at=change.span.fetched_at,
        generation=change.span.generation,
    )
    market.source.fails = DOWN
    stale = await market.service().history(MONTH)
    assert set(closes(stale.value)) <= set(closes(before.value))
    market.source.fails = None
    await market.refresh()
    await assert_same_as_source(market)
    assert market.documents() == len(market.source_candles())


async def assert_same_as_source(market: Market) -> None:
    market.source.fails = DOWN
    request = MONTH.model_copy(update={"period": "2y"})
    stored = (await market.service().history(request)).value
    expected = market.source_candles()[-len(stored.candles) :]
    assert len(expected) > 400
    assert stored.candles == expected
    market.source.fails = None


def next_weekday(day: date) -> date:
    return day if day.weekday() < 5 else day + timedelta(days=7 - day.weekday())
