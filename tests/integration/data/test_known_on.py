"""What was known on a day: every fact known by then and none that became known later, for random dates."""

import random
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from infra.local.embedded_redis import EmbeddedRedis
from shared.data.mongo import Mongo
from shared.data.repositories import Repositories
from shared.domain.market_data import (
    Actions,
    Candle,
    Dividend,
    Fundamentals,
    History,
    HistoryRequest,
    Split,
)
from shared.domain.statements import Statements, StatementsRequest
from shared.errors.request_errors import InvalidRequestError, NotFoundError
from shared.errors.service_errors import DependencyUnavailableError
from shared.market.analysis.calendar import exchange_date
from shared.market.data_manager import DataManager
from shared.market.database import MarketDatabase
from shared.market.past_market import PastMarket
from shared.refresh.market_store import MarketStore
from tests.integration.data.conftest import Place
from tests.support.cache import cache_settings
from tests.support.market import FakeSource, market_settings
from tests.support.redis_parts import make_cache
from tests.support.statement_data import growing_statements

DAYS = 300
SEED = 20261128


class PastSource(FakeSource):
    """A source with daily candles whose traded close is 100 times the number of old shares in a new one.

    Attributes:
        dividends: Each is 1 % of the price.
    """

    def __init__(self, place: Place, rng: random.Random) -> None:
        super().__init__("yahoo", {"AAPL": 100.0})
        self._clock = place.clock
        today = place.clock().date()
        self.days = [today - timedelta(days=n) for n in range(DAYS, -1, -1)]
        self.sessions = [day for day in self.days if day.weekday() < 5]
        chosen = rng.sample(self.sessions[5:], 8)
        self.splits = tuple(Split(date=day, numerator=2, denominator=1) for day in sorted(chosen[:3]))
        self.dividends = tuple(
            Dividend(ex_date=day, amount=1.0, currency="USD") for day in sorted(chosen[3:])
        )

    def traded(self, day: date) -> float:
        """Returns the close as traded."""
        return 100.0 + day.toordinal() % 5

    def adjusted(self, day: date, known_on: date) -> tuple[float, float]:
        """Returns close and adjusted close as known on a day."""
        close = self.traded(day)
        for split in self.splits:
            close /= 2 if day < split.date <= known_on else 1
        adjusted = close
        for dividend in self.dividends:
            adjusted *= 0.99 if day < dividend.ex_date <= known_on else 1
        return close, adjusted

    async def history(self, request: HistoryRequest) -> History:
        await self.answering("history", request.symbol)
        assert request.start is not None
        return History(
            source=self.name,
            as_of=self._clock(),
            fetched_at=self._clock(),
            symbol=request.symbol,
            asset_type="equity",
            currency="USD",
            period=None,
            interval=request.interval,
            adjustment="split",
            candles=tuple(self._candle(day) for day in self.sessions if day >= request.start.date()),
        )

    def _candle(self, day: date) -> Candle:
        close, adjusted = self.adjusted(day, self.days[-1])
        volume = round(1_000_000 * self.traded(day) / close)
        return Candle(
            timestamp=datetime.combine(day, time(), UTC),
            open=close,
            high=close,
            low=close,
            close=close,
            adjusted_close=adjusted,
            volume=volume,
        )

    async def actions(self, symbol: str) -> Actions:
        await self.answering("actions", symbol)
        return Actions(
            source=self.name,
            as_of=None,
            fetched_at=self._clock(),
            symbol=symbol,
            adjustment="split",
            dividends=self.dividends,
            splits=self.splits,
        )


@pytest.fixture
def rng() -> random.Random:
    return random.Random(SEED)


@pytest.fixture
def source(place: Place, rng: random.Random) -> PastSource:
    return PastSource(place, rng)


@pytest.fixture
async def market(place: Place, source: PastSource) -> AsyncIterator[DataManager]:
    cache = make_cache(EmbeddedRedis(), cache_settings(), place.clock)
    database = MarketDatabase(place.repositories, cache_settings().ttl, place.clock)
    yield DataManager([source], cache, market_settings("yahoo"), place.clock, database=database)
    await cache.aclose()


