"""The track record with each kind of database: scored once, aggregated, without owners."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta

import pytest

from infra.local.embedded_redis import EmbeddedRedis
from shared.data.documents import StoredRecommendation
from shared.domain.market_data import Candle, History, HistoryRequest
from shared.errors.provider_errors import ProviderNotFoundError, ProviderUnavailableError
from shared.market.analysis.periods import months_before
from shared.market.data_manager import DataManager
from shared.track_record.record_service import TrackRecord
from shared.track_record.scoring import Span
from tests.integration.data.conftest import Place
from tests.support.cache import cache_settings
from tests.support.market import FakeSource, market_settings
from tests.support.mongo import NOW
from tests.support.redis_parts import make_cache

RATES = {"AAPL": 0.002, "MSFT": 0.0, "^GSPC": 0.001}


class GrowingSource(FakeSource):
    """A source whose prices grow each day by a rate of the symbol.

    Attributes:
        rates: Growth per day; other symbols are unknown.
        dividends: Growth per day that comes as dividends: the adjusted closes have it. None if not known.
    """

    def __init__(self, place: Place) -> None:
        super().__init__("yahoo")
        self._clock = place.clock
        self.rates = dict(RATES)
        self.dividends: float | None = 0.0

    async def history(self, request: HistoryRequest) -> History:
        await self.answering("history", request.symbol)
        if request.symbol not in self.rates:
            raise ProviderNotFoundError(self.name, "does not know the symbol")
        assert request.start is not None
        first = request.start.date()
        count = (self._clock().date() - first).days + 1
        rate = 1 + self.rates[request.symbol]
        adjusted = None if self.dividends is None else rate + self.dividends * (request.symbol == "AAPL")
        days = [first + timedelta(days=number) for number in range(count)]
        return History(
            source=self.name,
            as_of=self._clock(),
            fetched_at=self._clock(),
            symbol=request.symbol,
            currency="USD",
            period=None,
            interval="1d",
            adjustment="split",
            candles=tuple(
                _candle(day, rate**number, adjusted and adjusted**number) for number, day in enumerate(days)
            ),
        )


def _candle(day: date, close: float, adjusted: float | None) -> Candle:
    moment = datetime.combine(day, time(), UTC)
    return Candle(
        timestamp=moment, open=close, high=close, low=close, close=close, adjusted_close=adjusted, volume=1
    )


@pytest.fixture
def source(place: Place) -> GrowingSource:
    return GrowingSource(place)


@pytest.fixture
async def record(place: Place, source: GrowingSource) -> AsyncIterator[TrackRecord]:
    async with tracking(place, source) as record:
        yield record


@asynccontextmanager
async def tracking(place: Place, source: GrowingSource) -> AsyncIterator[TrackRecord]:
    """A track record with an empty cache."""
    cache = make_cache(EmbeddedRedis(), cache_settings(), place.clock)
    market = DataManager([source], cache, market_settings("yahoo"), place.clock)
    yield TrackRecord(market, place.repositories.recommendations, place.clock)
    await cache.aclose()


async def keep(place: Place, number: int, symbol: str = "AAPL", action: str = "buy") -> None:
    await place.repositories.recommendations.put(
        StoredRecommendation(
            report_id=f"r{number}",
            symbol=symbol,
            report_type="quick_overview",
            time_horizon="short_term",
            action=action,
            timestamp=NOW,
            due_at=NOW,
        )
    )


async def test_recommendation_is_scored_once_after_each_span(place: Place, record: TrackRecord) -> None:
    await keep(place, 1)
    scored = []
    for days in (1, 32, 1, 61, 1, 92, 184, 30):
        place.clock.forward(days * 86_400)
        scored.append(await record.score_due())
    assert scored == [0, 1, 0, 1, 0, 1, 1, 0]
    rows = await record.rows(None, None)
    assert [(row.months, row.cases, row.success_rate) for row in rows] == [
        (months, 1, None) for months in (1, 3, 6, 12)
    ]
    # A year with a 29 February has a day more.
    days = (months_before(NOW.date(), -12) - NOW.date()).days
    assert rows[-1].mean_excess_return_percent == pytest.approx((1.002**days - 1.001**days) * 100, rel=1e-6)


@pytest.mark.parametrize(
    ("total_return_index", "dividends", "own", "index"),
    [
        # Without an index that counts dividends, those of the instrument do not count either.
        (None, 0.001, 1.002, 1.001),
        (0.0015, 0.001, 1.003, 1.0015),
        # Nor does an index with dividends where those of the instrument are not known.
        (0.0015, None, 1.002, 1.001),
    ],
)
async def test_returns_are_compared_with_dividends_on_both_sides_or_on_neither(
    place: Place,
    record: TrackRecord,
    source: GrowingSource,
    total_return_index: float | None,
    dividends: float | None,
    own: float,
    index: float,
) -> None:
    source.dividends = dividends
    source.rates |= {} if total_return_index is None else {"^SP500TR": total_return_index}
    await keep(place, 1)
    place.clock.forward(40 * 86_400)
    assert await record.score_due() == 1
    (row,) = await record.rows(None, None)
    days = (Span(NOW.date(), 1).ends - NOW.date()).days
    assert row.mean_excess_return_percent == pytest.approx((own**days - index**days) * 100, rel=1e-6)


async def test_success_rate_is_stated_from_thirty_cases_on(place: Place, record: TrackRecord) -> None:
    for number in range(29):
        await keep(place, number)
    place.clock.forward(40 * 86_400)
    assert await record.score_due() == 29
    assert [row.success_rate for row in await record.rows(None, None)] == [None]
    await keep(place, 29, "MSFT")
    assert await record.score_due() == 1
    (row,) = await record.rows(None, "quick_overview")
    assert row.cases == 30
    assert row.success_rate == pytest.approx(29 / 30)
    (of_msft,) = await record.rows("MSFT", None)
    assert (of_msft.cases, of_msft.success_rate) == (1, None)
    assert of_msft.mean_excess_return_percent is not None
    assert of_msft.mean_excess_return_percent < 0
    assert await record.rows("AAPL", "market_sentiment") == []
    assert (await record.row("quick_overview", "short_term")) == row
    unknown = await record.row("market_sentiment", "short_term")
    assert unknown is not None
    assert unknown.cases == 0


async def test_failed_source_postpones_the_score(
    place: Place, record: TrackRecord, source: GrowingSource
) -> None:
    await keep(place, 1)
    place.clock.forward(40 * 86_400)
    source.fails = ProviderUnavailableError("yahoo", "down")
    assert await record.score_due() == 0
    source.fails = None
    async with tracking(place, source) as healed:
        assert await healed.score_due() == 0
        place.clock.forward(86_400)
        assert await healed.score_due() == 1


async def test_unknown_symbol_stays_without_score(place: Place, record: TrackRecord) -> None:
    await keep(place, 1, "GONE")
    place.clock.forward(40 * 86_400)
    assert await record.score_due() == 0
    assert await place.repositories.recommendations.due(place.clock(), 10) == []
    assert await record.rows(None, None) == []


async def test_expired_recommendations_are_not_read(place: Place, record: TrackRecord) -> None:
    await keep(place, 1)
    place.clock.forward(40 * 86_400)
    await record.score_due()
    place.clock.forward(1_826 * 86_400)
    assert await record.rows(None, None) == []
