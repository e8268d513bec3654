"""Statements: parsing a document of the SEC against the json module, and cached responses over HTTP.

``python -m tests.benchmarks.statements`` prints the rows alone; it needs redis-server.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Final

from shared.market.providers.sec_edgar.concepts.concept_sums import IFRS
from shared.market.providers.sec_edgar.concepts.line_concepts import NAMES
from shared.market.providers.sec_edgar.filing_documents import parse_company_facts
from tests.benchmarks.row import Row
from tests.support.host import REPOSITORY, running_host
from tests.support.load import Load, load
from tests.support.redis_server import redis_server

APP: Final = REPOSITORY / "tests/support/statements_app"
STATEMENTS: Final = [f"/api/quotes/{symbol}/statements" for symbol in ("AAPL", "MSFT", "NVDA", "TSLA", "JPM")]
CONSTANTS: Final = [f"/api/constant/{number}" for number in range(5)]
CONNECTIONS: Final = 32
REQUESTS: Final = 3000
ROUNDS: Final = 9
CONCEPTS: Final = 500
NEEDED_CONCEPTS: Final = 80
"""As many of the concepts of Apple's document are kept."""
FACTS: Final = 55
"""For each concept: a document of 4 MB."""
TICK_SECONDS: Final = 0.001


def rows() -> list[Row]:
    """Measures everything; needs redis-server."""
    document = _document()
    return [*_parsing(document), asyncio.run(_blocking(document)), _responses()]


def _parsing(document: bytes) -> list[Row]:
    ratios = []
    for _ in range(ROUNDS):
        ours = _seconds(lambda: parse_company_facts(document, NAMES))
        ratios.append(ours / _seconds(lambda: json.loads(document)))
    size = len(document) / 1_000_000
    return [Row(f"parsing {size:.1f} MB of facts over json.loads", *_spread(ratios), "at most", 2)]


async def _blocking(document: bytes) -> Row:
    """Measures how late the event loop is while a thread parses."""
    longest: list[float] = []

    async def tick() -> None:
        while True:
            started = time.perf_counter()
            await asyncio.sleep(TICK_SECONDS)
            longest[-1] = max(longest[-1], time.perf_counter() - started - TICK_SECONDS)

    for _ in range(ROUNDS):
        longest.append(0.0)
        ticking = asyncio.create_task(tick())
        await asyncio.sleep(0.01)
        longest[-1] = 0.0
        await asyncio.to_thread(parse_company_facts, document, NAMES)
        ticking.cancel()
    milliseconds = [seconds * 1000 for seconds in longest]
    return Row("event loop blocked by the parsing, ms", *_spread(milliseconds), "at most", 10)


def _responses() -> Row:
    with tempfile.TemporaryDirectory() as folder, redis_server(Path(folder)) as server:
        environ = {"REDIS_HOST": "127.0.0.1", "REDIS_PORT": str(server.port), "CACHE_LOCAL_TTL": "1"}
        with running_host(Path(folder) / "app", environ, app=APP) as base_url:
            loads = asyncio.run(_measure(base_url))
    rates = [statements.rate / constant.rate for statements, constant in loads]
    return Row("cached statements a second over a constant handler's", *_spread(rates), "at least", 0.8)


async def _measure(base_url: str) -> list[tuple[Load, Load]]:
    async def busy(paths: list[str]) -> Load:
        return await load(base_url, paths, REQUESTS, connections=CONNECTIONS)

    loads = [(await busy(STATEMENTS), await busy(CONSTANTS)) for _ in range(ROUNDS + 1)]
    # The first round fills the cache.
    return loads[1:]


def _document() -> bytes:
    """Returns a companyfacts document with the size and shape of a large company's."""
    needed = sorted(name for name in NAMES if not name.startswith(IFRS))[:NEEDED_CONCEPTS]
    others = [f"UnneededConcept{number}" for number in range(CONCEPTS - len(needed))]
    facts = [_fact(number) for number in range(FACTS)]
    concept = {"label": "A concept", "description": "What it means. " * 20, "units": {"USD": facts}}
    document = {
        "cik": 320193,
        "entityName": "Example Corp",
        "facts": {"us-gaap": dict.fromkeys([*needed, *others], concept)},
    }
    return json.dumps(document, separators=(",", ":")).encode()


def _fact(number: int) -> dict[str, object]:
    end = date(2026, 9, 26) - timedelta(weeks=13 * (number // 2))
    filed = end + timedelta(days=35 + 365 * (number % 2))
    return {
        "start": (end - timedelta(weeks=13) + timedelta(days=1)).isoformat(),
        "end": end.isoformat(),
        "val": 94_036_000_000 - number,
        "accn": f"0000320193-{filed:%y}-{filed:%m%d}00",
        "fy": filed.year,
        "fp": "Q3",
        "form": "10-Q",
        "filed": filed.isoformat(),
        "frame": f"CY{end.year}Q3",
    }


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def _spread(values: list[float]) -> tuple[float, float, float]:
    return median(values), min(values), max(values)


if __name__ == "__main__":
    for row in rows():
        print(row)