async def test_history_of_random_days_is_what_was_known(
    market: DataManager, source: PastSource, rng: random.Random
) -> None:
    for known_on in rng.sample(source.days[10:], 25):
        sessions = [day for day in source.sessions if known_on - timedelta(days=90) <= day <= known_on]
        request = HistoryRequest(
            symbol="AAPL",
            period=None,
            interval="1d",
            start=datetime.combine(known_on - timedelta(days=90), time(), UTC),
        )
        past = market.known_on("AAPL", known_on)
        known = (await past.history(request)).value
        assert [candle.timestamp.date() for candle in known.candles] == sessions
        for candle in known.candles:
            close, adjusted = source.adjusted(candle.timestamp.date(), known_on)
            assert candle.close == pytest.approx(close)
            assert candle.adjusted_close == pytest.approx(adjusted, rel=1e-9)
        traded = (await past.history(request, unadjusted=True)).value
        assert traded.adjustment == "none"
        assert [candle.close for candle in traded.candles] == pytest.approx(
            [source.traded(day) for day in sessions]
        )
        assert {candle.volume for candle in traded.candles} == {1_000_000}
        quote = (await past.quote("AAPL")).value
        assert quote.price == pytest.approx(source.adjusted(sessions[-1], known_on)[0])
        assert quote.as_of is not None
        assert quote.as_of.date() <= known_on
        technicals = (await past.technicals("AAPL", "1mo")).value
        assert technicals.close == pytest.approx(quote.price)


async def test_fundamentals_of_random_days_are_the_newest_snapshot_by_then(
    place: Place, market: DataManager, source: PastSource, rng: random.Random
) -> None:
    fetched = sorted(rng.sample(source.days[:-1], 40))
    for day in fetched:
        snapshot = Fundamentals(
            symbol="AAPL",
            source="yahoo",
            as_of=None,
            fetched_at=datetime.combine(day, time(15), UTC),
            market_cap=day.toordinal(),
        )
        await MarketStore(place.repositories).put_fundamentals(snapshot)
    for known_on in rng.sample(source.days[:-1], 40):
        expected = max((day for day in fetched if day <= known_on), default=None)
        if expected is None:
            with pytest.raises(NotFoundError):
                await market.known_on("AAPL", known_on).fundamentals("AAPL")
            continue
        answer = await market.known_on("AAPL", known_on).fundamentals("AAPL")
        assert answer.value.market_cap == expected.toordinal()


@pytest.mark.parametrize(
    ("symbol", "hours"),
    [
        # The day in Tokyo ends at 15:00 UTC, in New York at 4:00 or 5:00 UTC of the next day.
        ("7203.T", (14, 20)),
        ("AAPL", (2, 20)),
        ("BTC-USD", (0, 23)),
    ],
)
async def test_last_snapshot_of_each_day_at_the_exchange_is_kept(
    place: Place, market: DataManager, source: PastSource, symbol: str, hours: tuple[int, int]
) -> None:
    day = source.days[20]
    moments = [datetime.combine(day, time(hour, 30), UTC) for hour in hours]
    for place_in_day, moment in enumerate(moments):
        snapshot = Fundamentals(
            symbol=symbol, source="yahoo", as_of=None, fetched_at=moment, market_cap=place_in_day
        )
        await MarketStore(place.repositories).put_fundamentals(snapshot)
    for known_on in {exchange_date(symbol, moment) for moment in moments}:
        expected = max(n for n, moment in enumerate(moments) if exchange_date(symbol, moment) <= known_on)
        answer = await market.known_on(symbol, known_on).fundamentals(symbol)
        assert answer.value.market_cap == expected


