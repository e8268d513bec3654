"""Histories stored in pieces: the same candles whatever the span, few keys, one fetch, nothing mixed."""

import json
import random
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import pytest

from infra.local.embedded_redis import EmbeddedRedis
from shared.cache.cache_entry import CacheKey, Fetched
from shared.cache.redis_cache import RedisCache
from shared.domain.market_data import (
    Actions,
    Candle,
    CandleChanges,
    CorporateActions,
    Dividend,
    History,
    HistoryRequest,
    Remark,
    Split,
)
from shared.domain.terms import Interval, Period
from shared.errors.provider_errors import (
    ProviderNotEntitledError,
    ProviderNotFoundError,
    ProviderUnavailableError,
)
from shared.errors.request_errors import SymbolNotFoundError
from shared.errors.service_errors import NotEntitledError, UpstreamUnavailableError
from shared.market.analysis.periods import history_request
from shared.market.analysis.quality import change_remarks
from shared.market.data_manager import DataManager
from tests.support.cache import FrozenClock, cache_settings
from tests.support.market import MOMENT, FakeSource, market_settings
from tests.support.redis_parts import make_cache

DOWN = ProviderUnavailableError("yahoo", "down")


class DailySource(FakeSource):
    """A source with a candle for every weekday since ``first``, up to the clock's day.

    Attributes:
        first: The listing.
        reach: Days that its plan reaches back; None without a bound.
        adjustment: Of its prices.
        splits: They have happened to prices that are as traded, and are in those that are adjusted.
        fetches: The starts that were requested.
    """

    def __init__(self, name: str, clock: FrozenClock, symbols: tuple[str, ...] = ("AAPL", "BHP.AX")) -> None:
        super().__init__(name, dict.fromkeys(symbols, 100.0))
        self.clock = clock
        self.first = date(1980, 1, 2)
        self.reach: int | None = None
        self.adjustment: Literal["split", "none"] = "split"
        self.splits: tuple[Split, ...] = ()
        self.quoted_at: datetime | None = MOMENT
        self.fetches: list[datetime | None] = []

    async def history(self, request: HistoryRequest) -> History:
        await self.answering("history", request.symbol)
        self._price(request.symbol)
        self.fetches.append(request.start)
        start = max(request.start or MOMENT, datetime.combine(self.first, time(), UTC))
        earliest = self.clock() - timedelta(days=self.reach) if self.reach else start
        partial = start < earliest
        if partial and not request.partial:
            raise ProviderNotEntitledError(self.name, "the plan has 100 days only")
        return History(
            source=self.name,
            as_of=self.quoted_at,
            fetched_at=self.clock(),
            symbol=request.symbol,
            currency="USD",
            period=None,
            interval=request.interval,
            adjustment=self.adjustment,
            partial=partial,
            candles=self._candles(request, max(start, earliest)),
        )

    def _candles(self, request: HistoryRequest, start: datetime) -> tuple[Candle, ...]:
        if request.interval == "1m":
            return _minutes(start, self.clock())
        today = self.clock().astimezone(ZoneInfo(_ZONES[request.symbol])).date()
        days = [start.date() + timedelta(days=number) for number in range((today - start.date()).days + 1)]
        step = {"1d": 1, "1wk": 5}[request.interval]
        wanted = [day for day in days if day.weekday() < 5 and (step == 1 or day.weekday() == 0)]
        return tuple(self._candle(day) for day in wanted)

    def _candle(self, day: date) -> Candle:
        close = 100.0 + random.Random(day.toordinal()).random()
        if self.adjustment == "none":
            for split in self.splits:
                close *= split.numerator / split.denominator if day < split.date else 1
        return _flat(datetime.combine(day, time(), UTC), close, None if self.adjustment == "none" else close)

    async def actions(self, symbol: str) -> Actions:
        await self.answering("actions", symbol)
        return Actions(
            source=self.name,
            as_of=self.clock(),
            fetched_at=self.clock(),
            symbol=symbol,
            adjustment="none",
            splits=self.splits,
        )


_ZONES = {"AAPL": "America/New_York", "BHP.AX": "Australia/Sydney"}


def _flat(moment: datetime, close: float, adjusted: float | None) -> Candle:
    return Candle(
        timestamp=moment, open=close, high=close, low=close, close=close, adjusted_close=adjusted, volume=1000
    )


