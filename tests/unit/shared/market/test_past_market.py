"""Histories as known on a day, at the edges of sessions."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from infra.local.embedded_redis import EmbeddedRedis
from shared.domain.market_data import Actions, Candle, History, HistoryRequest
from shared.domain.terms import Interval, Period
from shared.errors.provider_errors import ProviderUnavailableError
from shared.errors.request_errors import InvalidRequestError, NotFoundError
from shared.market.data_manager import DataManager
from tests.support.cache import cache_settings
from tests.support.market import FakeSource, market_settings
from tests.support.mongo import HandClock
from tests.support.redis_parts import make_cache

# A Thursday; in New York there is no session, and on Friday it is short.
NOW = datetime(2026, 11, 26, 22, 0, tzinfo=UTC)
ZONES = {
    "AAPL": ZoneInfo("America/New_York"),
    "BHP.AX": ZoneInfo("Australia/Sydney"),
    "7203.T": ZoneInfo("Asia/Tokyo"),
}
CLOSED = {date(2026, 11, 26)}
HALF_HOURS = [time(10, 0), time(10, 30), time(15, 30)]


class Sessions(FakeSource):
    """A source with three half-hours or one candle per weekday; prices are ordinals of days."""

    def __init__(self, clock: HandClock) -> None:
        super().__init__("yahoo", dict.fromkeys(ZONES, 100.0))
        self.clock = clock
        self.fails_before: date | None = None

    async def history(self, request: HistoryRequest) -> History:
        assert request.start is not None
        if self.fails_before is not None and request.start.date() < self.fails_before:
            raise ProviderUnavailableError(self.name, "down")
        today = self.clock().date()
        days = [today - timedelta(days=n) for n in range(60, -1, -1)]
        sessions = [day for day in days if day.weekday() < 5 and day not in CLOSED]
        zone = ZONES[request.symbol]
        stamps = [
            (day, moment)
            for day in sessions
            for moment in (
                [datetime.combine(day, at, zone).astimezone(UTC) for at in HALF_HOURS]
                if request.interval == "30m"
                else [datetime.combine(day, time(), UTC)]
            )
        ]
        return History(
            source=self.name,
            as_of=NOW,
            fetched_at=NOW,
            symbol=request.symbol,
            asset_type="equity",
            currency="USD",
            period=None,
            interval=request.interval,
            adjustment="split",
            candles=tuple(
                _candle(day, moment)
                for day, moment in stamps
                if day >= request.start.date() and moment < self.clock()
            ),
        )

    async def actions(self, symbol: str) -> Actions:
        return Actions(
            source=self.name,
            as_of=None,
            fetched_at=NOW,
            symbol=symbol,
            adjustment="split",
            dividends=(),
            splits=(),
        )


def _candle(day: date, moment: datetime) -> Candle:
    price = float(day.toordinal())
    return Candle(
        timestamp=moment, open=price, high=price, low=price, close=price, adjusted_close=price, volume=1
    )


@pytest.fixture
def source() -> Sessions:
    return Sessions(HandClock(NOW))


@pytest.fixture
async def market(source: Sessions) -> AsyncIterator[DataManager]:
    cache = make_cache(EmbeddedRedis(), cache_settings(), source.clock)
    yield DataManager([source], cache, market_settings("yahoo"), source.clock)
    await cache.aclose()


async def days(market: DataManager, request: HistoryRequest, known_on: date) -> list[date]:
    """Returns the sessions of the candles, with repetitions."""
    answer = await market.known_on(request.symbol, known_on).history(request)
    return [date.fromordinal(round(candle.close)) for candle in answer.value.candles]


@pytest.mark.parametrize("symbol", ZONES)
@pytest.mark.parametrize(("period", "count"), [("1d", 1), ("5d", 5)])
@pytest.mark.parametrize(
    "known_on",
    [
        pytest.param(date(2026, 11, 20), id="friday"),
        pytest.param(date(2026, 11, 21), id="saturday"),
        pytest.param(date(2026, 11, 22), id="sunday"),
        pytest.param(date(2026, 11, 23), id="monday"),
        pytest.param(date(2026, 11, 26), id="holiday"),
    ],
)
async def test_last_sessions_are_counted_from_any_day(
    market: DataManager, symbol: str, period: Period, count: int, known_on: date
) -> None:
    shown = await days(market, HistoryRequest(symbol=symbol, period=period, interval="1d"), known_on)
    assert len(shown) == count
    assert known_on - timedelta(days=8) < shown[0]
    assert shown[-1] == max(day for day in shown if day <= known_on)
    assert (known_on - shown[-1]).days <= 2


@pytest.mark.parametrize("symbol", ZONES)
async def test_sessions_of_short_candles_are_whole_and_end_with_the_day_at_the_exchange(
    market: DataManager, symbol: str
) -> None:
    friday, thursday = date(2026, 11, 20), date(2026, 11, 19)
    request = HistoryRequest(symbol=symbol, period="1d", interval="30m")
    assert await days(market, request, friday) == [friday] * 3
    assert await days(market, request, date(2026, 11, 22)) == [friday] * 3
    five = await days(market, request.model_copy(update={"period": "5d"}), friday)
    assert (len(five), five[-1], five[0]) == (15, friday, date(2026, 11, 16))
    bounds = {
        "start": datetime.combine(thursday, time(), UTC),
        "end": datetime.combine(friday, time(), UTC),
    }
    one = request.model_copy(update={"period": None, **bounds})
    assert await days(market, one, friday) == [thursday] * 3
    assert await days(market, one, thursday) == [thursday] * 3


@pytest.mark.parametrize("interval", ["1wk", "5d"])
async def test_last_session_of_long_candles_is_one(market: DataManager, interval: Interval) -> None:
    request = HistoryRequest(symbol="AAPL", period="5d", interval=interval)
    assert len(await days(market, request, date(2026, 11, 20))) == 1


@pytest.mark.parametrize("symbol", ZONES)
async def test_five_sessions_of_short_candles_are_five_after_a_holiday(
    source: Sessions, market: DataManager, symbol: str
) -> None:
    source.clock.now = datetime(2026, 11, 29, 22, 0, tzinfo=UTC)
    answer = await market.history(HistoryRequest(symbol=symbol, period="5d", interval="30m"))
    shown = [date.fromordinal(round(candle.close)) for candle in answer.value.candles]
    # The smaller span that is fetched first begins on the 22nd; the 26th is closed.
    assert sorted(set(shown)) == [date(2026, 11, day) for day in (20, 23, 24, 25, 27)]
    assert len(shown) == 15


async def test_sessions_that_cannot_be_fetched_are_left_out(source: Sessions, market: DataManager) -> None:
    source.clock.now = datetime(2026, 11, 29, 22, 0, tzinfo=UTC)
    source.fails_before = date(2026, 11, 20)
    answer = await market.history(HistoryRequest(symbol="AAPL", period="5d", interval="30m"))
    assert len(answer.value.candles) == 12


@pytest.mark.parametrize(("period", "candles"), [("1d", 3), ("5d", 15)])
async def test_short_candles_begin_where_they_reach_back_to(
    market: DataManager, period: Period, candles: int
) -> None:
    # A Thursday; 21 days before it are more than 60 days ago.
    request = HistoryRequest(symbol="AAPL", period=period, interval="30m")
    assert len(await days(market, request, date(2026, 10, 15))) == candles


async def test_day_before_all_short_candles_is_refused(market: DataManager) -> None:
    request = HistoryRequest(symbol="AAPL", period="1d", interval="30m")
    with pytest.raises(InvalidRequestError, match="known_on must not be before 2026-09-27"):
        await market.known_on("AAPL", date(2026, 9, 20)).history(request)


async def test_what_is_not_stored_is_named_with_the_day(market: DataManager) -> None:
    long_ago = market.known_on("AAPL", date(2020, 1, 31))
    for read, kind in (
        (long_ago.fundamentals("AAPL"), "fundamentals"),
        (long_ago.news("AAPL", 5), "news"),
        (long_ago.quote("AAPL"), "price"),
    ):
        with pytest.raises(NotFoundError) as caught:
            await read
        assert caught.value.detail == f"This service has no {kind} of AAPL from 2020-01-31 or before."
