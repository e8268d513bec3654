"""A worker process of its own that asks the cache for one cold key, many times concurrently.

Run as ``python -m tests.support.cache_worker PORT REQUESTS``. It prints ``ready``, waits for a line on its
standard input, and prints how often it had to fetch and which bodies came out. Every fetch is also counted in
Redis, so that workers can be added up.
"""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

from redis.asyncio import Redis

from shared.cache.cache_entry import Fetched
from shared.redis.connection import connect_redis
from shared.runtime.clock import utc_now
from tests.support.cache import QUOTE, cache_settings
from tests.support.redis_parts import make_cache
from tests.support.redis_server import redis_settings

FETCHES = "fetches"
"""Where fetches are counted in Redis."""
FETCH_SECONDS = 0.2
_ROOT = Path(__file__).parents[2]


async def main(port: int, requests: int) -> None:
    """Asks ``requests`` times concurrently, after a signal."""
    redis = connect_redis(redis_settings("127.0.0.1", port))
    cache = make_cache(redis, cache_settings(), utc_now)
    await cache.ping()

    async def fetch() -> Fetched:
        await redis.incr(FETCHES)
        await asyncio.sleep(FETCH_SECONDS)
        return Fetched(b'{"symbol":"AAPL"}')

    print("ready", flush=True)  # noqa: T201
    await asyncio.to_thread(sys.stdin.readline)
    entries = await asyncio.gather(*(cache.get_or_fetch(QUOTE, fetch) for _ in range(requests)))
    print(json.dumps(sorted({entry.body.decode() for entry in entries})), flush=True)  # noqa: T201
    await cache.aclose()
    await redis.aclose()


def ask_at_once(port: int, *, processes: int, requests: int) -> list[list[str]]:
    """Starts workers, tells all at the same time, and gives the different bodies that came out of each."""
    command = [sys.executable, "-m", "tests.support.cache_worker", str(port), str(requests)]
    workers = [
        subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    try:
        for worker in workers:
            assert _line(worker) == "ready\n"
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        return [json.loads(_line(worker)) for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()


async def fetches(redis: Redis) -> int:
    """How often workers fetched, in all."""
    return int(await redis.get(FETCHES) or 0)


def _line(worker: "subprocess.Popen[str]") -> str:
    assert worker.stdout is not None
    return worker.stdout.readline()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