def _minutes(start: datetime, now: datetime) -> tuple[Candle, ...]:
    """A candle every half hour of New York's sessions: enough of them."""
    candles = []
    for number in range((now.date() - start.date()).days + 1):
        opens = datetime.combine(start.date() + timedelta(days=number), time(14, 30), UTC)
        moments = (opens + timedelta(minutes=30 * half) for half in range(13))
        candles += [_flat(moment, 100.0, None) for moment in moments if moment <= now and opens.weekday() < 5]
    return tuple(candles)


@pytest.fixture
def yahoo(clock: FrozenClock) -> DailySource:
    return DailySource("yahoo", clock)


@pytest.fixture
def redis() -> EmbeddedRedis:
    return EmbeddedRedis()


@pytest.fixture
async def cache(redis: EmbeddedRedis, clock: FrozenClock) -> AsyncIterator[RedisCache]:
    cache = make_cache(redis, cache_settings(), clock)
    yield cache
    await cache.aclose()


@pytest.fixture
def market(yahoo: DailySource, cache: RedisCache, clock: FrozenClock) -> DataManager:
    return DataManager([yahoo], cache, market_settings("yahoo"), clock)


def span(
    start: date, end: date | None = None, interval: Interval = "1d", symbol: str = "AAPL"
) -> HistoryRequest:
    return history_request(symbol, period=None, interval=interval, start=start, end=end, now=MOMENT)


def month(period: Period = "1mo", interval: Interval = "1d", symbol: str = "AAPL") -> HistoryRequest:
    return HistoryRequest(symbol=symbol, period=period, interval=interval)


async def days_of(market: DataManager, request: HistoryRequest) -> list[date]:
    return [candle.timestamp.date() for candle in (await market.history(request)).value.candles]


# Spans


async def test_range_holds_the_candles_from_start_to_end(market: DataManager) -> None:
    days = await days_of(market, span(date(2025, 12, 30), date(2026, 1, 5)))
    assert days == [
        date(2025, 12, 30),
        date(2025, 12, 31),
        date(2026, 1, 1),
        date(2026, 1, 2),
        date(2026, 1, 5),
    ]
    assert await days_of(market, span(date(2026, 11, 14), date(2026, 11, 15))) == []


async def test_every_span_of_a_symbol_comes_from_one_fetch(market: DataManager, yahoo: DailySource) -> None:
    bodies = set()
    for period in ("1d", "5d", "1mo", "3mo", "6mo", "ytd", "1y", "2y"):
        bodies.add((await market.history(month(period))).body)
    await market.history(span(date(2024, 3, 1), date(2024, 4, 1)))
    await market.technicals("AAPL", "1y")
    assert len(yahoo.fetches) == 1
    assert len(bodies) == 8


async def test_same_candle_is_the_same_in_every_span(market: DataManager) -> None:
    request = span(date(2026, 3, 2), date(2026, 3, 6))
    short = (await market.history(request)).value.candles
    for longer in (span(date(2015, 1, 1)), span(date(1985, 1, 1)), span(date(2026, 1, 1))):
        candles = (await market.history(longer)).value.candles
        assert candles[[one.timestamp for one in candles].index(short[0].timestamp) :][:5] == short


@pytest.mark.parametrize(("period", "count"), [("1d", 1), ("5d", 5)])
async def test_days_are_sessions(market: DataManager, period: Period, count: int) -> None:
    days = await days_of(market, month(period))
    assert len(days) == count
    assert days[-1] == MOMENT.date()


async def test_days_of_minutes_are_sessions_too(market: DataManager) -> None:
    answer = await market.history(month("5d", "1m"))
    assert len({candle.timestamp.date() for candle in answer.value.candles}) == 5
    minutes = (await market.history(span(date(2026, 11, 19), date(2026, 11, 19), "1m"))).value.candles
    assert len(minutes) == 13


async def test_candle_that_contains_the_start_is_whole(market: DataManager) -> None:
    # Weeks begin on Mondays, the first of January 2026 was a Thursday.
    days = await days_of(market, span(date(2026, 1, 1), date(2026, 1, 12), "1wk"))
    assert days == [date(2025, 12, 29), date(2026, 1, 5), date(2026, 1, 12)]


