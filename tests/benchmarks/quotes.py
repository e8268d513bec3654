"""Cached quotes over HTTP against a handler that does nothing, in the same process under the same load.

``python -m tests.benchmarks.quotes`` prints the rows alone.
"""

import asyncio
import tempfile
from pathlib import Path
from statistics import median
from typing import Final

from shared.cache.cache_entry import CacheKey, Fetched
from shared.redis.connection import connect_redis
from shared.runtime.clock import utc_now
from tests.benchmarks.row import Row
from tests.support.cache import cache_settings, quote_key
from tests.support.host import REPOSITORY, running_host
from tests.support.load import Load, load
from tests.support.quotes_app.function_app import BODY, NEWS_BODY
from tests.support.redis_parts import make_cache
from tests.support.redis_server import RedisServer, redis_server

APP: Final = REPOSITORY / "tests/support/quotes_app"
SYMBOLS: Final = [f"S{number}" for number in range(50)]
QUOTES: Final = [f"/api/quotes/{symbol}" for symbol in SYMBOLS]
NEWS: Final = [f"/api/quotes/{symbol}/news" for symbol in SYMBOLS]
CONSTANT_NEWS: Final = [f"/api/constant-news/{symbol}" for symbol in SYMBOLS]
CONSTANTS: Final = [f"/api/constant/{symbol}" for symbol in SYMBOLS]
BATCH: Final = f"/api/quotes?symbols={','.join(SYMBOLS)}"
CONNECTIONS: Final = 32
ROUNDS: Final = 9
REQUESTS: Final = 3000
"""Under load, in one round."""
SINGLE_REQUESTS: Final = 200
"""One after the other, in one round."""

Rounds = list[tuple[Load, Load]]
"""What is measured, and what it is measured by, in each round."""


def rows() -> list[Row]:
    """Measures everything; needs redis-server."""
    with tempfile.TemporaryDirectory() as folder, redis_server(Path(folder)) as server:
        return [
            *_rows(Path(folder), server, "hot", local_ttl=1, rate=0.85),
            *_rows(Path(folder), server, "each read from Redis", local_ttl=0, rate=0.6),
        ]


def _rows(folder: Path, server: RedisServer, name: str, *, local_ttl: int, rate: float) -> list[Row]:
    environ = {
        "REDIS_HOST": "127.0.0.1",
        "REDIS_PORT": str(server.port),
        "CACHE_PREFIX": cache_settings().prefix,
        "CACHE_LOCAL_TTL": str(local_ttl),
    }
    with running_host(folder / name.replace(" ", "-"), environ, app=APP) as base_url:
        loads, news, singles = asyncio.run(_measure(base_url, server))
    rates = [quotes.rate / constant.rate for quotes, constant in loads]
    news_rates = [cached.rate / constant.rate for cached, constant in news]
    tails = [quotes.p99 / constant.p99 for quotes, constant in loads]
    batches = [batch.seconds / single.seconds for batch, single in singles]
    return [
        Row(f"quotes a second over a constant handler's, {name}", *_spread(rates), "at least", rate),
        Row(f"news a second over a constant handler's, {name}", *_spread(news_rates), "at least", 0.6),
        Row(f"p99 of quotes over a constant handler's, {name}", *_spread(tails), "at most", 1.5),
        Row(f"50 quotes in one request over one, {name}", *_spread(batches), "at most", 3),
    ]


async def _measure(base_url: str, server: RedisServer) -> tuple[Rounds, Rounds, Rounds]:
    """Each in turns with what it is measured by, so that both meet the same machine."""

    async def busy(paths: list[str]) -> Load:
        return await load(base_url, paths, REQUESTS, connections=CONNECTIONS)

    async def single(path: str) -> Load:
        return await load(base_url, [path], SINGLE_REQUESTS, connections=1)

    loads: Rounds = []
    news: Rounds = []
    singles: Rounds = []
    for _ in range(ROUNDS + 1):
        await _keep_quotes(server)
        loads.append((await busy(QUOTES), await busy(CONSTANTS)))
        news.append((await busy(NEWS), await busy(CONSTANT_NEWS)))
        singles.append((await single(BATCH), await single(QUOTES[0])))
    # The first round warms up.
    return loads[1:], news[1:], singles[1:]


async def _keep_quotes(server: RedisServer) -> None:
    """Fresh ones for every round: a quote lives for a minute."""
    redis = connect_redis(server.settings())
    cache = make_cache(redis, cache_settings(), utc_now)
    for symbol in SYMBOLS:
        await cache.put(quote_key(symbol), Fetched(BODY))
        await cache.put(CacheKey("news_data", "news", symbol, "10"), Fetched(NEWS_BODY))
    await cache.aclose()
    await redis.aclose()


def _spread(ratios: list[float]) -> tuple[float, float, float]:
    return median(ratios), min(ratios), max(ratios)


if __name__ == "__main__":
    for row in rows():
        print(row)
