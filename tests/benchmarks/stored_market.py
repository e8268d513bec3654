"""Stored market data: what a day of refreshes transfers, and how fast a stored history becomes a response.

``python -m tests.benchmarks.stored_market`` prints the rows alone. The day has a run every five minutes over
50 symbols with four years of daily candles; the figures are those of 1,000 symbols, 20 times as many.
"""

import asyncio
import json
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as day_time
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, cast

from bson import Int64

from infra.local.embedded_redis import EmbeddedRedis
from shared.cache.redis_cache import RedisCache
from shared.config.settings import RefreshSettings
from shared.data.documents import HistorySpan
from shared.data.repositories.candles_repository import lines_of_documents
from shared.domain.market_data import Candle, History, HistoryRequest
from shared.market.data_manager import DataManager
from shared.market.database import MarketDatabase
from shared.market.history_pieces import CandleLines, cut, join, split_pieces, to_lines
from shared.redis.connection import connect_redis
from shared.refresh.refresh_run import CacheRefresh
from tests.benchmarks.row import Row
from tests.support.cache import FrozenClock, cache_settings
from tests.support.market import FakeSource, market_settings
from tests.support.peak_memory import peak_memory, reset_peak_memory
from tests.support.redis_parts import make_cache, make_leases
from tests.support.redis_server import RedisServer, redis_server

if TYPE_CHECKING:
    from shared.data.repositories import Repositories

SYMBOLS: Final = [f"S{number}" for number in range(50)]
PER_THOUSAND: Final = 1_000 // len(SYMBOLS)
EVERY: Final = 300
DAY: Final = datetime(2026, 11, 19, 0, 0, tzinfo=UTC)
"""A Thursday."""
ROUNDS: Final = 30


class CountingSource(FakeSource):
    """A source with a candle per weekday, which counts what it sends."""

    def __init__(self, symbols: list[str], clock: FrozenClock) -> None:
        super().__init__("yahoo", dict.fromkeys(symbols, 100.0))
        self._clock = clock
        self.requests = 0
        self.candles = 0

    async def answering(self, method: str, *symbols: str) -> None:  # noqa: ARG002 - the interface
        self.requests += 1

    async def history(self, request: HistoryRequest) -> History:
        assert request.start is not None
        candles = _weekdays(request.start.date(), self._clock().date())
        self.candles += len(candles)
        answer = await super().history(request)
        return answer.model_copy(update={"candles": candles, "fetched_at": self._clock()})


class MemoryDatabase:
    """Repositories in memory."""

    def __init__(self, symbols: list[str]) -> None:
        self._symbols = symbols
        self._spans: dict[str, HistorySpan] = {}
        self._lines: dict[str, dict[bytes, bytes]] = {}

    def as_repositories(self) -> "Repositories":
        known = SimpleNamespace(tracked=self._tracked, watchlist_symbols=self._nothing)
        keeping = SimpleNamespace(
            add=self._nothing, put=self._nothing, record=self._nothing, latest=self._none
        )
        candles = SimpleNamespace(add=self._add, lines=self._read, delete_other_generations=self._nothing)
        return cast(
            "Repositories",
            SimpleNamespace(
                symbols=known,
                preferences=known,
                market_data=candles,
                spans=SimpleNamespace(put=self._put, get=self._get),
                fundamentals=keeping,
                news=keeping,
                job_runs=keeping,
            ),
        )

    async def _tracked(self) -> list[str]:
        return self._symbols

    async def _nothing(self, *_values: object, **_named: object) -> list[str]:
        return []

    async def _none(self, *_values: object, **_named: object) -> None:
        return None

    async def _put(self, span: HistorySpan) -> None:
        self._spans[span.symbol] = span

    async def _get(self, symbol: str, _interval: str) -> HistorySpan | None:
        return self._spans.get(symbol)

    async def _add(self, symbol: str, _interval: str, candles: tuple[Candle, ...], **_named: Any) -> int:
        lines = to_lines(candles)
        self._lines.setdefault(symbol, {}).update({line[:35]: line for line in lines})
        return len(lines)

    async def _read(self, symbol: str, _interval: str, _generation: str) -> CandleLines:
        return [line for _, line in sorted(self._lines.get(symbol, {}).items())]


class OneHistory(MemoryDatabase):
    """Repositories in memory that give every symbol the history of one, so that they do not grow."""

    def __init__(self) -> None:
        super().__init__(["S"])

    async def _get(self, symbol: str, _interval: str) -> HistorySpan | None:
        span = self._spans.get("S")
        if span is None:
            return None
        head = span.head.replace('"symbol":"S"', f'"symbol":"{symbol}"')
        return replace(span, symbol=symbol, head=head)

    async def _read(self, symbol: str, interval: str, generation: str) -> CandleLines:  # noqa: ARG002
        return await super()._read("S", interval, generation)


def rows() -> list[Row]:
    """Measures everything; needs redis-server."""
    whole = asyncio.run(_day(stored=False))
    stored = asyncio.run(_day(stored=True))
    with tempfile.TemporaryDirectory() as folder, redis_server(Path(folder)) as server:
        growth = asyncio.run(_growth(server))
    return [
        _row("upstream requests of a day of refreshes of 1,000 symbols, whole spans", whole.requests),
        _row("the same, newest candles only", stored.requests),
        _row("candles transferred by that day in thousands, whole spans", whole.candles / 1_000),
        _row("the same, newest candles only", stored.candles / 1_000),
        _row("candles transferred, newest only over whole spans", stored.candles / whole.candles, 0.05),
        _response_over_json(),
        _row("peak memory of 10,000 stored symbols served over that of 1,000, in MiB", growth, 20),
    ]