async def test_new_listing_has_what_exists(market: DataManager, yahoo: DailySource) -> None:
    yahoo.first = date(2026, 10, 1)
    days = await days_of(market, span(date(1990, 1, 1)))
    assert days[0] == date(2026, 10, 1)
    figures = (await market.technicals("AAPL", "1y")).value
    assert figures.range_start == date(2026, 10, 1)
    assert figures.week_52_high is not None
    assert "short_history" in [remark.code for remark in figures.quality]


async def test_fundamentals_state_the_span_of_the_year_range(market: DataManager, yahoo: DailySource) -> None:
    yahoo.first = date(2026, 10, 1)
    assert (await market.fundamentals("BHP.AX")).value.range_start is None
    await market.technicals("AAPL", "1y")
    figures = (await market.fundamentals("AAPL")).value
    technicals = (await market.technicals("AAPL", "1y")).value
    assert figures.range_start == date(2026, 10, 1)
    assert (figures.week_52_low, figures.week_52_high) == (technicals.week_52_low, technicals.week_52_high)


async def test_today_exists_on_a_sydney_morning(
    market: DataManager, yahoo: DailySource, clock: FrozenClock
) -> None:
    clock.now = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
    yahoo.quoted_at = clock.now
    today = date(2026, 11, 20)
    request = history_request("BHP.AX", period=None, interval="1d", start=today, end=None, now=clock.now)
    assert await days_of(market, request) == [today]
    assert (await days_of(market, month("5d", symbol="BHP.AX")))[-1] == today


# Size


async def test_ten_thousand_ranges_add_at_most_five_megabytes(
    market: DataManager, redis: EmbeddedRedis, yahoo: DailySource
) -> None:
    yahoo.first = date(1900, 1, 1)
    dice = random.Random(3)
    first, days = date(1900, 1, 1), (MOMENT.date() - date(1900, 1, 1)).days
    for _ in range(10_000):
        start = first + timedelta(days=dice.randrange(days))
        end = start + timedelta(days=dice.choice((1, 30, 200)))
        await market.history(span(start, end))
    sizes = [len(name) + await redis.strlen(name) async for name in redis.scan_iter()]
    assert sum(sizes) < 5_000_000
    assert len(sizes) < 200
    assert len(yahoo.fetches) == 3


# Age, staleness and loss


async def test_range_has_the_age_of_its_fetch(market: DataManager, clock: FrozenClock) -> None:
    await market.history(month())
    clock.advance(600)
    entry = (await market.history(span(date(2026, 3, 1)))).entry
    assert (entry.age(clock()), entry.max_age(clock())) == (600, 3000)
    derived = (await market.history(month("3mo"))).entry
    assert (derived.age(clock()), derived.max_age(clock())) == (600, 3000)


async def test_stored_ranges_go_out_stale_while_upstream_is_down(
    market: DataManager, yahoo: DailySource, clock: FrozenClock
) -> None:
    await market.history(month())
    yahoo.fails = DOWN
    clock.advance(7200)
    for request in (span(date(2026, 3, 1)), month("3mo"), month()):
        answer = await market.history(request)
        assert answer.value.stale
        assert "down" in (answer.value.fallback_reason or "")
        assert answer.entry.max_age(clock()) == 0
    with pytest.raises(UpstreamUnavailableError):
        await market.history(span(date(2015, 1, 1)))


async def test_lost_piece_is_fetched_again(
    market: DataManager, yahoo: DailySource, redis: EmbeddedRedis, clock: FrozenClock
) -> None:
    request = span(date(2025, 3, 3), date(2025, 3, 7))
    before = await market.history(request)
    (piece,) = [name async for name in redis.scan_iter(match="*stored_history:AAPL:1d:recent:2025")]
    await redis.delete(piece)
    clock.advance(1)
    # The worker that has cut the range keeps it; another one finds the piece missing.
    longer = (await market.history(span(date(2025, 3, 3), date(2025, 3, 10)))).value.candles
    assert longer[:5] == before.value.candles
    assert len(yahoo.fetches) == 2


