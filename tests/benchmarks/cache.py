"""The cache against bare redis-py on the same server in the same run, and its single flight over processes.

``python -m tests.benchmarks.cache`` prints the rows alone.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

from redis.asyncio import Redis

from shared.cache.cache_entry import Fetched
from shared.cache.redis_cache import RedisCache
from shared.redis.connection import connect_redis
from shared.runtime.clock import utc_now
from tests.benchmarks.row import Row
from tests.support.cache import Upstream, cache_settings, quote_key
from tests.support.cache_worker import ask_at_once, fetches
from tests.support.redis_parts import make_cache
from tests.support.redis_server import RedisServer, redis_server

BODY = b'{"symbol":"AAPL"}' + b" " * 900
"""About the size of a quote."""
KEYS = [quote_key(f"S{number}") for number in range(50)]
NAMES = [f"test:v1:quote:{key.symbol}:" for key in KEYS]
ROUNDS = 7
REPEATS = 100
PROCESSES = 4
REQUESTS = 1000

Work = Callable[[], Awaitable[object]]


def rows() -> list[Row]:
    """Measures everything; needs redis-server."""
    with tempfile.TemporaryDirectory() as folder, redis_server(Path(folder)) as server:
        return [*asyncio.run(_hits(server)), _single_flight(server)]


async def _hits(server: RedisServer) -> list[Row]:
    redis = Redis(port=server.port)
    ours = connect_redis(server.settings())
    cache = make_cache(ours, cache_settings(), utc_now)
    near = make_cache(ours, cache_settings(local_ttl=1), utc_now)
    for key in KEYS:
        await cache.put(key, Fetched(BODY))
    rows = [
        await _ratio(
            "50 concurrent hits, each read from Redis, over 50 GETs", _hits_of(cache), _gets(redis), 1.0
        ),
        await _ratio("a hit, read from Redis, over a GET", _hit_of(cache), _get(redis), 2.0),
        await _ratio("a hit near by over a GET", _hit_of(near), _get(redis), 0.15),
        await _ratio(
            "50 in one request over one, each read from Redis", _batch_of(cache), _hit_of(cache), 5.0
        ),
    ]
    await cache.aclose()
    await near.aclose()
    await ours.aclose()
    await redis.aclose()
    return rows


def _hit_of(cache: RedisCache) -> Work:
    return lambda: cache.get_or_fetch(KEYS[0], Upstream([b"never"]))


def _hits_of(cache: RedisCache) -> Work:
    return lambda: asyncio.gather(*(cache.get_or_fetch(key, Upstream([b"never"])) for key in KEYS))


def _batch_of(cache: RedisCache) -> Work:
    async def nothing(_: object) -> dict[object, bytes]:
        raise AssertionError("nothing is missing")

    return lambda: cache.get_or_fetch_many(KEYS, nothing)  # type: ignore[arg-type]


def _get(redis: Redis) -> Work:
    return lambda: redis.get(NAMES[0])


def _gets(redis: Redis) -> Work:
    return lambda: asyncio.gather(*(redis.get(name) for name in NAMES))


async def _ratio(name: str, one: Work, other: Work, target: float) -> Row:
    """Both in turns, so that both meet the same machine."""
    ratios = [await _seconds(one) / await _seconds(other) for _ in range(ROUNDS)]
    return Row(name, median(ratios), min(ratios), max(ratios), "at most", target)


async def _seconds(work: Work) -> float:
    started = time.perf_counter()
    for _ in range(REPEATS):
        await work()
    return time.perf_counter() - started


def _single_flight(server: RedisServer) -> Row:
    """1,000 requests for one cold key, spread over processes that start together."""
    bodies = ask_at_once(server.port, processes=PROCESSES, requests=REQUESTS // PROCESSES)
    assert len({body for of_one in bodies for body in of_one}) == 1
    count = float(asyncio.run(_fetches(server)))
    name = f"fetches for {REQUESTS:,} requests of a cold key over {PROCESSES} processes (count)"
    return Row(name, count, count, count, "at most", 1)


async def _fetches(server: RedisServer) -> int:
    redis = connect_redis(server.settings())
    count = await fetches(redis)
    await redis.aclose()
    return count


if __name__ == "__main__":
    for row in rows():
        print(row)
