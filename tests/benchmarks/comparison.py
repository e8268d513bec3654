"""The same quote endpoint in three makings: ours, plain FastAPI with cashews, plain Flask with Flask-Caching.

``python -m tests.benchmarks.comparison`` prints the rows alone. One process each, the same Redis, the same
upstream, the same load, in turns. The plain ones (``tests/support/plain_apps``) answer the bare quote: no
provenance beyond the model's, no ETag, no request id, no log line.
"""

import asyncio
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmarks.row import Row
from tests.support.alpha_vantage_stub import AlphaVantageStub
from tests.support.host import REPOSITORY, running_host
from tests.support.load import load
from tests.support.redis_server import redis_server

SYMBOLS: Final = [f"SYM{letter}" for letter in "ABCDEFGHIJKLMNOPQRST"]
CONNECTIONS: Final = 32
ROUNDS: Final = 7
REQUESTS: Final = 3000
COLD_REQUESTS: Final = 100
"""Concurrently, for one symbol that no cache holds."""
COLD_ANSWER_SECONDS: Final = 0.3
GUNICORN_THREADS: Final = 16

OURS: Final = "ours, hot"
OURS_FROM_REDIS: Final = "ours, from Redis"
FASTAPI: Final = "FastAPI + cashews"
FLASK: Final = "Flask + Flask-Caching"

_PLAIN: Final = "tests.support.plain_apps"
_UVICORN: Final = ("uvicorn", f"{_PLAIN}.fastapi_app:app", "--port", "0", "--no-access-log")
_GUNICORN: Final = (
    *("gunicorn", f"{_PLAIN}.flask_app:app", "--bind", "127.0.0.1:0", "--no-control-socket"),
    *("--workers", "1", "--threads", str(GUNICORN_THREADS), "--keep-alive", "60"),
)
_ADDRESS: Final = re.compile(r"http://127\.0\.0\.1:\d+")
_START_SECONDS: Final = 30.0


def rows() -> list[Row]:
    """Measures everything; needs redis-server."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        redis = stack.enter_context(redis_server(folder))
        stub = stack.enter_context(AlphaVantageStub())
        stub.answers["GLOBAL_QUOTE"] = (200, _quote)
        environ = {
            "ALPHA_VANTAGE_BASE_URL": stub.url,
            "ALPHA_VANTAGE_API_KEY": "any",
            "ALPHA_VANTAGE_REQUESTS_PER_SECOND": "100",
            "ALPHA_VANTAGE_REQUESTS_PER_DAY": "100000",
            "CACHE_TTL_PRICE_DATA": "600",
            "REDIS_HOST": "127.0.0.1",
            "REDIS_PORT": str(redis.port),
        }
        from_redis = environ | {"CACHE_LOCAL_TTL": "0", "CACHE_PREFIX": "redis"}
        urls = {
            OURS: stack.enter_context(running_host(folder / "hot", environ)),
            OURS_FROM_REDIS: stack.enter_context(running_host(folder / "redis", from_redis)),
            FASTAPI: stack.enter_context(_running(_UVICORN, environ, folder / "fastapi.txt")),
            FLASK: stack.enter_context(_running(_GUNICORN, environ, folder / "flask.txt")),
        }
        return [*asyncio.run(_rates(urls)), *asyncio.run(_cold(urls, stub))]


async def _rates(urls: Mapping[str, str]) -> list[Row]:
    """Requests a second, as ratios to ours and by themselves."""
    paths = [f"/api/quotes/{symbol}" for symbol in SYMBOLS]
    rounds = [
        {name: (await load(url, paths, REQUESTS, connections=CONNECTIONS)).rate for name, url in urls.items()}
        for _ in range(ROUNDS + 1)
    ][1:]
    rows = [_row(f"cached quotes a second, {name}", [rates[name] for rates in rounds]) for name in urls]
    for other in (FASTAPI, FLASK):
        for ours in (OURS, OURS_FROM_REDIS):
            ratios = [rates[ours] / rates[other] for rates in rounds]
            rows.append(_row(f"cached quotes, {ours}, over {other}", ratios))
    return rows


async def _cold(urls: Mapping[str, str], stub: AlphaVantageStub) -> list[Row]:
    """The upstream requests when many clients want an uncached symbol."""
    stub.seconds = COLD_ANSWER_SECONDS
    rows = []
    for name, url in urls.items():
        before = len(stub.requests)
        await load(url, ["/api/quotes/COLD"], COLD_REQUESTS, connections=COLD_REQUESTS)
        asked = float(len(stub.requests) - before)
        rows.append(_row(f"upstream requests for {COLD_REQUESTS} of one cold quote, {name}", [asked]))
    return rows


def _row(name: str, values: list[float]) -> Row:
    return Row(name, median(values), min(values), max(values))


def _quote(query: Mapping[str, str]) -> object:
    figures = {
        "02. open": "226.10",
        "03. high": "229.00",
        "04. low": "224.30",
        "05. price": "227.52",
        "06. volume": "48210311",
        "07. latest trading day": "2026-11-20",
        "08. previous close": "225.00",
    }
    return {"Global Quote": {"01. symbol": query["symbol"], **figures}}


@contextmanager
def _running(command: tuple[str, ...], environ: Mapping[str, str], output: Path) -> Iterator[str]:
    """Serves a plain app for the block; gives the address."""
    with output.open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=REPOSITORY, env=dict(environ), stdout=told, stderr=told
        )
    try:
        yield _address(process, output)
    finally:
        process.terminate()
        process.wait(10)


def _address(process: "subprocess.Popen[bytes]", output: Path) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while not (found := _ADDRESS.search(output.read_text("utf-8"))):
        alive = process.poll() is None and time.monotonic() < deadline
        assert alive, f"it does not serve:\n{output.read_text('utf-8')}"
        time.sleep(0.02)
    return found[0]


if __name__ == "__main__":
    for row in rows():
        print(row)