async def test_head_of_another_release_is_fetched_again(
    market: DataManager, yahoo: DailySource, cache: RedisCache
) -> None:
    request = span(date(2025, 3, 3), date(2025, 3, 7))
    before = (await market.history(request)).value.candles
    key = CacheKey("historical_data", "stored_history", "AAPL", "1d:recent")
    kept = await cache.get(key)
    assert kept is not None
    other = json.dumps({**json.loads(kept.body), "field_of_another_release": 1}).encode()
    await cache.put_many({key: Fetched(other, None, "yahoo")})
    longer = (await market.history(span(date(2025, 3, 3), date(2025, 3, 10)))).value.candles
    assert (longer[:5], len(yahoo.fetches)) == (before, 2)


async def test_unknown_symbol_is_not_found(market: DataManager) -> None:
    with pytest.raises(SymbolNotFoundError):
        await market.history(month(symbol="NOPE"))


# One history, one source, one basis


async def test_small_split_replaces_the_whole_series(
    market: DataManager, yahoo: DailySource, clock: FrozenClock
) -> None:
    old = span(date(2024, 5, 6), date(2024, 5, 10))
    before = [candle.close for candle in (await market.history(old)).value.candles]
    # 11:10, no candle shows it: today's fetch has everything on the new basis.
    original = yahoo._candle

    def split(day: date) -> Candle:
        candle = original(day)
        return _flat(candle.timestamp, candle.close / 1.1, candle.close / 1.1)

    yahoo._candle = split  # type: ignore[method-assign]
    clock.advance(3601)
    await market.history(month())
    after = [candle.close for candle in (await market.history(old)).value.candles]
    assert after == pytest.approx([close / 1.1 for close in before])


async def test_pieces_of_two_sources_never_meet(
    yahoo: DailySource, cache: RedisCache, clock: FrozenClock
) -> None:
    other = DailySource("alpha_vantage", clock)
    market = DataManager([yahoo, other], cache, market_settings("yahoo", "alpha_vantage"), clock)
    await market.history(month())
    yahoo.fails = DOWN
    clock.advance(3601)
    answer = (await market.history(span(date(2024, 5, 6)))).value
    assert (answer.source, len(answer.candles)) == (
        "alpha_vantage",
        len(await days_of(market, span(date(2024, 5, 6)))),
    )


# Sources whose plan or prices fall short


@pytest.fixture
def limited(clock: FrozenClock) -> DailySource:
    source = DailySource("alpha_vantage", clock)
    source.reach = 140
    source.adjustment = "none"
    return source


@pytest.fixture
def limited_market(limited: DailySource, cache: RedisCache, clock: FrozenClock) -> DataManager:
    return DataManager([limited], cache, market_settings("alpha_vantage"), clock)


async def test_limited_plan_serves_what_it_has_and_names_what_it_lacks(
    limited_market: DataManager, clock: FrozenClock
) -> None:
    figures = (await limited_market.technicals("AAPL", "1y")).value
    assert figures.sma_50 is not None
    assert figures.sma_200 is None
    assert "short_history" in [remark.code for remark in figures.quality]
    assert len((await limited_market.history(month("3mo"))).value.candles) > 60
    for request in (month("1y"), span(date(2024, 1, 2))):
        clock.advance(1)
        with pytest.raises(NotEntitledError) as caught:
            await limited_market.history(request)
        assert (caught.value.status, caught.value.code) == (422, "not_entitled")
    assert len((await limited_market.history(month("3mo"))).value.candles) > 60


async def test_plan_of_a_fallback_is_no_reason_to_give_up(
    yahoo: DailySource,
    limited: DailySource,
    cache: RedisCache,
    redis: EmbeddedRedis,
    clock: FrozenClock,
) -> None:
    market = DataManager([yahoo, limited], cache, market_settings("yahoo", "alpha_vantage"), clock)
    yahoo.fails = DOWN
    assert (await market.history(month())).value.source == "alpha_vantage"
    clock.advance(1)
    with pytest.raises(UpstreamUnavailableError):
        await market.history(month("1y"))
    yahoo.fails = None
    clock.advance(61)
    # Redis forgets recent failures by its own clock.
    await redis.delete(*[name async for name in redis.scan_iter(match="*:lease")])
    answer = (await market.history(month("1y"))).value
    assert (answer.source, answer.fallback_reason) == ("yahoo", None)
    assert answer.candles[0].timestamp.date() == date(2025, 11, 20)