async def _day(*, stored: bool) -> SimpleNamespace:
    """Returns the requests and candles of the second day of two, scaled to 1,000 symbols."""
    clock = FrozenClock()
    clock.now = DAY - timedelta(days=1)
    source, database = CountingSource(SYMBOLS, clock), MemoryDatabase(SYMBOLS)
    redis = EmbeddedRedis()
    cache = make_cache(redis, cache_settings(), clock)
    repositories = database.as_repositories()
    reading = MarketDatabase(repositories, cache_settings().ttl, clock) if stored else None
    market = DataManager([source], cache, market_settings("yahoo"), clock, database=reading)
    settings = RefreshSettings(
        symbols=(),
        deadline=500,
        concurrency=8,
        requests_per_minute=100_000,
        batch_size=50,
        overdue_after=1800,
    )
    refresh = CacheRefresh(market, repositories, make_leases(redis), settings, cache_settings(), clock)
    for day in range(2):
        source.requests = source.candles = 0
        for _ in range(86_400 // EVERY):
            summary = await refresh.run()
            if summary.failed:
                raise AssertionError(f"day {day}: {summary}")
            clock.advance(EVERY)
    await cache.aclose()
    return SimpleNamespace(requests=source.requests * PER_THOUSAND, candles=source.candles * PER_THOUSAND)


async def _growth(server: RedisServer) -> float:
    """Returns the growth of the peak memory in MiB by serving 10,000 stored symbols after 1,000.

    Each symbol has a stored history of its own, which is read, cached in a real Redis and cut to a response.
    """
    clock = FrozenClock()
    repositories = (await _one_history(clock)).as_repositories()
    redis = connect_redis(server.settings())
    cache = RedisCache(make_leases(redis), cache_settings(), clock)
    database = MarketDatabase(repositories, cache_settings().ttl, clock)
    source = CountingSource([], clock)
    market = DataManager([source], cache, market_settings("yahoo"), clock, database=database)
    reset_peak_memory()
    peaks = []
    for numbers in (range(1_000), range(1_000, 10_000)):
        for number in numbers:
            request = HistoryRequest(symbol=f"S{number}", period="1mo", interval="1d")
            if not (await market.history(request)).value.candles:
                raise AssertionError("the history is not stored")
        peaks.append(peak_memory())
    if source.requests:
        raise AssertionError("a source was requested")
    await cache.aclose()
    return peaks[1] - peaks[0]


async def _one_history(clock: FrozenClock) -> "OneHistory":
    database = OneHistory()
    repositories = database.as_repositories()
    cache = make_cache(EmbeddedRedis(), cache_settings(), clock)
    reading = MarketDatabase(repositories, cache_settings().ttl, clock)
    source = CountingSource(["S"], clock)
    market = DataManager([source], cache, market_settings("yahoo"), clock, database=reading)
    _, change = await market.warm_history("S")
    if change is None:
        raise AssertionError("nothing to store")
    await repositories.spans.put(change.span)
    await repositories.market_data.add(
        "S", "1d", change.candles, source="yahoo", currency="USD", fetched_at=clock()
    )
    await cache.aclose()
    return database


def _response_over_json() -> Row:
    """Compares documents to cached pieces and response bytes with ``json.dumps`` of the same rows."""
    candles = _weekdays(date(2023, 1, 1), DAY.date())
    documents = [
        {**candle.model_dump(), "volume": Int64(5_000_000_000), "fetched_at": DAY} for candle in candles
    ]
    plain = [candle.model_dump(mode="json") for candle in candles]
    head = History(
        source="yahoo",
        as_of=DAY,
        fetched_at=DAY,
        symbol="AAPL",
        currency="USD",
        period="2y",
        interval="1d",
        adjustment="split",
        candles=(),
    )
    start, end = documents[0]["timestamp"], DAY + timedelta(days=1)
    ratios = []
    for _ in range(ROUNDS):
        begins = time.perf_counter()
        lines = lines_of_documents(documents)
        split_pieces(head, lines, "generation")
        join(head, cut(lines, start, end, whole_first=False))
        between = time.perf_counter()
        json.dumps(plain).encode()
        ratios.append((between - begins) / (time.perf_counter() - between))
    name = "stored history, from documents to response bytes, over json.dumps"
    return Row(name, median(ratios), min(ratios), max(ratios), "at most", 1.5)


def _weekdays(first: date, last: date) -> tuple[Candle, ...]:
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(_candle(day) for day in days if day.weekday() < 5)


def _candle(day: date) -> Candle:
    close = 100.0 + day.toordinal() % 97 / 7
    return Candle(
        timestamp=datetime.combine(day, day_time(), UTC),
        open=close,
        high=close + 1,
        low=close - 1,
        close=close,
        adjusted_close=close,
        volume=5_000_000_000,
    )


def _row(name: str, value: float, target: float | None = None) -> Row:
    return Row(name, value, value, value, None if target is None else "at most", target)


if __name__ == "__main__":
    for row in rows():
        print(row)
