"""The scheduled refresh against a source that takes 200 ms an answer, and how it grows with the symbols.

``python -m tests.benchmarks.refresh`` prints the rows alone. The ideal time is the requests needed x 200 ms /
the allowed concurrency; the database is left out (repositories that keep nothing), Redis is real.
"""

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final, cast

from shared.cache.redis_cache import RedisCache
from shared.config.settings import RefreshSettings
from shared.domain.market_data import History, HistoryRequest
from shared.market.data_manager import DataManager
from shared.redis.connection import connect_redis
from shared.redis.keys import RedisKeys
from shared.refresh.plan import KINDS
from shared.refresh.progress import RefreshProgress, RefreshSummary
from shared.refresh.refresh_run import CacheRefresh
from shared.runtime.clock import utc_now
from tests.benchmarks.row import Row
from tests.support.cache import cache_settings
from tests.support.market import FakeSource, make_candles, market_settings
from tests.support.peak_memory import peak_memory, reset_peak_memory
from tests.support.redis_parts import make_leases
from tests.support.redis_server import RedisServer, redis_server

if TYPE_CHECKING:
    from shared.data.repositories import Repositories

SECONDS_AN_ANSWER: Final = 0.2
CONCURRENCY: Final = 16
ROUNDS: Final = 3
CANDLES: Final = make_candles([100.0 + day % 7 for day in range(250)])


class SlowSource(FakeSource):
    """Answers everything after 200 ms."""

    async def answering(self, method: str, *symbols: str) -> None:  # noqa: ARG002 - the interface
        await asyncio.sleep(SECONDS_AN_ANSWER)

    async def history(self, request: HistoryRequest) -> History:
        return (await super().history(request)).model_copy(update={"candles": CANDLES})


class Nothing:
    """Repositories that know which symbols are tracked, and keep nothing."""

    def __init__(self, symbols: list[str]) -> None:
        self._symbols = symbols

    async def tracked(self) -> list[str]:
        return self._symbols

    async def watchlist_symbols(self) -> list[str]:
        return []

    async def keep(self, *_values: object, **_told: object) -> None:
        return

    def as_repositories(self) -> "Repositories":
        keeping = SimpleNamespace(
            add=self.keep,
            put=self.keep,
            record=self.keep,
            latest=self.keep,
            delete_other_generations=self.keep,
        )
        known = SimpleNamespace(tracked=self.tracked, watchlist_symbols=self.watchlist_symbols)
        names = ("market_data", "spans", "fundamentals", "news", "job_runs")
        kept = dict.fromkeys(names, keeping)
        return cast("Repositories", SimpleNamespace(symbols=known, preferences=known, **kept))


def rows() -> list[Row]:
    """Measures everything; needs redis-server."""
    with tempfile.TemporaryDirectory() as folder, redis_server(Path(folder)) as server:
        return asyncio.run(_rows(server))


async def _rows(server: RedisServer) -> list[Row]:
    await _run(server, "warm-up", 20, concurrency=CONCURRENCY)
    ratios = [await _over_ideal(server, f"thousand-{number}") for number in range(ROUNDS)]
    reset_peak_memory()
    # Quotes alone, four batches at a time, so that both take many rounds of 200 ms.
    few, few_seconds = await _run(server, "few", 1000, concurrency=4, quotes_only=True)
    before = peak_memory()
    many, many_seconds = await _run(server, "many", 10_000, concurrency=4, quotes_only=True)
    if (few.refreshed, many.refreshed) != (1000, 10_000):
        raise AssertionError(f"not everything was refreshed: {few} {many}")
    growth = peak_memory() - before
    return [
        _row("refresh of 1,000 symbols over requests needed x 200 ms / concurrency", ratios, 1.2),
        _row("quotes of 10,000 symbols over those of 1,000", [many_seconds / few_seconds], 10.5),
        _row("peak memory of 10,000 symbols over that of 1,000, in MiB", [growth], 50),
    ]


async def _over_ideal(server: RedisServer, prefix: str) -> float:
    summary, seconds = await _run(server, prefix, 1000, concurrency=CONCURRENCY)
    if summary.refreshed != 5000:
        raise AssertionError(f"not everything was refreshed: {summary}")
    return seconds / (summary.upstream_requests * SECONDS_AN_ANSWER / CONCURRENCY)


async def _run(
    server: RedisServer, prefix: str, count: int, *, concurrency: int, quotes_only: bool = False
) -> tuple[RefreshSummary, float]:
    """One run over symbols of its own, and the seconds that it took."""
    symbols = [f"S{number}" for number in range(count)]
    settings = cache_settings().model_copy(update={"prefix": prefix})
    redis = connect_redis(server.settings())
    leases = make_leases(redis)
    cache = RedisCache(leases, settings, utc_now)
    source = SlowSource("yahoo", dict.fromkeys(symbols, 100.0))
    manager = DataManager([source], cache, market_settings("yahoo"), utc_now)
    told = RefreshSettings(
        symbols=(),
        deadline=500,
        concurrency=concurrency,
        requests_per_minute=100_000,
        batch_size=50,
        overdue_after=1800,
    )
    refresh = CacheRefresh(manager, Nothing(symbols).as_repositories(), leases, told, settings, utc_now)
    if quotes_only:
        progress = RefreshProgress(leases.guard, RedisKeys(prefix))
        for kind in KINDS[1:]:
            await progress.done(kind, symbols, utc_now())
    begins = time.perf_counter()
    summary = await refresh.run()
    seconds = time.perf_counter() - begins
    await cache.aclose()
    return summary, seconds


def _row(name: str, values: list[float], target: float) -> Row:
    return Row(name, median(values), min(values), max(values), "at most", target)


if __name__ == "__main__":
    for row in rows():
        print(row)