async def test_prices_as_traded_are_adjusted_by_the_splits(
    limited_market: DataManager, limited: DailySource
) -> None:
    limited.splits = (Split(date=date(2026, 9, 15), numerator=10, denominator=1),)
    history = (await limited_market.history(month("3mo"))).value
    assert history.adjustment == "split"
    assert all(100 <= candle.close <= 101 for candle in history.candles)
    figures = (await limited_market.technicals("AAPL", "3mo")).value
    assert figures.rsi_14 is not None
    assert 30 < figures.rsi_14 < 70
    assert figures.volatility is not None
    assert figures.volatility < 0.2


async def test_prices_without_known_splits_give_no_figures(
    limited_market: DataManager, limited: DailySource, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_actions(_: str) -> Actions:
        raise ProviderNotFoundError("alpha_vantage", "has none")

    monkeypatch.setattr(limited, "actions", no_actions)
    figures = (await limited_market.technicals("AAPL", "3mo")).value
    assert (figures.rsi_14, figures.sma_20, figures.volatility) == (None, None, None)
    assert "unadjusted_prices" in [remark.code for remark in figures.quality]
    assert (await limited_market.history(month())).value.adjustment == "none"


# Times and quality


async def test_as_of_is_the_close_of_the_last_session_or_the_quote_before_it(market: DataManager) -> None:
    # The session of the 20th is open: the quote is the earlier.
    assert (await market.history(month())).value.as_of == MOMENT
    past = (await market.history(span(date(2026, 11, 2), date(2026, 11, 6)))).value
    assert past.as_of == datetime(2026, 11, 6, 21, tzinfo=UTC)
    assert (await market.technicals("AAPL", "1y")).value.as_of == MOMENT
    older = (await market.history(span(date(1990, 7, 2), date(1990, 7, 6)))).value
    assert older.as_of == datetime(1990, 7, 6, 20, tzinfo=UTC)


async def test_as_of_never_lies_in_the_future(market: DataManager, yahoo: DailySource) -> None:
    for quoted_at in (None, MOMENT + timedelta(days=1)):
        yahoo.quoted_at = quoted_at
        answer = (await market.history(month(), refresh=True)).value
        assert answer.as_of == MOMENT


async def test_remarks_concern_the_range_they_are_on(market: DataManager, yahoo: DailySource) -> None:
    original = yahoo._candles

    def with_gap(request: HistoryRequest, start: datetime) -> tuple[Candle, ...]:
        gone = datetime(2026, 6, 3, tzinfo=UTC)
        return tuple(candle for candle in original(request, start) if candle.timestamp != gone)

    yahoo._candles = with_gap  # type: ignore[method-assign]
    quality = {
        request: [remark.code for remark in (await market.history(request)).value.quality]
        for request in (span(date(2026, 6, 1), date(2026, 6, 5)), span(date(2026, 6, 8), date(2026, 6, 12)))
    }
    assert list(quality.values()) == [["missing_sessions"], []]


async def test_repaired_candles_are_remarked_in_their_range_and_once(
    market: DataManager, yahoo: DailySource, clock: FrozenClock
) -> None:
    original = yahoo.history
    days = [datetime(2026, 6, 3, tzinfo=UTC), datetime(2026, 11, 19, tzinfo=UTC)]

    async def repaired(request: HistoryRequest) -> History:
        history = await original(request)
        begins = history.candles[0].timestamp
        changes = CandleChanges(repaired=tuple(day for day in days if day >= begins), dropped=(days[1],))
        quality = (Remark(code="dropped_records", detail="1 of 9 records were malformed."),)
        update = {"changes": changes, "quality": (*quality, *change_remarks(changes))}
        return history.model_copy(update=update)

    yahoo.history = repaired  # type: ignore[method-assign]
    for _ in range(2):
        june = (await market.history(span(date(2026, 6, 1), date(2026, 6, 5)))).value.quality
        assert [remark.code for remark in june] == ["dropped_records", "repaired_candles"]
        assert june[1].detail == "Repaired implausible or missing prices of 1 candle: 2026-06-03."
        year = (await market.history(month("1y"))).value.quality
        assert [remark.detail for remark in year[1:]] == [
            "1 candle dropped, without a plausible close: 2026-11-19.",
            "Repaired implausible or missing prices of 2 candles: 2026-06-03, 2026-11-19.",
        ]
        july = (await market.history(span(date(2026, 7, 1), date(2026, 7, 3)))).value.quality
        assert [remark.code for remark in july] == ["dropped_records"]
        clock.advance(3601)


async def test_sessions_missing_at_the_end_and_at_the_start_are_remarked(
    market: DataManager, yahoo: DailySource
) -> None:
    original = yahoo._candles
    gone = {datetime(2026, 6, 1, tzinfo=UTC), *(datetime(2026, 11, day, tzinfo=UTC) for day in range(16, 21))}

    def halted(request: HistoryRequest, start: datetime) -> tuple[Candle, ...]:
        return tuple(candle for candle in original(request, start) if candle.timestamp not in gone)

    yahoo._candles = halted  # type: ignore[method-assign]
    (remark,) = (await market.history(month())).value.quality
    # The session of the 19th closed less than a day ago, that of the 20th is open.
    assert (remark.code, remark.detail) == (
        "missing_sessions",
        "3 sessions of the exchange without a candle: 2026-11-16, 2026-11-17, 2026-11-18.",
    )
    assert "missing_sessions" in {one.code for one in (await market.technicals("AAPL", "1mo")).value.quality}
    first = (await market.history(span(date(2026, 6, 1), date(2026, 6, 5)))).value
    assert ["2026-06-01" in one.detail for one in first.quality] == [True]
    assert (await market.history(span(date(2026, 11, 9), date(2026, 11, 13)))).value.quality == ()


async def test_listed_split_that_was_not_applied_is_repaired(market: DataManager, yahoo: DailySource) -> None:
    day = date(2026, 9, 15)
    split = Split(date=day, numerator=4, denominator=1)
    whole = yahoo.history

    async def unapplied(request: HistoryRequest) -> History:
        history = await whole(request)
        candles = tuple(
            _flat(candle.timestamp, candle.close * 4, candle.close * 4)
            if candle.timestamp.date() < day
            else candle
            for candle in history.candles
        )
        actions = CorporateActions(
            adjustment="split",
            splits=(split,),
            dividends=(Dividend(ex_date=date(2026, 8, 3), amount=0.1, currency="USD"),),
        )
        return history.model_copy(update={"candles": candles, "actions": actions})

    yahoo.history = unapplied  # type: ignore[method-assign]
    history = (await market.history(month("6mo"))).value
    assert all(100 <= candle.close <= 101 for candle in history.candles)
    assert [remark.code for remark in history.quality] == ["repaired_candles"]
    assert (await market.technicals("AAPL", "1y")).value.sma_200 is not None


async def test_repeated_range_is_the_same_response_until_the_next_fetch(
    market: DataManager, yahoo: DailySource, clock: FrozenClock
) -> None:
    request = span(date(2026, 6, 1), date(2026, 6, 5))
    first, second = await market.history(request), await market.history(request)
    assert (second.body, second.entry.etag, second.entry.outcome) == (first.body, first.entry.etag, "hit")
    original = yahoo._candle

    def corrected(day: date) -> Candle:
        candle = original(day)
        return _flat(candle.timestamp, candle.close + 1, candle.close + 1)

    yahoo._candle = corrected  # type: ignore[method-assign]
    clock.advance(3601)
    third = (await market.history(request)).value
    assert third.candles[0].close == pytest.approx(first.value.candles[0].close + 1)


async def test_history_states_the_decimals_of_its_prices(market: DataManager, yahoo: DailySource) -> None:
    assert (await market.history(month())).value.price_decimals == 2
    assert (await market.technicals("AAPL", "1y")).value.price_decimals == 2
    whole = yahoo.history

    async def recommended(request: HistoryRequest) -> History:
        return (await whole(request)).model_copy(update={"price_decimals": 4, "currency": "JPY"})

    yahoo.history = recommended  # type: ignore[method-assign]
    assert (await market.history(month(symbol="BHP.AX"))).value.price_decimals == 4
    assert (await market.technicals("BHP.AX", "1y")).value.price_decimals == 4


async def test_body_is_the_json_of_the_history(market: DataManager) -> None:
    answer = await market.history(span(date(2026, 11, 2), date(2026, 11, 6)))
    assert json.loads(answer.body) == json.loads(answer.value.model_dump_json())
    assert answer.source == "yahoo"
