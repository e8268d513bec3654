"""What the repository of candles costs over bare PyMongo, against the same server in the same run.

``MONGODB_TEST_URI`` names a server; without it the stand-in server is used.
"""

import asyncio
import os
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bson import Int64
from pymongo import MongoClient
from pymongo.collection import Collection

from shared.data.mongo import Mongo
from shared.data.repositories import Repositories
from shared.data.schema import SchemaManager, all_collections
from shared.domain.market_data import Candle
from shared.runtime.clock import utc_now
from tests.benchmarks.row import Row
from tests.support.mongo import daily_candles, mongo_server
from tests.support.peak_memory import peak_memory, reset_peak_memory

SYMBOLS = 100
CANDLES = 2_500
YEARS = 100
TARGET = 1.25
START = datetime(2015, 1, 1, tzinfo=UTC)
FETCHED = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Times:
    """Seconds spent, by way, round by round."""

    repository: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    def row(self, name: str) -> Row:
        """Of the sums: what the repository costs over the bare driver; the spread is that of tenths of it."""
        step = max(1, len(self.bare) // 10)
        parts = [
            sum(self.repository[start : start + step]) / sum(self.bare[start : start + step])
            for start in range(0, len(self.bare), step)
        ]
        ratio = sum(self.repository) / sum(self.bare)
        return Row(name, ratio, min(parts), max(parts), "at most", TARGET)


def rows() -> list[Row]:
    """Measures against the server of ``MONGODB_TEST_URI``, or against the test server."""
    if uri := os.environ.get("MONGODB_TEST_URI"):
        return asyncio.run(measure(uri))
    with mongo_server() as uri:
        return asyncio.run(measure(uri))


async def measure(uri: str) -> list[Row]:
    """Writes and reads in turns, so that both ways meet the same server at the same age."""
    client: MongoClient[dict[str, Any]] = MongoClient(uri, tz_aware=True)
    names = [f"bench_{uuid.uuid4().hex[:8]}_{way}" for way in ("repository", "bare")]
    reports = [SchemaManager(client[name], all_collections()).apply() for name in names]
    mongo = Mongo(client, names[0])
    repositories = Repositories(mongo, utc_now)
    repositories.migrations.note_forms(client[names[0]]["schema_migrations"], reports[0].forms)
    candles = daily_candles(CANDLES, START)
    reset_peak_memory()
    before = peak_memory()
    writing = await write(repositories, client[names[1]]["market_data"], candles)
    grown = peak_memory() - before
    reading = await read(repositories, client[names[1]]["market_data"])
    for name in names:
        client.drop_database(name)
    await mongo.aclose()
    form = reports[0].forms["market_data"]
    return [
        writing.row(f"write {SYMBOLS * CANDLES:,} candles over bare PyMongo ({form})"),
        reading.row("read a year of one symbol back over bare PyMongo"),
        Row("memory while writing them (MiB)", grown, grown, grown, "at most", 64),
    ]


async def write(repositories: Repositories, bare: Collection[dict[str, Any]], candles: list[Candle]) -> Times:
    """Writes every symbol's candles in both ways."""
    times = Times()
    for number in range(SYMBOLS):
        symbol = f"S{number}"
        started = time.perf_counter()
        await repositories.market_data.add(
            symbol, "1d", candles, source="sample", currency="USD", fetched_at=FETCHED
        )
        times.repository.append(time.perf_counter() - started)
        times.bare.append(timed(lambda symbol=symbol: bare_write(bare, symbol, candles)))  # type: ignore[misc]
    return times


async def read(repositories: Repositories, bare: Collection[dict[str, Any]]) -> Times:
    """Reads a year of each symbol back in both ways."""
    times = Times()
    start, end = datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)
    for number in range(YEARS):
        symbol = f"S{number % SYMBOLS}"
        started = time.perf_counter()
        found = await repositories.market_data.read(symbol, "1d", start, end)
        times.repository.append(time.perf_counter() - started)
        query = {
            "metadata.symbol": symbol,
            "metadata.interval": "1d",
            "timestamp": {"$gte": start, "$lt": end},
        }
        times.bare.append(timed(lambda query=query: list(bare.find(query).sort("timestamp", 1))))  # type: ignore[misc]
        assert len(found) == 366
    return times


def bare_write(collection: Collection[dict[str, Any]], symbol: str, candles: list[Candle]) -> None:
    """What somebody would write without a repository."""
    metadata = {"symbol": symbol, "interval": "1d", "source": "sample", "currency": "USD"}
    collection.insert_many(
        [
            {
                "timestamp": candle.timestamp,
                "metadata": metadata,
                "open": candle.open,
                "high": candle.high,
                "low": candle.low,
                "close": candle.close,
                "adjusted_close": candle.adjusted_close,
                "volume": None if candle.volume is None else Int64(candle.volume),
                "fetched_at": FETCHED,
            }
            for candle in candles
        ],
        ordered=False,
    )


def timed(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    for row in rows():
        print(row)