async def test_statements_of_random_days_have_every_version_known_by_then(
    place: Place, market: DataManager, source: PastSource, rng: random.Random
) -> None:
    """Each year is published, and later restated: a version is known from its filing on."""
    versions: dict[int, list[tuple[date, int]]] = {}
    filings: list[tuple[date, Statements]] = []
    base = growing_statements("AAPL", "USD", 1_000, 5.0, years=6)["income"]
    for period in base.periods:
        for filed in sorted(rng.sample(source.days[:-1], 3)):
            shares = rng.randrange(10**6)
            line = period.lines["shares_diluted"].model_copy(update={"value": shares})
            version = period.model_copy(
                update={"filed": filed, "lines": {**period.lines, "shares_diluted": line}}
            )
            versions.setdefault(period.end.year, []).append((filed, shares))
            filings.append((filed, base.model_copy(update={"periods": (version,)})))
    store = MarketStore(place.repositories)
    for filed, statements in sorted(filings, key=lambda item: item[0]):
        fetched_at = datetime.combine(filed, time(20), UTC)
        await store.put_statements([statements.model_copy(update={"fetched_at": fetched_at})] * 2)
    assert place.database["statements"].count_documents({}) == 18
    for known_on in rng.sample(source.days[:-1], 40):
        expected = {
            year: max(known)[1]
            for year, dated in versions.items()
            if (known := [item for item in dated if item[0] <= known_on])
        }
        request = StatementsRequest(
            symbol="AAPL", statement="income", period="annual", limit=40, known_on=known_on
        )
        stored = await market._database.statements(request) if market._database else None
        periods = stored.periods if stored else ()
        assert {period.end.year: period.lines["shares_diluted"].value for period in periods} == expected
        assert all(period.filed and period.filed <= known_on for period in periods)


async def test_stored_filing_counts_from_the_session_after_a_late_acceptance(
    place: Place, market: DataManager, source: PastSource
) -> None:
    filed, counts_from = source.days[10], source.days[11]
    base = growing_statements("AAPL", "USD", 1_000, 5.0, years=1)["income"]
    periods = [
        period.model_copy(update={"filed": filed, "known_from": counts_from}) for period in base.periods
    ]
    await MarketStore(place.repositories).put_statements(
        [base.model_copy(update={"periods": tuple(periods), "fetched_at": place.clock()})]
    )
    assert market._database is not None
    for known_on, is_known in ((filed, False), (counts_from, True)):
        request = StatementsRequest(symbol="AAPL", statement="income", period="annual", known_on=known_on)
        assert (await market._database.statements(request) is not None) == is_known


async def test_actions_of_random_days_are_those_up_to_them(
    market: DataManager, source: PastSource, rng: random.Random
) -> None:
    for known_on in rng.sample(source.days, 20):
        actions = (await market.actions("AAPL", end=known_on)).value
        assert actions.splits == tuple(split for split in source.splits if split.date <= known_on)
        assert actions.dividends == tuple(item for item in source.dividends if item.ex_date <= known_on)


async def test_range_that_begins_later_is_refused(market: DataManager, source: PastSource) -> None:
    start = datetime.combine(source.days[-2], time(), UTC)
    request = HistoryRequest(symbol="AAPL", period=None, interval="1d", start=start)
    with pytest.raises(InvalidRequestError):
        await market.known_on("AAPL", source.days[20]).history(request)


async def test_day_in_the_future_is_refused(market: DataManager) -> None:
    with pytest.raises(InvalidRequestError, match="known_on must not be in the future"):
        market.known_on("AAPL", date.max)


async def test_database_that_is_away_is_no_missing_snapshot(
    place: Place, market: DataManager, source: PastSource
) -> None:
    client: MongoClient[dict[str, Any]] = MongoClient("127.0.0.1", 1, serverSelectionTimeoutMS=50)
    away = Mongo(client, "away")
    database = MarketDatabase(Repositories(away, place.clock), cache_settings().ttl, place.clock)
    past = PastMarket(market, database, source.days[20])
    with pytest.raises(DependencyUnavailableError):
        await past.fundamentals("AAPL")
    with pytest.raises(DependencyUnavailableError):
        await past.news("AAPL", 5)
    await away.aclose()
